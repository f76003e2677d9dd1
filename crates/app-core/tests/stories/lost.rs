//! The server puts an older backup back and no longer knows what it has receipted.

use crate::{
    phone::{LUPITA, Phone},
    server::{CODE, Fault},
};
use app_core::{
    Door,
    ports::Method,
    views::{ActivationView, ApoyoView, AppState, LostAgain, QueueState, ReceiptView},
};
use chrono::TimeDelta;
use protocol::code::{Code, Problem};

async fn receipted() -> Phone {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    phone.send().await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(state.apoyos[0].lost.is_none());
    folio(&state);
    phone
}

/// The folio of the one apoyo, whose receipt is there.
fn folio(state: &AppState) -> String {
    match &state.apoyos[0].queue {
        QueueState::Receipted { folio, .. } => folio.to_string(),
        other => panic!("{other:?}"),
    }
}

fn again(apoyo: &ApoyoView) -> &LostAgain {
    &apoyo.lost.as_ref().expect("it is lost").again
}

async fn receipt(phone: &Phone) -> ReceiptView {
    let apoyo = phone.state().await.apoyos[0].apoyo;
    phone.ask(Door::Receipt { apoyo }, None).await.unwrap()
}

/// Sealed parts that the phone keeps.
fn parts_kept(phone: &Phone) -> u32 {
    rusqlite::Connection::open(phone.folder.path().join("phone.sqlite"))
        .unwrap()
        .query_row("SELECT count(*) FROM entry_part", [], |row| row.get(0))
        .unwrap()
}

#[tokio::test]
async fn lupita_reads_that_her_apoyo_was_lost_and_it_is_sent_again_by_itself() {
    let mut phone = receipted().await;
    let before = receipt(&phone).await;
    phone.server.put_backup_back(true);
    phone.passes(TimeDelta::hours(1)).await;

    let state = phone.door(Door::RefreshStatuses).await.unwrap();
    assert!(matches!(again(&state.apoyos[0]), LostAgain::Sending { .. }));
    assert_eq!(folio(&state), before.folio.to_string(), "it stays as proof");
    assert_eq!(receipt(&phone).await.signed, before.signed);
    phone.reopen().await;

    let state = phone.door(Door::RunQueue).await.unwrap();
    let told = state.apoyos[0].lost.as_ref().unwrap();
    assert!(matches!(told.again, LostAgain::Found), "{told:?}");
    assert_eq!(told.folio, before.folio);
    let after = receipt(&phone).await;
    assert_ne!(after.folio, before.folio);
    assert_eq!(after.content, before.content, "the very same apoyo");
    assert_eq!(phone.server.inner().apoyos.len(), 1);
    assert_eq!(phone.server.inner().blobs.len(), 4);
    // And once more.
    phone.server.put_backup_back(true);
    phone.passes(TimeDelta::hours(1)).await;
    phone.door(Door::RefreshStatuses).await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(again(&state.apoyos[0]), LostAgain::Found));
    assert_eq!(state.apoyos[0].lost.as_ref().unwrap().folio, before.folio);
    assert_ne!(receipt(&phone).await.folio, after.folio);
}

#[tokio::test]
async fn the_background_notices_and_sends_without_anybody() {
    let phone = receipted().await;
    phone.server.put_backup_back(true);
    let story = async {
        loop {
            let state = phone.state().await;
            if let Some(lost) = &state.apoyos[0].lost
                && matches!(lost.again, LostAgain::Found)
            {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = phone.app().background() => unreachable!("it runs as long as the app"),
        told = tokio::time::timeout(std::time::Duration::from_secs(20), story) => told.unwrap(),
    }
}

#[tokio::test]
async fn the_app_is_killed_while_it_sends_again_and_one_apoyo_arrives() {
    let mut phone = receipted().await;
    phone.server.put_backup_back(true);
    phone.passes(TimeDelta::hours(1)).await;
    phone.door(Door::RefreshStatuses).await.unwrap();
    let manifest = (Method::Put, "/v1/apoyos/");
    let part_asked = (Method::Head, "/v1/blobs/");
    let part_sent = (Method::Put, "/v1/blobs/");
    // In the order in which they come: the manifest first, and last when the parts are there.
    for ((method, path), fault) in [
        (manifest, Fault::KilledBefore),
        (part_asked, Fault::KilledBefore),
        (part_sent, Fault::KilledBefore),
        (part_asked, Fault::KilledAfter),
        (part_sent, Fault::KilledAfter),
        (manifest, Fault::KilledAfter),
    ] {
        phone.server.once(method, path, fault);
        phone.killed_at(Door::RunQueue).await;
        phone.server.back();
        let state = phone.state().await;
        assert!(matches!(again(&state.apoyos[0]), LostAgain::Sending { .. }));
    }
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(again(&state.apoyos[0]), LostAgain::Found));
    assert_eq!(phone.server.inner().apoyos.len(), 1);
}

#[tokio::test]
async fn a_week_later_the_server_shows_that_it_knows_the_apoyo_and_the_copy_is_forgotten() {
    let phone = receipted().await;
    assert_eq!(parts_kept(&phone), 4);
    phone.passes(TimeDelta::days(6)).await;
    phone.door(Door::RefreshStatuses).await.unwrap();
    assert_eq!(parts_kept(&phone), 4, "a backup may be a week old");
    phone.passes(TimeDelta::days(2)).await;
    phone.door(Door::RefreshStatuses).await.unwrap();
    assert_eq!(parts_kept(&phone), 0);

    phone.server.put_backup_back(true);
    let state = phone.door(Door::RefreshStatuses).await.unwrap();
    let LostAgain::Over { problem: None } = again(&state.apoyos[0]) else {
        panic!("{:?}", state.apoyos[0].lost);
    };
    let apoyo = state.apoyos[0].apoyo;
    let state = phone.door(Door::Retry { apoyo }).await.unwrap();
    assert!(matches!(again(&state.apoyos[0]), LostAgain::Over { .. }));
    receipt(&phone).await;
}

#[tokio::test]
async fn a_phone_that_was_off_for_a_year_still_has_its_copy() {
    let phone = receipted().await;
    phone.server.put_backup_back(true);
    phone.passes(TimeDelta::days(365)).await;
    phone.door(Door::RefreshStatuses).await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(again(&state.apoyos[0]), LostAgain::Found));
}

