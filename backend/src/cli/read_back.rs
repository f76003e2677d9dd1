//! `apoyo read-back`: the child process that opens one picture, see [`crate::read_back`].

mod probe;
mod second;

use super::Failure;
use crate::read_back::{Answer, CPU_SECONDS, MAX_PIXELS, MEMORY_BYTES, confine};
use clap::Args;
use rlimit::Resource;
use std::io::{Read, Write};
use vision::{
    photo::{PictureLimits, open_picture},
    qr::{Budget, decode_luma},
};

/// The longest picture. The child checks it again and does not rely on its parent.
const LONGEST: u64 = server_core::blobs::MAX_PICTURE;

#[derive(Debug, Args)]
pub struct ReadBack {
    /// Try what a picture must never be able to do, and say what was possible.
    #[arg(long)]
    probe: bool,
}

pub fn run(asked: &ReadBack) -> Result<(), Failure> {
    // Before the first byte is read, so that they bound everything that the picture causes.
    rlimit::setrlimit(Resource::AS, MEMORY_BYTES, MEMORY_BYTES)?;
    rlimit::setrlimit(Resource::CPU, CPU_SECONDS, CPU_SECONDS)?;
    rlimit::setrlimit(Resource::CORE, 0, 0)?;
    rlimit::setrlimit(Resource::FSIZE, 0, 0)?;
    let confined = confine();
    let mut out = std::io::stdout().lock();
    if asked.probe {
        serde_json::to_writer(&mut out, &probe::probe(confined))?;
        return Ok(out.flush()?);
    }
    // Where the kernel has no such filter, the server said so at its start and `apoyo doctor` does.
    drop(confined);
    let mut picture = Vec::new();
    std::io::stdin()
        .take(LONGEST + 1)
        .read_to_end(&mut picture)?;
    serde_json::to_writer(&mut out, &read(&picture))?;
    Ok(out.flush()?)
}

/// The public QRs in the picture, as two readers read them; none when it cannot be opened.
fn read(picture: &[u8]) -> Answer {
    let limits = PictureLimits {
        max_pixels: MAX_PIXELS,
        max_scaled: 0,
        max_bytes: picture.len(),
    };
    let Ok(opened) = open_picture(picture, limits) else {
        return Answer::default();
    };
    let luma = opened.into_luma8();
    let first = decode_luma(&luma, Budget::still());
    let second = second::read(&luma);
    second::join(&first, &second)
}
