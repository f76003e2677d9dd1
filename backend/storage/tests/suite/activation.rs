//! Activations: a mailed code, five tries, one device.

use crate::world::*;
use chrono::TimeDelta;
use futures_util::future::join_all;
use protocol::{
    activation::Language, attestation::Tier, devices::DevicePublicKey, environment::Timestamp,
    ids::Sha256Hash, sensitive::Sensitive,
};
use std::sync::Arc;
use storage::{
    activation::{
        ActivationStage, Attested, Begun, CodeTry, NewActivation, NewCode, Renewed, TierCount,
        Tried,
    },
    mail::{MailAllowance, MailToken, NewMail},
};

const RIGHT: [u8; 32] = [1; 32];
const WRONG: [u8; 32] = [2; 32];

fn key(number: u8) -> DevicePublicKey {
    let mut point = [number; 65];
    point[0] = 4;
    DevicePublicKey::from_point(&point).unwrap()
}

/// An allowance that no story reaches.
pub const PLENTY: MailAllowance = MailAllowance {
    per_hour: 1_000,
    per_day: 1_000,
};

fn mail(number: u64, text: &str) -> NewMail {
    NewMail {
        activation: activation_id(number),
        token: MailToken::random(&protocol::environment::SystemEntropy),
        address: [9; 32],
        language: Language::EsMx,
        to: Sensitive::new("lupita@example.mx".into()),
        subject: "Su código".into(),
        text: Sensitive::new(text.into()),
        useful_until: after(86_400),
    }
}

/// Lupita begins to activate a phone.
pub fn begin(number: u64, phone: u8) -> NewActivation {
    NewActivation {
        id: activation_id(number),
        device_key: key(phone),
        front: Sha256Hash::of(b"front"),
        notice_version: "0011223344556677".into(),
        language: Language::EsMx,
        email: Sensitive::new("lupita@example.mx".into()),
        mail_tag: [9; 32],
        code_hash: RIGHT,
        expires_at: after(86_400),
        resend_at: after(60),
        mail: mail(number, "7K2M-Q9RX"),
        allowance: PLENTY,
        attested: Attested::default(),
        signin: None,
        now: start(),
    }
}

fn code_try(code_hash: [u8; 32], attempt: u64, now: Timestamp) -> CodeTry {
    CodeTry {
        code_hash,
        attempt: Sha256Hash::of(&attempt.to_be_bytes()),
        device: device_id(attempt),
        now,
    }
}

fn new_code(code_hash: [u8; 32], now: Timestamp) -> NewCode {
    NewCode {
        code_hash,
        expires_at: now + TimeDelta::hours(24),
        resend_at: now + TimeDelta::seconds(60),
        mail: mail(1, "NEW-CODE"),
        allowance: PLENTY,
        now,
    }
}

async fn begun<E: Engine>() -> World<E> {
    let world = World::<E>::empty().await;
    let answer = world.store.begin_activation(begin(1, 1)).await.unwrap();
    assert!(matches!(answer, Begun::First(_)));
    world
}

async fn tries<E: Engine>(world: &World<E>, code_try: CodeTry) -> Tried {
    world
        .store
        .try_code(activation_id(1), code_try)
        .await
        .unwrap()
}

pub async fn a_citizen_activates_a_phone_with_the_mailed_code<E: Engine>() {
    let world = begun::<E>().await;
    let due = world.store.due_mails(start(), 10).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].mail.text.expose(), "7K2M-Q9RX");
    let tried = tries(&world, code_try(RIGHT, 5, after(30))).await;
    assert_eq!(tried, Tried::Completed(device_id(5)));
    let device = world.store.device(device_id(5)).await.unwrap().unwrap();
    assert_eq!((device.key, device.revoked_at), (key(1), None));
    let world = world.reopened().await;
    // The answer was lost: the same try gets the same answer, even with another device id.
    let mut again = code_try(RIGHT, 5, after(90_000));
    again.device = device_id(6);
    assert_eq!(tries(&world, again).await, Tried::Completed(device_id(5)));
    assert!(world.store.device(device_id(6)).await.unwrap().is_none());
    let activation = world
        .store
        .activation(activation_id(1))
        .await
        .unwrap()
        .unwrap();
    assert!(activation.email.is_none());
    assert!(matches!(
        activation.stage,
        ActivationStage::Completed { .. }
    ));
}

