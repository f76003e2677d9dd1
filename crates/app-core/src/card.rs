//! Where pictures and typed fields meet the credential: with `viewfinder.rs` the only file here
//! that asks [`credential`] to look or to read. Its answers become stills, findings and codes; what
//! they mean is decided there.

use crate::{
    doors::Source,
    store::{
        draft::{Draft, Typed},
        parts::Picture,
        phone::Phone,
    },
    views::{FieldName, FieldSource, ReadField},
};
use chrono::NaiveDate;
use credential::{
    ClaveElector, Curp, FullName, Model, Mrz, QrKind, QrPayload, Seccion, StructuredQr,
    mrz::picture::read_zone,
    photo::{
        self, Fingerprint, Limits, PictureError, Side, SignatureProblem, open_picture,
        reencode::{MAX_SIDE, QUALITY, encode, reencode},
    },
    qr::{Budget, DecodedCode, PublicQr, decode_luma, pick_public},
    reading::{FindingCode, Name, Reading, Sources},
};
use image::{DynamicImage, GrayImage, RgbImage};
use protocol::{
    apoyo::PartName,
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
    fingerprint: Fingerprint,
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
            fingerprint: Some(self.fingerprint),
        };
        (picture, self.jpeg)
    }

    /// Notes that another part of the draft is the same photograph, whatever was done to it.
    pub fn note_seen_before(&mut self, draft: &Draft, part: PartName) {
        let seen = draft.parts.iter().any(|(name, other)| {
            let print = other.fingerprint.as_ref();
            *name != part && print.is_some_and(|print| print.is_same_picture(&self.fingerprint))
        });
        if seen {
            self.findings.push(FindingCode::SeenBefore);
        }
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

/// The front of a credential of this model.
pub(crate) fn front(bytes: &[u8], model: Option<Model>) -> Result<Still, Problem> {
    let picture = open(bytes)?.into_rgb8();
    let findings = photo::check_card(&picture, Side::Front, model, &[]).findings;
    still(picture, findings)
}

/// A face.
pub(crate) fn selfie(bytes: &[u8]) -> Result<Still, Problem> {
    let picture = open(bytes)?.into_rgb8();
    let findings = photo::check_selfie(&picture).findings;
    still(picture, findings)
}

/// The back of a credential.
pub(crate) struct Back {
    pub still: Still,
    /// The text of its public QR.
    pub qr: Sensitive<String>,
    /// The three lines of its MRZ, where they were seen clearly and their check digits hold.
    pub mrz: Option<Sensitive<String>>,
}

/// The back of a credential and the text of its public QR, read in the picture as it will be
/// sent: the server has no other. Without that QR there is no back, whatever the citizen wants.
pub(crate) fn back(bytes: &[u8], model: Option<Model>, anyway: bool) -> Result<Back, Problem> {
    let picture = open(bytes)?.into_rgb8();
    // In grey, for what was too fine for the picture that is sent.
    let whole = (picture.width().max(picture.height()) > MAX_SIDE)
        .then(|| image::imageops::grayscale(&picture));
    let mut still = still(picture, Vec::new())?;
    let sent = open(&still.jpeg)?.into_rgb8();
    let grey = image::imageops::grayscale(&sent);
    let codes = decode_luma(&grey, Budget::still());
    still.findings = photo::check_card(&sent, Side::Back, model, &codes).findings;
    match public(&codes) {
        Ok(public) => Ok(Back {
            still,
            qr: Sensitive::new(public.as_str().to_owned()),
            mrz: mrz_of(&grey, &codes).or_else(|| mrz_of(&whole?, &[])),
        }),
        Err(problem) => {
            // "Hold still" helps more than "no code", where that is why.
            if !anyway && problem.code == Code::QrNotFound {
                still.refuse_poor()?;
            }
            Err(problem)
        }
    }
}

/// The three lines in a picture of a back, if they can be relied on: their check digits hold and
/// every letter was clear.
fn mrz_of(grey: &GrayImage, codes: &[DecodedCode]) -> Option<Sensitive<String>> {
    let codes: Vec<_> = codes.iter().map(|code| code.corners).collect();
    let zone = read_zone(grey, &codes, &|| false)?;
    Some(zone.trusted()?.lines().join("\n").into())
}

/// The text of a public QR that somebody else read; any other text is refused.
pub(crate) fn public_text(text: &str) -> Result<Sensitive<String>, Problem> {
    match StructuredQr::parse(text) {
        Ok(public) => Ok(Sensitive::new(public.as_str().to_owned())),
        Err(_) => Err(match QrPayload::parse(text).kind() {
            QrKind::Opaque => Code::QrOnlyOpaque,
            QrKind::Short => Code::QrMalformed,
            _ => Code::QrForeign,
        }
        .into()),
    }
}

/// A signature, dark on light.
pub(crate) fn signature(bytes: &[u8]) -> Result<Still, Problem> {
    let ink = photo::check_signature(bytes).map_err(|problem| match problem {
        SignatureProblem::Empty => Code::SignatureEmpty,
        SignatureProblem::TooSmall => Code::SignatureTooSmall,
        SignatureProblem::Unreadable => Code::PictureUnreadable,
    })?;
    let jpeg = reencode(bytes, MAX_SIDE, QUALITY).map_err(picture_code)?;
    Ok(Still {
        fingerprint: Fingerprint::of(&open(&jpeg.bytes)?.into_rgb8()),
        jpeg: jpeg.bytes,
        width: jpeg.width,
        height: jpeg.height,
        findings: ink.findings(),
    })
}

/// Everything read so far, and where it disagrees.
#[derive(Default)]
pub(crate) struct Read {
    pub fields: Vec<ReadField>,
    pub findings: Vec<FindingCode>,
}

/// Joins what the QR, the three lines, the typed fields and the citizen's own place say.
pub(crate) fn read(draft: &Draft, phone: &Phone, today: NaiveDate) -> Read {
    let Some(qr) = draft
        .qr
        .as_ref()
        .and_then(|text| StructuredQr::parse(text.expose()).ok())
    else {
        return Read::default();
    };
    // What was typed was parsed before it was stored.
    let typed = &draft.typed;
    let text = |value: &Option<Sensitive<String>>| value.as_ref().map(|v| v.expose().clone());
    let sources = Sources {
        model: draft.model,
        qr: Some(PublicQr::Found(qr)),
        mrz: text(&draft.mrz().cloned()).and_then(|mrz| Mrz::parse_text(&mrz).ok()),
        curp: text(&typed.curp).and_then(|curp| Curp::parse(&curp).ok()),
        clave_elector: text(&typed.clave_elector)
            .and_then(|clave| ClaveElector::parse(&clave).ok()),
        name: text(&typed.name).map(Name),
        entidad: phone.entidad,
        seccion: phone
            .seccion
            .and_then(|seccion| Seccion::from_number(seccion).ok()),
    };
    let (reading, findings) = Reading::join(&sources, today);
    let mut codes: Vec<FindingCode> = findings.into_iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    Read {
        fields: fields(&reading, &sources),
        findings: codes,
    }
}

/// The reading field by field, each with where its value was read.
fn fields(reading: &Reading, sources: &Sources) -> Vec<ReadField> {
    use FieldSource::{Mrz as FromMrz, Qr, Typed as FromTyped};
    let typed_or_mrz = |typed: bool| if typed { FromTyped } else { FromMrz };
    let day = |day: &NaiveDate| day.format("%Y-%m-%d").to_string();
    let qr = reading.qr.as_ref();
    let dated =
        sources.curp.is_some() || (sources.mrz.is_none() && sources.clave_elector.is_some());
    let sexed = sources.curp.is_some() || sources.clave_elector.is_some();
    let all = [
        (
            FieldName::Cic,
            reading.cic.as_ref().map(|cic| cic.as_str().to_owned()),
            Qr,
        ),
        (
            FieldName::Identificador,
            qr.map(|qr| qr.identificador.as_str().to_owned()),
            Qr,
        ),
        (
            FieldName::Seccion,
            reading.seccion.map(|seccion| seccion.to_string()),
            Qr,
        ),
        (
            FieldName::Emision,
            qr.map(|qr| format!("{:02}", qr.emision)),
            Qr,
        ),
        (FieldName::Issued, qr.map(|qr| day(&qr.issued)), Qr),
        (
            FieldName::Curp,
            reading.curp.as_ref().map(|curp| curp.as_str().to_owned()),
            FromTyped,
        ),
        (
            FieldName::ClaveElector,
            reading
                .clave_elector
                .as_ref()
                .map(|clave| clave.as_str().to_owned()),
            FromTyped,
        ),
        (
            FieldName::Name,
            reading.name.as_ref().map(|name| name.0.clone()),
            typed_or_mrz(sources.name.is_some()),
        ),
        (
            FieldName::Birth,
            reading.birth.as_ref().map(day),
            typed_or_mrz(dated),
        ),
        (
            FieldName::Sex,
            reading.sex.map(|sex| sex.letter().to_string()),
            typed_or_mrz(sexed),
        ),
        (
            FieldName::Vigencia,
            reading.expiry.as_ref().map(day),
            FromMrz,
        ),
    ];
    all.into_iter()
        .filter_map(|(name, value, source)| {
            Some(ReadField {
                name,
                value: value?.into(),
                source,
            })
        })
        .collect()
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

/// The lines of the MRZ, where they were typed or read from the picture.
pub(crate) fn mrz_lines(draft: &Draft) -> Result<Option<Sensitive<[String; 3]>>, Problem> {
    let Some(text) = draft.mrz() else {
        return Ok(None);
    };
    let mrz =
        Mrz::parse_text(text.expose()).map_err(|_| Problem::in_field(Code::FieldInvalid, "mrz"))?;
    Ok(Some(Sensitive::new(mrz.lines().clone())))
}

pub(crate) fn open(bytes: &[u8]) -> Result<DynamicImage, Problem> {
    open_picture(bytes, Limits::CAPTURE).map_err(|error| picture_code(error).into())
}

fn picture_code(error: PictureError) -> Code {
    match error {
        PictureError::NotAPicture => Code::PictureUnreadable,
        PictureError::TooLarge => Code::PictureTooLarge,
        PictureError::Truncated | PictureError::Broken => Code::PictureBroken,
    }
}

fn still(picture: RgbImage, findings: Vec<FindingCode>) -> Result<Still, Problem> {
    let fingerprint = Fingerprint::of(&picture);
    let jpeg = encode(&DynamicImage::from(picture), MAX_SIDE, QUALITY).map_err(picture_code)?;
    Ok(Still {
        fingerprint,
        jpeg: jpeg.bytes,
        width: jpeg.width,
        height: jpeg.height,
        findings,
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
