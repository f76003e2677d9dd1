//! The phone itself: language, place, notice, and how far its activation is.

use super::{Rows, StoreFault, cipher::Place, from_json, to_json};
use credential::Entidad;
use protocol::{
    activation::{ActivationCode, CODE_TRIES, Language, MailFate},
    attestation::Attestation,
    code::Problem,
    device::DevicePublicKey,
    environment::Timestamp,
    ids::{ActivationId, DeviceId, Sha256Hash, SigninId},
    receipt::ReceiptPublicKey,
    seal::announced::SignedSealingKeys,
    sensitive::Sensitive,
    signin::SigninTicket,
};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// One row: what the phone knows about itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phone {
    pub language: Language,
    pub entidad: Option<Entidad>,
    pub seccion: Option<u16>,
    pub notice: Option<AcceptedNotice>,
    /// Apoyos wait for a network that is not paid by the byte.
    pub wifi_only: bool,
    pub activation: Activation,
}

/// What of it is encrypted: where somebody votes, and an activation that is under way, which
/// holds an address and a code.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Private {
    entidad: Option<Entidad>,
    seccion: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    activation: Option<Activation>,
}

const RECORD: Place<'_> = Place::only("phone", "record");

/// The privacy notice that was accepted.
#[derive(Debug, Clone)]
pub(crate) struct AcceptedNotice {
    pub version: String,
    pub at_ms: i64,
}

/// How far the activation is, apart from the front picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub(crate) enum Activation {
    /// None is under way.
    None {
        /// Why the last one ended, where it did.
        ended: Option<Problem>,
    },
    /// The person is with a provider, in the system's browser.
    SigningIn(SigningIn),
    /// A provider has vouched for an address, or at least for an account.
    Proved(Proved),
    /// Asked for; whether the server heard it is not known yet.
    Asked(Asked),
    /// The server mailed a code.
    CodeSent(CodeSent),
    /// The phone is activated.
    Active(Active),
}

impl Default for Activation {
    fn default() -> Self {
        Self::None { ended: None }
    }
}

/// What was asked for: the same again, should the answer be lost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub activation: ActivationId,
    pub email: Sensitive<String>,
    pub device_key: DevicePublicKey,
    pub front: Sha256Hash,
    pub notice_version: String,
    pub language: Language,
    /// What the hardware said about the key, and until when the server takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested: Option<Attested>,
    /// The sign-in that proves the address, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proved: Option<Box<Proved>>,
}

/// Somebody is with a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SigningIn {
    pub activation: ActivationId,
    pub device_key: DevicePublicKey,
    pub attested: Attested,
    pub signin: SigninId,
    /// What people call it.
    pub provider: String,
    pub url: String,
    /// The browser finds back to a port of this machine, for as long as the app runs.
    pub loopback: bool,
    /// By the server's clock.
    pub until: Timestamp,
    /// What the browser brought back, until it is redeemed.
    pub ticket: Option<SigninTicket>,
}

/// What a redeemed sign-in is worth.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Proved {
    pub activation: ActivationId,
    pub device_key: DevicePublicKey,
    pub attested: Attested,
    pub signin: SigninId,
    /// What people call the provider.
    pub provider: String,
    /// The address; `None` where the provider did not say: then it is typed.
    pub email: Option<Sensitive<String>>,
    /// By the server's clock.
    pub until: Timestamp,
}

/// What the phone's hardware said about a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attested {
    pub attestation: Attestation,
    /// By the server's clock.
    pub until: Timestamp,
}

/// A code is on its way. The whole address is no longer kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CodeSent {
    pub activation: ActivationId,
    pub masked_email: Sensitive<String>,
    pub device_key: DevicePublicKey,
    /// By the server's clock.
    pub expires_at: Timestamp,
    /// By the server's clock.
    pub resend_at: Timestamp,
    /// What to add to this phone's clock to have the server's, in milliseconds.
    pub clock_behind_ms: i64,
    pub tries_left: u8,
    /// How the newest mail fares, as the server last said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mail: MailFate,
    /// The try whose answer is not known: the same code is sent with the same attempt.
    pub attempt: Option<Attempt>,
}

fn is_default(fate: &MailFate) -> bool {
    *fate == MailFate::default()
}

impl CodeSent {
    /// The server's time.
    pub fn server_now(&self, phone_now: Timestamp) -> Timestamp {
        phone_now + chrono::TimeDelta::milliseconds(self.clock_behind_ms)
    }

    /// Tries that a new code survives.
    pub const FRESH_TRIES: u8 = CODE_TRIES;
}

