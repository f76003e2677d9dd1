//! A mail relay on loopback: STARTTLS with a certificate of its own authority, AUTH, and prepared
//! faults.
//!
//! It is an independent implementation (aiosmtpd, from Debian's python3-aiosmtpd), so that server and
//! test do not share a misunderstanding of the protocol.

use crate::mailbox::{Letter, letters};
use std::{
    fs,
    io::{self, BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// The server's user name at the relay.
pub const USER: &str = "apoyo";
/// The server's password at the relay.
pub const PASSWORD: &str = "una-clave-de-prueba";

/// The relay's treatment of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes it.
    Take,
    /// Refuses the recipient for now (451).
    Later,
    /// Refuses the recipient for good (550).
    Never,
    /// Refuses the mail itself for now (452).
    Busy,
    /// Refuses the mail itself for good (552).
    Full,
    /// Takes it and hangs up before it answers.
    Drop,
    /// Never answers.
    Hang,
}

/// A relay: a fixed port, and a process while it is up.
pub struct Relay {
    folder: tempfile::TempDir,
    port: u16,
    process: Option<Child>,
}

impl Relay {
    /// A relay that is down, with its certificate.
    pub fn new() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        make_certificates(folder.path())?;
        // The port is free now and is bound again at the start. The system assigns ports of this range in
        // turn, so no other program gets it in between.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        Ok(Self {
            folder,
            port,
            process: None,
        })
    }

    /// Brings it up.
    pub fn up(&mut self) -> io::Result<()> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("smtp/peer.py");
        let at = |name| self.folder.path().join(name);
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .arg(self.folder.path())
            .args(["127.0.0.1", &self.port.to_string()])
            .args([at("relay.pem"), at("relay.key")])
            .args([USER, PASSWORD])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Its warnings (a client that hangs up) are part of the story.
            .stderr(fs::File::create(self.folder.path().join("complaints"))?)
            .spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().expect("piped above");
        BufReader::new(out).read_line(&mut line)?;
        self.process = Some(child);
        if line.trim() == "listening" {
            Ok(())
        } else {
            Err(io::Error::other(
                "no relay: apt-get install python3-aiosmtpd",
            ))
        }
    }

    /// Takes it down: connections are refused.
    pub fn down(&mut self) -> io::Result<()> {
        if let Some(mut child) = self.process.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Changes its treatment of mail from now on.
    pub fn be(&self, mood: Mood) -> io::Result<()> {
        let word = match mood {
            Mood::Take => "take",
            Mood::Later => "later",
            Mood::Never => "never",
            Mood::Busy => "busy",
            Mood::Full => "full",
            Mood::Drop => "drop",
            Mood::Hang => "hang",
        };
        fs::write(self.folder.path().join("mood"), word)
    }

    /// The folder of its mails.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The mails that it has taken so far.
    pub fn letters(&self) -> io::Result<Vec<Letter>> {
        letters(self.folder.path())
    }

    /// Its log: one line per AUTH and per recipient.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The `[mail]` part of the server's configuration.
    pub fn config(&self) -> String {
        format!(
            "[mail]\nfrom = \"Apoyo <apoyo@ejemplo.mx>\"\n\n[mail.smtp]\nhost = \"127.0.0.1\"\n\
             port = {}\ntls = \"starttls\"\nuser = \"{USER}\"\npassword = \"{PASSWORD}\"\n\
             ca_file = \"{}\"\n",
            self.port,
            self.authority().display()
        )
    }

    /// The certificate of the relay's own authority.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.down();
    }
}

fn make_certificates(folder: &Path) -> io::Result<()> {
    let openssl = |arguments: &str| -> io::Result<()> {
        let done = Command::new("openssl")
            .current_dir(folder)
            .args(arguments.split(' '))
            .output()?;
        match done.status.success() {
            true => Ok(()),
            false => Err(io::Error::other(String::from_utf8_lossy(&done.stderr))),
        }
    };
    fs::write(
        folder.join("relay.ext"),
        "subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n",
    )?;
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
         -keyout authority.key -out authority.pem -subj /CN=Autoridad-de-prueba",
    )?;
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout relay.key \
         -out relay.csr -subj /CN=relay",
    )?;
    openssl(
        "x509 -req -in relay.csr -CA authority.pem -CAkey authority.key -CAcreateserial \
         -days 3650 -extfile relay.ext -out relay.pem",
    )
}
