//! The keys that parts are sealed to, as far as this machine holds them: `DIR/keys/sealing/`.
//!
//! Each key is a file of one line, secret (`.key`) or public (`.pub`). Of each purpose the
//! newest is in force; older secret ones still open what was sealed to them, so they are kept
//! until no phone can hold such an apoyo any more. A machine that holds only the public review
//! key takes apoyos in and cannot look at a picture.

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
    /// What it is for.
    pub purpose: SealingPurpose,
    /// When it was made: the newest of its purpose is in force.
    pub made: Timestamp,
    material: Material,
}

impl SealingKey {
    /// What is sealed to.
    pub fn public(&self) -> &SealingPublicKey {
        self.material.public()
    }

    /// Its short name.
    pub fn id(&self) -> SealingKeyId {
        self.public().id(self.purpose)
    }

    /// Whether pictures are opened with it.
    pub fn opens_pictures(&self) -> bool {
        self.is_secret() && self.purpose == SealingPurpose::Review
    }

    /// Whether it opens anything here.
    pub fn is_secret(&self) -> bool {
        matches!(self.material, Material::Secret(_))
    }
}

/// All keys that this machine holds, at one moment.
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
        // What is sealed to the intake key is opened before the receipt: without it this
        // machine cannot take anything in.
        if !intake.is_secret() {
            return Err(KeysError::IntakeElsewhere(folder.to_owned()));
        }
        Ok(Self {
            announced,
            ring,
            keys,
        })
    }

    /// What opens here.
    pub fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// The two keys in force, signed.
    pub fn announced(&self) -> &SignedSealingKeys {
        &self.announced
    }

    /// Whether this server ever announced this key, or holds it: what is sealed to any other
    /// could never be opened by those who should.
    pub fn knows(&self, purpose: SealingPurpose, id: SealingKeyId) -> bool {
        self.keys
            .iter()
            .any(|key| key.purpose == purpose && key.id() == id)
    }

    /// Whether pictures can be looked at here.
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
