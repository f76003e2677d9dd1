//! The row about the phone itself: language, where the citizen votes, notice, activation.

use super::{Rows, StoreFault, cipher::RecordAddress, from_json, to_json};
use crate::code::Problem;
use credential::Entidad;
use protocol::{
    activation::{ActivationCode, CODE_TRIES, Language, MailFate},
    attestation::Attestation,
    devices::DevicePublicKey,
    environment::Timestamp,
    ids::{ActivationId, DeviceId, Sha256Hash, SigninId},
    receipt::ReceiptPublicKey,
    seal::announced::SignedSealingKeys,
    sensitive::Sensitive,
    signin::SigninTicket,
};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// The row about the phone itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phone {
    pub language: Language,
    pub entidad: Option<Entidad>,
    pub seccion: Option<u16>,
    pub notice: Option<AcceptedNotice>,
    /// Whether apoyos wait for an unmetered network.
    pub wifi_only: bool,
    pub activation: Activation,
}

/// The encrypted part of the row: where the citizen votes, and an unfinished activation, which
/// holds an address and a code.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Private {
    entidad: Option<Entidad>,
    seccion: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    activation: Option<Activation>,
}

const RECORD: RecordAddress<'_> = RecordAddress::only("phone", "record");

/// The accepted privacy notice.
#[derive(Debug, Clone)]
pub(crate) struct AcceptedNotice {
    pub version: String,
    pub at_ms: i64,
}

/// The stage of the activation, without the front picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub(crate) enum Activation {
    /// No activation is in progress.
    None {
        /// Why the last one ended, if it did.
        ended: Option<Problem>,
    },
    /// The person is with a provider, in the system's browser.
    SigningIn(SigningIn),
    /// A provider has confirmed an address, or at least an account.
    Proved(Proved),
    /// A code was asked for; the server's answer is not known yet.
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

/// The request for a code, stored so that it can be repeated if the answer is lost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub activation: ActivationId,
    pub email: Sensitive<String>,
    pub device_key: DevicePublicKey,
    pub front: Sha256Hash,
    pub notice_version: String,
    pub language: Language,
    /// The attestation of the key, and its expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested: Option<Attested>,
    /// The sign-in that proves the address, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proved: Option<Box<Proved>>,
}

/// A sign-in in progress.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SigningIn {
    pub activation: ActivationId,
    pub device_key: DevicePublicKey,
    pub attested: Attested,
    pub signin: SigninId,
    /// The provider's name for people.
    pub provider: String,
    pub url: String,
    /// Whether the browser returns to a port of this machine, which is open while the app runs.
    pub loopback: bool,
    /// Its expiry, by the server's clock.
    pub until: Timestamp,
    /// The ticket, until it is redeemed.
    pub ticket: Option<SigninTicket>,
}

/// A redeemed sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Proved {
    pub activation: ActivationId,
    pub device_key: DevicePublicKey,
    pub attested: Attested,
    pub signin: SigninId,
    /// The provider's name for people.
    pub provider: String,
    /// The address; `None` if the provider did not disclose one: then the person types it.
    pub email: Option<Sensitive<String>>,
    /// Its expiry, by the server's clock.
    pub until: Timestamp,
}

/// The attestation of a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attested {
    pub attestation: Attestation,
    /// Its expiry, by the server's clock.
    pub until: Timestamp,
}

/// A code was mailed. The whole address is no longer stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CodeSent {
    pub activation: ActivationId,
    pub masked_email: Sensitive<String>,
    pub device_key: DevicePublicKey,
    /// Expiry of the code, by the server's clock.
    pub expires_at: Timestamp,
    /// When another mail may be asked for, by the server's clock.
    pub resend_at: Timestamp,
    /// The server's clock minus this phone's, in milliseconds.
    pub clock_behind_ms: i64,
    pub tries_left: u8,
    /// The fate of the newest mail, as last heard from the server.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mail: MailFate,
    /// The try whose answer is not known: the same code is sent again with the same attempt.
    pub attempt: Option<Attempt>,
}

fn is_default(fate: &MailFate) -> bool {
    *fate == MailFate::default()
}

impl CodeSent {
    /// The current time by the server's clock.
    pub fn server_now(&self, phone_now: Timestamp) -> Timestamp {
        phone_now + chrono::TimeDelta::milliseconds(self.clock_behind_ms)
    }

    /// Tries of a new code.
    pub const FRESH_TRIES: u8 = CODE_TRIES;
}

/// One try with one code, stored before it is first sent.
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
    /// Pinned: receipts that another key signed are refused.
    pub receipt_key: ReceiptPublicKey,
    /// The sealing keys, signed with the receipt key; `None` only in a phone that was activated
    /// before sealing existed, until it learns them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealing: Option<SignedSealingKeys>,
    pub since: Timestamp,
    /// Unsigned answers that would end it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
}

/// Unsigned answers that this phone is not known any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Doubt {
    /// How many, one a day at most.
    pub answers: u8,
    /// When the last one came that counts, by the phone's clock.
    pub last_ms: i64,
}

/// The row about the phone itself; the defaults if there is none.
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
        // The encrypted part was lost with its secret.
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

/// Replaces the row about the phone itself.
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

    /// Phones hold activations of these shapes, so they must not change.
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
