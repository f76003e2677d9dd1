//! Who asks for a doing, as a type that the doing takes.
//!
//! | Type | Who | Made by |
//! |---|---|---|
//! | [`FromStranger<T>`] | a phone that has no name yet | [`admit`], which counts its network first |
//! | [`Signed<T>`] | an activated phone | [`active_device`] or [`lately_active_device`] |
//! | [`Signed<T>`] | a phone that was activated once, for what does no harm after that | [`known_device`] |
//!
//! Both are made from a [`Proof`]: a signature over one request, read by whatever door it came
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
    ids::{DeviceId, Sha256Hash},
};
use storage::{StorageError, activation::Device};

/// What a phone writes for its name before the server has given it one.
pub const NEW: &str = "new";

/// A signature over one request, not yet verified.
#[derive(Debug)]
pub struct Proof {
    /// In whose name it was made: a device, an activation, or [`NEW`].
    pub name: String,
    /// The signature, or whatever was sent in its place.
    pub signature: Vec<u8>,
    /// The bytes that it should cover ([`protocol::devices::request_bytes`]).
    pub message: Vec<u8>,
    /// SHA-256 of the request's body.
    pub body: Sha256Hash,
}

/// Why it is not believed who asks.
#[derive(Debug, thiserror::Error)]
pub enum NotProved {
    /// There is no signature.
    #[error("there is no signature")]
    Missing,
    /// It is another key's signature, or over other bytes.
    #[error("the signature does not belong to this request and this key")]
    Invalid,
    /// There is no device of this name.
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

fn signed(core: &Core, device: DeviceId, why: WhyEnded) -> Box<SignedDeviceEnded> {
    Box::new(core.keys.sign_device_ended(DeviceEnded {
        device,
        why,
        at: core.now(),
    }))
}

impl Proof {
    /// Whether it was made in this name.
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

    /// Whether `key` made it, and has no name yet.
    pub fn signed_by_new(&self, key: &DevicePublicKey) -> Result<(), NotProved> {
        self.in_name(NEW)?;
        self.signed_by(key)
    }
}

/// A request of a stranger that was counted towards its network.
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

/// Counts a stranger's request towards its network, before anything else is done for it. `None`:
/// the door cannot know the network.
pub fn admit(core: &Core, network: Option<Network>) -> Result<Admitted, Limited> {
    let used = core
        .limits
        .request(&core.keys, network)
        .inspect_err(|_| core.events.count("limited", "network"))?;
    Ok(Admitted { used })
}

/// A request of a phone that has no name yet. Nothing of it is proved before the doing has
/// compared [`Self::proof`] with the key that it expects.
#[derive(Debug)]
pub struct FromStranger<T> {
    /// That its network was counted.
    pub admitted: Admitted,
    /// The signature, and the name that it was made in.
    pub proof: Proof,
    /// What is asked.
    pub asked: T,
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
    /// What is asked.
    pub asked: T,
}

impl<T> Signed<T> {
    /// The same request, with something else made of what is asked.
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

/// The request, if the device that the proof names signed it, even if it is revoked.
pub async fn known_device<T>(core: &Core, proof: Proof, asked: T) -> Result<Signed<T>, NotProved> {
    let id = proof
        .name
        .parse()
        .map_err(|_| NotProved::DeviceUnknown(None))?;
    let Some(device) = core.storage.device(id).await? else {
        let ended = signed(core, id, WhyEnded::Unknown);
        return Err(NotProved::DeviceUnknown(Some(ended)));
    };
    proof.signed_by(&device.key)?;
    Ok(Signed::of(device, proof, asked))
}

/// The request, if the device that the proof names signed it and is not revoked.
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

/// The same for a request by which nothing is promised: a device that was active a moment ago is
/// believed to be active still.
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
