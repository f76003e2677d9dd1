//! Processes and campaigns.

use crate::world::*;
use chrono::TimeDelta;
use credential::Entidad;
use protocol::{
    campaigns::{CampaignQuery, Demarcation, ProcessKind},
    tally::Counts,
};
use storage::{
    campaigns::{Created, Exclusivity, NewProcess},
    roll::{RollEntry, Situacion},
};

pub async fn an_operator_creates_a_campaign_twice_and_it_is_there_once<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let same = new_campaign("agua-1", "agua");
    assert_eq!(
        world.store.create_campaign(same.clone()).await.unwrap(),
        Created::Same
    );
    let mut other = same.clone();
    other.required += 1;
    assert_eq!(
        world.store.create_campaign(other).await.unwrap(),
        Created::Different
    );
    let mut elsewhere = same.clone();
    elsewhere.time_zone = Some("America/Tijuana".parse().unwrap());
    assert_eq!(
        world.store.create_campaign(elsewhere).await.unwrap(),
        Created::Different
    );
    let orphan = new_campaign("suelta", "no-hay");
    assert_eq!(
        world.store.create_campaign(orphan).await.unwrap(),
        Created::NoProcess
    );
    let process = NewProcess {
        id: "agua".parse().unwrap(),
        name: "Proceso agua".into(),
        kind: ProcessKind::ConsultaPopular,
        exclusivity: Exclusivity::Process,
    };
    assert_eq!(
        world.store.create_process(process.clone()).await.unwrap(),
        Created::Same
    );
    let process = NewProcess {
        exclusivity: Exclusivity::Campaign,
        ..process
    };
    assert_eq!(
        world.store.create_process(process).await.unwrap(),
        Created::Different
    );
    let world = world.reopened().await;
    let all = world.store.all_campaigns().await.unwrap();
    let ids: Vec<_> = all.iter().map(|campaign| campaign.id.as_str()).collect();
    assert_eq!(
        ids,
        ["agua-1", "agua-2", "ley-1", "ley-2"],
        "in order of creation"
    );
    assert_eq!(all[0].title, same.title);
    assert_eq!(all[0].process_name, "Proceso agua");
    assert_eq!(all[0].required, 866_593);
    assert_eq!(all[0].exclusivity, Some(Exclusivity::Process));
}

pub async fn citizens_see_the_campaigns_that_are_open_where_they_vote<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let nine = Entidad::from_number(9).unwrap();
    for (number, demarcation) in [
        Demarcation::Entidad { entidad: nine },
        Demarcation::DistritoFederal {
            entidad: nine,
            distrito: 12,
        },
        Demarcation::DistritoLocal {
            entidad: nine,
            distrito: 113,
        },
        Demarcation::Municipio {
            entidad: nine,
            municipio: 8,
        },
        Demarcation::Entidad {
            entidad: Entidad::from_number(14).unwrap(),
        },
    ]
    .into_iter()
    .enumerate()
    {
        let mut new = new_campaign(&format!("local-{number}"), "ley");
        new.demarcation = demarcation;
        new.closes_at = start() + TimeDelta::hours(1 + number as i64);
        world.store.create_campaign(new).await.unwrap();
    }
    let mut closed = new_campaign("cerrada", "ley");
    closed.closes_at = start();
    world.store.create_campaign(closed).await.unwrap();
    let mut later = new_campaign("futura", "ley");
    later.opens_at = after(1);
    world.store.create_campaign(later).await.unwrap();
    let mut roll = world.store.import_roll().unwrap();
    for (number, at) in [place(9, 12, 55), place(9, 13, 66)].into_iter().enumerate() {
        let entry = RollEntry {
            key: bytes16(number as u64),
            person: bytes16(7),
            place: at,
            situacion: Situacion::ListaNominal,
            vigencia: 2033,
        };
        assert!(roll.add(entry).unwrap());
    }
    roll.finish(start()).unwrap();
    let seen = async |entidad: Option<u8>, seccion: Option<u16>| {
        let query = CampaignQuery {
            entidad: entidad.map(|number| Entidad::from_number(number).unwrap()),
            seccion,
        };
        let open = world.store.open_campaigns(start(), query).await.unwrap();
        open.into_iter()
            .map(|campaign| campaign.id.to_string())
            .collect::<Vec<_>>()
    };
    let everywhere = ["agua-1", "agua-2", "ley-1", "ley-2"];
    let with = |local: &[&'static str]| [local, &everywhere[..]].concat();
    assert_eq!(
        seen(None, None).await,
        with(&["local-0", "local-1", "local-2", "local-3", "local-4"]),
        "nearest closing first, neither closed nor future ones"
    );
    let of_nine = with(&["local-0", "local-1", "local-2", "local-3"]);
    assert_eq!(seen(Some(9), None).await, of_nine);
    assert_eq!(
        seen(Some(9), Some(999)).await,
        of_nine,
        "a sección that the roll does not know"
    );
    assert_eq!(seen(Some(9), Some(55)).await, with(&["local-0", "local-1"]));
    assert_eq!(seen(Some(9), Some(66)).await, with(&["local-0", "local-2"]));
    assert_eq!(seen(Some(14), None).await, with(&["local-4"]));
    assert_eq!(seen(Some(1), Some(55)).await, everywhere);
}

pub async fn a_campaign_keeps_its_time_zone<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let mut new = new_campaign("frontera", "ley");
    new.time_zone = Some("America/Tijuana".parse().unwrap());
    let again = new.clone();
    world.store.create_campaign(new).await.unwrap();
    let world = world.reopened().await;
    assert_eq!(
        world.store.create_campaign(again).await.unwrap(),
        Created::Same
    );
    let all = world.store.all_campaigns().await.unwrap();
    let zones: Vec<_> = all
        .iter()
        .map(|campaign| campaign.time_zone.as_ref().map(|zone| zone.as_str()))
        .collect();
    assert_eq!(zones, [None, None, None, None, Some("America/Tijuana")]);
}

pub async fn a_campaign_tells_its_rules<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    for (id, group) in [("agua-2", "process/agua"), ("ley-1", "campaign/ley-1")] {
        let rules = world
            .store
            .campaign_rules(&id.parse().unwrap())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(rules.exclusivity_group, group);
        assert_eq!(rules.demarcation, Demarcation::Pais);
        let opens = new_campaign(id, "x").opens_at;
        assert_eq!(rules.opens_at.timestamp_millis(), opens.timestamp_millis());
    }
    assert_eq!(
        world
            .store
            .campaign_rules(&"no-hay".parse().unwrap())
            .await
            .unwrap(),
        None
    );
}

pub async fn a_campaign_without_apoyos_has_an_empty_tally<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let id = "agua-1".parse().unwrap();
    let tally = world.store.tally(&id, after(5)).await.unwrap().unwrap();
    assert_eq!(tally.total, Counts::default());
    assert_eq!(tally.at, after(5));
    assert_eq!((tally.required, tally.by_entidad.len()), (866_593, 0));
    assert_eq!(
        world
            .store
            .tally(&"no-hay".parse().unwrap(), start())
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        world
            .store
            .recount(&"no-hay".parse().unwrap(), start())
            .await
            .unwrap(),
        None
    );
}
