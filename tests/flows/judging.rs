//! Which apoyos count, and the reasons in the tally.

use cards::Person;
use e2e::{
    people::{Name, Name::*, Pictures},
    wire::{Draft, Phone},
    world::{Setting, TestWorld, campaign, roll_csv},
};
use protocol::{
    apoyos::{ApoyoState, Status},
    campaigns::CampaignList,
    code::Code,
    reason::Reason,
};

/// `name` gives an apoyo for `of` from a new phone; returns its final state.
async fn give(world: &TestWorld, name: Name, of: &str) -> ApoyoState {
    let phone = world.activate(name).await;
    give_from(world, &phone, name, of).await
}

async fn give_from(world: &TestWorld, phone: &Phone, name: Name, of: &str) -> ApoyoState {
    let draft = world.draft(name, &campaign(of));
    world.give(phone, &draft).await;
    world.judged(phone, draft.id).await
}

#[tokio::test]
async fn who_is_not_on_the_list_is_told_why() {
    let world = TestWorld::new();
    for (nth, (name, reason)) in [
        (Nacho, Reason::NoEncontrado),
        (Toña, Reason::EnPadronNoLista),
        (Goyo, Reason::Baja),
        (Vicky, Reason::CredencialVencida),
    ]
    .into_iter()
    .enumerate()
    {
        let state = give(&world, name, "agua").await;
        assert_eq!(state.status, Status::NotCounted, "{name:?}");
        assert_eq!(state.reasons, [reason], "{name:?}");
        let tally = world.tally(&campaign("agua")).await;
        assert_eq!(tally.not_counted_by_reason[&reason], 1);
        assert_eq!(
            (tally.total.not_counted, tally.total.preliminary),
            (nth as u64 + 1, 0)
        );
    }
}

#[tokio::test]
async fn meche_votes_in_jalisco_and_cannot_choose_the_capitals_senator() {
    let world = TestWorld::new();
    let phone = world.activate(Meche).await;
    let state = give_from(&world, &phone, Meche, "carla").await;
    assert_eq!(state.status, Status::NotCounted);
    assert_eq!(state.reasons, [Reason::FueraDeAmbito]);
    let tally = world.tally(&campaign("carla")).await;
    // Her place is known, so the list has it too.
    assert_eq!(tally.by_entidad[0].counts.not_counted, 1);
    let state = give_from(&world, &phone, Meche, "ana").await;
    assert_eq!(
        state.status,
        Status::Preliminary,
        "the President is everybody's"
    );
}

#[tokio::test]
async fn lupita_backs_the_same_candidate_twice_and_counts_once() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let first = give_from(&world, &phone, Lupita, "ana").await;
    assert_eq!(first.status, Status::Preliminary);
    let second = give_from(&world, &phone, Lupita, "ana").await;
    assert_eq!(second.status, Status::NotCounted);
    assert_eq!(second.reasons, [Reason::DuplicadoMismoSolicitante]);
    // From another phone it is still the same person.
    let third = give(&world, Lupita, "ana").await;
    assert_eq!(third.reasons, [Reason::DuplicadoMismoSolicitante]);
    let tally = world.tally(&campaign("ana")).await;
    assert_eq!((tally.total.received, tally.total.preliminary), (3, 1));
    assert_eq!(
        tally.not_counted_by_reason[&Reason::DuplicadoMismoSolicitante],
        2
    );
}

#[tokio::test]
async fn of_two_candidates_for_one_office_the_first_one_counts() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    assert_eq!(
        give_from(&world, &phone, Lupita, "ana").await.status,
        Status::Preliminary
    );
    let second = give_from(&world, &phone, Lupita, "bruno").await;
    assert_eq!(second.status, Status::NotCounted);
    assert_eq!(second.reasons, [Reason::DuplicadoOtroSolicitante]);
    // Another office is another group, and consultations do not exclude each other.
    for of in ["carla", "agua", "bosques"] {
        let state = give_from(&world, &phone, Lupita, of).await;
        assert_eq!(
            state.status,
            Status::Preliminary,
            "{of}: {:?}",
            state.reasons
        );
    }
    assert_eq!(world.tally(&campaign("ana")).await.total.preliminary, 1);
    let tally = world.tally(&campaign("bruno")).await;
    assert_eq!((tally.total.preliminary, tally.total.not_counted), (0, 1));
}

