//! Counts that survive restarts, and public reads.

use crate::world::{Engine, World, after, apoyo_id, device_id, in_roll, place, start};
use chrono::TimeDelta;
use credential::Entidad;
use protocol::ids::Sha256Hash;
use storage::{
    campaigns::TallyPart,
    limits::{Noticed, UnnamedPart},
};

fn part(number: u64, device: u64) -> UnnamedPart {
    UnnamedPart {
        sha256: Sha256Hash::of(&number.to_be_bytes()),
        device: device_id(device),
        bytes: 100 + number,
        arrived_at: after(0),
    }
}

pub async fn what_a_phone_has_left_is_remembered_until_it_is_named<E: Engine>() {
    let world = World::<E>::empty().await;
    let parts = vec![part(1, 1), part(2, 1), part(3, 2)];
    world.store.note_parts(parts, Vec::new()).await.unwrap();
    // The same part again is one part.
    let gone = vec![part(3, 2).sha256];
    world
        .store
        .note_parts(vec![part(2, 1)], gone)
        .await
        .unwrap();
    let world = world.reopened().await;
    let mut known = world.store.unnamed_parts().await.unwrap();
    known.sort_by_key(|part| part.bytes);
    let bytes: Vec<_> = known.iter().map(|part| (part.bytes, part.device)).collect();
    assert_eq!(bytes, [(101, device_id(1)), (102, device_id(1))]);
}

pub async fn what_each_phone_gave_since_a_moment_is_counted_from_the_newest<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    for number in 1..=3 {
        world.give(number, "agua-1").await;
    }
    let early = world
        .store
        .apoyos_since(start() - TimeDelta::seconds(1))
        .await
        .unwrap();
    let all: u32 = early.iter().map(|(_, count)| count).sum();
    assert_eq!(all, 3);
    let late = world
        .store
        .apoyos_since(start() + TimeDelta::days(1))
        .await
        .unwrap();
    assert_eq!(late, []);
}

pub async fn what_was_noticed_is_remembered_by_its_last_moment<E: Engine>() {
    let world = World::<E>::empty().await;
    let what = Noticed::ForwardedByNeighbour;
    assert_eq!(world.store.noticed(what).await.unwrap(), None);
    for seconds in [1, 60] {
        world
            .store
            .note_noticed(what, after(seconds))
            .await
            .unwrap();
    }
    let world = world.reopened().await;
    let last = world.store.noticed(what).await.unwrap().unwrap();
    assert_eq!(last.timestamp_millis(), after(60).timestamp_millis());
    let other = Noticed::ForwardedByStranger;
    assert_eq!(world.store.noticed(other).await.unwrap(), None);
}

pub async fn a_tallys_version_moves_with_its_counters_and_with_no_others<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let (agua, other) = ("agua-1".parse().unwrap(), "agua-2".parse().unwrap());
    let version = async |id| world.store.tally_version(id).await.unwrap();
    let before = version(&agua).await.unwrap();
    let of_other = version(&other).await;
    world.give(1, "agua-1").await;
    let given = version(&agua).await.unwrap();
    assert!(given > before);
    world.settle(1, in_roll(1, place(9, 12, 4321))).await;
    assert!(version(&agua).await.unwrap() > given);
    assert_eq!(version(&other).await, of_other);
    assert_eq!(version(&"nowhere".parse().unwrap()).await, None);
    assert!(
        world
            .store
            .recorded(apoyo_id(9), device_id(1), Sha256Hash::of(b""))
            .await
            .is_ok()
    );
}

pub async fn everybody_is_told_one_level_and_of_secciones_those_with_ten<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let agua = "agua-1".parse().unwrap();
    for number in 1..=11 {
        world.give(number, "agua-1").await;
        let seccion = if number == 11 { 1111 } else { 4321 };
        world
            .settle(number, in_roll(number, place(9, 12, seccion)))
            .await;
    }
    let told = async |part, now| {
        let tally = world.store.public_tally(&agua, part, now).await;
        tally.unwrap().unwrap()
    };
    let whole = world.store.tally(&agua, after(0)).await.unwrap().unwrap();
    let entidades = told(TallyPart::Entidades, after(0)).await;
    assert_eq!(entidades.total, whole.total);
    assert_eq!(entidades.not_counted_by_reason, whole.not_counted_by_reason);
    assert_eq!(entidades.by_entidad, whole.by_entidad);
    assert!(entidades.by_distrito.is_empty() && entidades.by_seccion.is_empty());
    let distritos = told(TallyPart::Distritos, after(0)).await;
    assert_eq!(distritos.by_distrito, whole.by_distrito);
    assert!(distritos.by_entidad.is_empty());

    let secciones = |distrito| TallyPart::Secciones {
        entidad: Entidad::from_number(9).unwrap(),
        distrito,
    };
    let first = told(secciones(12), after(0)).await;
    let cells: Vec<_> = first.by_seccion.iter().map(|cell| cell.seccion).collect();
    assert_eq!(cells, [Some(4321)]);
    assert_eq!(first.by_seccion[0].counts.received, 10);
    assert_eq!(told(secciones(99), after(0)).await.by_seccion, []);

    world.give(12, "agua-1").await;
    world.settle(12, in_roll(12, place(9, 12, 4321))).await;
    let received = |tally: &protocol::tally::Tally| tally.by_seccion[0].counts.received;
    assert_eq!(received(&told(secciones(12), after(3_599)).await), 10);
    // A clock that is set back a little does not publish again, and a restart does not either.
    assert_eq!(received(&told(secciones(12), after(-600)).await), 10);
    let world = world.reopened().await;
    let tally = world
        .store
        .public_tally(&agua, secciones(12), after(3_599))
        .await;
    assert_eq!(received(&tally.unwrap().unwrap()), 10);
    let tally = world
        .store
        .public_tally(&agua, secciones(12), after(3_600))
        .await;
    assert_eq!(received(&tally.unwrap().unwrap()), 11);
}