pub async fn beginning_again_changes_nothing_and_queues_no_second_mail<E: Engine>() {
    let world = begun::<E>().await;
    let mut later = begin(1, 1);
    later.code_hash = WRONG;
    later.expires_at = after(200_000);
    let Begun::Again(activation) = world.store.begin_activation(later).await.unwrap() else {
        panic!("it was begun before");
    };
    assert_eq!(
        activation.expires_at.timestamp_millis(),
        after(86_400).timestamp_millis()
    );
    assert_eq!(world.store.due_mails(after(1), 10).await.unwrap().len(), 1);
    assert_eq!(
        tries(&world, code_try(RIGHT, 5, after(1))).await,
        Tried::Completed(device_id(5)),
        "the first code still opens it"
    );
}

pub async fn an_id_of_another_phone_or_address_is_taken<E: Engine>() {
    let world = begun::<E>().await;
    let mut other_address = begin(1, 1);
    other_address.mail_tag = [8; 32];
    let mut other_picture = begin(1, 1);
    other_picture.front = Sha256Hash::of(b"another");
    for other in [begin(1, 2), other_address, other_picture] {
        let answer = world.store.begin_activation(other).await.unwrap();
        assert!(matches!(answer, Begun::Taken));
    }
    assert_eq!(world.store.due_mails(start(), 10).await.unwrap().len(), 1);
}

