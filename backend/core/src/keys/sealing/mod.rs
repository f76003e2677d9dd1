//! The keys that parts are sealed to, as far as this machine holds them: `DIR/keys/sealing/`.
//!
//! Each key is a file of one line, secret (`.key`) or public (`.pub`). The newest key of each purpose
//! is in force. Older secret keys still open apoyos that were sealed to them, so they are kept until no
//! phone can hold such an apoyo. A machine with only the public review key takes in apoyos and
//! cannot open a picture.

mod files;
mod line;

pub use files::{Made, export, generate, import, read, read_or_make, read_to_serve, rotate, stamp};

use super::{Keys, KeysError};
use line::Material;
use protocol::{
    environment::Timestamp,
    seal::{
        KeyRing, SealingKeyId, SealingPublicKey, SealingPurpose,
        announced::{SealingKeys, SignedSealingKeys},
    },
};
use std::path::Path;

/// One key of the folder.
#[derive(Debug, Clone)]
pub struct SealingKey {
    /// Its purpose.
    pub purpose: SealingPurpose,
    /// When it was made; the newest key of a purpose is in force.
    pub made: Timestamp,
    material: Material,
}

impl SealingKey {
    /// The public half.
    pub fn public(&self) -> &SealingPublicKey {
        self.material.public()
    }

    /// Its short name.
    pub fn id(&self) -> SealingKeyId {
        self.public().id(self.purpose)
    }

    /// Whether it is a review key.
    pub fn opens_pictures(&self) -> bool {
        self.is_secret() && self.purpose == SealingPurpose::Review
    }

    /// Whether its secret half is here.
    pub fn is_secret(&self) -> bool {
        matches!(self.material, Material::Secret(_))
    }
}

/// The keys that this machine holds at one moment.
#[derive(Debug)]
pub struct HeldKeys {
    /// In the order in which they were made.
    keys: Vec<SealingKey>,
    ring: KeyRing,
    announced: SignedSealingKeys,
}

impl HeldKeys {
    /// The keys of a folder; an error if one of the two in force is missing.
    pub fn of(keys: Vec<SealingKey>, signer: &Keys, folder: &Path) -> Result<Self, KeysError> {
        let newest = |purpose| {
            in_force(&keys, purpose).ok_or_else(|| KeysError::NoSealingKey {
                purpose,
                folder: folder.to_owned(),
            })
        };
        let (intake, review) = (
            newest(SealingPurpose::Intake)?,
            newest(SealingPurpose::Review)?,
        );
        let announced = signer.sign_sealing_keys(SealingKeys {
            intake: *intake.public(),
            review: *review.public(),
            since: intake.made.max(review.made),
        });
        let ring = KeyRing::new(keys.iter().filter_map(|key| match &key.material {
            Material::Secret(secret) => Some(secret.clone()),
            Material::Public(_) => None,
        }));
        // The fields are opened before the receipt: without the intake key this machine cannot
        // take in an apoyo.
        if !intake.is_secret() {
            return Err(KeysError::IntakeElsewhere(folder.to_owned()));
        }
        Ok(Self {
            announced,
            ring,
            keys,
        })
    }

    /// The secret keys.
    pub fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// The two keys in force, signed.
    pub fn announced(&self) -> &SignedSealingKeys {
        &self.announced
    }

    /// Whether this server announced this key once, or holds it. A part that is sealed to any other
    /// key could never be opened.
    pub fn knows(&self, purpose: SealingPurpose, id: SealingKeyId) -> bool {
        self.keys
            .iter()
            .any(|key| key.purpose == purpose && key.id() == id)
    }

    /// Whether this machine can open pictures.
    pub fn opens_pictures(&self) -> bool {
        self.ring
            .iter()
            .any(|key| key.purpose() == SealingPurpose::Review)
    }

    /// The ids in force, for the log.
    pub fn ids(&self) -> [SealingKeyId; 2] {
        let keys = &self.announced.keys;
        SealingPurpose::ALL.map(|purpose| keys.id(purpose))
    }
}

/// The newest key of this purpose.
pub fn in_force(keys: &[SealingKey], purpose: SealingPurpose) -> Option<&SealingKey> {
    keys.iter()
        .filter(|key| key.purpose == purpose)
        .max_by_key(|key| (key.made, key.id()))
}
