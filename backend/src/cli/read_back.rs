//! `apoyo read-back`: the child that opens one picture, see [`crate::read_back`].

use super::Failure;
use crate::read_back::{Answer, CPU_SECONDS, MAX_PIXELS, MEMORY_BYTES};
use credential::QrPayload;
use rlimit::Resource;
use std::io::{Read, Write};
use vision::{
    photo::Limits,
    qr::{Budget, decode_picture},
};

/// The longest picture, once more: a child believes nobody.
const LONGEST: u64 = server_core::blobs::MAX_PICTURE;

pub fn run() -> Result<(), Failure> {
    // Before the first byte is read: whatever the picture does, it does within these.
    rlimit::setrlimit(Resource::AS, MEMORY_BYTES, MEMORY_BYTES)?;
    rlimit::setrlimit(Resource::CPU, CPU_SECONDS, CPU_SECONDS)?;
    rlimit::setrlimit(Resource::CORE, 0, 0)?;
    rlimit::setrlimit(Resource::FSIZE, 0, 0)?;
    let mut picture = Vec::new();
    std::io::stdin()
        .take(LONGEST + 1)
        .read_to_end(&mut picture)?;
    let answer = Answer {
        codes: read(&picture),
    };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &answer)?;
    Ok(out.flush()?)
}

/// The public QRs in the picture; none when it cannot be opened.
fn read(picture: &[u8]) -> Vec<String> {
    let limits = Limits {
        max_pixels: MAX_PIXELS,
        max_bytes: picture.len(),
    };
    let Ok(read) = decode_picture(picture, limits, Budget::still()) else {
        return Vec::new();
    };
    read.codes
        .iter()
        .filter_map(|code| match &code.payload {
            QrPayload::Structured(public) => Some(public.as_str().to_owned()),
            _ => None,
        })
        .collect()
}
