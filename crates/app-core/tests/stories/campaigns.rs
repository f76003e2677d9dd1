//! Campaigns: searched, stored, and fetched again.

use crate::{
    phone::{Phone, code},
    server::Fault,
};
use app_core::{Door, PhoneCode, ports::Method, views::CampaignsView};
use chrono::TimeDelta;
use protocol::code::{Code, Problem};

async fn search(phone: &Phone, text: &str) -> Result<CampaignsView, app_core::Problem> {
    let search = text.to_owned();
    phone.ask(Door::Campaigns { search }, None).await
}

#[tokio::test]
async fn lupita_searches_without_accents_and_in_capitals() {
    let phone = Phone::new().await;
    phone.activate().await;
    for (text, expected) in [
        ("", vec!["agua", "trenes"]),
        ("RIOS vivos", vec!["agua"]),
        ("ríos", vec!["agua"]),
        ("pasajeros rieles", vec!["trenes"]),
        ("ríos pasajeros", vec![]),
    ] {
        let view = search(&phone, text).await.unwrap();
        let found: Vec<&str> = view.campaigns.iter().map(|c| c.id.as_str()).collect();
        assert_eq!(found, expected, "{text:?}");
        assert_eq!(view.open, 2);
    }
    assert_eq!(
        phone.server.count(Method::Get, "/v1/campaigns"),
        1,
        "typing asks once"
    );
}

#[tokio::test]
async fn without_network_the_last_known_campaigns_are_shown_with_their_age() {
    let mut phone = Phone::new().await;
    assert_eq!(code(search(&phone, "").await), PhoneCode::NotActivated);
    phone.activate().await;
    phone.server.away();
    assert_eq!(code(search(&phone, "").await), PhoneCode::ServerUnreachable);
    phone.server.back();
    phone.passes(TimeDelta::seconds(10)).await;
    let fetched_at = search(&phone, "").await.unwrap().fetched_at;
    phone.server.away();
    phone.passes(TimeDelta::hours(5)).await;
    phone.reopen().await;
    let view = search(&phone, "vivos").await.unwrap();
    assert_eq!(view.campaigns.len(), 1);
    assert_eq!(view.fetched_at, fetched_at);
    assert_eq!(view.problem.unwrap().code, PhoneCode::ServerUnreachable);
}

#[tokio::test]
async fn the_server_is_asked_about_the_place_where_lupita_votes() {
    let phone = Phone::new().await;
    phone.activate().await;
    search(&phone, "").await.unwrap();
    let entidad = Some(14.try_into().unwrap());
    for seccion in [None, Some(12)] {
        phone
            .door(Door::SetDemarcation { entidad, seccion })
            .await
            .unwrap();
        search(&phone, "").await.unwrap();
    }
    let asked: Vec<String> = {
        let inner = phone.server.inner();
        let paths = inner.requests.iter().map(|(_, path)| path.clone());
        paths.filter(|path| path.contains("campaigns")).collect()
    };
    assert_eq!(
        asked,
        [
            "/v1/campaigns",
            "/v1/campaigns?entidad=14",
            "/v1/campaigns?entidad=14&seccion=12"
        ]
    );
    // The campaigns of another entidad are not shown as those of this one.
    phone.server.away();
    phone
        .door(Door::SetDemarcation {
            entidad: Some(9.try_into().unwrap()),
            seccion: None,
        })
        .await
        .unwrap();
    assert_eq!(code(search(&phone, "").await), PhoneCode::ServerUnreachable);
}

#[tokio::test]
async fn a_campaign_that_nobody_knows_begins_no_draft() {
    let phone = Phone::new().await;
    phone.activate().await;
    assert_eq!(
        code(phone.begin_draft("fantasma").await),
        Code::CampaignUnknown
    );
    let busy = Problem::new(Code::ServerBusy);
    phone.passes(TimeDelta::minutes(1)).await;
    phone
        .server
        .once(Method::Get, "/v1/campaigns", Fault::Answer(503, busy));
    assert_eq!(code(phone.begin_draft("fantasma").await), Code::ServerBusy);
    phone.begin_draft("agua").await.unwrap();
}
