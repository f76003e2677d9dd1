//! A fault of one apoyo affects only that apoyo: its verdict waits, and then a person reviews it.

use crate::{
    given::{Apoyo, picture},
    judging::{give, roll, state},
    phone::Phone,
    world::World,
};
use async_trait::async_trait;
use bytes::Bytes;
use cards::Person;
use chrono::TimeDelta;
use credential::QrPayload;
use protocol::{apoyos::Status, ids::Sha256Hash, reason::Reason};
use server_core::{
    judging::{NotNow, judge_pending},
    ports::{NotRead, OpenPicture, PlaceInPicture, ReadBack, SeenCode},
};
use std::{fs, io, path::PathBuf, sync::Mutex, time::Duration};

/// A reader with prepared results that remembers its pictures.
struct Reader<F> {
    says: F,
    read: Mutex<Vec<Bytes>>,
}

fn reader<F: Fn(&[u8]) -> Result<ReadBack, NotRead> + Send + Sync>(says: F) -> Reader<F> {
    Reader {
        says,
        read: Mutex::default(),
    }
}

#[async_trait]
impl<F: Fn(&[u8]) -> Result<ReadBack, NotRead> + Send + Sync> OpenPicture for Reader<F> {
    async fn read(&self, picture: Bytes) -> Result<ReadBack, NotRead> {
        self.read.lock().unwrap().push(picture.clone());
        if is_slow(&picture) {
            tokio::time::sleep(Duration::from_millis(600)).await;
        }
        (self.says)(&picture)
    }
}

fn is_slow(picture: &[u8]) -> bool {
    picture.windows(4).any(|window| window == b"slow")
}

/// This person's code, read by both readers.
pub fn shows(person: &Person) -> Result<ReadBack, NotRead> {
    Ok(ReadBack::agreed(SeenCode {
        payload: QrPayload::Structured(person.qr()),
        place: PlaceInPicture::around([(10.0, 10.0), (90.0, 90.0)]),
    }))
}

/// The files of an apoyo in the data folder.
fn stored(world: &World, apoyo: &Apoyo, part: usize) -> PathBuf {
    let name = apoyo.manifest.parts[part].sha256.to_string();
    let blobs = world.data().join("blobs");
    let kept = blobs.join("kept").join(&name[..2]).join(&name);
    match kept.exists() {
        true => kept,
        false => blobs.join("incoming").join(&name),
    }
}

const COUNTED: (Status, Vec<Reason>) = (Status::Preliminary, vec![]);
const WAITS: (Status, Vec<Reason>) = (Status::Received, vec![]);

fn for_a_person() -> (Status, Vec<Reason>) {
    (Status::InReview, vec![Reason::SinRevisionAutomatica])
}

#[tokio::test]
async fn an_unreadable_picture_costs_its_own_verdict_and_then_a_person_takes_it() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people = [Person::synthetic(21, 0), Person::synthetic(21, 1)];
    roll(&world, &people, |_, _| {}).await;
    let [ill, well] = &people;
    let back = picture(640, 480, b"back");
    let lost = give(&world, &phone, "agua", &back, ill).await;
    let found = give(&world, &phone, "agua", &back, well).await;
    // A bad sector: the system returns an error instead of the file.
    let file = stored(&world, &lost, 1);
    let away = file.with_extension("away");
    fs::rename(&file, &away).unwrap();
    fs::create_dir(&file).unwrap();

    let reads = reader(|_| shows(well));
    judge_pending(&world.core, &reads).await.unwrap();
    assert_eq!(state(&world, &phone, &found).await, COUNTED);
    assert_eq!(state(&world, &phone, &lost).await, WAITS);
    // It is not tried at every turn, because its pause grows.
    assert_eq!(judge_pending(&world.core, &reads).await.unwrap(), 0);
    for pause_s in [10, 60, 300, 1_800, 7_200] {
        assert_eq!(state(&world, &phone, &lost).await, WAITS);
        world.pass(TimeDelta::seconds(pause_s - 1));
        assert_eq!(judge_pending(&world.core, &reads).await.unwrap(), 0);
        world.pass(TimeDelta::seconds(1));
        assert_eq!(judge_pending(&world.core, &reads).await.unwrap(), 1);
    }
    assert_eq!(state(&world, &phone, &lost).await, for_a_person());
    let count = world.core.storage.paused_count().await.unwrap();
    assert_eq!(count.waiting, 0);
    fs::remove_dir(&file).unwrap();
    fs::rename(&away, &file).unwrap();
}

