//! Where pictures and typed fields meet the credential: the only file here that asks
//! [`credential`] to look or to read. Its answers become stills, findings and codes; what
//! they mean is decided there.

use crate::{
    doors::{Aim, Source},
    store::{
        draft::{Draft, Typed},
        parts::Picture,
    },
    views::{FieldName, FieldSource, FrameAdvice, FrameLook, ReadField},
};
use chrono::NaiveDate;
use credential::{
    ClaveElector, Curp, FullName, Mrz, StructuredQr,
    photo::{
        Limits, PictureError, open_picture,
        reencode::{MAX_SIDE, QUALITY, encode},
    },
    qr::{Budget, DecodedCode, PublicQr, decode_luma, pick_public},
    reading::FindingCode,
};
use image::DynamicImage;
use protocol::{
    apoyo::Payload,
    code::{Code, Problem},
    ids::Sha256Hash,
    sensitive::Sensitive,
};

/// A still as it will be sent.
pub(crate) struct Still {
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
    pub findings: Vec<FindingCode>,
}

impl Still {
    /// The picture's record and its bytes.
    pub fn into_picture(mut self, source: Source) -> (Picture, Vec<u8>) {
        if source == Source::File {
            self.findings.push(FindingCode::FromFile);
        }
        let picture = Picture {
            source,
            findings: self.findings,
            width: self.width,
            height: self.height,
            sha256: Sha256Hash::of(&self.jpeg),
        };
        (picture, self.jpeg)
    }

