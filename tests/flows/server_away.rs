//! At each step the server, the network, the app or the phone's disk space is gone: the person sees the
//! reason, no data are lost, and the person only has to go on.

use app_core::{AppCode, PhoneCode};
use e2e::{
    faults::SmallDisk,
    journey::{Journey, Step},
    people::Name::{Beto, Lupita},
    proxy::{Mood, Proxy},
    world::{LooseEnd, TestWorld, campaign},
};
use protocol::{apoyos::Status, code::Code};

/// A relay in front of the world's server, so that the app can keep its address.
async fn relay(world: &mut TestWorld) -> Proxy {
    let address = world.server().address();
    Proxy::to(address).await.expect("a port")
}

/// One apoyo, one device, and it counts.
async fn exactly_one_is_counted(world: &TestWorld) {
    world.settled().await;
    let rows = world.rows();
    assert_eq!((rows.apoyos, rows.devices), (1, 1));
    let total = world.tally(&campaign("agua")).await.total;
    assert_eq!((total.received, total.preliminary), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_takes_lupita_from_the_notice_to_the_tally() {
    let world = TestWorld::new();
    let journey = Journey::new(Lupita, campaign("agua"), &world.url(), &world.outbox()).await;
    journey.take_all(Step::Notice, Step::Queue).await;
    exactly_one_is_counted(&world).await;
    journey.take(Step::Status).await.unwrap();
    let apoyo = journey.apoyo().await;
    let app_core::views::QueueState::Receipted { status, folio, .. } = apoyo.queue else {
        panic!("{apoyo:?}")
    };
    assert_eq!(status.unwrap().status, Status::Preliminary);
    assert_eq!(
        folio.as_str(),
        protocol::receipt::Folio::of_sequence(1).as_str()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed_before_each_step_and_lupita_goes_on_when_it_is_back() {
    let mut world = TestWorld::new();
    let proxy = relay(&mut world).await;
    let mut journey = Journey::new(Lupita, campaign("agua"), &proxy.url(), &world.outbox()).await;
    for step in Step::ALL {
        if step == Step::TypeCode {
            // The mail has to arrive before the server goes.
            e2e::mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
        }
        world.kill();
        let before = journey.shape().await;
        match journey.take(step).await {
            Ok(()) => assert!(
                !step.needs_the_server(),
                "{step:?} went well without a server"
            ),
            Err(problem) => {
                assert_eq!(problem.code, PhoneCode::ServerUnreachable, "{step:?}");
                assert_eq!(
                    journey.shape().await,
                    before,
                    "{step:?} left something behind"
                );
                // The app is closed meanwhile, and remembers.
                journey.reopen().await;
                assert_eq!(
                    journey.shape().await,
                    before,
                    "{step:?} and closing the app"
                );
            }
        }
        world.start();
        proxy.lead_to(world.server().address());
        let again = step.needs_the_server() || step == Step::LookForCampaign;
        if again {
            if step == Step::Status {
                world.settled().await;
            }
            let taken = journey.take(step).await;
            taken.unwrap_or_else(|problem| panic!("{step:?} afterwards: {problem}"));
        }
    }
    exactly_one_is_counted(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_is_killed_after_each_step_and_opens_where_it_was() {
    let world = TestWorld::new();
    let mut journey = Journey::new(Lupita, campaign("agua"), &world.url(), &world.outbox()).await;
    for step in Step::ALL {
        if step == Step::Status {
            world.settled().await;
        }
        let taken = journey.take(step).await;
        taken.unwrap_or_else(|problem| panic!("{step:?}: {problem}"));
        let before = journey.shape().await;
        journey.reopen().await;
        assert_eq!(journey.shape().await, before, "after {step:?}");
    }
    exactly_one_is_counted(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_lost_once_and_nothing_happens_twice() {
    let mut world = TestWorld::new();
    let proxy = relay(&mut world).await;
    let mut journey = Journey::new(Lupita, campaign("agua"), &proxy.url(), &world.outbox()).await;
    for step in Step::ALL {
        if step == Step::TypeCode {
            e2e::mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
        }
        let mut losses = 0;
        loop {
            // The queue sends several requests: the first, second, third... answer is lost.
            journey.reopen().await;
            proxy.be_for(Mood::SwallowAnswer, 1);
            let lost = journey.take(step).await;
            proxy.be(Mood::Calm);
            let Err(problem) = lost else { break };
            assert_eq!(problem.code, PhoneCode::ServerUnreachable, "{step:?}");
            losses += 1;
            if step != Step::Queue || losses == 6 {
                // The queue pauses after a failure, unless the app was restarted.
                journey.reopen().await;
                let taken = journey.take(step).await;
                taken.unwrap_or_else(|problem| panic!("{step:?} afterwards: {problem}"));
                break;
            }
        }
        let expected = usize::from(step.needs_the_server() || step == Step::LookForCampaign);
        assert!(losses >= expected, "{step:?} never spoke to the server");
    }
    let rows = world.rows();
    assert_eq!((rows.activations, rows.mails), (1, 1), "no second mail");
    exactly_one_is_counted(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upload_is_cut_at_each_tenth_and_a_part_that_arrived_is_not_sent_again() {
    let mut world = TestWorld::new();
    let proxy = relay(&mut world).await;
    let mut journey = Journey::new(Lupita, campaign("agua"), &proxy.url(), &world.outbox()).await;
    journey.take_all(Step::Notice, Step::Send).await;
    // The length of the whole upload, measured with another person's.
    let whole = {
        let others = Journey::new(Beto, campaign("bosques"), &proxy.url(), &world.outbox()).await;
        others.take_all(Step::Notice, Step::Send).await;
        let before = proxy.bytes_up();
        others.take(Step::Queue).await.unwrap();
        proxy.bytes_up() - before
    };
    let before = proxy.bytes_up();
    let mut cuts = 0;
    for tenth in 1..=10 {
        journey.reopen().await;
        proxy.be(Mood::CutUp(whole * tenth / 10));
        match journey.take(Step::Queue).await {
            Ok(()) => break,
            Err(problem) => {
                assert_eq!(problem.code, PhoneCode::ServerUnreachable);
                assert!(!journey.is_receipted().await);
                cuts += 1;
            }
        }
    }
    proxy.be(Mood::Calm);
    if !journey.is_receipted().await {
        journey.take(Step::Queue).await.unwrap();
    }
    assert!(cuts >= 2, "the upload was cut {cuts} times only");
    let sent = proxy.bytes_up() - before;
    let wasted = sent.saturating_sub(whole);
    println!("{cuts} cuts: {sent} bytes for an apoyo of {whole}");
    // At worst each cut costs the bytes of one picture.
    assert!(wasted < whole * 2, "{wasted} bytes were sent in vain");
    world.settled().await;
    let total = world.tally(&campaign("agua")).await.total;
    assert_eq!((total.received, total.preliminary), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed_in_the_middle_of_uploads() {
    let mut world = TestWorld::new();
    let proxy = relay(&mut world).await;
    let journey = Journey::new(Lupita, campaign("agua"), &proxy.url(), &world.outbox()).await;
    journey.take_all(Step::Notice, Step::Send).await;
    let journey = std::sync::Arc::new(journey);
    for pause in [2, 5, 9, 14, 20, 30] {
        let sending = tokio::spawn({
            let journey = journey.clone();
            async move { journey.take(Step::Queue).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
        tokio::task::block_in_place(|| {
            world.kill();
            world.start();
        });
        proxy.lead_to(world.server().address());
        match sending.await.unwrap() {
            Ok(()) => break,
            Err(problem) => assert!(
                matches!(
                    problem.code,
                    AppCode::Phone(PhoneCode::ServerUnreachable)
                        | AppCode::Server(Code::ServerFault)
                ),
                "{problem}"
            ),
        }
    }
    if !journey.is_receipted().await {
        journey.take(Step::Queue).await.unwrap();
    }
    exactly_one_is_counted(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_has_no_room_left_at_any_step_and_loses_nothing() {
    let Some(disk) = SmallDisk::new(24).expect("mount can be run") else {
        eprintln!("NOT TESTED: a small disk is mounted by root only");
        return;
    };
    let mut world = TestWorld::new();
    world.leaves(
        LooseEnd::StrayPictures,
        "a pass may end between picture and apoyo",
    );
    let store = disk.path().join("phone");
    let (url, outbox) = (world.url(), world.outbox());
    let mut journey = Journey::in_folder(Lupita, campaign("agua"), &url, &outbox, &store).await;
    let mut refused = 0;
    for step in Step::ALL {
        if step == Step::Status {
            world.settled().await;
        }
        let before = journey.shape().await;
        let ballast = disk.fill(0).unwrap();
        match journey.take(step).await {
            Ok(()) => {}
            Err(problem) => {
                assert_eq!(problem.code, PhoneCode::PhoneStorageFull, "{step:?}");
                assert_eq!(
                    journey.shape().await,
                    before,
                    "{step:?} left something behind"
                );
                refused += 1;
                drop(ballast);
                journey.reopen().await;
                assert_eq!(
                    journey.shape().await,
                    before,
                    "{step:?} and closing the app"
                );
                let taken = journey.take(step).await;
                taken.unwrap_or_else(|problem| panic!("{step:?} afterwards: {problem}"));
            }
        }
    }
    assert!(refused >= 5, "the disk was full at {refused} steps only");
    exactly_one_is_counted(&world).await;
}