#[tokio::test]
async fn a_picture_that_can_be_read_again_gets_its_ordinary_verdict() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people = [Person::synthetic(22, 0)];
    roll(&world, &people, |_, _| {}).await;
    let apoyo = give(
        &world,
        &phone,
        "agua",
        &picture(640, 480, b"back"),
        &people[0],
    )
    .await;
    let dies = reader(|_| Err(NotRead::Died("signal: 9 (SIGKILL)".to_owned())));
    judge_pending(&world.core, &dies).await.unwrap();
    world.pass(TimeDelta::seconds(10));
    let reads = reader(|_| shows(&people[0]));
    assert_eq!(judge_pending(&world.core, &reads).await.unwrap(), 1);
    assert_eq!(state(&world, &phone, &apoyo).await, COUNTED);
}

#[tokio::test]
async fn a_child_that_is_killed_or_too_slow_never_becomes_an_illegible_qr() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people = [Person::synthetic(23, 0)];
    roll(&world, &people, |_, _| {}).await;
    let apoyo = give(
        &world,
        &phone,
        "agua",
        &picture(640, 480, b"back"),
        &people[0],
    )
    .await;
    let fails = reader(|_| Err(NotRead::TooSlow));
    for _ in 0..8 {
        let now = state(&world, &phone, &apoyo).await;
        assert!(now == WAITS || now == for_a_person(), "{now:?}");
        judge_pending(&world.core, &fails).await.unwrap();
        world.pass(TimeDelta::hours(3));
    }
    assert_eq!(state(&world, &phone, &apoyo).await, for_a_person());
}

#[tokio::test]
async fn where_no_child_can_be_made_nothing_is_held_against_an_apoyo() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let people = [Person::synthetic(24, 0)];
    roll(&world, &people, |_, _| {}).await;
    let apoyo = give(
        &world,
        &phone,
        "agua",
        &picture(640, 480, b"back"),
        &people[0],
    )
    .await;
    let none = reader(|_| Err(NotRead::NotStarted(io::ErrorKind::NotFound.into())));
    for _ in 0..20 {
        let judged = judge_pending(&world.core, &none).await;
        assert!(matches!(judged, Err(NotNow::Process(_))), "{judged:?}");
        world.pass(TimeDelta::hours(3));
    }
    assert_eq!(state(&world, &phone, &apoyo).await, WAITS);
    let reads = reader(|_| shows(&people[0]));
    judge_pending(&world.core, &reads).await.unwrap();
    assert_eq!(state(&world, &phone, &apoyo).await, COUNTED);
}

/// Gives this many apoyos whose pictures take long.
async fn flood(world: &World, phone: &Phone, person: &Person, count: u32) {
    for number in 0..count {
        let back = picture(640, 480, format!("slow {number}").as_bytes());
        give(world, phone, "agua", &back, person).await;
    }
}

#[tokio::test]
async fn one_phones_slow_pictures_do_not_keep_others_waiting() {
    let world = World::new().await;
    let slow = world.activated_phone("lenta@example.org").await;
    let quick = world.activated_phone("lupita@example.org").await;
    let people = [Person::synthetic(25, 0), Person::synthetic(25, 1)];
    roll(&world, &people, |_, _| {}).await;
    flood(&world, &slow, &people[0], 20).await;
    let back = picture(640, 480, b"quick");
    let apoyo = give(&world, &quick, "agua", &back, &people[1]).await;
    let reads = reader(|read| shows(&people[usize::from(!is_slow(read))]));
    judge_pending(&world.core, &reads).await.unwrap();
    assert_eq!(state(&world, &quick, &apoyo).await, COUNTED);
    let read = reads.read.lock().unwrap().clone();
    let turn = read.iter().position(|read| !is_slow(read)).unwrap();
    assert!(
        turn <= 2,
        "it was the {turn}th, behind those of another phone"
    );
    // The turn has ended long before the other phone's last picture, so a new apoyo is next.
    assert!(read.len() <= 8, "{} pictures in one turn", read.len());
    let hashes: Vec<_> = read.iter().map(|read| Sha256Hash::of(read)).collect();
    let mut once = hashes.clone();
    once.sort();
    once.dedup();
    assert_eq!(hashes.len(), once.len());
}
