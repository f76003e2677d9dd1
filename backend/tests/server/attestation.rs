//! Attestations of phones' hardware: they give the device a tier and never cause a refusal.

use crate::{
    authority::{Authority, Wanted},
    iphone::{self, Iphone},
    phone::Phone,
    statement::{PACKAGE, SIGNER, Statement},
    world::World,
};
use attestation::Roots;
use axum::http::{Method, Request, StatusCode};
use backend::config::Config;
use chrono::TimeDelta;
use protocol::{
    activation::{ActivationCompleted, BeginActivation},
    attestation::{
        AskChallenge, Attestation, AttestationObject, CHALLENGE_MINUTES, CertificateChain,
        ChallengeGiven, KeyBinding, Tier,
    },
    code::Code,
    ids::Sha256Hash,
};
use rcgen::{PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm};

const LUPITA: &str = "lupita@example.org";

/// A manufacturer of phones, and a server that trusts it.
struct Maker {
    root: Authority,
    batch: Authority,
}

impl Maker {
    fn new() -> Self {
        let root = Authority::root(&Wanted::authority("Root", 7), &PKCS_ECDSA_P256_SHA256);
        let batch = root.issue(
            &Wanted::authority("Batch", 0xC0FFEE),
            &PKCS_ECDSA_P256_SHA256,
        );
        Self { root, batch }
    }

    async fn world(&self) -> World {
        World::with(|config| self.configure(config), false).await
    }

    fn configure(&self, config: &mut Config) {
        let told = &mut config.attestation;
        told.android_package = PACKAGE.to_owned();
        told.android_signers = vec![hex::encode(SIGNER)];
        told.google = Roots::from_pem(&[&self.root.pem()]).unwrap();
        told.apple_app_id = Some(iphone::APP.to_owned());
    }

    /// The attestation of this phone's key by a phone of this manufacturer.
    fn attest(&self, phone: &Phone, statement: &Statement) -> CertificateChain {
        let key = Point(phone.public_key().point().to_vec());
        let leaf = self.batch.certify(&Wanted::leaf(statement.encode()), &key);
        let chain = [leaf.der().to_vec(), self.batch.der(), self.root.der()];
        CertificateChain::new(chain.to_vec()).unwrap()
    }
}

/// A key without its secret half.
struct Point(Vec<u8>);

