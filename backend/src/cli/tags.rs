//! `apoyo tags serve|verify`

use super::{Failure, block_on, logs};
use crate::tags::{Desk, Record, serve, verify};
use anyhow::Context;
use clap::Subcommand;
use protocol::environment::{SystemClock, SystemEntropy};
use server_core::keys::PersonKey;
use std::{
    fs, io,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{
    net::UnixListener,
    signal::unix::{SignalKind, signal},
};

const HELP: &str = "\
The key of people's pseudonyms is then not among the server's keys. Another user of the system
holds it, who shares nothing with the server but the socket:

  tagger$  apoyo tags serve --keys /srv/tagger --socket /run/apoyo/tags.sock
  server$  apoyo serve --config apoyo.toml       with [tags] socket = \"/run/apoyo/tags.sock\"

Users of the socket's group may ask. A server that has apoyos already brings its key: copy its
keys/tag.key to DIR/person.key before the first start, and give the server a new tag.key after it
(`apoyo serve` refuses a tagger with another key). Keep a copy of DIR: without that key people
would count twice.

Each question is a line in DIR/tags.log: number, moment, the asking user, the group; never a
person. `apoyo tags verify` proves that no line was changed or left out.";

#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub enum Tags {
    /// Hold the key, and answer over a socket.
    Serve {
        /// Where to listen.
        #[arg(long, value_name = "PATH")]
        socket: PathBuf,
        /// The folder of key and record; the key is made at the first start.
        #[arg(long, value_name = "DIR")]
        keys: PathBuf,
        /// Questions that are answered in a second.
        #[arg(long, default_value_t = 200, value_name = "N")]
        per_second: u32,
    },
    /// Prove that the record is whole. Exit code 4 if it is not.
    Verify {
        /// The folder of key and record.
        #[arg(long, value_name = "DIR")]
        keys: PathBuf,
    },
}

impl Tags {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Tags::Serve {
                socket,
                keys,
                per_second,
            } => answer(&socket, &keys, per_second),
            Tags::Verify { keys } => match verify(&keys.join("tags.log")) {
                Ok((number, chain)) => {
                    println!("whole: {number} questions, head {number}:{chain}");
                    Ok(())
                }
                Err(why) => Err(Failure::BadData(why.to_string())),
            },
        }
    }
}

fn answer(socket: &Path, folder: &Path, per_second: u32) -> Result<(), Failure> {
    logs::start(false);
    let key = PersonKey::open_or_make(folder, &SystemEntropy)?;
    let record = Record::open(folder).context("the record of the tagger")?;
    let desk = Desk::new(key, record, Arc::new(SystemClock), per_second);
    block_on(async {
        // The socket of a tagger that died. A running tagger holds the record, not the socket.
        match fs::remove_file(socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let listener = UnixListener::bind(socket)
            .with_context(|| format!("listening on {}", socket.display()))?;
        fs::set_permissions(socket, fs::Permissions::from_mode(0o660))?;
        let mut stop = signal(SignalKind::terminate())?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "apoyo tags answers on {}", socket.display())?;
        out.flush()?;
        tokio::select! {
            ended = serve(listener, Arc::new(desk)) => ended?,
            _ = stop.recv() => {}
        }
        Ok(())
    })
}
