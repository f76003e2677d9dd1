//! Tests the confinement of the child that opens pictures on this machine.

use super::{super::block_on, Findings};
use crate::{cli::Failure, read_back::ChildProcess};

const WHAT: &str = "the child that opens pictures";

/// Has the child try the calls that a picture must never be able to make.
pub(super) fn examine(findings: &mut Findings) -> Result<(), Failure> {
    let child = ChildProcess {
        program: std::env::current_exe()?,
    };
    let probed = match block_on(async { Ok(child.probe().await?) }) {
        Ok(probed) => probed,
        Err(why) => {
            findings.note(WHAT, false, &format!("does not start: {why}"));
            return Ok(());
        }
    };
    match &probed.not_confined {
        None => findings.note(
            WHAT,
            probed.possible.is_empty(),
            &match probed.possible.is_empty() {
                true => "no file, no network, no program (seccomp, tried)".to_owned(),
                false => format!("is behind seccomp and could {}", probed.possible.join(", ")),
            },
        ),
        Some(why) => findings.note(
            WHAT,
            false,
            &format!("{why}; only its memory and its time are bounded, a picture that takes it over could {}", probed.possible.join(", ")),
        ),
    }
    Ok(())
}
