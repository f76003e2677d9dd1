//! The statement of a simulated phone, in which every field can be made wrong.

use crate::tlv::{boolean, element, enumerated, integer, octets, sequence, set, tagged};

pub const PACKAGE: &str = "mx.apoyo.ciudadano";
pub const SIGNER: [u8; 32] = [0xA5; 32];
pub const CHALLENGE: [u8; 32] = [0xC4; 32];

/// The hardware's statement about a key.
#[derive(Clone)]
pub struct Statement {
    pub attestation_level: u8,
    pub keymint_level: u8,
    pub challenge: Vec<u8>,
    pub package: &'static str,
    pub signer: [u8; 32],
    pub purposes: Vec<u32>,
    pub algorithm: u32,
    pub curve: Option<u32>,
    pub every_app: bool,
    pub origin: u32,
    pub boot: Option<(bool, u8)>,
    pub patch_level: Option<u32>,
    /// Whether the key's properties are in the list that Android enforces.
    pub properties_by_software: bool,
}

impl Statement {
    /// A StrongBox key of this app on a phone as it left its maker.
    pub fn good() -> Self {
        Self {
            attestation_level: 2,
            keymint_level: 2,
            challenge: CHALLENGE.to_vec(),
            package: PACKAGE,
            signer: SIGNER,
            purposes: vec![2],
            algorithm: 3,
            curve: Some(1),
            every_app: false,
            origin: 0,
            boot: Some((true, 0)),
            patch_level: Some(202_610),
            properties_by_software: false,
        }
    }

    fn properties(&self) -> Vec<Vec<u8>> {
        let purposes: Vec<_> = self.purposes.iter().map(|one| integer(*one)).collect();
        let mut all = vec![
            tagged(1, &set(&purposes)),
            tagged(2, &integer(self.algorithm)),
            tagged(3, &integer(256)),
        ];
        all.extend(self.curve.map(|curve| tagged(10, &integer(curve))));
        // A tag that does not exist yet.
        all.push(tagged(500, &octets(b"new in a later version")));
        if self.every_app {
            all.push(tagged(600, &element(&[0x05], &[])));
        }
        all.push(tagged(702, &integer(self.origin)));
        all.extend(self.boot.map(|(locked, state)| {
            let root = [
                octets(&[7; 32]),
                boolean(locked),
                enumerated(state),
                octets(&[8; 32]),
            ];
            tagged(704, &sequence(&root))
        }));
        all.extend(self.patch_level.map(|level| tagged(706, &integer(level))));
        all
    }

    pub fn encode(&self) -> Vec<u8> {
        let package = sequence(&[octets(self.package.as_bytes()), integer(1)]);
        let app = sequence(&[set(&[package]), set(&[octets(&self.signer)])]);
        let app = tagged(709, &octets(&app));
        let (software, hardware) = match self.properties_by_software {
            true => ([self.properties(), vec![app]].concat(), Vec::new()),
            false => (vec![app], self.properties()),
        };
        sequence(&[
            integer(300),
            enumerated(self.attestation_level),
            integer(300),
            enumerated(self.keymint_level),
            octets(&self.challenge),
            octets(&[]),
            sequence(&software),
            sequence(&hardware),
        ])
    }
}
