//! Opens the pictures with the review key, where this machine has it, and has the QR of the back
//! read by a process that may die of it.

use super::{
    judge::Picture,
    not_now::NotNow,
    readers::{Said, together},
};
use crate::{core::Core, ports::OpenPicture};
use protocol::{
    apoyos::PartName,
    ids::Sha256Hash,
    reason::Reason,
    seal::{Binding, SealError, SealedPart, StreamError, open_stream},
};
use std::{io, time::Instant};
use storage::apoyos::{CardTags, PendingApoyo};

/// The outcome of opening a sealed picture.
enum Opened {
    /// The picture.
    Yes,
    /// It is sealed to a key that is not here.
    NotHere,
    /// It is missing, altered, or of another apoyo.
    No,
}

/// Compares the pictures with the fields that the phone sent.
pub async fn look_at(
    core: &Core,
    pictures: &dyn OpenPicture,
    apoyo: &PendingApoyo,
    card: &CardTags,
) -> Result<Picture, NotNow> {
    let mut back = Vec::new();
    for (name, sha256) in PartName::ALL.into_iter().zip(apoyo.pictures) {
        let opened = match name {
            PartName::Back => open(core, apoyo, name, sha256, &mut back).await?,
            // Only people look at these; the machine can check only that they open.
            _ => open(core, apoyo, name, sha256, io::sink()).await?,
        };
        match opened {
            Opened::Yes => {}
            Opened::NotHere => return Ok(Picture::Unopened),
            Opened::No => return Ok(Picture::Unreadable(without(name))),
        }
    }
    let began = Instant::now();
    let read = pictures.read(back.into()).await?;
    core.events.took("read_back", began.elapsed());
    Ok(match together(&read) {
        Said::Nothing => Picture::Unreadable(Reason::QrNoLegible),
        Said::Contradiction => Picture::Contradicted,
        Said::Unfinished => Picture::Unreadable(Reason::Otra),
        Said::One(code) if core.keys.card_qr(code.as_str()) == card.qr => Picture::Same,
        Said::One(_) => Picture::Other,
    })
}

/// Why an apoyo without this picture cannot be counted.
const fn without(name: PartName) -> Reason {
    match name {
        PartName::Front => Reason::CredencialNoValida,
        PartName::Back => Reason::QrNoLegible,
        PartName::Selfie => Reason::FotoNoValida,
        PartName::Signature => Reason::FirmaNoValida,
    }
}

async fn open(
    core: &Core,
    apoyo: &PendingApoyo,
    name: PartName,
    sha256: Sha256Hash,
    to: impl io::Write,
) -> Result<Opened, NotNow> {
    let Some(sealed) = core.blobs.read(sha256).await? else {
        return Ok(Opened::No);
    };
    let binding = Binding {
        process: &apoyo.process,
        apoyo: apoyo.id,
        part: SealedPart::Picture(name),
    };
    Ok(
        match open_stream(core.sealing().ring(), &binding, &sealed[..], to) {
            Ok(_) => Opened::Yes,
            Err(StreamError::Seal(SealError::KeyUnknown)) => Opened::NotHere,
            Err(error) => {
                let part = binding.part.as_str();
                tracing::warn!(apoyo = %apoyo.id, part, %error, "a picture does not open");
                core.events.count("picture", "does_not_open");
                Opened::No
            }
        },
    )
}