impl PublicKeyData for Point {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

async fn challenge(world: &World, phone: &Phone) -> (ChallengeGiven, KeyBinding) {
    let asked = AskChallenge {
        activation: phone.activation,
    };
    let body = serde_json::to_vec(&asked).unwrap();
    let request = Request::post("/v1/challenges").body(body.into()).unwrap();
    let given: ChallengeGiven = world.send(request).await.json();
    let binding = KeyBinding {
        activation: phone.activation,
        challenge: given.challenge,
    };
    (given, binding)
}

/// Activates this phone with this attestation; returns the device's tier and the reason.
async fn activate(world: &World, phone: &Phone, attestation: Attestation) -> (Tier, String) {
    let begin = BeginActivation {
        attestation,
        ..phone.beginning(world, LUPITA)
    };
    let body = serde_json::to_vec(&begin).unwrap();
    let request = phone.request("new", Method::POST, "/v1/activations", body);
    let answer = world.send(request).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let code = world.code_for(LUPITA).await;
    let answer = phone.complete(world, &code.to_string()).await;
    let completed: ActivationCompleted = answer.json();
    let device = world.core.storage.device(completed.device).await;
    let tier = device.unwrap().unwrap().tier;
    let counts = world.core.storage.tiers().await.unwrap();
    let [only] = counts.as_slice() else {
        panic!("one phone was activated: {counts:?}");
    };
    assert_eq!((only.tier, only.devices), (tier, 1));
    (tier, only.reason.clone())
}

async fn says(maker: &Maker, change: impl FnOnce(&mut Statement)) -> (Tier, String) {
    let (world, phone) = (maker.world().await, Phone::new());
    let (_, binding) = challenge(&world, &phone).await;
    let mut statement = Statement::good();
    statement.challenge = binding.android_challenge().as_bytes().to_vec();
    change(&mut statement);
    let said = Attestation::AndroidKey {
        challenge: binding.challenge,
        chain: maker.attest(&phone, &statement),
    };
    activate(&world, &phone, said).await
}

#[tokio::test]
async fn lupitas_chip_memos_environment_and_chayos_open_phone_are_told_apart() {
    let maker = Maker::new();
    let said = says(&maker, |_| {}).await;
    assert_eq!(said, (Tier::T3, "strongbox".to_owned()));
    let said = says(&maker, |statement| statement.keymint_level = 1).await;
    assert_eq!(said, (Tier::T2, "trusted_environment".to_owned()));
    let said = says(&maker, |statement| statement.boot = Some((false, 2))).await;
    assert_eq!(said, (Tier::T1, "boot_unverified".to_owned()));
}

#[tokio::test]
async fn a_forged_word_costs_the_tier_and_never_the_activation() {
    let maker = Maker::new();
    let said = says(&maker, |statement| statement.package = "mx.otra").await;
    assert_eq!(said, (Tier::T0, "app_foreign".to_owned()));
    let said = says(&maker, |statement| statement.challenge = vec![0; 32]).await;
    assert_eq!(said, (Tier::T0, "challenge_foreign".to_owned()));
    let said = says(&maker, |statement| statement.origin = 2).await;
    assert_eq!(said, (Tier::T0, "key_unfit".to_owned()));

    // A manufacturer that this server does not trust.
    let (world, phone) = (maker.world().await, Phone::new());
    let (_, binding) = challenge(&world, &phone).await;
    let mut statement = Statement::good();
    statement.challenge = binding.android_challenge().as_bytes().to_vec();
    let said = Attestation::AndroidKey {
        challenge: binding.challenge,
        chain: Maker::new().attest(&phone, &statement),
    };
    let seen = activate(&world, &phone, said).await;
    assert_eq!(seen, (Tier::T0, "root_unknown".to_owned()));

    // Bytes that are not certificates.
    let (world, phone) = (maker.world().await, Phone::new());
    let (_, binding) = challenge(&world, &phone).await;
    let said = Attestation::AndroidKey {
        challenge: binding.challenge,
        chain: CertificateChain::new(vec![vec![0xFF; 10_000]; 4]).unwrap(),
    };
    let seen = activate(&world, &phone, said).await;
    assert_eq!(seen, (Tier::T0, "chain_malformed".to_owned()));
}

#[tokio::test]
async fn a_phone_that_says_nothing_is_activated_all_the_same() {
    let world = World::new().await;
    let seen = activate(&world, &Phone::new(), Attestation::None).await;
    assert_eq!(seen, (Tier::T0, "not_attested".to_owned()));
    let world = World::new().await;
    let seen = activate(&world, &Phone::new(), Attestation::Software).await;
    assert_eq!(seen, (Tier::T0, "software".to_owned()));
}

#[tokio::test]
async fn a_challenge_serves_one_activation_for_ten_minutes() {
    let maker = Maker::new();
    let attest = |phone: &Phone, binding: &KeyBinding| {
        let mut statement = Statement::good();
        statement.challenge = binding.android_challenge().as_bytes().to_vec();
        Attestation::AndroidKey {
            challenge: binding.challenge,
            chain: maker.attest(phone, &statement),
        }
    };
    let (world, phone) = (maker.world().await, Phone::new());
    let (given, binding) = challenge(&world, &phone).await;
    assert_eq!(
        given.expires_at,
        world.core.now() + TimeDelta::minutes(CHALLENGE_MINUTES)
    );
    world.pass(TimeDelta::minutes(CHALLENGE_MINUTES) - TimeDelta::milliseconds(1));
    let seen = activate(&world, &phone, attest(&phone, &binding)).await;
    assert_eq!(seen.0, Tier::T3);

    let (world, phone) = (maker.world().await, Phone::new());
    let (_, binding) = challenge(&world, &phone).await;
    world.pass(TimeDelta::minutes(CHALLENGE_MINUTES));
    let seen = activate(&world, &phone, attest(&phone, &binding)).await;
    assert_eq!(seen, (Tier::T0, "challenge_expired".to_owned()));

    // A challenge of one activation is not valid for another.
    let (world, phone, other) = (maker.world().await, Phone::new(), Phone::new());
    let (given, _) = challenge(&world, &other).await;
    let binding = KeyBinding {
        activation: phone.activation,
        challenge: given.challenge,
    };
    let seen = activate(&world, &phone, attest(&phone, &binding)).await;
    assert_eq!(seen, (Tier::T0, "challenge_unknown".to_owned()));
}

#[tokio::test]
async fn toñitas_iphone_is_believed_for_its_own_device_key_only() {
    let maker = Maker::new();
    for (names_own_key, expected) in [(true, "app_attest"), (false, "challenge_foreign")] {
        let phone = Phone::new();
        let named = match names_own_key {
            true => phone.public_key(),
            false => Phone::new().public_key(),
        };
        // The iPhone's root is made with its object, and the object with the challenge. So the
        // challenge comes from a server with the same keys.
        let (_, binding) = challenge(&World::new().await, &phone).await;
        let (object, apple, key_id) = Iphone {
            client_data: *binding.app_attest_client_data(&named).as_bytes(),
            years: (2027, 2028),
            ..iphone::GOOD
        }
        .object();
        let change = |config: &mut Config| {
            maker.configure(config);
            config.attestation.apple = apple;
        };
        let world = World::with(change, false).await;
        let said = Attestation::AppAttest {
            challenge: binding.challenge,
            key_id: Sha256Hash::from_bytes(key_id),
            object: AttestationObject::new(object).unwrap(),
        };
        let (tier, reason) = activate(&world, &phone, said).await;
        assert_eq!(
            (tier == Tier::T3, reason.as_str()),
            (names_own_key, expected)
        );
    }
}

#[tokio::test]
async fn a_server_that_knows_no_app_of_its_own_believes_no_phone() {
    let maker = Maker::new();
    let change = |config: &mut Config| {
        maker.configure(config);
        config.attestation.android_signers.clear();
    };
    let (world, phone) = (World::with(change, false).await, Phone::new());
    let (_, binding) = challenge(&world, &phone).await;
    let mut statement = Statement::good();
    statement.challenge = binding.android_challenge().as_bytes().to_vec();
    let said = Attestation::AndroidKey {
        challenge: binding.challenge,
        chain: maker.attest(&phone, &statement),
    };
    let seen = activate(&world, &phone, said).await;
    assert_eq!(seen, (Tier::T0, "not_configured".to_owned()));
}

#[tokio::test]
async fn a_certificate_that_is_taken_back_lowers_phones_old_and_new_while_the_server_runs() {
    let maker = Maker::new();
    let (world, phone) = (maker.world().await, Phone::new());
    let attest = |phone: &Phone, binding: &KeyBinding| {
        let mut statement = Statement::good();
        statement.challenge = binding.android_challenge().as_bytes().to_vec();
        Attestation::AndroidKey {
            challenge: binding.challenge,
            chain: maker.attest(phone, &statement),
        }
    };
    let (_, binding) = challenge(&world, &phone).await;
    let seen = activate(&world, &phone, attest(&phone, &binding)).await;
    assert_eq!(seen.0, Tier::T3);

    // The operator loads the list, as the command does.
    let list = world.folder.path().join("status.json");
    std::fs::write(&list, r#"{"entries":{"c0ffee":{"status":"REVOKED"}}}"#).unwrap();
    let revoked = server_core::attestation::install(&list, world.folder.path()).unwrap();
    let keys = &world.core.keys;
    let tags: Vec<_> = revoked.serials().map(|one| keys.issuer_tag(one)).collect();
    let storage = &world.core.storage;
    assert_eq!(storage.lower_tiers(tags.clone()).await.unwrap(), 1);
    assert_eq!(storage.lower_tiers(tags).await.unwrap(), 0, "once");

    let newer = Phone::new();
    let (_, binding) = challenge(&world, &newer).await;
    let seen = activate(&world, &newer, attest(&newer, &binding)).await;
    assert_eq!(seen, (Tier::T0, "certificate_revoked".to_owned()));
}

#[tokio::test]
async fn operators_see_how_many_phones_are_in_which_tier() {
    let world = World::new().await;
    world.activated_phone(LUPITA).await;
    let metrics = world.ask_operators("/metrics").await.text();
    let line = "apoyo_devices{tier=\"T0\",reason=\"software\"} 1";
    assert!(metrics.contains(line), "{metrics}");
}

#[tokio::test]
async fn a_beginning_longer_than_any_phone_sends_is_refused() {
    let (world, phone) = (World::new().await, Phone::new());
    let body = vec![b' '; 96 * 1024 + 1];
    let request = phone.request("new", Method::POST, "/v1/activations", body);
    world
        .send(request)
        .await
        .is_refused_with(Code::BodyTooLarge);
    let long = serde_json::json!({ "kind": "android_key", "challenge": "", "chain": [] });
    let mut begin = serde_json::to_value(phone.beginning(&world, LUPITA)).unwrap();
    begin["attestation"] = long;
    let body = serde_json::to_vec(&begin).unwrap();
    let request = phone.request("new", Method::POST, "/v1/activations", body);
    let answer = world.send(request).await;
    answer.is_refused_with(Code::RequestMalformed);
}
