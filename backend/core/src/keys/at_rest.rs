//! Encryption of the texts in the database that name a person and stay for a day (an address, a mail
//! with its code). Their key is made of the key of codes, which is not in the database.

use super::Keys;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::{
    context::{Context, signed_bytes},
    environment::Entropy,
    sensitive::Sensitive,
};

/// The prefix of every hidden text. No address begins with it.
const MARK: &str = "sealed ";

/// The column that a hidden text belongs to. In another column it cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HiddenColumn {
    /// The address of an activation.
    ActivationAddress,
    /// The address of a mail.
    MailAddress,
    /// The text of a mail.
    MailText,
    /// The secrets of a sign-in.
    SigninSecrets,
    /// The address that a provider vouched for.
    SigninAddress,
}

impl HiddenColumn {
    const fn as_str(self) -> &'static str {
        match self {
            HiddenColumn::ActivationAddress => "activations.email",
            HiddenColumn::MailAddress => "mails.recipient",
            HiddenColumn::MailText => "mails.body",
            HiddenColumn::SigninSecrets => "signins.secrets",
            HiddenColumn::SigninAddress => "signins.email",
        }
    }

    fn bound(self, row: [u8; 16]) -> Vec<u8> {
        let fields: [&[u8]; 2] = [self.as_str().as_bytes(), &row];
        signed_bytes(Context::AtRest, &fields)
    }
}

/// The hidden text was not written by this server, or not for this column and row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("something hidden in the database cannot be read with this key")]
pub struct Unreadable;

/// The key of hidden texts, made of the key of codes.
pub(super) fn key(codes: &hmac::Key) -> LessSafeKey {
    let key = hmac::sign(codes, &signed_bytes(Context::AtRest, &[b"key"]));
    let key = UnboundKey::new(&AES_256_GCM, key.as_ref())
        .expect("an HMAC-SHA-256 is as long as a key of AES-256");
    LessSafeKey::new(key)
}

impl Keys {
    /// The text as the database holds it, in the row of this id.
    pub fn hide(
        &self,
        place: HiddenColumn,
        row: impl Into<[u8; 16]>,
        text: &Sensitive<String>,
        entropy: &dyn Entropy,
    ) -> Sensitive<String> {
        let mut nonce = [0; NONCE_LEN];
        entropy.fill(&mut nonce);
        let mut sealed = text.expose().as_bytes().to_vec();
        self.at_rest
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.bound(row.into())),
                &mut sealed,
            )
            .expect("a mail is far shorter than AES-GCM allows");
        let hidden = [&nonce[..], &sealed].concat();
        Sensitive::new(format!("{MARK}{}", URL_SAFE_NO_PAD.encode(hidden)))
    }

    /// The text behind a hidden one. Rows from before texts were hidden hold the text itself; they
    /// are gone a day after that change.
    pub fn reveal(
        &self,
        place: HiddenColumn,
        row: impl Into<[u8; 16]>,
        stored: &Sensitive<String>,
    ) -> Result<Sensitive<String>, Unreadable> {
        let Some(hidden) = stored.expose().strip_prefix(MARK) else {
            return Ok(stored.clone());
        };
        let mut bytes = URL_SAFE_NO_PAD.decode(hidden).map_err(|_| Unreadable)?;
        let (nonce, sealed) = bytes
            .split_first_chunk_mut::<NONCE_LEN>()
            .ok_or(Unreadable)?;
        let text = self
            .at_rest
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(place.bound(row.into())),
                sealed,
            )
            .map_err(|_| Unreadable)?;
        let text = std::str::from_utf8(text).map_err(|_| Unreadable)?;
        Ok(Sensitive::new(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{environment::SystemEntropy, ids::ActivationId};

    fn keys(code: u8) -> Keys {
        Keys::of(&[code; 32], &[2; 32], &[3; 32], &[4; 32])
    }

    #[test]
    fn lupitas_address_is_readable_in_its_own_place_with_the_right_key_only() {
        let of = ActivationId::from_bytes([1; 16]);
        let address = Sensitive::new("lupita@ejemplo.mx".to_owned());
        let hide = || keys(1).hide(HiddenColumn::MailAddress, of, &address, &SystemEntropy);
        let hidden = hide();
        assert!(!hidden.expose().contains("lupita") && hidden != hide());
        let read = |code, place, of| keys(code).reveal(place, of, &hidden);
        assert_eq!(read(1, HiddenColumn::MailAddress, of).unwrap(), address);
        let other = ActivationId::from_bytes([2; 16]);
        assert_eq!(read(9, HiddenColumn::MailAddress, of), Err(Unreadable));
        assert_eq!(
            read(1, HiddenColumn::ActivationAddress, of),
            Err(Unreadable)
        );
        assert_eq!(read(1, HiddenColumn::MailAddress, other), Err(Unreadable));
    }

    #[test]
    fn an_address_of_an_older_server_is_still_mailed_to() {
        let of = ActivationId::from_bytes([1; 16]);
        let old = Sensitive::new("lupita@ejemplo.mx".to_owned());
        assert_eq!(
            keys(1).reveal(HiddenColumn::MailAddress, of, &old).unwrap(),
            old
        );
    }
}
