//! Forgeries. Each differs from an honest phone in one thing.

use crate::{
    authority::{Authority, STATEMENT, Wanted},
    honest::{NOW, PHONE_SERIAL, World},
    statement::Statement,
};
use attestation::{Fault, Revocations, android::statement::KeyDescription, serials};
use rcgen::{PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384};

fn says(change: impl FnOnce(&mut Statement)) -> Option<Fault> {
    let mut statement = Statement::good();
    change(&mut statement);
    World::new().says(&statement).err()
}

#[test]
fn a_chain_of_the_forgers_own_root_is_not_believed() {
    let honest = World::new();
    let forger = World::new();
    let key = forger.key(&Statement::good());
    let chain = forger.chain(&key);
    assert_eq!(honest.verify(&chain, &key), Err(Fault::RootUnknown));
    // The same with the true root appended: it did not issue the forger's chain.
    let mut grafted = chain.clone();
    grafted[3] = honest.root.der();
    assert_eq!(honest.verify(&grafted, &key), Err(Fault::ChainSignature));
    // A leaf that signed itself.
    let wanted = Wanted::leaf(Statement::good().encode());
    let alone = Authority::root(&wanted, &PKCS_ECDSA_P256_SHA256);
    let chain = [alone.der()];
    assert_eq!(honest.verify(&chain, &alone), Err(Fault::RootUnknown));
}

#[test]
fn one_changed_bit_anywhere_in_a_chain_is_noticed() {
    let world = World::new();
    let key = world.key(&Statement::good());
    let chain = world.chain(&key);
    // The root is trusted by its pinned key, not by the bytes of its certificate.
    for certificate in 0..3 {
        for place in (0..chain[certificate].len()).step_by(7) {
            let mut forged = chain.clone();
            forged[certificate][place] ^= 0x10;
            let seen = world.verify(&forged, &key);
            assert!(seen.is_err(), "certificate {certificate}, byte {place}");
        }
    }
}

#[test]
fn reordered_shortened_and_lengthened_chains_are_refused() {
    let world = World::new();
    let key = world.key(&Statement::good());
    let chain = world.chain(&key);
    for order in [
        [1, 0, 2, 3],
        [0, 2, 1, 3],
        [3, 2, 1, 0],
        [0, 0, 1, 2],
        [0, 1, 1, 3],
    ] {
        let chain: Vec<_> = order.iter().map(|place| chain[*place].clone()).collect();
        assert!(world.verify(&chain, &key).is_err(), "{order:?}");
    }
    let gap = [chain[0].clone(), chain[2].clone(), chain[3].clone()];
    assert_eq!(world.verify(&gap, &key), Err(Fault::ChainBroken));
    assert_eq!(world.verify(&[], &key), Err(Fault::ChainMalformed));
    let long = vec![chain[3].clone(); 9];
    assert_eq!(world.verify(&long, &key), Err(Fault::ChainMalformed));
}

#[test]
fn an_attested_key_can_not_issue_a_statement_of_its_own() {
    // The forger has a real phone. Its key (made with the forger's challenge) signs a
    // certificate with an invented statement.
    let world = World::new();
    let attested = world.key(&Statement::good());
    let invented = attested.issue(
        &Wanted::leaf(Statement::good().encode()),
        &PKCS_ECDSA_P256_SHA256,
    );
    let mut chain = world.chain(&attested);
    chain.insert(0, invented.der());
    let seen = world.verify(&chain, &invented);
    assert_eq!(seen, Err(Fault::StatementRepeated));

    // One step further down the chain is not valid at all: a leaf must not issue issuers.
    let further = invented.issue(
        &Wanted::leaf(Statement::good().encode()),
        &PKCS_ECDSA_P256_SHA256,
    );
    chain.insert(0, further.der());
    assert_eq!(world.verify(&chain, &further), Err(Fault::ChainBroken));

    // The same with a key whose certificate has the CA flag.
    let mut wanted = Wanted::authority("Key", 2);
    wanted.extensions = vec![(STATEMENT, Statement::good().encode())];
    let attested = world.phone.issue(&wanted, &PKCS_ECDSA_P256_SHA256);
    let invented = attested.issue(
        &Wanted::leaf(Statement::good().encode()),
        &PKCS_ECDSA_P256_SHA256,
    );
    let mut chain = world.chain(&attested);
    chain.insert(0, invented.der());
    assert_eq!(
        world.verify(&chain, &invented),
        Err(Fault::StatementRepeated)
    );
}

