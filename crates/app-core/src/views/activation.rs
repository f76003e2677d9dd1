//! The activation, as the screen shows it.

use crate::code::Problem;
use credential::reading::FindingCode;
use protocol::{environment::Timestamp, ids::DeviceId, sensitive::Sensitive};
use serde::{Deserialize, Serialize};

/// The stage of the activation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum ActivationView {
    /// The privacy notice has to be read and accepted.
    Notice,
    /// The front of the credential has to be photographed.
    Front,
    /// The mail address has to be given.
    Email {
        /// The findings in the front picture.
        findings: Vec<FindingCode>,
        /// Those findings for which the screen asks whether to use the picture.
        ask: Vec<FindingCode>,
        /// Why the last activation ended, if it did (expired, exhausted, key lost).
        ended: Option<Problem>,
        /// What a provider has confirmed.
        proved: Option<ProvedView>,
    },
    /// The person is with a provider, in the system's browser.
    Signin {
        /// The provider's name for people.
        provider: String,
        /// The URL that was opened, for opening it again.
        url: String,
        /// Seconds until the sign-in expires.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        left_s: i64,
        /// The browser has returned; the ticket still has to be redeemed.
        is_back: bool,
    },
    /// The code is on its way.
    Code {
        /// The address, most of it hidden (`l•••@ejemplo.mx`).
        masked_email: String,
        /// Seconds until the code expires.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        expires_in_s: i64,
        /// Seconds until another mail may be asked for.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        resend_in_s: i64,
        /// Tries that are left, as far as the phone knows.
        tries_left: u8,
        /// What is wrong with the mail, if anything: it bounced, or was refused.
        mail: Option<Problem>,
    },
    /// The phone is activated.
    Active {
        /// The device's id.
        device: DeviceId,
        /// When it was activated.
        since: Timestamp,
    },
}

/// What a provider has confirmed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ProvedView {
    /// The provider's name for people.
    pub provider: String,
    /// The address; `None` if the provider did not disclose one: then the person types it.
    #[cfg_attr(feature = "ts", ts(as = "Option<String>"))]
    pub email: Option<Sensitive<String>>,
}
