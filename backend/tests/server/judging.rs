use crate::{
    given::{Apoyo, picture},
    phone::Phone,
    world::World,
};
use axum::http::{Method, StatusCode};
use backend::{config::ReviewKey, read_back::ChildProcess};
use cards::{
    Person, draw,
    photograph::{self, Level, Size},
};
use image::{RgbImage, imageops};
use protocol::{
    apoyos::{ApoyoState, Status},
    reason::Reason,
    tally::Tally,
};
use server_core::{
    judging::{judge_pending, judge_unopened},
    ports::OpenPicture,
    roll::{
        import::{Tolerance, import},
        line::COLUMNS,
    },
};

/// The child is the real program.
fn child() -> ChildProcess {
    ChildProcess {
        program: env!("CARGO_BIN_EXE_apoyo").into(),
    }
}

/// Loads a roll of these people; `change` may say something else of each.
pub async fn roll(world: &World, people: &[Person], change: impl Fn(usize, &mut Vec<String>)) {
    let mut text = COLUMNS.join(",");
    for (number, person) in people.iter().enumerate() {
        let line = person.roll_line();
        let mut fields: Vec<String> = line.trim_end().split(',').map(str::to_owned).collect();
        fields[13] = "LISTA_NOMINAL".to_owned();
        fields[14] = "2034".to_owned();
        change(number, &mut fields);
        text.push('\n');
        text.push_str(&fields.join(","));
    }
    let file = world.data().join("roll.csv");
    std::fs::write(&file, text).unwrap();
    let (core, rejects) = (world.core.clone(), world.data().join("rejects.csv"));
    let outcome = tokio::task::spawn_blocking(move || {
        let roll = core.storage.import_roll().unwrap();
        let now = core.now();
        import(
            &file,
            &rejects,
            Tolerance::default(),
            &core.keys,
            roll,
            now,
            |_| {},
        )
    });
    assert!(outcome.await.unwrap().unwrap().version.is_some());
}

fn photo(person: &Person) -> RgbImage {
    let drawn = draw::back(person, person.model, draw::DEFAULT_DPI);
    photograph::take(&drawn, Level::Easy, Size::TwoMegapixels, 1)
}

/// A photograph of this person's card.
fn back(person: &Person) -> Vec<u8> {
    photograph::jpeg(&photo(person), 88)
}

pub async fn give(
    world: &World,
    phone: &Phone,
    campaign: &str,
    back: &[u8],
    person: &Person,
) -> Apoyo {
    let apoyo = phone
        .prepare(world, campaign, back, person.qr().as_str())
        .await;
    let answer = phone.give(world, &apoyo).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    apoyo
}

pub async fn state(world: &World, phone: &Phone, apoyo: &Apoyo) -> (Status, Vec<Reason>) {
    let answer = phone
        .ask(world, Method::GET, &apoyo.path(), Vec::new())
        .await;
    let state: ApoyoState = answer.json();
    (state.status, state.reasons)
}

async fn judge_all(world: &World) {
    while judge_pending(&world.core, &child()).await.unwrap() > 0 {}
}

#[tokio::test]
async fn from_photograph_to_tally_each_person_where_they_belong() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people: Vec<Person> = (0..4).map(|number| Person::synthetic(11, number)).collect();
    let [roberta, antonio, olga, stranger] = &people[..] else {
        unreachable!()
    };
    roll(&world, &people[..3], |number, fields| match number {
        1 => fields[13] = "BAJA".to_owned(),
        2 => fields[14] = "2026".to_owned(),
        _ => {}
    })
    .await;

    let counted = give(&world, &phone, "agua", &back(roberta), roberta).await;
    let struck_off = give(&world, &phone, "agua", &back(antonio), antonio).await;
    let expired = give(&world, &phone, "agua", &back(olga), olga).await;
    let unknown = give(&world, &phone, "agua", &back(stranger), stranger).await;
    let other_card = give(&world, &phone, "agua", &back(antonio), roberta).await;
    let blurred = give(&world, &phone, "agua", &picture(640, 480, b"grey"), roberta).await;
    let again = give(&world, &phone, "agua", &back(roberta), roberta).await;
    judge_all(&world).await;

    for (apoyo, status, reasons) in [
        (&counted, Status::Preliminary, vec![]),
        (&struck_off, Status::NotCounted, vec![Reason::Baja]),
        (
            &expired,
            Status::NotCounted,
            vec![Reason::CredencialVencida],
        ),
        (&unknown, Status::NotCounted, vec![Reason::NoEncontrado]),
        (&other_card, Status::InReview, vec![Reason::QrNoCoincide]),
        (&blurred, Status::InReview, vec![Reason::QrNoLegible]),
        (
            &again,
            Status::NotCounted,
            vec![Reason::DuplicadoMismoSolicitante],
        ),
    ] {
        assert_eq!(state(&world, &phone, apoyo).await, (status, reasons));
    }
    let tally: Tally = world.get("/v1/campaigns/agua/tally").await.json();
    let total = tally.total;
    assert_eq!(
        (
            total.received,
            total.pending,
            total.preliminary,
            total.in_review,
            total.not_counted
        ),
        (7, 0, 1, 2, 4)
    );
    let recount = world
        .core
        .storage
        .recount(&tally.campaign, tally.at)
        .await
        .unwrap();
    // The public tally is by entidad; the operators' goes down to the sección.
    let told = recount.map(|whole| Tally {
        by_distrito: Vec::new(),
        by_seccion: Vec::new(),
        ..whole
    });
    assert_eq!(told, Some(tally));

    // The phone showed nothing of its hardware: beyond five on one day those who review look
    // first, and everybody stands where they stood.
    let drawn = world.core.storage.sampled_count().await.unwrap();
    assert_eq!(drawn.phone_quota, 2);
}

