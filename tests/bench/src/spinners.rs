//! Two busy loops of idle priority, so that a virtual machine does not put its processors to sleep
//! between two flushes of the disk. Without them a flush waits for a timer tick.

use anyhow::{Context, Result};
use std::process::{Child, Command, Stdio};

/// Runs until it is dropped.
pub struct Spinners(Vec<Child>);

impl Spinners {
    /// Starts one loop per processor, below the priority of everything else.
    pub fn start() -> Result<Self> {
        let loops = std::thread::available_parallelism()?.get();
        (0..loops)
            .map(|_| {
                Command::new("chrt")
                    .args([
                        "-i",
                        "0",
                        "nice",
                        "-n",
                        "19",
                        "sh",
                        "-c",
                        "while :; do :; done",
                    ])
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .context("chrt (package util-linux) is needed for the idle spinners")
            })
            .collect::<Result<_>>()
            .map(Self)
    }
}

impl Drop for Spinners {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
