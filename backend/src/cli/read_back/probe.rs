//! `apoyo read-back --probe`: tries, behind the filter, the calls that a picture must never be able to
//! make. `apoyo doctor` and the tests use it.

use crate::read_back::{NotConfined, Probed};
use std::{
    fs::File,
    net::{TcpListener, UdpSocket},
    os::unix::net::UnixDatagram,
    process::{Command, Stdio},
};

/// Tries every call, and prints those that were possible.
pub(super) fn probe(confined: Result<(), NotConfined>) -> Probed {
    type Try = (&'static str, fn() -> bool);
    let tries: [Try; 6] = [
        ("open a file", || File::open("/").is_ok()),
        ("make a file", || {
            let file = std::env::temp_dir().join(format!("apoyo-probe-{}", std::process::id()));
            let made = File::create(&file).is_ok();
            // Printed only if the filter failed.
            let _ = std::fs::remove_file(file);
            made
        }),
        ("listen on the network", || {
            TcpListener::bind("127.0.0.1:0").is_ok()
        }),
        ("send on the network", || {
            UdpSocket::bind("127.0.0.1:0").is_ok()
        }),
        ("make a local socket", || UnixDatagram::unbound().is_ok()),
        ("start a program", || {
            let mut command = Command::new("/bin/true");
            let started = command.stdin(Stdio::null()).spawn();
            started.and_then(|mut child| child.wait()).is_ok()
        }),
    ];
    let possible = tries.into_iter().filter(|(_, can)| can());
    Probed {
        not_confined: confined.err().map(|why| why.to_string()),
        possible: possible.map(|(what, _)| what.to_owned()).collect(),
    }
}
