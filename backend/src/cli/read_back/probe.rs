//! `apoyo read-back --probe`: tries, from behind the filter, what a picture must never be able
//! to do. `apoyo doctor` and the tests ask.

use crate::read_back::{NotConfined, Probed};
use std::{
    fs::File,
    net::{TcpListener, UdpSocket},
    os::unix::net::UnixDatagram,
    process::{Command, Stdio},
};

/// Tries everything, and says what was possible.
pub(super) fn probe(confined: Result<(), NotConfined>) -> Probed {
    type Try = (&'static str, fn() -> bool);
    let tries: [Try; 6] = [
        ("open a file", || File::open("/").is_ok()),
        ("make a file", || {
            let file = std::env::temp_dir().join(format!("apoyo-probe-{}", std::process::id()));
            let made = File::create(&file).is_ok();
            // Only there when it should not be.
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
