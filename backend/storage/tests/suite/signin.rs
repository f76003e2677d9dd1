//! Sign-ins: a state, a ticket and a proof are used once, by the key that they were made for.

use crate::{activation::begin, world::*};
use chrono::SubsecRound;
use chrono::TimeDelta;
use protocol::{
    activation::Language,
    code::Code,
    devices::DevicePublicKey,
    ids::{ProviderId, SigninId},
    sensitive::Sensitive,
    signin::ReturnWay,
};
use storage::{
    activation::{Begun, NewActivation},
    signin::{MOST_OPEN, NewSignin, Proof, StateUsed},
};

const ID: SigninId = SigninId::from_bytes([1; 16]);
const STATE: [u8; 32] = [2; 32];
const TICKET: [u8; 32] = [3; 32];

fn google() -> ProviderId {
    "google".parse().unwrap()
}

/// The key of the phone with this number, as in the stories of activations.
fn key(phone: u8) -> DevicePublicKey {
    begin(1, phone).device_key
}

fn new_signin() -> NewSignin {
    NewSignin {
        id: ID,
        provider: google(),
        device_key: key(1),
        return_to: ReturnWay::Loopback { port: 49_152 },
        language: Language::En,
        state_hash: STATE,
        secrets: Sensitive::new("hidden".into()),
        expires_at: after(600),
    }
}

fn proof(mail_tag: Option<[u8; 32]>) -> Proof {
    Proof {
        ticket_hash: TICKET,
        expires_at: after(300),
        email: mail_tag.map(|_| Sensitive::new("hidden address".into())),
        mail_tag,
        account_tag: [4; 32],
    }
}

/// An activation that names the sign-in.
fn named(number: u64, phone: u8) -> NewActivation {
    NewActivation {
        signin: Some(ID),
        ..begin(number, phone)
    }
}

async fn asked<E: Engine>() -> World<E> {
    let world = World::<E>::empty().await;
    assert!(world.store.begin_signin(new_signin()).await.unwrap());
    world
}

async fn used<E: Engine>(world: &World<E>, provider: &str, now: i64) -> StateUsed {
    let provider = provider.parse().unwrap();
    let used = world.store.use_state(STATE, provider, after(now)).await;
    used.unwrap()
}

async fn proved<E: Engine>(mail_tag: Option<[u8; 32]>) -> World<E> {
    let world = asked::<E>().await;
    assert!(matches!(
        used(&world, "google", 1).await,
        StateUsed::Taken(_)
    ));
    world.store.prove_signin(ID, proof(mail_tag)).await.unwrap();
    world
}

async fn redeem<E: Engine>(world: &World<E>, ticket: [u8; 32], now: i64) -> Result<(), Code> {
    let store = &world.store;
    let redeemed = store.redeem_ticket(ID, ticket, after(now + 600), after(now));
    redeemed
        .await
        .unwrap()
        .map(|worth| assert_eq!(worth.expires_at, after(now + 600)))
}

pub async fn a_state_is_used_once_and_by_its_own_provider<E: Engine>() {
    let world = asked::<E>().await;
    let StateUsed::Taken(taken) = used(&world, "google", 1).await else {
        panic!("it is Google's");
    };
    assert_eq!((taken.id, taken.language), (ID, Language::En));
    assert_eq!(taken.return_to, ReturnWay::Loopback { port: 49_152 });
    assert_eq!(taken.secrets.expose(), "hidden");
    assert!(matches!(used(&world, "google", 2).await, StateUsed::Used));

    let world = asked::<E>().await;
    assert!(matches!(used(&world, "evil", 1).await, StateUsed::Unknown));
    assert!(matches!(used(&world, "google", 2).await, StateUsed::Used));

    let world = asked::<E>().await;
    assert!(matches!(
        used(&world, "google", 600).await,
        StateUsed::Expired
    ));
    let nobodys = world.store.use_state([9; 32], google(), after(1)).await;
    assert!(matches!(nobodys.unwrap(), StateUsed::Unknown));
}

