//! Lies of a provider, and forgeries in its name.

use super::provider::Lie;
use super::*;

#[tokio::test]
async fn what_a_lying_provider_says_is_refused_with_a_word_and_without_a_trace() {
    for (lie, code) in [
        (Lie::AlgNone, Code::SigninUntrusted),
        (Lie::SharedSecret, Code::SigninUntrusted),
        (Lie::Audience, Code::SigninUntrusted),
        (Lie::TwoAudiences, Code::SigninUntrusted),
        (Lie::Issuer, Code::SigninUntrusted),
        (Lie::Nonce, Code::SigninUntrusted),
        (Lie::NoNonce, Code::SigninUntrusted),
        (Lie::Expired, Code::SigninUntrusted),
        (Lie::Old, Code::SigninUntrusted),
        (Lie::OtherKey, Code::SigninUntrusted),
        (Lie::Altered, Code::SigninUntrusted),
        (Lie::NoSignature, Code::SigninUntrusted),
        (Lie::NoToken, Code::SigninUntrusted),
        (Lie::Garbage, Code::SigninUntrusted),
        (Lie::Redirects, Code::SigninUntrusted),
    ] {
        let (world, provider) = world().await;
        let phone = Phone::new();
        provider.inner().lie = lie;
        let returned = sign_in(&world, &provider, &phone).await;
        assert_eq!(returned.outcome, Err(code), "{lie:?}");
        assert_eq!(provider.inner().led_astray, 0, "{lie:?}");
        activate(&world, &phone, LUPITA, returned.signin)
            .await
            .is_refused_with(Code::SigninUnknown);
        assert!(world.mails().await.is_empty(), "{lie:?}");
    }
}

#[tokio::test]
async fn a_provider_that_is_away_or_somebody_else_is_not_gone_to() {
    let (world, provider) = world().await;
    provider.inner().lie = Lie::OtherDescription;
    begin(&world, &Phone::new(), "google", LOOPBACK)
        .await
        .is_refused_with(Code::SigninUntrusted);

    let world = World::with(
        |config| {
            let text = format!(
                "public_url = \"{OURS}\"\n[signin.gone]\nkind = \"oidc\"\nname = \"x\"\n\
                 issuer = \"http://127.0.0.1:9\"\nclient_id = \"x\"\nclient_secret = \"x\"\n"
            );
            *config = Config::parse("apoyo.toml", &text).unwrap();
        },
        false,
    )
    .await;
    begin(&world, &Phone::new(), "gone", LOOPBACK)
        .await
        .is_refused_with(Code::SigninUnavailable);
    begin(&world, &Phone::new(), "google", LOOPBACK)
        .await
        .is_refused_with(Code::SigninProviderUnknown);
    let none: Providers = World::new().await.get("/v1/signins").await.json();
    assert!(none.providers.is_empty());
}

#[tokio::test]
async fn whoever_says_no_shares_nothing_and_the_providers_words_go_nowhere() {
    let (world, _provider) = world().await;
    for (error, code) in [
        ("access_denied", Code::SigninDenied),
        ("user_cancelled_authorize", Code::SigninDenied),
        ("server_error", Code::SigninUnavailable),
        ("%3Cscript%3Ealert(1)%3C/script%3E", Code::SigninUnavailable),
    ] {
        let begun = began(&world, &Phone::new()).await;
        let state = query_of(&begun.authorize)["state"].clone();
        let query = format!("error={error}&error_description=%3Cscript%3E&state={state}");
        let answer = come_back(&world, "google", &query).await;
        assert_eq!(returned(&answer).outcome, Err(code));
        assert!(!answer.text().contains("script"));
    }
}

#[tokio::test]
async fn states_are_used_once_by_the_provider_that_they_were_made_for() {
    let google = Provider::start(start()).await;
    let evil = Provider::start(start()).await;
    let world = world_with(&[("google", &google), ("evil", &evil)]).await;
    let phone = Phone::new();

    // A foreign state, no state, two states, and an invalid query.
    for query in [
        "code=x&state=invented",
        "code=x",
        "",
        "state=a&state=b&code=x",
        "%ff=%00",
    ] {
        is_page(
            &come_back(&world, "google", query).await,
            Code::SigninUnknown,
        );
    }
    // A replayed answer.
    let begun = began(&world, &phone).await;
    let state = query_of(&begun.authorize)["state"].clone();
    let code = google.says_yes(&begun.authorize);
    let query = format!("code={code}&state={state}");
    assert!(
        returned(&come_back(&world, "google", &query).await)
            .outcome
            .is_ok()
    );
    is_page(&come_back(&world, "google", &query).await, Code::SigninUsed);
    // A replayed code with the state of another session.
    let begun = began(&world, &phone).await;
    let state = query_of(&begun.authorize)["state"].clone();
    let answer = come_back(&world, "google", &format!("code={code}&state={state}")).await;
    assert_eq!(returned(&answer).outcome, Err(Code::SigninUntrusted));
    // The state of one session with the code of another: the provider detects it by PKCE. If it
    // does not check, the nonce of the token does.
    for lie in [Lie::Honest, Lie::NoPkce] {
        google.inner().lie = lie;
        let (mine, other) = (
            began(&world, &phone).await,
            began(&world, &Phone::new()).await,
        );
        let code = google.says_yes(&other.authorize);
        let state = query_of(&mine.authorize)["state"].clone();
        let answer = come_back(&world, "google", &format!("code={code}&state={state}")).await;
        assert_eq!(returned(&answer).outcome, Err(Code::SigninUntrusted));
    }
    google.inner().lie = Lie::Honest;
    // A mix-up: a sign-in with one provider comes back from another, and is invalid from then on.
    let begun = began(&world, &phone).await;
    let state = query_of(&begun.authorize)["state"].clone();
    let code = google.says_yes(&begun.authorize);
    let query = format!("code={code}&state={state}");
    is_page(
        &come_back(&world, "evil", &query).await,
        Code::SigninUnknown,
    );
    is_page(&come_back(&world, "google", &query).await, Code::SigninUsed);
    // It names itself as another issuer (RFC 9207).
    let begun = began(&world, &phone).await;
    let state = query_of(&begun.authorize)["state"].clone();
    let code = google.says_yes(&begun.authorize);
    let query = format!("code={code}&state={state}&iss=https%3A%2F%2Fevil.example");
    let answer = come_back(&world, "google", &query).await;
    assert_eq!(returned(&answer).outcome, Err(Code::SigninUntrusted));
    // Too late.
    let begun = began(&world, &phone).await;
    let state = query_of(&begun.authorize)["state"].clone();
    world.pass(TimeDelta::minutes(10));
    let answer = come_back(&world, "google", &format!("code=x&state={state}")).await;
    is_page(&answer, Code::SigninExpired);
    is_page(
        &come_back(&world, "nobody", "code=x&state=y").await,
        Code::SigninProviderUnknown,
    );
}
