//! The app's side of [`vision`] and [`credential`]: with `viewfinder.rs` the only file that calls
//! them. It turns their results into stills, findings and codes. The rules themselves are in those
//! crates.

mod read;

pub(crate) use read::{check_typed, mrz_lines, read};

use crate::{
    code::{PhoneCode, Problem},
    doors::Source,
    store::{draft::Draft, parts::Picture},
};
use credential::{FindingCode, Model, PublicQr, QrKind, QrPayload, StructuredQr};
use image::{DynamicImage, GrayImage, RgbImage};
use protocol::{apoyos::PartName, code::Code, ids::Sha256Hash, sensitive::Sensitive};
use vision::{
    mrz::read_zone,
    photo::{
        self, Fingerprint, PictureError, PictureLimits, Side, SignatureProblem, open_picture,
        reencode::{MAX_SIDE, QUALITY, encode, reencode},
    },
    qr::{Budget, DecodedCode, decode_luma, pick_public},
};

/// A still, encoded as it will be sent.
pub(crate) struct Still {
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
    pub findings: Vec<FindingCode>,
    fingerprint: Fingerprint,
}

impl Still {
    /// The picture's data for the store, and its bytes.
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

    /// Adds a finding if another part of the draft is the same photograph, even if edited.
    pub fn note_seen_before(&mut self, draft: &Draft, part: PartName) {
        let seen = draft.parts.iter().any(|(name, other)| {
            let print = other.fingerprint.as_ref();
            *name != part && print.is_some_and(|print| print.is_same_picture(&self.fingerprint))
        });
        if seen {
            self.findings.push(FindingCode::SeenBefore);
        }
    }

    /// Refuses a picture that a second try would surely improve.
    pub fn refuse_poor(&self) -> Result<(), Problem> {
        for finding in &self.findings {
            match finding {
                FindingCode::Blurred => return Err(PhoneCode::PictureBlurred.into()),
                FindingCode::Dark | FindingCode::Bright => {
                    return Err(PhoneCode::PictureLight.into());
                }
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

/// The back of a credential and the text of its public QR. The QR is read in the picture as it
/// will be sent, because the server has no other. A back without a readable QR is always refused.
pub(crate) fn back(bytes: &[u8], model: Option<Model>, anyway: bool) -> Result<Back, Problem> {
    let picture = open(bytes)?.into_rgb8();
    // The full resolution in grey, for an MRZ that is too fine in the picture that is sent.
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
            // If the picture is blurred, "hold still" helps more than "no code found".
            if !anyway && problem.code == PhoneCode::QrNotFound {
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

/// The text of a public QR that the phone's scanner read. Any other text is refused.
pub(crate) fn public_text(text: &str) -> Result<Sensitive<String>, Problem> {
    match StructuredQr::parse(text) {
        Ok(public) => Ok(Sensitive::new(public.as_str().to_owned())),
        Err(_) => Err(match QrPayload::parse(text).kind() {
            QrKind::Opaque => PhoneCode::QrOnlyOpaque.into(),
            QrKind::Short => Code::QrMalformed.into(),
            _ => PhoneCode::QrForeign.into(),
        }),
    }
}

/// A signature, dark on light.
pub(crate) fn signature(bytes: &[u8]) -> Result<Still, Problem> {
    let ink = photo::check_signature(bytes).map_err(|problem| match problem {
        SignatureProblem::Empty => PhoneCode::SignatureEmpty,
        SignatureProblem::TooSmall => PhoneCode::SignatureTooSmall,
        SignatureProblem::Unreadable => PhoneCode::PictureUnreadable,
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

pub(crate) fn open(bytes: &[u8]) -> Result<DynamicImage, Problem> {
    open_picture(bytes, PictureLimits::CAPTURE).map_err(|error| picture_code(error).into())
}

fn picture_code(error: PictureError) -> PhoneCode {
    match error {
        PictureError::NotAPicture => PhoneCode::PictureUnreadable,
        PictureError::Heic => PhoneCode::PictureHeic,
        PictureError::TooLarge => PhoneCode::PictureTooLarge,
        PictureError::TooManyBytes => PhoneCode::PictureHeavy,
        PictureError::Truncated => PhoneCode::PictureCut,
        PictureError::Broken => PhoneCode::PictureBroken,
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
        PublicQr::Several => Err(PhoneCode::QrOtherCard.into()),
        PublicQr::OnlyOpaque => Err(PhoneCode::QrOnlyOpaque.into()),
        PublicQr::OnlyForeign => Err(PhoneCode::QrForeign.into()),
        PublicQr::None => Err(PhoneCode::QrNotFound.into()),
    }
}
