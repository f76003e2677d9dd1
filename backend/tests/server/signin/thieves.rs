//! Stolen tickets and wrong ways back.

use super::*;

#[tokio::test]
async fn a_stolen_ticket_is_worth_nothing() {
    let (world, provider) = world().await;
    let (phone, thief) = (Phone::new(), Phone::new());
    let returned = sign_in(&world, &provider, &phone).await;
    let (id, ticket) = (returned.signin, returned.outcome.unwrap());
    redeem(&world, &thief, id, ticket.clone())
        .await
        .is_refused_with(Code::SigninForeign);
    activate(&world, &thief, LUPITA, id)
        .await
        .is_refused_with(Code::SigninForeign);
    // Its own phone may not name it before the ticket came back.
    activate(&world, &phone, LUPITA, id)
        .await
        .is_refused_with(Code::SigninUnknown);
    let invented = SigninTicket::random(&protocol::environment::SystemEntropy);
    redeem(&world, &phone, id, invented)
        .await
        .is_refused_with(Code::SigninTicketInvalid);
    let nobodys = SigninId::from_bytes([9; 16]);
    redeem(&world, &phone, nobodys, ticket.clone())
        .await
        .is_refused_with(Code::SigninUnknown);
    // None of that has spent it; a proof is valid only for its own address.
    assert_eq!(
        redeem(&world, &phone, id, ticket.clone()).await.status,
        StatusCode::OK
    );
    activate(&world, &phone, "thief@example.org", id)
        .await
        .is_refused_with(Code::SigninEmailDiffers);
    world.pass(TimeDelta::minutes(10));
    activate(&world, &phone, LUPITA, id)
        .await
        .is_refused_with(Code::SigninExpired);
    assert!(world.mails().await.is_empty());

    let late = sign_in(&world, &provider_at(&provider, &world), &phone).await;
    world.pass(TimeDelta::minutes(5));
    redeem(&world, &phone, late.signin, late.outcome.unwrap())
        .await
        .is_refused_with(Code::SigninExpired);
}

/// The provider, with the server's clock.
fn provider_at(provider: &Provider, world: &World) -> Provider {
    provider.inner().now = world.core.now();
    provider.clone()
}

#[tokio::test]
async fn nobody_is_sent_anywhere_but_back_into_the_app() {
    let (world, provider) = world().await;
    let phone = Phone::new();
    // The way back is not an address; other values are refused.
    for way in [
        r#"{"way":"loopback","port":80}"#,
        r#"{"way":"loopback","port":"49152@evil.example"}"#,
        r#"{"way":"loopback","port":70000}"#,
        r#"{"way":"https://evil.example"}"#,
        r#""https://evil.example""#,
    ] {
        let body = format!(
            r#"{{"provider":"google","device_key":{},"return_to":{way},"language":"en"}}"#,
            serde_json::to_string(&phone.public_key()).unwrap()
        );
        let request = phone.request("new", Method::POST, "/v1/signins", body.into_bytes());
        world
            .send(request)
            .await
            .is_refused_with(Code::RequestMalformed);
    }
    // Other parameters and the requested host have no effect.
    let begun = began(&world, &phone).await;
    let redirect = &query_of(&begun.authorize)["redirect_uri"];
    assert_eq!(*redirect, format!("{OURS}/v1/signins/google/callback"));
    let code = provider.says_yes(&begun.authorize);
    let state = &query_of(&begun.authorize)["state"];
    let query = format!("code={code}&state={state}&return_to=https://evil.example&port=1");
    let request = Request::get(format!("/v1/signins/google/callback?{query}"))
        .header(header::HOST, "evil.example")
        .header("x-forwarded-host", "evil.example")
        .body(Body::empty())
        .unwrap();
    assert!(returned(&world.send(request).await).outcome.is_ok());
    // By a link: to the configured address, for any requested host.
    let answer = begin(&world, &phone, "google", ReturnWay::AppLink).await;
    let begun: SigninBegun = answer.json();
    let state = &query_of(&begun.authorize)["state"];
    let answer = come_back(
        &world,
        "google",
        &format!("error=access_denied&state={state}"),
    )
    .await;
    let to = answer.headers[header::LOCATION].to_str().unwrap();
    let link = format!(
        "{OURS}/app/signin?signin={}&problem=signin_denied",
        begun.signin
    );
    assert_eq!(to, link);
}
