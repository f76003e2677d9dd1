use crate::{given::picture, world::World};

#[tokio::test]
async fn a_passer_by_reads_the_tally_in_both_languages_without_script() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let qr = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";
    let apoyo = phone
        .prepare(&world, "agua", &picture(640, 480, b"back"), qr)
        .await;
    phone.give(&world, &apoyo).await;

    let index = world.get("/").await.text();
    assert!(index.contains("href=\"/tally/agua\"") && index.contains("Título de agua"));
    let page = world.get("/tally/agua").await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let spanish = page.text();
    assert!(spanish.contains("lang=\"es-MX\"") && spanish.contains("<dt>Recibidos</dt><dd>1</dd>"));
    let english = world.get("/tally/agua?lang=en").await.text();
    assert!(english.contains("lang=\"en\"") && english.contains("<dt>Received</dt><dd>1</dd>"));
    for page in [&index, &spanish, &english] {
        assert!(
            !page.contains("style=") && !page.contains("onclick"),
            "nothing inline"
        );
    }
}

#[tokio::test]
async fn an_unknown_campaign_is_a_page_that_says_so() {
    let world = World::new().await;
    let page = world.get("/tally/fuego?lang=en").await;
    assert_eq!(page.status, 404);
    assert!(page.text().contains("<h1>This cannot be shown</h1>"));
}

#[tokio::test]
async fn script_and_style_have_addresses_of_their_own() {
    let world = World::new().await;
    for (path, kind) in [
        ("/assets/live.js", "text/javascript"),
        ("/assets/pages.css", "text/css"),
    ] {
        let answer = world.get(path).await;
        assert!(
            answer.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with(kind)
        );
    }
}

#[tokio::test]
async fn the_last_day_is_told_in_the_campaigns_own_zone_with_its_name() {
    let world = World::new().await;
    let all = world.core.storage.all_campaigns().await.unwrap();
    let like = &all[0];
    for (id, zone) in [("playas", "America/Tijuana"), ("caribe", "America/Cancun")] {
        let new = storage::campaigns::NewCampaign {
            id: id.parse().unwrap(),
            process: like.process.clone(),
            title: id.to_owned(),
            requester: like.requester.clone(),
            description: like.description.clone(),
            demarcation: like.demarcation,
            opens_at: like.opens_at,
            // One hour before midnight in Tijuana, one hour after it in Cancún.
            closes_at: "2027-05-01T06:00:00Z".parse().unwrap(),
            time_zone: Some(zone.parse().unwrap()),
            required: 1,
        };
        world.core.storage.create_campaign(new).await.unwrap();
    }
    let spanish = world.get("/").await.text();
    let english = world.get("/?lang=en").await.text();
    for (page, told) in [
        (
            &spanish,
            "31 de marzo de 2027 (hora del centro de México, America/Mexico_City)",
        ),
        (
            &spanish,
            "30 de abril de 2027 (hora de Baja California, America/Tijuana)",
        ),
        (
            &spanish,
            "1 de mayo de 2027 (hora de Quintana Roo, America/Cancun)",
        ),
        (
            &english,
            "30 April 2027 (Baja California time, America/Tijuana)",
        ),
        (&english, "1 May 2027 (Quintana Roo time, America/Cancun)"),
    ] {
        assert!(page.contains(told), "{told}\n{page}");
    }
    let listed = world.get("/openapi.json").await.text();
    assert!(listed.contains("time_zone"));
}