pub async fn a_ticket_is_redeemed_in_its_time_and_again_until_it_is_spent<E: Engine>() {
    let world = proved::<E>(Some([9; 32])).await;
    assert_eq!(
        redeem(&world, [8; 32], 2).await,
        Err(Code::SigninTicketInvalid)
    );
    assert_eq!(redeem(&world, TICKET, 2).await, Ok(()));
    let again = world
        .store
        .redeem_ticket(ID, TICKET, after(900), after(4))
        .await;
    assert_eq!(
        again.unwrap().unwrap().expires_at,
        // The database keeps milliseconds.
        after(602).trunc_subsecs(3),
        "the first answer stands"
    );
    assert_eq!(world.store.signin_key(ID).await.unwrap(), Some(key(1)));

    let world = proved::<E>(None).await;
    assert_eq!(redeem(&world, TICKET, 300).await, Err(Code::SigninExpired));

    let world = asked::<E>().await;
    assert_eq!(
        redeem(&world, TICKET, 2).await,
        Err(Code::SigninTicketInvalid)
    );
    used(&world, "google", 1).await;
    world.store.fail_signin(ID).await.unwrap();
    world.store.prove_signin(ID, proof(None)).await.unwrap();
    assert_eq!(
        redeem(&world, TICKET, 2).await,
        Err(Code::SigninTicketInvalid),
        "it had failed"
    );
}

pub async fn a_proof_is_spent_by_one_activation_of_its_phone_and_address<E: Engine>() {
    let refused = |begun, code| match begun {
        Begun::SigninRefused(told) => assert_eq!(told, code),
        other => panic!("{other:?}"),
    };
    // The address of the stories has the tag of nines.
    let world = proved::<E>(Some([9; 32])).await;
    let store = &world.store;
    let begun = store.begin_activation(named(1, 1)).await.unwrap();
    refused(begun, Code::SigninUnknown);
    redeem(&world, TICKET, 0).await.unwrap();
    let begun = store.begin_activation(named(1, 2)).await.unwrap();
    refused(begun, Code::SigninForeign);
    let begun = store.begin_activation(named(1, 1)).await.unwrap();
    assert!(matches!(begun, Begun::First(_)));
    let begun = store.begin_activation(named(1, 1)).await.unwrap();
    assert!(matches!(begun, Begun::Again(_)));
    let begun = store.begin_activation(named(2, 1)).await.unwrap();
    refused(begun, Code::SigninUsed);
    assert_eq!(redeem(&world, TICKET, 0).await, Err(Code::SigninUsed));

    let world = proved::<E>(Some([7; 32])).await;
    redeem(&world, TICKET, 0).await.unwrap();
    let begun = world.store.begin_activation(named(1, 1)).await.unwrap();
    refused(begun, Code::SigninEmailDiffers);
    assert!(
        world
            .store
            .activation(activation_id(1))
            .await
            .unwrap()
            .is_none()
    );

    let world = proved::<E>(None).await;
    redeem(&world, TICKET, 0).await.unwrap();
    let late = NewActivation {
        now: after(600),
        ..named(1, 1)
    };
    let begun = world.store.begin_activation(late).await.unwrap();
    refused(begun, Code::SigninExpired);
    let begun = world.store.begin_activation(named(1, 1)).await.unwrap();
    assert!(
        matches!(begun, Begun::First(_)),
        "any address goes with an account alone"
    );
}

pub async fn what_is_over_is_forgotten_within_the_hour<E: Engine>() {
    let world = asked::<E>().await;
    let an_hour_later = after(600) + TimeDelta::hours(1);
    let just_before = an_hour_later - TimeDelta::seconds(1);
    assert_eq!(world.store.sweep_signins(just_before).await.unwrap(), 0);
    assert_eq!(world.store.sweep_signins(an_hour_later).await.unwrap(), 1);
    assert_eq!(world.store.signin_key(ID).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_many_are_open_is_a_number_that_is_kept_and_nothing_is_counted_for_it() {
    let world = asked::<crate::Sqlite>().await;
    let db = rusqlite::Connection::open(world.folder.path().join("apoyo.db")).unwrap();
    let kept = || -> u32 {
        let kept = "SELECT signins FROM signin_count";
        db.query_row(kept, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(kept(), 1);
    db.execute("UPDATE signin_count SET signins = ?1", [MOST_OPEN - 1])
        .unwrap();
    let another = |number: u8| NewSignin {
        id: SigninId::from_bytes([number; 16]),
        state_hash: [number; 32],
        ..new_signin()
    };
    assert!(world.store.begin_signin(another(71)).await.unwrap());
    assert!(!world.store.begin_signin(another(72)).await.unwrap());
    let later = after(600) + TimeDelta::hours(1);
    assert_eq!(world.store.sweep_signins(later).await.unwrap(), 2);
    assert_eq!(kept(), MOST_OPEN - 2);
    assert!(world.store.begin_signin(another(73)).await.unwrap());
    assert!(world.store.has_state([73; 32]).await.unwrap());
    assert!(!world.store.has_state([74; 32]).await.unwrap());
}