pub async fn five_wrong_codes_and_the_right_one_opens_nothing<E: Engine>() {
    let world = begun::<E>().await;
    for left in (0..5).rev() {
        let tried = tries(&world, code_try(WRONG, 10 + u64::from(left), after(1))).await;
        assert_eq!(tried, Tried::Wrong { tries_left: left });
    }
    assert_eq!(
        tries(&world, code_try(RIGHT, 5, after(1))).await,
        Tried::Exhausted
    );
    assert!(world.store.device(device_id(5)).await.unwrap().is_none());
    let activation = world
        .store
        .activation(activation_id(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(activation.stage, ActivationStage::Exhausted);
    assert!(activation.email.is_none());
    let renewed = world
        .store
        .renew_code(activation_id(1), new_code(RIGHT, after(100)))
        .await;
    assert_eq!(renewed.unwrap(), Renewed::No);
}

pub async fn twenty_parallel_guesses_are_looked_at_five_times<E: Engine>() {
    let world = begun::<E>().await;
    let guesses = (0..20u64).map(|number| {
        let store = Arc::clone(&world.store);
        tokio::spawn(async move {
            let guess = code_try([50 + number as u8; 32], number, after(1));
            store.try_code(activation_id(1), guess).await.unwrap()
        })
    });
    let answers: Vec<_> = join_all(guesses)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let wrong = answers
        .iter()
        .filter(|tried| matches!(tried, Tried::Wrong { .. }))
        .count();
    let exhausted = answers
        .iter()
        .filter(|tried| **tried == Tried::Exhausted)
        .count();
    assert_eq!((wrong, exhausted), (5, 15));
}

pub async fn a_wrong_try_repeated_after_a_lost_answer_costs_one_try<E: Engine>() {
    let world = begun::<E>().await;
    for _ in 0..3 {
        let tried = tries(&world, code_try(WRONG, 10, after(1))).await;
        assert_eq!(tried, Tried::Wrong { tries_left: 4 });
    }
    // The same try's name with another code is another try.
    let tried = tries(&world, code_try([3; 32], 10, after(1))).await;
    assert_eq!(tried, Tried::Wrong { tries_left: 3 });
}

pub async fn a_used_code_opens_nothing_for_another_try<E: Engine>() {
    let world = begun::<E>().await;
    tries(&world, code_try(RIGHT, 5, after(1))).await;
    assert_eq!(
        tries(&world, code_try(RIGHT, 6, after(2))).await,
        Tried::Used
    );
    assert!(world.store.device(device_id(6)).await.unwrap().is_none());
    let unknown = world
        .store
        .try_code(activation_id(2), code_try(RIGHT, 7, after(2)))
        .await;
    assert_eq!(unknown.unwrap(), Tried::Unknown);
}

pub async fn after_24_hours_the_code_is_over<E: Engine>() {
    let world = begun::<E>().await;
    assert_eq!(
        tries(&world, code_try(RIGHT, 5, after(86_401))).await,
        Tried::Expired
    );
    let renewed = world
        .store
        .renew_code(activation_id(1), new_code(RIGHT, after(86_401)))
        .await;
    assert_eq!(renewed.unwrap(), Renewed::No);
    let tried = tries(&world, code_try(RIGHT, 6, after(86_399))).await;
    assert_eq!(tried, Tried::Completed(device_id(6)));
}

pub async fn a_new_code_replaces_the_old_one_once_a_minute<E: Engine>() {
    let world = begun::<E>().await;
    let other = [7; 32];
    let id = activation_id(1);
    let renewed = world.store.renew_code(id, new_code(other, after(59))).await;
    assert_eq!(renewed.unwrap(), Renewed::No);
    let renewed = world.store.renew_code(id, new_code(other, after(61))).await;
    assert_eq!(renewed.unwrap(), Renewed::Done);
    let renewed = world
        .store
        .renew_code(id, new_code([8; 32], after(62)))
        .await;
    assert_eq!(renewed.unwrap(), Renewed::No);
    let due = world.store.due_mails(after(61), 10).await.unwrap();
    assert_eq!(due.len(), 1, "the unsent older mail is erased");
    assert_eq!(due[0].mail.text.expose(), "NEW-CODE");
    let tried = tries(&world, code_try(RIGHT, 5, after(70))).await;
    assert_eq!(tried, Tried::Wrong { tries_left: 4 });
    assert_eq!(
        tries(&world, code_try(other, 6, after(70))).await,
        Tried::Completed(device_id(6))
    );
}

pub async fn activating_the_same_phone_again_revokes_the_device_before<E: Engine>() {
    let world = begun::<E>().await;
    tries(&world, code_try(RIGHT, 5, after(1))).await;
    world.store.begin_activation(begin(2, 1)).await.unwrap();
    let mut other = begin(3, 2);
    other.front = Sha256Hash::of(b"the credential of her sister, who reads the same mailbox");
    world.store.begin_activation(other).await.unwrap();
    for number in [2, 3] {
        let tried = code_try(RIGHT, 10 + number, after(100));
        world
            .store
            .try_code(activation_id(number), tried)
            .await
            .unwrap();
    }
    let revoked = world
        .store
        .device(device_id(5))
        .await
        .unwrap()
        .unwrap()
        .revoked_at;
    assert_eq!(
        revoked.map(|at| at.timestamp()),
        Some(after(100).timestamp())
    );
    for other in [12, 13] {
        assert!(
            world
                .store
                .device(device_id(other))
                .await
                .unwrap()
                .unwrap()
                .revoked_at
                .is_none()
        );
    }
}

pub async fn whoever_lost_the_key_and_activates_again_leaves_no_device_behind<E: Engine>() {
    let world = begun::<E>().await;
    tries(&world, code_try(RIGHT, 5, after(1))).await;
    let revoked = async |number| {
        let device = world.store.device(device_id(number)).await.unwrap();
        device.unwrap().revoked_at.map(|at| at.timestamp())
    };
    // The same front picture from another mailbox may be a copy in a stranger's hands.
    let mut stranger = begin(2, 2);
    stranger.mail_tag = [8; 32];
    world.store.begin_activation(stranger).await.unwrap();
    let tried = code_try(RIGHT, 6, after(50));
    world.store.try_code(activation_id(2), tried).await.unwrap();
    assert_eq!(revoked(5).await, None);

    world.store.begin_activation(begin(3, 3)).await.unwrap();
    assert_eq!(revoked(5).await, None, "an activation that only begins");
    let tried = code_try(RIGHT, 7, after(100));
    world.store.try_code(activation_id(3), tried).await.unwrap();
    assert_eq!(revoked(5).await, Some(after(100).timestamp()));
    assert_eq!(revoked(6).await, None);
    assert_eq!(revoked(7).await, None);
}

pub async fn addresses_are_erased_when_they_are_of_no_more_use<E: Engine>() {
    let world = begun::<E>().await;
    world.store.begin_activation(begin(2, 2)).await.unwrap();
    tries(&world, code_try(RIGHT, 5, after(1))).await;
    let due = world.store.due_mails(after(1), 10).await.unwrap();
    assert_eq!(due.len(), 1, "a code that was used is not mailed any more");
    assert_eq!(due[0].mail.activation, activation_id(2));
    assert_eq!(world.store.sweep_activations(after(100)).await.unwrap(), 0);
    let email = world
        .store
        .activation(activation_id(2))
        .await
        .unwrap()
        .unwrap()
        .email;
    assert_eq!(email.unwrap().expose(), "lupita@example.mx");
    assert_eq!(
        world.store.sweep_activations(after(86_400)).await.unwrap(),
        1
    );
    assert!(
        world
            .store
            .activation(activation_id(2))
            .await
            .unwrap()
            .unwrap()
            .email
            .is_none()
    );
    world
        .store
        .sweep_activations(after(86_400 * 9))
        .await
        .unwrap();
    for number in [1, 2] {
        assert!(
            world
                .store
                .activation(activation_id(number))
                .await
                .unwrap()
                .is_none()
        );
    }
    assert!(
        world.store.device(device_id(5)).await.unwrap().is_some(),
        "the device stays"
    );
}

pub async fn a_revoked_device_stays_known_as_revoked<E: Engine>() {
    let world = begun::<E>().await;
    tries(&world, code_try(RIGHT, 5, after(1))).await;
    assert!(
        !world
            .store
            .revoke_device(device_id(9), after(2))
            .await
            .unwrap()
    );
    assert!(
        world
            .store
            .revoke_device(device_id(5), after(2))
            .await
            .unwrap()
    );
    assert!(
        world
            .store
            .revoke_device(device_id(5), after(3))
            .await
            .unwrap()
    );
    let device = world.store.device(device_id(5)).await.unwrap().unwrap();
    assert_eq!(device.revoked_at.unwrap().timestamp(), after(2).timestamp());
}

pub async fn a_phone_keeps_its_tier_until_a_certificate_of_its_maker_is_taken_back<E: Engine>() {
    let world = World::<E>::empty().await;
    let strongbox = Attested {
        tier: Tier::T3,
        reason: "strongbox".into(),
        patch_level: Some(202_610),
        evidence: Some(Sha256Hash::of(b"chain")),
        issuers: vec![[1; 16], [2; 16]],
    };
    for (number, attested) in [
        (1, strongbox.clone()),
        (2, Attested::default()),
        (
            3,
            Attested {
                issuers: vec![[3; 16]],
                ..strongbox
            },
        ),
    ] {
        let phone = u8::try_from(number).unwrap();
        let mut new = begin(number, phone);
        new.mail_tag = [phone; 32];
        new.attested = attested;
        world.store.begin_activation(new).await.unwrap();
        let tried = code_try(RIGHT, number, after(30));
        world
            .store
            .try_code(activation_id(number), tried)
            .await
            .unwrap();
    }
    let world = world.reopened().await;
    let tier = async |number| {
        let device = world.store.device(device_id(number)).await.unwrap();
        device.unwrap().tier
    };
    let count = |tier, reason: &str, devices| TierCount {
        tier,
        reason: reason.into(),
        devices,
    };
    assert_eq!((tier(1).await, tier(2).await), (Tier::T3, Tier::T0));
    let counts = world.store.tiers().await.unwrap();
    assert_eq!(
        counts,
        [
            count(Tier::T0, "not_attested", 1),
            count(Tier::T3, "strongbox", 2)
        ]
    );

    let lower = async |issuers| world.store.lower_tiers(issuers).await.unwrap();
    assert_eq!(lower(vec![[9; 16]]).await, 0);
    assert_eq!(lower(vec![[9; 16], [2; 16]]).await, 1);
    assert_eq!(lower(vec![[2; 16]]).await, 0, "it is there already");
    assert_eq!((tier(1).await, tier(3).await), (Tier::T0, Tier::T3));
    let revoked = world.store.revoke_device(device_id(3), after(40)).await;
    assert!(revoked.unwrap());
    let counts = world.store.tiers().await.unwrap();
    assert_eq!(
        counts,
        [
            count(Tier::T0, "certificate_revoked", 1),
            count(Tier::T0, "not_attested", 1)
        ]
    );
}