#[tokio::test]
async fn betos_replaced_card_is_still_beto() {
    // The roll has two cards of his: the same clave de elector, another CIC.
    let mut replaced = Beto.person();
    replaced.cic = Person::synthetic(e2e::people::SEED, 900).cic;
    replaced.emission += 1;
    let world = Setting {
        also_in_roll: vec![replaced.clone()],
        ..Setting::default()
    }
    .start();
    let phone = world.activate(Beto).await;
    assert_eq!(
        give_from(&world, &phone, Beto, "ana").await.status,
        Status::Preliminary
    );
    let other = Draft::new(&campaign("ana"), replaced.model, &Pictures::of(&replaced));
    world.give(&phone, &other).await;
    let state = world.judged(&phone, other.id).await;
    assert_eq!(state.reasons, [Reason::DuplicadoMismoSolicitante]);
}

#[tokio::test]
async fn ten_phones_race_for_lupita_and_the_first_to_arrive_counts() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let mut sends = tokio::task::JoinSet::new();
    for nth in 0..10 {
        let of = if nth % 2 == 0 { "ana" } else { "bruno" };
        let draft = world.draft(Lupita, &campaign(of));
        world.upload(&phone, &draft).await;
        let (wire, phone) = (world.wire(), phone.clone());
        sends.spawn(async move {
            let answer = wire.put_apoyo(&phone, draft.id, &draft.body(&phone)).await;
            (
                e2e::world::receipt_of(&phone, &answer).receipt.sequence,
                draft,
            )
        });
    }
    let mut sent = sends.join_all().await;
    sent.sort_by_key(|(sequence, _)| *sequence);
    let counted = &sent[0].1.campaign;
    for (sequence, draft) in &sent {
        let state = world.judged(&phone, draft.id).await;
        match sequence {
            1 => assert_eq!(state.status, Status::Preliminary),
            _ if draft.campaign == *counted => {
                assert_eq!(state.reasons, [Reason::DuplicadoMismoSolicitante]);
            }
            _ => assert_eq!(state.reasons, [Reason::DuplicadoOtroSolicitante]),
        }
    }
    let (ana, bruno) = (campaign("ana"), campaign("bruno"));
    let counted =
        world.tally(&ana).await.total.preliminary + world.tally(&bruno).await.total.preliminary;
    assert_eq!(counted, 1);
}

#[tokio::test]
async fn a_qr_that_is_no_voter_credentials_is_refused_before_the_receipt() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let good = Lupita.pictures().qr;
    let token = good.split('/').nth(3).unwrap().to_owned();
    assert_eq!(token.len(), 24, "{good}");
    let good_one = world.draft(Lupita, &campaign("agua"));
    world.upload(&phone, &good_one).await;
    let before = world.rows();
    for text in [
        good.replace("qr.ine.mx", "qr.ine.mx.evil.tld"),
        good.replace("qr.ine.mx", "evil.tld/qr.ine.mx"),
        good.replace("qr.ine.mx", "qr.ine.mx@evil.tld"),
        good.replace(&token, &token[..23]),
        good.replace(&token, &format!("{token}1")),
        good.replace("/P/", "/p/"),
        "http://qr.ine.mx/004697".to_owned(),
        "https://example.org/menu".to_owned(),
        "WIFI:S:casa;T:WPA;P:secreto;;".to_owned(),
        String::new(),
        "\u{0}\u{1}\u{2}".to_owned(),
        "9".repeat(5_000),
    ] {
        let draft = world.draft(Lupita, &campaign("agua")).with_qr(&text);
        let answer = world
            .wire()
            .put_apoyo(&phone, draft.id, &draft.body(&phone))
            .await;
        let problem = answer.refused(422, Code::QrMalformed);
        assert_eq!(problem.field.as_deref(), Some("qr"), "{text}");
    }
    assert_eq!(world.rows(), before);
    assert_eq!(world.tally(&campaign("agua")).await.total.received, 0);
    world.give(&phone, &good_one).await;
}