/// One try with one code, chosen before it was first sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub code: ActivationCode,
    pub attempt: Sha256Hash,
}

/// The phone is activated.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Active {
    pub device: DeviceId,
    pub device_key: DevicePublicKey,
    /// Pinned: receipts of any other key are not believed.
    pub receipt_key: ReceiptPublicKey,
    /// What apoyos are sealed to, as the holder of the receipt key signed it; `None` until a
    /// server has said so to a phone that was activated before there was sealing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealing: Option<SignedSealingKeys>,
    pub since: Timestamp,
}

/// What the phone knows about itself; the defaults of a new one where it knows nothing.
pub(crate) fn load(rows: &Rows<'_>) -> Result<Phone, StoreFault> {
    let row = rows
        .query_row(
            "SELECT language, wifi_only, notice_version, notice_accepted_at, active, record
             FROM phone",
            [],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, bool>(1)?,
                    row.get::<_, Option<String>>(2)?,
                    row.get::<_, Option<i64>>(3)?,
                    row.get::<_, Option<String>>(4)?,
                    row.get::<_, Option<Vec<u8>>>(5)?,
                ))
            },
        )
        .optional()?;
    let Some((language, wifi_only, version, accepted_at, active, record)) = row else {
        return Ok(Phone::default());
    };
    let private: Private = match record {
        Some(record) => rows.open_json(RECORD, &record, "the phone")?,
        // Lost with its secret.
        None => Private::default(),
    };
    let activation = match active {
        Some(active) => Activation::Active(from_json(&active, "the activation")?),
        None => private.activation.unwrap_or_default(),
    };
    Ok(Phone {
        language: from_json(&format!("\"{language}\""), "the language")?,
        entidad: private.entidad,
        seccion: private.seccion,
        notice: version
            .zip(accepted_at)
            .map(|(version, at_ms)| AcceptedNotice { version, at_ms }),
        wifi_only,
        activation,
    })
}

/// Replaces what the phone knows about itself.
pub(crate) fn save(rows: &Rows<'_>, phone: &Phone) -> Result<(), StoreFault> {
    let language = match phone.language {
        Language::EsMx => "es-MX",
        Language::En => "en",
    };
    let (active, under_way) = match &phone.activation {
        Activation::Active(active) => (Some(to_json(active)?), None),
        other => (None, Some(other.clone())),
    };
    let private = Private {
        entidad: phone.entidad,
        seccion: phone.seccion,
        activation: under_way,
    };
    rows.execute(
        "INSERT INTO phone
           (id, language, wifi_only, notice_version, notice_accepted_at, active, record)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET language = ?1, wifi_only = ?2, notice_version = ?3,
           notice_accepted_at = ?4, active = ?5, record = ?6",
        params![
            language,
            phone.wifi_only,
            phone.notice.as_ref().map(|n| &n.version),
            phone.notice.as_ref().map(|n| n.at_ms),
            active,
            rows.seal_json(RECORD, &private)?,
        ],
    )?;
    Ok(())
}

/// Loads, changes and saves in the caller's transaction.
pub(crate) fn change<T>(
    rows: &Rows<'_>,
    change: impl FnOnce(&mut Phone) -> T,
) -> Result<T, StoreFault> {
    let mut phone = load(rows)?;
    let value = change(&mut phone);
    save(rows, &phone)?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shapes in which phones out there keep their activation: they may not change.
    #[test]
    fn activations_stored_by_the_first_version_are_still_understood() {
        let key = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";
        for text in [
            r#"{"stage":"none","ended":{"code":"code_expired"}}"#.to_owned(),
            format!(
                r#"{{"stage":"asked","activation":"00112233445566778899aabbccddeeff","email":"lupita@ejemplo.mx","device_key":"{key}","front":"{0}","notice_version":"0123456789abcdef","language":"es-MX"}}"#,
                "ab".repeat(32)
            ),
            format!(
                r#"{{"stage":"code_sent","activation":"00112233445566778899aabbccddeeff","masked_email":"l•••@ejemplo.mx","device_key":"{key}","expires_at":"2027-01-02T03:04:05Z","resend_at":"2027-01-01T03:05:05Z","clock_behind_ms":0,"tries_left":5,"attempt":{{"code":"7K2M-Q9RX","attempt":"{0}"}}}}"#,
                "cd".repeat(32)
            ),
            format!(
                r#"{{"stage":"active","device":"00112233445566778899aabbccddeeff","device_key":"{key}","receipt_key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","since":"2027-01-02T03:04:05Z"}}"#
            ),
        ] {
            let activation: Activation = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&activation).unwrap(), text);
        }
    }
}