#[tokio::test]
async fn two_candidates_of_one_office_exclude_each_other_and_two_consultations_do_not() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people = [Person::synthetic(12, 0)];
    roll(&world, &people, |_, fields| fields[8] = "9".to_owned()).await;
    let back = back(&people[0]);
    let mut given = Vec::new();
    for campaign in ["naranjo", "roble", "agua", "cdmx"] {
        given.push(give(&world, &phone, campaign, &back, &people[0]).await);
    }
    judge_all(&world).await;
    let mut states = Vec::new();
    for apoyo in &given {
        states.push(state(&world, &phone, apoyo).await);
    }
    let counted = (Status::Preliminary, vec![]);
    let second = (Status::NotCounted, vec![Reason::DuplicadoOtroSolicitante]);
    assert_eq!(states, [counted.clone(), second, counted.clone(), counted]);
}

#[tokio::test]
async fn somebody_from_jalisco_does_not_count_in_the_city() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people = [Person::synthetic(13, 0)];
    roll(&world, &people, |_, fields| fields[8] = "14".to_owned()).await;
    let apoyo = give(&world, &phone, "cdmx", &back(&people[0]), &people[0]).await;
    judge_all(&world).await;
    let expected = (Status::NotCounted, vec![Reason::FueraDeAmbito]);
    assert_eq!(state(&world, &phone, &apoyo).await, expected);
}

#[tokio::test]
async fn without_the_review_key_the_roll_decides_and_the_pictures_wait_for_it() {
    let world = World::with(|config| config.sealing.review = ReviewKey::Elsewhere, false).await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people: Vec<Person> = (0..3).map(|number| Person::synthetic(14, number)).collect();
    roll(&world, &people[..2], |_, _| {}).await;
    let honest = give(&world, &phone, "agua", &back(&people[0]), &people[0]).await;
    let other = give(&world, &phone, "agua", &back(&people[0]), &people[1]).await;
    let unknown = give(&world, &phone, "agua", &back(&people[2]), &people[2]).await;
    judge_all(&world).await;
    let counted = (Status::Preliminary, vec![]);
    let not_in_roll = (Status::NotCounted, vec![Reason::NoEncontrado]);
    assert_eq!(state(&world, &phone, &honest).await, counted);
    assert_eq!(state(&world, &phone, &other).await, counted);
    assert_eq!(state(&world, &phone, &unknown).await, not_in_roll);
    assert_eq!(world.core.storage.unopened_count().await.unwrap(), 3);
    assert_eq!(judge_unopened(&world.core, &child()).await.unwrap(), 0);

    world.bring_review_key();
    assert_eq!(judge_unopened(&world.core, &child()).await.unwrap(), 3);
    assert_eq!(state(&world, &phone, &honest).await, counted);
    let review = (Status::InReview, vec![Reason::QrNoCoincide]);
    assert_eq!(state(&world, &phone, &other).await, review);
    assert_eq!(state(&world, &phone, &unknown).await, not_in_roll);
    assert_eq!(world.core.storage.unopened_count().await.unwrap(), 0);
    assert_eq!(judge_unopened(&world.core, &child()).await.unwrap(), 0);
}

#[tokio::test]
async fn hostile_pictures_end_in_the_child() {
    for hostile in [
        picture(65500, 65500, &[0; 1000]),
        picture(6000, 4000, &[0x55; 200_000]),
        b"\x89PNG\r\n\x1a\n".to_vec(),
        Vec::new(),
        vec![0xff; 3 << 20],
    ] {
        let read = child().read(hostile.into()).await.unwrap();
        assert_eq!(read, server_core::ports::ReadBack::default());
    }
}

#[tokio::test]
async fn a_picture_that_shows_the_cards_of_two_people_is_for_people() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people: Vec<Person> = (0..2).map(|number| Person::synthetic(15, number)).collect();
    roll(&world, &people, |_, _| {}).await;
    let (one, other) = (photo(&people[0]), photo(&people[1]));
    // The last one shows the same card twice, which is one person.
    let below = |upper: &RgbImage, lower: &RgbImage| {
        let mut both = RgbImage::new(upper.width(), upper.height() + lower.height());
        imageops::replace(&mut both, upper, 0, 0);
        imageops::replace(&mut both, lower, 0, i64::from(upper.height()));
        photograph::jpeg(&both, 88)
    };
    let contradicted = (Status::InReview, vec![Reason::QrLecturasDistintas]);
    for (upper, lower, expected) in [
        (&one, &other, contradicted.clone()),
        (&other, &one, contradicted),
        (&one, &one, (Status::Preliminary, vec![])),
    ] {
        let apoyo = give(&world, &phone, "agua", &below(upper, lower), &people[0]).await;
        judge_all(&world).await;
        assert_eq!(state(&world, &phone, &apoyo).await, expected);
    }
}

#[tokio::test]
async fn without_a_roll_nobody_is_told_that_they_are_not_in_it() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people = [Person::synthetic(14, 0)];
    let apoyo = give(&world, &phone, "agua", &back(&people[0]), &people[0]).await;
    judge_all(&world).await;
    let waits = (Status::Received, vec![]);
    assert_eq!(state(&world, &phone, &apoyo).await, waits);

    roll(&world, &people, |_, _| {}).await;
    judge_all(&world).await;
    let counted = (Status::Preliminary, vec![]);
    assert_eq!(state(&world, &phone, &apoyo).await, counted);
}