#[tokio::test]
async fn before_it_opens_and_after_it_closes_a_campaign_takes_nothing() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    world.upload(&phone, &draft).await;
    let before = world.rows();
    for (of, code) in [
        ("terminada", Code::CampaignClosed),
        ("futura", Code::CampaignNotOpen),
    ] {
        let late = Draft {
            campaign: campaign(of),
            ..draft.clone()
        };
        let answer = world
            .wire()
            .put_apoyo(&phone, late.id, &late.body(&phone))
            .await;
        answer.refused(409, code);
        assert_eq!(world.tally(&campaign(of)).await.total.received, 0);
    }
    assert_eq!(world.rows(), before);
    world.give(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
}

#[tokio::test]
async fn an_apoyo_receipted_before_the_end_is_receipted_again_after_it() {
    let clock = e2e::faults::MovableClock::new().unwrap();
    let mut world = Setting {
        environment: clock.environment(),
        ..Setting::default()
    }
    .start();
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    let first = world.send(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
    // 2096: `agua` closed a year ago, and the operator says that it is 2096.
    world.stop();
    clock
        .ahead(std::time::Duration::from_secs(70 * 365 * 86_400))
        .unwrap();
    assert!(world.apoyo(["clock", "accept"]).status.success());
    world.start();
    let again = world
        .wire()
        .put_apoyo(&phone, draft.id, &draft.body(&phone))
        .await;
    assert_eq!((first.status, first.body), (again.status, again.body));
    let new = world.draft(Lupita, &campaign("agua"));
    let answer = world
        .wire()
        .put_apoyo(&phone, new.id, &new.body(&phone))
        .await;
    answer.refused(409, Code::CampaignClosed);
    assert_eq!(world.rows().apoyos, 1);
}

#[tokio::test]
async fn the_list_shows_what_is_open_where_one_votes() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let list = async |query: &str| -> Vec<String> {
        let list: CampaignList = world
            .wire()
            .get_signed(&phone, &format!("/v1/campaigns{query}"))
            .await
            .json(200);
        let mut ids: Vec<String> = list
            .campaigns
            .into_iter()
            .map(|c| c.id.to_string())
            .collect();
        ids.sort();
        ids
    };
    let everywhere = ["agua", "ana", "bosques", "bruno", "por-cerrar"];
    let with_carla = ["agua", "ana", "bosques", "bruno", "carla", "por-cerrar"];
    assert_eq!(list("").await, with_carla, "neither over nor ahead");
    assert_eq!(list("?entidad=9").await, with_carla);
    assert_eq!(list("?entidad=14").await, everywhere);
    world
        .wire()
        .get("/v1/campaigns")
        .await
        .refused(401, Code::SignatureMissing);
    world
        .wire()
        .get_signed(&phone, "/v1/campaigns?entidad=33")
        .await
        .refused(400, Code::RequestMalformed);
}

#[tokio::test]
async fn nacho_is_entered_into_the_roll_and_counts_from_then_on() {
    let world = TestWorld::new();
    let before = give(&world, Nacho, "agua").await;
    assert_eq!(before.reasons, [Reason::NoEncontrado]);
    let csv = world.data().parent().unwrap().join("new.csv");
    let people: Vec<Person> = Name::ALL.into_iter().map(Name::person).collect();
    std::fs::write(&csv, roll_csv(&people)).unwrap();
    let done = world.apoyo([
        "roll",
        "import",
        csv.to_str().unwrap(),
        "--unverified",
        "--smaller-by",
        "100",
    ]);
    assert!(done.status.success());
    let after = give(&world, Nacho, "bosques").await;
    assert_eq!(after.status, Status::Preliminary, "{:?}", after.reasons);
}
