//! `apoyo read-back`: the child process that opens one picture, see [`crate::read_back`].

mod probe;

use super::Failure;
use crate::read_back::{CPU_SECONDS, MEMORY_BYTES, confine, read};
use clap::Args;
use rlimit::Resource;
use std::io::{Read, Write};

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
