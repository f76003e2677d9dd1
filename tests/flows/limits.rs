//! Limits for strangers, over real connections.

use e2e::{
    mailbox,
    people::Name::{Beto, Lupita},
    wire::Phone,
    world::{LooseEnd, Setting, TestWorld},
};
use protocol::{
    attestation::AskChallenge,
    code::{Code, Problem},
    environment::SystemEntropy,
    ids::ActivationId,
};

/// Asks for a challenge as a proxy of a client at this address; returns the code of a refusal.
async fn challenge(world: &TestWorld, forwarded: &str) -> Option<Code> {
    let asked = AskChallenge {
        activation: ActivationId::random(&SystemEntropy),
    };
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let answer = client
        .post(format!("{}/v1/challenges", world.url()))
        .header("x-forwarded-for", forwarded)
        .body(serde_json::to_vec(&asked).expect("plain data"))
        .send()
        .await
        .expect("an answer");
    if answer.status().is_success() {
        return None;
    }
    assert_eq!(answer.status().as_u16(), 429);
    assert!(answer.headers().contains_key("retry-after"));
    let problem: Problem =
        serde_json::from_slice(&answer.bytes().await.expect("an answer")).expect("a problem");
    Some(problem.code)
}

/// The number of refusals of twenty requests, each with another invented address in front.
async fn refused_of_twenty(world: &TestWorld, behind: &str) -> usize {
    let mut refused = 0;
    for number in 0..20 {
        let code = challenge(world, &format!("198.51.{number}.7{behind}")).await;
        assert!(matches!(code, None | Some(Code::TooManyRequests)));
        refused += usize::from(code.is_some());
    }
    refused
}

#[tokio::test]
async fn behind_the_operators_proxy_a_forged_header_moves_no_bucket() {
    let limits = "[limits]\nrequests_per_network_per_minute = 5\n";
    let mut world = Setting {
        config: format!("{limits}trusted_proxies = [\"127.0.0.1/32\"]\n"),
        ..Setting::default()
    }
    .start();
    // The proxy (this test) appends the real address to the forged one.
    assert_eq!(refused_of_twenty(&world, ", 203.0.113.9").await, 15);
    // The networks in the forged headers, and all others, keep their whole allowance.
    assert_eq!(challenge(&world, "198.51.3.7").await, None);
    assert_eq!(challenge(&world, "203.0.114.9").await, None);
    let said = world.server().said();
    assert!(
        !said.contains("203.0.11") && !said.contains("198.51."),
        "{said}"
    );

    // A proxy that is not in the configuration is not believed, and does not count as one network.
    let mut world = Setting {
        config: limits.to_owned(),
        ..Setting::default()
    }
    .start();
    world.leaves(LooseEnd::IllServer, "doctor tells of the proxy");
    assert_eq!(refused_of_twenty(&world, ", 203.0.113.9").await, 0);
}

#[tokio::test]
async fn three_hundred_phones_at_once_send_lupita_three_mails() {
    let world = TestWorld::new();
    let mut phones = tokio::task::JoinSet::new();
    for number in 0..300 {
        let wire = world.wire();
        phones.spawn(async move {
            let phone = Phone::new();
            let email = match number % 2 {
                0 => "lupita@gmail.com".to_owned(),
                _ => format!("lu.pita+{number}@googlemail.com"),
            };
            let answer = wire.begin(&phone, &phone.begin(&email, b"front")).await;
            match answer.status {
                202 => true,
                _ => {
                    answer.refused(429, Code::TooManyRequests);
                    false
                }
            }
        });
    }
    let taken = phones.join_all().await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 3);
    assert_eq!(world.rows().mails, 3);
    world.begin(&Beto.email(), b"front").await;
    mailbox::wait_for_code(&world.outbox(), &Beto.email(), 1);
}

#[tokio::test]
async fn no_mail_without_work_and_work_is_of_no_use_to_anybody_else() {
    let world = TestWorld::new();
    let (lupitas, betos) = (Phone::new(), Phone::new());
    let lupita = lupitas.begin(&Lupita.email(), b"front");
    let answer = world.wire().begin_as_it_is(&lupitas, &lupita).await;
    answer.refused(400, Code::WorkMissing);
    assert_eq!(world.rows().mails, 0);
    let work = world.wire().work(lupita.activation).await;
    assert!(
        work.is_some(),
        "a server asks for work unless it is told not to"
    );
    let mut beto = betos.begin(&Beto.email(), b"front");
    beto.work = work.clone();
    let answer = world.wire().begin_as_it_is(&betos, &beto).await;
    answer.refused(400, Code::WorkInvalid);
    let mut lupita = lupita;
    lupita.work = work;
    let answer = world.wire().begin_as_it_is(&lupitas, &lupita).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    assert_eq!(world.rows().mails, 1);
}
