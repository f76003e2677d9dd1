//! The host over real HTTP, as a browser would ask it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use host::{Host, router};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use std::{fs, net::SocketAddr};

struct Served {
    address: SocketAddr,
    client: Client,
    folder: tempfile::TempDir,
}

async fn served() -> Served {
    let folder = tempfile::tempdir().unwrap();
    let ui = folder.path().join("ui");
    fs::create_dir_all(ui.join("assets")).unwrap();
    fs::write(ui.join("index.html"), "<!doctype html><title>Apoyo</title>").unwrap();
    fs::write(ui.join("assets/app.js"), "1").unwrap();
    fs::write(folder.path().join("secret.txt"), "no").unwrap();
    // No server listens there: doors that need one say so.
    let host = Host::new(folder.path().join("phones"), "http://127.0.0.1:1", ui).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router(host)).await });
    Served {
        address,
        client: Client::new(),
        folder,
    }
}

impl Served {
    async fn get(&self, path: &str) -> Response {
        let url = format!("http://{}{path}", self.address);
        self.client.get(url).send().await.unwrap()
    }

    async fn door(&self, phone: &str, door: Value, picture: &[u8]) -> (StatusCode, Value) {
        let answer = self
            .client
            .post(format!("http://{}/native", self.address))
            .header("x-door", door.to_string())
            .header("x-phone", phone)
            .header("content-type", "application/octet-stream")
            .body(picture.to_vec())
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let bytes = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }
}

#[tokio::test]
async fn the_screens_are_served_and_nothing_beside_them() {
    let host = served().await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/?phone=ana", "text/html; charset=utf-8"),
        ("/apoyos", "text/html; charset=utf-8"),
        ("/assets/app.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = host.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()["content-type"], kind);
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let rules = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(rules.starts_with("default-src 'none'; script-src 'self';"));
    }
    for path in ["/assets/none.js", "/..%2fsecret.txt", "/secret.txt"] {
        assert_eq!(host.get(path).await.status(), StatusCode::NOT_FOUND);
    }
    assert!(host.folder.path().join("secret.txt").is_file());
}

#[tokio::test]
async fn ana_and_beto_have_a_phone_each() {
    let host = served().await;
    let (status, notice) = host.door("ana", json!({"door": "notice"}), &[]).await;
    assert_eq!(status, StatusCode::OK);
    let accept = json!({"door": "accept_notice", "version": notice["version"]});
    let (_, state) = host.door("ana", accept, &[]).await;
    assert_eq!(state["activation"]["stage"], "front");
    let (_, state) = host.door("beto", json!({"door": "state"}), &[]).await;
    assert_eq!(state["activation"]["stage"], "notice");
    let (status, problem) = host.door("../ana", json!({"door": "state"}), &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["field"], "x-phone");
}

#[tokio::test]
async fn a_refusal_is_a_problem_with_its_code() {
    let host = served().await;
    for (door, code) in [
        (json!({"door": "resend_code"}), "step_out_of_order"),
        (json!({"door": "campaigns", "search": ""}), "not_activated"),
        (json!({"door": "open_sesame"}), "request_malformed"),
        (
            json!({"door": "put_activation_front", "source": "file"}),
            "request_malformed",
        ),
    ] {
        let (status, problem) = host.door("ana", door, &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["code"], code);
    }
}

#[tokio::test]
async fn a_page_of_somebody_else_opens_no_door() {
    let host = served().await;
    let url = format!("http://{}/native", host.address);
    for (name, value) in [
        ("origin", "http://evil.tld"),
        ("host", "evil.tld"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let asked = host
            .client
            .post(&url)
            .header("x-door", r#"{"door":"state"}"#)
            .header(name, value);
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
}
