//! Who asks for a doing, as the type of its argument.
//!
//! | Type | Who | Made by |
//! |---|---|---|
//! | [`FromStranger<T>`] | a phone that has no name yet | [`admit`], which counts its network first |
//! | [`FromHolder<T>`] | a phone that claims to have begun an activation | [`begun_by`], which counts its network if the claim is false |
//! | [`Signed<T>`] | an activated phone | [`active_device`] or [`lately_active_device`] |
//! | [`Signed<T>`] | a phone that was activated once, for what does no harm after that | [`known_device`] |
//!
//! Both are made from a [`Proof`]: a signature over one request, read by the door that it came
//! through.

use crate::{
    core::Core,
    limits::{Limited, network::Network},
    refusal::Refusal,
};
use protocol::{
    code::{Code, Problem},
    device_ended::{DeviceEnded, SignedDeviceEnded, WhyEnded},
    devices::DevicePublicKey,
    ids::{ActivationId, DeviceId, Sha256Hash},
};
use storage::{
    StorageError,
    activation::{Activation, Device},
};

/// The name that a phone writes before the server has given it one.
pub const NEW: &str = "new";

/// A signature over one request, not yet verified.
#[derive(Debug)]
pub struct Proof {
    /// The name that it was made in: a device, an activation, or [`NEW`].
    pub name: String,
    /// The bytes that were sent as the signature.
    pub signature: Vec<u8>,
    /// The bytes that it should cover ([`protocol::devices::request_bytes`]).
    pub message: Vec<u8>,
    /// SHA-256 of the request's body.
    pub body: Sha256Hash,
}

/// Why the sender of a request is not believed.
#[derive(Debug, thiserror::Error)]
pub enum NotProved {
    /// The request has no signature.
    #[error("there is no signature")]
    Missing,
    /// The signature is of another key, or over other bytes.
    #[error("the signature does not belong to this request and this key")]
    Invalid,
    /// The device does not exist.
    #[error("there is no device of this name")]
    DeviceUnknown(Option<Box<SignedDeviceEnded>>),
    /// The device was revoked.
    #[error("the device was revoked")]
    DeviceRevoked(Box<SignedDeviceEnded>),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<NotProved> for Refusal {
    fn from(why: NotProved) -> Self {
        match why {
            NotProved::Missing => Code::SignatureMissing.into(),
            NotProved::Invalid => Code::SignatureInvalid.into(),
            NotProved::DeviceUnknown(ended) => over(Code::DeviceUnknown, ended),
            NotProved::DeviceRevoked(ended) => over(Code::DeviceRevoked, Some(ended)),
            NotProved::Storage(error) => error.into(),
        }
    }
}

/// A refusal that a phone believes: the server's key signed it.
fn over(code: Code, ended: Option<Box<SignedDeviceEnded>>) -> Refusal {
    Refusal::from(Problem {
        ended,
        ..Problem::new(code)
    })
}

fn device_id(name: &str) -> Result<DeviceId, NotProved> {
    name.parse().map_err(|_| NotProved::DeviceUnknown(None))
}

async fn look_up(core: &Core, id: DeviceId) -> Result<Device, NotProved> {
    let device = core.storage.device(id).await?;
    device.ok_or_else(|| NotProved::DeviceUnknown(Some(signed(core, id, WhyEnded::Unknown))))
}

fn signed(core: &Core, device: DeviceId, why: WhyEnded) -> Box<SignedDeviceEnded> {
    Box::new(core.keys.sign_device_ended(DeviceEnded {
        device,
        why,
        at: core.now(),
    }))
}

impl Proof {
    /// Whether the signature was made in this name.
    pub fn in_name(&self, name: &str) -> Result<(), NotProved> {
        match self.name == name {
            true => Ok(()),
            false => Err(NotProved::Invalid),
        }
    }

    /// Whether `key` made this signature for this request.
    pub fn signed_by(&self, key: &DevicePublicKey) -> Result<(), NotProved> {
        key.verify(&self.message, &self.signature)
            .map_err(|_| NotProved::Invalid)
    }

