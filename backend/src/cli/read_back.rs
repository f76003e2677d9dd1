//! `apoyo read-back`: the child that opens one picture, see [`crate::read_back`].

use super::Failure;
use crate::read_back::{CPU_SECONDS, MEMORY_BYTES, read};
use rlimit::Resource;
use std::io::{Read, Write};

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
    let answer = read(&picture);
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &answer)?;
    Ok(out.flush()?)
}
