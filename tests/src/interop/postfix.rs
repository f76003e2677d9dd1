//! A mail that only other programs send: with letters in the address (RFC 6531).

use std::{io, process::Command};

const SEND: &str = "
import smtplib, sys
port, sender, to, name = sys.argv[1:]
s = smtplib.SMTP('127.0.0.1', int(port)); s.ehlo()
text = f'Message-ID: {name}\\r\\nSubject: x\\r\\nTo: {to}\\r\\n\\r\\nhola\\r\\n'
s.sendmail(sender, [to], text.encode(), mail_options=['SMTPUTF8', 'BODY=8BITMIME'])
";

/// Sends one.
pub fn send_utf8(port: u16, sender: &str, to: &str, message_id: &str) -> io::Result<()> {
    let done = Command::new("/usr/bin/python3")
        .args(["-c", SEND, &port.to_string(), sender, to, message_id])
        .output()?;
    match done.status.success() {
        true => Ok(()),
        false => Err(io::Error::other(String::from_utf8_lossy(&done.stderr))),
    }
}
