//! The code of the mail, signed by the phone that asked.

use crate::{
    asking::{FromHolder, NotProved, Proof, active_device, admit},
    core::Core,
    limits::Limited,
    refusal::Refusal,
};
use protocol::{
    activation::{ActivationCompleted, CompleteActivation},
    code::{Code, Problem},
    ids::{ActivationId, DeviceId},
};
use storage::{
    StorageError,
    activation::{Activation, CodeTry, Tried},
};

/// An ES256 signature: r and s.
const SIGNATURE_BYTES: usize = 64;

/// Why a phone is not activated.
#[derive(Debug, thiserror::Error)]
pub enum CompleteRefused {
    /// The activation does not exist or has ended.
    #[error("there is no such activation")]
    Unknown,
    /// The request is not proved to come from the phone that asked.
    #[error(transparent)]
    NotProved(#[from] NotProved),
    /// Another phone signed the request.
    #[error("the code belongs to another phone")]
    ForeignDevice,
    /// This is not the code that was mailed.
    #[error("not the code that was mailed: {tries_left} tries left")]
    WrongCode {
        /// Tries that are left.
        tries_left: u8,
    },
    /// The code has expired.
    #[error("the code's time is over")]
    Expired,
    /// The code was used already.
    #[error("the code was used already")]
    Used,
    /// All tries are used up.
    #[error("all tries are used up")]
    Exhausted,
    /// A limit is reached.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CompleteRefused> for Refusal {
    fn from(why: CompleteRefused) -> Self {
        match why {
            CompleteRefused::Unknown => Code::ActivationUnknown.into(),
            CompleteRefused::NotProved(why) => why.into(),
            CompleteRefused::ForeignDevice => Code::CodeForeignDevice.into(),
            CompleteRefused::WrongCode { tries_left } => Problem {
                tries_left: Some(tries_left),
                ..Problem::new(Code::CodeWrong)
            }
            .into(),
            CompleteRefused::Expired => Code::CodeExpired.into(),
            CompleteRefused::Used => Code::CodeUsed.into(),
            CompleteRefused::Exhausted => Code::CodeExhausted.into(),
            CompleteRefused::Limited(why) => why.into(),
            CompleteRefused::Storage(error) => error.into(),
        }
    }
}

/// Tries the code. A phone that brings the right one has a name from then on.
pub async fn complete(
    core: &Core,
    id: ActivationId,
    request: FromHolder<CompleteActivation>,
) -> Result<ActivationCompleted, CompleteRefused> {
    let FromHolder {
        network,
        proof,
        asked: complete,
    } = request;
    let own = match core.storage.activation(id).await? {
        Some(activation) => own_signature(core, &activation, proof).await,
        None => Err(CompleteRefused::Unknown),
    };
    // Networks count strangers; the phone that began the activation has its own count.
    if let Err(why) = own {
        admit(core, network)?;
        return Err(why);
    }
    core.limits.holder(id)?;

    let tried = core
        .storage
        .try_code(
            id,
            CodeTry {
                code_hash: core.keys.code_hash(id, &complete.code),
                attempt: complete.attempt,
                device: DeviceId::random(&*core.entropy),
                now: core.now(),
            },
        )
        .await?;
    let device = match tried {
        Tried::Completed(device) => device,
        Tried::Wrong { tries_left } => {
            core.events.count("activation", "wrong_code");
            return Err(CompleteRefused::WrongCode { tries_left });
        }
        Tried::Expired => return Err(CompleteRefused::Expired),
        Tried::Used => return Err(CompleteRefused::Used),
        Tried::Exhausted => return Err(CompleteRefused::Exhausted),
        Tried::Unknown => return Err(CompleteRefused::Unknown),
    };
    core.events.count("activation", "completed");
    Ok(ActivationCompleted {
        device,
        receipt_key: core.keys.receipt_public(),
        sealing: core.sealing().announced().clone(),
    })
}

/// Only the key that asked may spend a try: a stranger's guess costs the phone nothing and tells
/// the stranger nothing. A well-formed signature that this key did not make is another phone's.
async fn own_signature(
    core: &Core,
    activation: &Activation,
    proof: Proof,
) -> Result<(), CompleteRefused> {
    if proof.signature.len() != SIGNATURE_BYTES {
        return Err(NotProved::Invalid.into());
    }
    if proof.in_name(&activation.id.to_string()).is_ok() {
        return proof
            .signed_by(&activation.device_key)
            .map_err(|_| CompleteRefused::ForeignDevice);
    }
    // Signed in the name of another activation or device: foreign if that one exists.
    let key = match proof.name.parse() {
        Ok(other) => core
            .storage
            .activation(other)
            .await?
            .map(|other| other.device_key),
        Err(_) => None,
    };
    match key {
        Some(key) => proof.signed_by(&key)?,
        None => {
            active_device(core, proof, ()).await?;
        }
    }
    Err(CompleteRefused::ForeignDevice)
}