#[tokio::test]
async fn the_backup_is_older_than_the_activation_and_the_next_one_sends_what_was_lost() {
    let phone = receipted().await;
    phone.server.put_backup_back(false);
    phone.passes(TimeDelta::hours(1)).await;
    let ended = phone.door(Door::RefreshStatuses).await;
    assert_eq!(crate::phone::code(ended), Code::DeviceUnknown);
    let state = phone.state().await;
    assert!(matches!(state.activation, ActivationView::Email { .. }));
    assert!(matches!(again(&state.apoyos[0]), LostAgain::Sending { .. }));

    phone.begin("lupita@ejemplo.mx").await.unwrap();
    phone.complete(CODE).await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(again(&state.apoyos[0]), LostAgain::Found));
    assert_eq!(phone.server.inner().apoyos.len(), 1);
    let state = phone.door(Door::RefreshStatuses).await.unwrap();
    assert!(matches!(again(&state.apoyos[0]), LostAgain::Found));
}

#[tokio::test]
async fn an_apoyo_of_an_earlier_activation_is_not_lost_only_because_this_device_did_not_send_it() {
    let phone = receipted().await;
    let ActivationView::Active { device, .. } = phone.state().await.activation else {
        panic!("active");
    };
    phone.server.inner().revoked.insert(device);
    let _ = phone.door(Door::RefreshStatuses).await;
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    phone.complete(CODE).await.unwrap();
    let state = phone.door(Door::RefreshStatuses).await.unwrap();
    assert!(state.apoyos[0].lost.is_none(), "{:?}", state.apoyos[0].lost);
}

#[tokio::test]
async fn a_server_that_knows_it_after_all_takes_nothing_twice() {
    let phone = receipted().await;
    let before = receipt(&phone).await;
    let gone = Fault::Answer(404, Problem::new(Code::ApoyoUnknown));
    phone.server.once(Method::Get, "/v1/apoyos/", gone);
    let state = phone.door(Door::RefreshStatuses).await.unwrap();
    assert!(state.apoyos[0].lost.is_some());
    let uploads = phone.server.count(Method::Put, "/v1/blobs/");
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(state.apoyos[0].lost.is_none());
    assert_eq!(phone.server.count(Method::Put, "/v1/blobs/"), uploads);
    assert_eq!(receipt(&phone).await.signed, before.signed);
}

#[tokio::test]
async fn what_the_server_refuses_for_good_keeps_its_receipt_and_may_be_tried_again() {
    let phone = receipted().await;
    let before = receipt(&phone).await;
    phone.server.put_backup_back(true);
    // The campaign is over meanwhile, by the phone's clock too.
    phone.passes(TimeDelta::days(31)).await;
    phone.door(Door::RefreshStatuses).await.unwrap();
    let closed = Fault::Answer(409, Problem::new(Code::CampaignClosed));
    phone.server.once(Method::Put, "/v1/apoyos/", closed);
    let state = phone.door(Door::RunQueue).await.unwrap();
    let LostAgain::Over {
        problem: Some(problem),
    } = again(&state.apoyos[0])
    else {
        panic!("{:?}", state.apoyos[0].lost);
    };
    assert_eq!(problem.code, Code::CampaignClosed);
    assert_eq!(receipt(&phone).await.signed, before.signed);
    let apoyo = state.apoyos[0].apoyo;
    let refused = phone.door(Door::RemoveRefused { apoyo }).await;
    assert!(refused.is_err(), "a receipt is never removed");
    let state = phone.door(Door::Retry { apoyo }).await.unwrap();
    assert!(matches!(again(&state.apoyos[0]), LostAgain::Found));
}
