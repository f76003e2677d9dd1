//! Simulated phones with honest statements.

use crate::{
    authority::{Authority, PROVISIONED, Wanted},
    statement::{CHALLENGE, PACKAGE, SIGNER, Statement},
};
use attestation::{
    Fault, Revocations, Roots, SinceEpoch,
    android::{self, AndroidKey, Expected, authorizations::BootState, statement::SecurityLevel},
};
use rcgen::{PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256};

/// The middle of 2026.
pub const NOW: SinceEpoch = SinceEpoch::from_secs(1_782_864_000);

/// The serial of the phone's own certificate, and its spelling in a list.
pub const PHONE_SERIAL: (u64, &str) = (0xC0FFEE, "c0ffee");

/// A manufacturer's root, an intermediate authority, and a phone with its own certificate.
pub struct World {
    pub root: Authority,
    pub maker: Authority,
    pub phone: Authority,
}

impl World {
    pub fn new() -> Self {
        Self::with_phone(Wanted::authority("Phone", PHONE_SERIAL.0))
    }

    pub fn with_phone(phone: Wanted) -> Self {
        let root = Authority::root(&Wanted::authority("Root", 7), &PKCS_ECDSA_P384_SHA384);
        let maker = root.issue(&Wanted::authority("Maker", 8), &PKCS_ECDSA_P384_SHA384);
        let phone = maker.issue(&phone, &PKCS_ECDSA_P256_SHA256);
        Self { root, maker, phone }
    }

    pub fn key(&self, statement: &Statement) -> Authority {
        self.phone
            .issue(&Wanted::leaf(statement.encode()), &PKCS_ECDSA_P256_SHA256)
    }

    pub fn chain(&self, key: &Authority) -> Vec<Vec<u8>> {
        [key, &self.phone, &self.maker, &self.root]
            .map(Authority::der)
            .to_vec()
    }

    pub fn roots(&self) -> Roots {
        Roots::from_pem(&[&self.root.pem()]).unwrap()
    }

    pub fn verify(&self, chain: &[Vec<u8>], key: &Authority) -> Result<AndroidKey, Fault> {
        self.verify_with(chain, &key.point(), &Revocations::default(), NOW)
    }

    pub fn verify_with(
        &self,
        chain: &[Vec<u8>],
        key: &[u8],
        revocations: &Revocations,
        at: SinceEpoch,
    ) -> Result<AndroidKey, Fault> {
        let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        let expected = Expected {
            challenge: &CHALLENGE,
            key,
            package: PACKAGE,
            signers: &[[1; 32], SIGNER],
            at,
        };
        android::verify(&chain, &self.roots(), revocations, &expected)
    }

    pub fn says(&self, statement: &Statement) -> Result<AndroidKey, Fault> {
        let key = self.key(statement);
        self.verify(&self.chain(&key), &key)
    }
}

#[test]
fn lupitas_new_phone_keeps_its_key_in_a_chip_and_started_as_it_left_its_maker() {
    let said = World::new().says(&Statement::good()).unwrap();
    let expected = AndroidKey {
        level: SecurityLevel::StrongBox,
        boot: Some(BootState::Verified),
        locked: true,
        patch_level: Some(202_610),
    };
    assert_eq!(said, expected);
}

#[test]
fn the_lesser_of_who_speaks_and_who_holds_is_believed() {
    let world = World::new();
    for (speaks, holds, believed) in [
        (2, 1, SecurityLevel::TrustedEnvironment),
        (1, 2, SecurityLevel::TrustedEnvironment),
        (0, 1, SecurityLevel::Software),
        (1, 0, SecurityLevel::Software),
    ] {
        let said = world.says(&Statement {
            attestation_level: speaks,
            keymint_level: holds,
            ..Statement::good()
        });
        assert_eq!(said.unwrap().level, believed);
    }
}

#[test]
fn memo_runs_a_system_of_his_own_and_that_is_told_not_refused() {
    let world = World::new();
    for (boot, state, locked) in [
        (Some((true, 1)), Some(BootState::SelfSigned), true),
        (Some((false, 2)), Some(BootState::Unverified), false),
        (Some((false, 3)), Some(BootState::Failed), false),
        (None, None, false),
    ] {
        let said = world.says(&Statement {
            boot,
            ..Statement::good()
        });
        let said = said.unwrap();
        assert_eq!((said.boot, said.locked), (state, locked));
    }
}

#[test]
fn beto_has_a_phone_whose_own_certificate_says_that_it_may_not_issue() {
    let mut phone = Wanted::authority("Phone", 9);
    phone.may_issue = false;
    assert!(World::with_phone(phone).says(&Statement::good()).is_ok());
    // The manufacturer's certificate has to allow that.
    let mut maker = Wanted::authority("Maker", 8);
    maker.may_issue = false;
    let root = Authority::root(&Wanted::authority("Root", 7), &PKCS_ECDSA_P384_SHA384);
    let maker = root.issue(&maker, &PKCS_ECDSA_P384_SHA384);
    let phone = maker.issue(&Wanted::authority("Phone", 9), &PKCS_ECDSA_P256_SHA256);
    let world = World { root, maker, phone };
    assert_eq!(world.says(&Statement::good()), Err(Fault::ChainBroken));
}

#[test]
fn the_root_may_be_left_out_of_the_chain() {
    let world = World::new();
    let key = world.key(&Statement::good());
    let mut chain = world.chain(&key);
    chain.pop();
    assert!(world.verify(&chain, &key).is_ok());
    chain.pop();
    let cut = world.verify(&chain, &key);
    assert_eq!(
        cut,
        Err(Fault::RootUnknown),
        "the next one can't be left out"
    );
}

#[test]
fn roots_and_phones_with_rsa_keys_are_followed() {
    let root = Authority::root(&Wanted::authority("Root", 7), &PKCS_RSA_SHA256);
    let maker = root.issue(&Wanted::authority("Maker", 8), &PKCS_RSA_SHA256);
    let phone = maker.issue(&Wanted::authority("Phone", 9), &PKCS_RSA_SHA256);
    let world = World { root, maker, phone };
    assert!(world.says(&Statement::good()).is_ok());
}

#[test]
fn chayos_old_phone_goes_on_with_the_expired_certificate_of_its_factory() {
    let world = World::with_phone(Wanted::authority("Phone", 9).within((2016, 2020)));
    assert!(world.says(&Statement::good()).is_ok());
}

#[test]
fn what_is_renewed_over_the_network_has_to_be_fresh() {
    let provisioned = |years| {
        let phone = Wanted::authority("Phone", 9).with(PROVISIONED, vec![0xA0]);
        World::with_phone(phone.within(years)).says(&Statement::good())
    };
    assert!(provisioned((2026, 2027)).is_ok());
    assert_eq!(provisioned((2024, 2025)), Err(Fault::CertificateExpired));
    assert_eq!(provisioned((2027, 2028)), Err(Fault::CertificateExpired));
}

#[test]
fn what_the_phones_clock_wrote_into_the_leaf_does_not_count() {
    let world = World::new();
    let wanted = Wanted::leaf(Statement::good().encode()).within((1970, 1971));
    let key = world.phone.issue(&wanted, &PKCS_ECDSA_P256_SHA256);
    assert!(world.verify(&world.chain(&key), &key).is_ok());
}