    /// Refuses what a second try would surely make better.
    pub fn refuse_poor(&self) -> Result<(), Problem> {
        for finding in &self.findings {
            match finding {
                FindingCode::Blurred => return Err(Code::PictureBlurred.into()),
                FindingCode::Dark | FindingCode::Bright => return Err(Code::PictureLight.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The front of a credential.
pub(crate) fn front(bytes: &[u8]) -> Result<Still, Problem> {
    still(&open(bytes)?)
}

/// A face.
pub(crate) fn selfie(bytes: &[u8]) -> Result<Still, Problem> {
    still(&open(bytes)?)
}

/// The back of a credential and the text of its public QR, read in the picture as it will be
/// sent: the server has no other. Without that QR there is no back, whatever the citizen wants.
pub(crate) fn back(bytes: &[u8], anyway: bool) -> Result<(Still, Sensitive<String>), Problem> {
    let still = still(&open(bytes)?)?;
    let sent = open(&still.jpeg)?;
    let codes = decode_luma(&sent.to_luma8(), Budget::still());
    match public(&codes) {
        Ok(public) => Ok((still, Sensitive::new(public.as_str().to_owned()))),
        Err(problem) => {
            // "Hold still" helps more than "no code", where that is why.
            if !anyway && problem.code == Code::QrNotFound {
                still.refuse_poor()?;
            }
            Err(problem)
        }
    }
}

/// The text of a public QR that somebody else read; any other text is refused.
pub(crate) fn public_text(text: &str) -> Result<Sensitive<String>, Problem> {
    match StructuredQr::parse(text) {
        Ok(public) => Ok(Sensitive::new(public.as_str().to_owned())),
        Err(_) => Err(match credential::QrPayload::parse(text).kind() {
            credential::QrKind::Opaque => Code::QrOnlyOpaque,
            credential::QrKind::Short => Code::QrMalformed,
            _ => Code::QrForeign,
        }
        .into()),
    }
}

/// A signature, dark on light.
pub(crate) fn signature(bytes: &[u8]) -> Result<Still, Problem> {
    still(&open(bytes)?)
}

/// One frame of the live view.
pub(crate) fn look(aim: Aim, frame: &[u8]) -> Result<FrameLook, Problem> {
    let picture = open(frame)?;
    let luma = picture.to_luma8();
    let codes = match aim {
        Aim::Back => decode_luma(&luma, Budget::frame()),
        Aim::Front | Aim::Selfie => Vec::new(),
    };
    let public = codes
        .iter()
        .find(|code| code.kind() == credential::QrKind::Structured);
    let across = |(x, y): (f32, f32)| [x / luma.width() as f32, y / luma.height() as f32];
    let qr_read = public.is_some();
    let good = qr_read || aim != Aim::Back;
    Ok(FrameLook {
        advice: if good {
            FrameAdvice::Good
        } else {
            FrameAdvice::NoQr
        },
        corners: public.map(|code| code.corners.map(across)),
        qr_read,
        good,
    })
}

/// Everything read so far, and where it disagrees.
#[derive(Default)]
pub(crate) struct Read {
    pub fields: Vec<ReadField>,
    pub findings: Vec<FindingCode>,
}

/// Joins what the QR and the typed fields say.
pub(crate) fn read(draft: &Draft, _seccion: Option<u16>, _today: NaiveDate) -> Read {
    let Some(qr) = draft
        .qr
        .as_ref()
        .and_then(|text| StructuredQr::parse(text.expose()).ok())
    else {
        return Read::default();
    };
    let field = |name, value: String| ReadField {
        name,
        value: value.into(),
        source: FieldSource::Qr,
    };
    Read {
        fields: vec![
            field(FieldName::Cic, qr.cic.as_str().to_owned()),
            field(
                FieldName::Identificador,
                qr.identificador.as_str().to_owned(),
            ),
            field(FieldName::Seccion, qr.seccion.to_string()),
        ],
        findings: Vec::new(),
    }
}

/// The typed fields in their own form; what is left empty is left out. The first that is not
/// of its form is named.
pub(crate) fn check_typed(typed: Typed) -> Result<Typed, Problem> {
    fn field(
        value: Option<Sensitive<String>>,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<String>,
    ) -> Result<Option<Sensitive<String>>, Problem> {
        let Some(value) = value else { return Ok(None) };
        let text = value.expose().trim();
        if text.is_empty() {
            return Ok(None);
        }
        match parse(text) {
            Some(clean) => Ok(Some(clean.into())),
            None => Err(Problem::in_field(Code::FieldInvalid, name)),
        }
    }
    Ok(Typed {
        mrz: field(typed.mrz, "mrz", |text| {
            Some(Mrz::parse_text(text).ok()?.lines().join("\n"))
        })?,
        curp: field(typed.curp, "curp", |text| {
            Some(Curp::parse(text).ok()?.as_str().to_owned())
        })?,
        clave_elector: field(typed.clave_elector, "clave_elector", |text| {
            Some(ClaveElector::parse(text).ok()?.as_str().to_owned())
        })?,
        name: field(typed.name, "name", |text| {
            FullName::readings_of(text).ok()?;
            Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
        })?,
    })
}

/// What is sent of the reading.
pub(crate) fn payload(draft: &Draft) -> Result<Payload, Problem> {
    let mrz = match &draft.typed.mrz {
        Some(text) => {
            let mrz = Mrz::parse_text(text.expose())
                .map_err(|_| Problem::in_field(Code::FieldInvalid, "mrz"))?;
            Some(Sensitive::new(mrz.lines().clone()))
        }
        None => None,
    };
    Ok(Payload {
        model: draft.model.ok_or(Code::StepOutOfOrder)?,
        qr: draft.qr.clone().ok_or(Code::StepOutOfOrder)?,
        mrz,
        curp: draft.typed.curp.clone(),
        clave_elector: draft.typed.clave_elector.clone(),
        name: draft.typed.name.clone(),
    })
}

fn open(bytes: &[u8]) -> Result<DynamicImage, Problem> {
    open_picture(bytes, Limits::CAPTURE).map_err(|error| picture_code(error).into())
}

fn picture_code(error: PictureError) -> Code {
    match error {
        PictureError::NotAPicture => Code::PictureUnreadable,
        PictureError::TooLarge => Code::PictureTooLarge,
        PictureError::Truncated | PictureError::Broken => Code::PictureBroken,
    }
}

fn still(picture: &DynamicImage) -> Result<Still, Problem> {
    let jpeg = encode(picture, MAX_SIDE, QUALITY).map_err(picture_code)?;
    Ok(Still {
        jpeg: jpeg.bytes,
        width: jpeg.width,
        height: jpeg.height,
        findings: Vec::new(),
    })
}

fn public(codes: &[DecodedCode]) -> Result<StructuredQr, Problem> {
    match pick_public(codes) {
        PublicQr::Found(public) => Ok(public),
        PublicQr::Short(_) => Err(Code::QrMalformed.into()),
        PublicQr::Several => Err(Code::QrOtherCard.into()),
        PublicQr::OnlyOpaque => Err(Code::QrOnlyOpaque.into()),
        PublicQr::OnlyForeign => Err(Code::QrForeign.into()),
        PublicQr::None => Err(Code::QrNotFound.into()),
    }
}