#[test]
fn two_statements_or_none_in_a_leaf_are_refused() {
    let world = World::new();
    let twice =
        Wanted::leaf(Statement::good().encode()).with(STATEMENT, Statement::good().encode());
    let mut none = Wanted::leaf(Vec::new());
    none.extensions.clear();
    for (wanted, fault) in [
        (twice, Fault::StatementRepeated),
        (none, Fault::StatementMissing),
    ] {
        let key = world.phone.issue(&wanted, &PKCS_ECDSA_P256_SHA256);
        let seen = world.verify(&world.chain(&key), &key);
        // A parser may refuse the same extension twice before it is counted.
        assert!(
            seen == Err(fault) || seen == Err(Fault::ChainMalformed),
            "{seen:?}"
        );
    }
}

#[test]
fn a_phone_whose_certificate_was_taken_back_proves_nothing() {
    let world = World::new();
    let key = world.key(&Statement::good());
    let chain = world.chain(&key);
    let list = |serial: &str| {
        let json = format!(r#"{{"entries":{{"{serial}":{{"status":"REVOKED"}}}}}}"#);
        Revocations::parse(json.as_bytes()).unwrap()
    };
    let verify = |list: &Revocations| world.verify_with(&chain, &key.point(), list, NOW).err();
    assert_eq!(verify(&list("beef")), None);
    for serial in [PHONE_SERIAL.1, "8", "7", "00C0FFEE"] {
        assert_eq!(verify(&list(serial)), Some(Fault::CertificateRevoked));
    }
    let borrowed: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    assert_eq!(serials(&borrowed).unwrap(), [PHONE_SERIAL.1, "8", "7"]);
}

#[test]
fn a_statement_for_another_challenge_is_of_no_use() {
    let fault = says(|statement| statement.challenge[31] ^= 1);
    assert_eq!(fault, Some(Fault::ChallengeForeign));
    let fault = says(|statement| statement.challenge.clear());
    assert_eq!(fault, Some(Fault::ChallengeForeign));
}

#[test]
fn a_statement_about_another_key_is_of_no_use() {
    let world = World::new();
    let (key, other) = (world.key(&Statement::good()), world.key(&Statement::good()));
    let seen = world.verify(&world.chain(&key), &other);
    assert_eq!(seen, Err(Fault::KeyForeign));
    // A key of another curve is not a device key either.
    let wanted = Wanted::leaf(Statement::good().encode());
    let long = world.phone.issue(&wanted, &PKCS_ECDSA_P384_SHA384);
    let seen = world.verify(&world.chain(&long), &long);
    assert_eq!(seen, Err(Fault::KeyForeign));
}

#[test]
fn the_key_of_another_app_or_of_a_copy_of_this_one_is_of_no_use() {
    let fault = says(|statement| statement.package = "mx.apoyo.otra");
    assert_eq!(fault, Some(Fault::AppForeign));
    let fault = says(|statement| statement.signer = [0x5A; 32]);
    assert_eq!(fault, Some(Fault::AppForeign));
}

#[test]
fn keys_that_were_brought_in_or_do_more_than_sign_are_unfit() {
    let unfit: [fn(&mut Statement); 8] = [
        |statement| statement.origin = 2,
        |statement| statement.purposes = vec![1, 2],
        |statement| statement.purposes = vec![3],
        |statement| statement.purposes = vec![2, 7],
        |statement| statement.algorithm = 1,
        |statement| statement.curve = Some(2),
        |statement| statement.every_app = true,
        // A statement of Android alone is not enough.
        |statement| statement.properties_by_software = true,
    ];
    for change in unfit {
        assert_eq!(says(change), Some(Fault::KeyUnfit));
    }
}

#[test]
fn statements_that_are_not_der_are_refused_and_never_break_anything() {
    let good = Statement::good().encode();
    assert!(KeyDescription::decode(&good).is_ok());
    for length in 0..good.len() {
        let cut = KeyDescription::decode(&good[..length]);
        assert_eq!(cut.err(), Some(Fault::StatementMalformed));
    }
    let longer = [good.as_slice(), &[0]].concat();
    assert!(KeyDescription::decode(&longer).is_err());
    for place in 0..good.len() {
        for bit in 0..8 {
            let mut changed = good.clone();
            changed[place] ^= 1 << bit;
            // It may or may not be a valid certificate; the parser has to end.
            let _ = KeyDescription::decode(&changed).map(|said| said.application());
        }
    }
}