    /// Whether `key` made it, without a name of the server's.
    pub fn signed_by_new(&self, key: &DevicePublicKey) -> Result<(), NotProved> {
        self.in_name(NEW)?;
        self.signed_by(key)
    }
}

/// A stranger's request that was counted towards its network.
#[derive(Debug, Clone, Copy)]
pub struct Admitted {
    /// How much of the network's allowance is used up, from 0 to 1.
    used: f64,
}

impl Admitted {
    /// How much of the network's allowance is used up, from 0 to 1.
    pub fn used(self) -> f64 {
        self.used
    }
}

/// Counts a stranger's request towards its network, before the server does any work for it.
/// `None`: the door does not know the network.
pub fn admit(core: &Core, network: Option<Network>) -> Result<Admitted, Limited> {
    let used = core
        .limits
        .request(&core.keys, network)
        .inspect_err(|_| core.events.count("limited", "network"))?;
    Ok(Admitted { used })
}

/// A request of a phone that has no name yet. It is not proved until the doing has compared
/// [`Self::proof`] with the key that it expects.
#[derive(Debug)]
pub struct FromStranger<T> {
    /// The evidence that its network was counted.
    pub admitted: Admitted,
    /// The signature, and the name that it was made in.
    pub proof: Proof,
    /// The content of the request.
    pub asked: T,
}

/// A request in the name of an activation. It counts towards its network only if the phone that began
/// the activation did not sign it, because a whole country's phones may share one network.
#[derive(Debug)]
pub struct FromHolder<T> {
    /// The network that it comes from, if the door knows it.
    pub network: Option<Network>,
    /// The signature, and the name that it was made in.
    pub proof: Proof,
    /// The content of the request.
    pub asked: T,
}

/// Why a request is not that of the phone that began the activation.
#[derive(Debug, thiserror::Error)]
pub enum NotHeld {
    /// The activation does not exist.
    #[error("there is no such activation")]
    Unknown,
    /// The request is not proved to come from the phone that began the activation.
    #[error(transparent)]
    NotProved(#[from] NotProved),
    /// A limit is reached.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<NotHeld> for Refusal {
    fn from(why: NotHeld) -> Self {
        match why {
            NotHeld::Unknown => Code::ActivationUnknown.into(),
            NotHeld::NotProved(why) => why.into(),
            NotHeld::Limited(why) => why.into(),
            NotHeld::Storage(error) => error.into(),
        }
    }
}

/// The activation of this id, if the request is from the phone that began it.
pub async fn begun_by<T>(
    core: &Core,
    id: ActivationId,
    request: &FromHolder<T>,
) -> Result<Activation, NotHeld> {
    let proved = match core.storage.activation(id).await? {
        None => Err(NotHeld::Unknown),
        Some(activation) => {
            let proof = &request.proof;
            let proved = proof.in_name(&id.to_string());
            let proved = proved.and_then(|()| proof.signed_by(&activation.device_key));
            proved.map(|()| activation).map_err(NotHeld::from)
        }
    };
    match proved {
        Ok(activation) => {
            core.limits.holder(id)?;
            Ok(activation)
        }
        Err(why) => {
            admit(core, request.network)?;
            Err(why)
        }
    }
}

/// A request of an activated phone, whose signature was verified.
#[derive(Debug)]
pub struct Signed<T> {
    /// The phone.
    pub device: Device,
    /// SHA-256 of the request's body.
    pub hash: Sha256Hash,
    /// The signature, for the evidence.
    pub signature: Vec<u8>,
    /// The content of the request.
    pub asked: T,
}

impl<T> Signed<T> {
    /// The same request with its content converted.
    pub fn asking<U>(self, make: impl FnOnce(T) -> U) -> Signed<U> {
        Signed {
            device: self.device,
            hash: self.hash,
            signature: self.signature,
            asked: make(self.asked),
        }
    }

    fn of(device: Device, proof: Proof, asked: T) -> Self {
        Self {
            device,
            hash: proof.body,
            signature: proof.signature,
            asked,
        }
    }
}

/// Accepts a request that the device named by the proof has signed, even a revoked device.
pub async fn known_device<T>(core: &Core, proof: Proof, asked: T) -> Result<Signed<T>, NotProved> {
    let id = device_id(&proof.name)?;
    let device = look_up(core, id).await?;
    proof.signed_by(&device.key)?;
    Ok(Signed::of(device, proof, asked))
}

/// Accepts a request that the device named by the proof has signed, unless it is revoked.
pub async fn active_device<T>(core: &Core, proof: Proof, asked: T) -> Result<Signed<T>, NotProved> {
    let now = core.now();
    let signed = known_device(core, proof, asked).await?;
    if signed.device.revoked_at.is_some() {
        let ended = self::signed(core, signed.device.id, WhyEnded::Revoked);
        return Err(NotProved::DeviceRevoked(ended));
    }
    core.known_devices.remember(&signed.device, now);
    Ok(signed)
}

/// The device of this name, before its body is read, so that a stranger's long body is never read. This
/// does not prove the request yet.
pub async fn device_named(core: &Core, name: &str) -> Result<DeviceId, NotProved> {
    let id = device_id(name)?;
    let now = core.now();
    if core.known_devices.get(id, now).is_none() {
        let device = look_up(core, id).await?;
        if device.revoked_at.is_none() {
            core.known_devices.remember(&device, now);
        }
    }
    Ok(id)
}

/// The same for requests that promise nothing: a device that was active a moment ago is taken for
/// active still.
pub async fn lately_active_device<T>(
    core: &Core,
    proof: Proof,
    asked: T,
) -> Result<Signed<T>, NotProved> {
    let known = proof.name.parse().ok();
    match known.and_then(|id| core.known_devices.get(id, core.now())) {
        Some(device) => {
            proof.signed_by(&device.key)?;
            Ok(Signed::of(device, proof, asked))
        }
        None => active_device(core, proof, asked).await,
    }
}
