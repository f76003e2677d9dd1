//! The head as a readable line of text, wholly covered by its signature.

use super::{Chain, Head, HeadKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::context::{Context, signed_bytes};

/// Length of a line in bytes, with its padding and line break: one sector of a disk, which is written
/// atomically.
pub(super) const LINE: usize = 512;

const FORM: &str = "apoyo-head/1";

impl Head {
    fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes(
            Context::Head,
            &[
                &self.writes.to_be_bytes(),
                &self.given.to_be_bytes(),
                &self.promised.to_be_bytes(),
                &self.chain,
                self.boot.as_bytes(),
                &[u8::from(self.shut)],
            ],
        )
    }

    /// The line of a head.
    pub(super) fn line(&self, key: &HeadKey) -> Vec<u8> {
        let signature = (key.sign)(&self.signed_bytes());
        let mut line = format!(
            "{FORM} writes={} given={} promised={} chain={} boot={} state={} signature={}",
            self.writes,
            self.given,
            self.promised,
            hex::encode(self.chain),
            self.boot,
            if self.shut { "shut" } else { "open" },
            URL_SAFE_NO_PAD.encode(signature),
        )
        .into_bytes();
        line.resize(LINE - 1, b' ');
        line.push(b'\n');
        line
    }

    /// Parses a line; `None` if it is damaged or of another key.
    pub(super) fn of_line(line: &[u8], key: &HeadKey) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?;
        let mut words = text.split_ascii_whitespace();
        if words.next()? != FORM {
            return None;
        }
        let mut value = |name: &str| words.next()?.strip_prefix(name)?.strip_prefix('=');
        let mut chain: Chain = [0; 32];
        let head = Self {
            writes: value("writes")?.parse().ok()?,
            given: value("given")?.parse().ok()?,
            promised: value("promised")?.parse().ok()?,
            chain: {
                hex::decode_to_slice(value("chain")?, &mut chain).ok()?;
                chain
            },
            boot: value("boot")?.to_owned(),
            shut: match value("state")? {
                "shut" => true,
                "open" => false,
                _ => return None,
            },
        };
        let signature = URL_SAFE_NO_PAD.decode(value("signature")?).ok()?;
        key.public
            .signed(&head.signed_bytes(), &signature)
            .then_some(head)
    }
}
