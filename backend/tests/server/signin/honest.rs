//! Sign-ins with an honest provider.

use super::provider::Lie;
use super::*;

#[tokio::test]
async fn lupita_proves_her_address_and_still_gets_her_code_by_mail() {
    let (world, provider) = world().await;
    let listed: Providers = world.get("/v1/signins").await.json();
    assert_eq!(listed.providers[0].id.as_str(), "google");
    let phone = Phone::new();
    let returned = sign_in(&world, &provider, &phone).await;
    let ticket = returned.outcome.unwrap();
    let answer = redeem(&world, &phone, returned.signin, ticket.clone()).await;
    let proved: SigninProved = answer.json();
    assert_eq!(proved.email.unwrap().expose(), LUPITA);
    // The answer was lost: the same request gets the same answer.
    let again = redeem(&world, &phone, returned.signin, ticket.clone()).await;
    assert_eq!(again.body, answer.body);
    let begun = activate(&world, &phone, LUPITA, returned.signin).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text());
    let again = activate(&world, &phone, LUPITA, returned.signin).await;
    assert_eq!(again.body, begun.body);
    assert_eq!(world.mails().await.len(), 1);
    let code = world.code_for(LUPITA).await.to_string();
    assert_eq!(phone.complete(&world, &code).await.status, StatusCode::OK);
    // It is spent, for any phone and any further activation.
    redeem(&world, &phone, returned.signin, ticket)
        .await
        .is_refused_with(Code::SigninUsed);
    let other = Phone::with_key_of(&phone);
    activate(&world, &other, LUPITA, returned.signin)
        .await
        .is_refused_with(Code::SigninUsed);
}

#[tokio::test]
async fn a_provider_may_replace_its_key_at_any_time() {
    let (world, provider) = world().await;
    let phone = Phone::new();
    assert!(sign_in(&world, &provider, &phone).await.outcome.is_ok());
    provider.replaces_its_key();
    world.pass(TimeDelta::minutes(2));
    provider.inner().now = world.core.now();
    assert!(sign_in(&world, &provider, &phone).await.outcome.is_ok());
}

#[tokio::test]
async fn an_address_that_the_provider_has_not_checked_is_typed() {
    let (world, provider) = world().await;
    provider.inner().lie = Lie::Unverified;
    let phone = Phone::new();
    let returned = sign_in(&world, &provider, &phone).await;
    let ticket = returned.outcome.unwrap();
    let proved: SigninProved = redeem(&world, &phone, returned.signin, ticket).await.json();
    assert_eq!(proved.email, None);
    let typed = activate(&world, &phone, "typed@example.org", returned.signin).await;
    assert_eq!(typed.status, StatusCode::ACCEPTED, "{}", typed.text());
}

#[tokio::test]
async fn the_page_in_between_leads_into_the_app_and_shows_nothing_of_a_strangers() {
    let (world, provider) = world().await;
    let returned = sign_in(&world, &provider, &Phone::new()).await;
    let query = returned.query();
    let page = world.get(&format!("/app/signin?{query}")).await;
    tells_nothing_of_the_inside(&page);
    let link = format!("{OURS}/app/signin?{query}").replace('&', "&amp;");
    assert!(
        page.text().contains(&format!("href=\"{link}\"")),
        "{}",
        page.text()
    );
    assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
    let request = Request::get(format!("/app/signin?{query}&lang=en"))
        .header(
            header::USER_AGENT,
            "Mozilla/5.0 (Linux; Android 14) Chrome/130",
        )
        .body(Body::empty())
        .unwrap();
    let page = world.send(request).await.text();
    assert!(page.contains("intent://apoyo.example.org/app/signin?signin="));
    assert!(page.contains("package=mx.apoyo.ciudadano;end") && page.contains("Open Apoyo"));
    for hostile in [
        "signin=%3Cscript%3E&ticket=javascript:alert(1)",
        "signin=00&problem=https://evil.example",
        "lang=%22%3E%3Cscript%3E",
        "",
    ] {
        let page = world.get(&format!("/app/signin?{hostile}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.text();
        assert!(
            !text.contains("script>") && !text.contains("evil"),
            "{text}"
        );
        assert!(!text.contains("class=\"button\""), "no way in: {text}");
    }
}

#[tokio::test]
async fn accounts_are_told_apart_by_issuer_and_subject_and_never_joined_by_their_address() {
    let (world, _) = world().await;
    let keys = &world.core.keys;
    let tags: BTreeMap<_, _> = [
        ("https://a.example", "1"),
        ("https://a.example", "2"),
        ("https://b.example", "1"),
        ("https://a.example1", ""),
    ]
    .map(|(issuer, subject)| (keys.account_tag(issuer, subject), ()))
    .into();
    assert_eq!(tags.len(), 4);
}
