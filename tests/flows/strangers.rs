//! What hostile and unlucky connections cost a real server: nothing that others need.

use e2e::{
    people::Name::{Beto, Lupita},
    wire::{Phone, Signed},
    world::{LooseEnd, Setting, TestWorld, campaign, receipt_of},
};
use protocol::{code::Code, ids::Sha256Hash};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// The patience of the server, and what a busy machine adds to it.
const CUT: Duration = Duration::from_secs(22);

fn address(world: &TestWorld) -> SocketAddr {
    let url = world.url();
    url.trim_start_matches("http://")
        .parse()
        .expect("an address")
}

async fn connect(world: &TestWorld) -> TcpStream {
    TcpStream::connect(address(world))
        .await
        .expect("a connection")
}

/// The head of a signed request with a body of this length.
fn head(method: &str, path: &str, signed: &Signed, length: usize) -> String {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n");
    for (name, value) in signed.headers() {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head + "\r\n"
}

/// Sends `bytes` one at a time until the other end has had enough; how long that took, and what
/// it answered.
async fn drip(mut stream: TcpStream, bytes: Vec<u8>) -> (Duration, String) {
    let begun = Instant::now();
    let mut answer = Vec::new();
    for byte in bytes {
        if stream.write_all(&[byte]).await.is_err() {
            break;
        }
        let mut chunk = [0; 4096];
        match timeout(Duration::from_millis(500), stream.read(&mut chunk)).await {
            Err(_) => {}
            Ok(Ok(0) | Err(_)) => break,
            Ok(Ok(read)) => answer.extend_from_slice(&chunk[..read]),
        }
        assert!(begun.elapsed() < CUT, "a byte now and then is waited for");
    }
    (
        begun.elapsed(),
        String::from_utf8_lossy(&answer).into_owned(),
    )
}

#[tokio::test]
async fn who_sends_a_byte_now_and_then_is_cut_and_gives_the_turn_back() {
    let world = Setting {
        config: "[limits]\nuploads_at_once = 1\nuploads_waiting = 0\n".to_owned(),
        ..Setting::default()
    }
    .start();
    let phone = world.activate(Lupita).await;
    let agua = campaign("agua");
    let [picture, ..] = world.draft(Lupita, &agua).sealed_parts(&phone);
    let name = Sha256Hash::of(&picture);
    let path = format!("/v1/blobs/{name}");
    let signed = phone.sign("PUT", &path, &name);

    // A body: its head at once, then a byte every half second.
    let mut stream = connect(&world).await;
    let head = head("PUT", &path, &signed, picture.len());
    stream.write_all(head.as_bytes()).await.expect("sent");
    let dripping = tokio::spawn(drip(stream, picture.to_vec()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let beto = world.activate(Beto).await;
    let draft = world.draft(Beto, &agua);
    let [other, ..] = draft.sealed_parts(&beto);
    let busy = world.wire().put_blob(&beto, &other).await;
    busy.refused(503, Code::ServerBusy);
    let (took, said) = dripping.await.expect("no panic");
    assert!(
        took > Duration::from_secs(12),
        "{took:?}: not before its time"
    );
    assert!(said.is_empty() || said.contains("body_truncated"), "{said}");
    world.give(&beto, &draft).await;

    // A head that does not end.
    let stream = connect(&world).await;
    let (took, _) = drip(stream, vec![b'x'; 1_000]).await;
    assert!(took < CUT, "{took:?}");
    world.settled().await;
}

#[tokio::test]
async fn who_never_reads_is_cut() {
    let world = TestWorld::new();
    let mut stream = connect(&world).await;
    let request = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n";
    let whole = world.wire().get("/openapi.json").await.body.len();
    // So many answers that no buffer of the system holds them.
    let count = 64 * 1024 * 1024 / whole + 1;
    let begun = Instant::now();
    let mut asked = 0;
    while asked < count && begun.elapsed() < Duration::from_secs(60) {
        match timeout(Duration::from_millis(500), stream.write_all(request)).await {
            Ok(Ok(())) => asked += 1,
            // It does not take more of what it cannot answer, or has cut.
            Ok(Err(_)) => break,
            Err(_) if begun.elapsed() > CUT => break,
            Err(_) => {}
        }
    }
    tokio::time::sleep(CUT.saturating_sub(begun.elapsed())).await;
    // What is left in the system's buffers comes, and then the end: the rest is never answered.
    let mut read = 0;
    let mut chunk = vec![0; 256 * 1024];
    let ended = timeout(Duration::from_secs(20), async {
        while let Ok(more @ 1..) = stream.read(&mut chunk).await {
            read += more;
        }
    });
    ended.await.expect("it was cut");
    assert!(read < count * whole, "{read} of {} bytes", count * whole);
}

#[tokio::test]
async fn the_connection_is_reset_after_the_commit_and_the_receipt_is_the_same() {
    let mut world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let agua = campaign("agua");
    for nth in 1..=10 {
        let draft = world.draft(Lupita, &agua);
        world.upload(&phone, &draft).await;
        let body = draft.body(&phone);
        let path = format!("/v1/apoyos/{}", draft.id);
        let signed = phone.sign("PUT", &path, &Sha256Hash::of(&body));
        let mut stream = connect(&world).await;
        let head = head("PUT", &path, &signed, body.len());
        stream.write_all(head.as_bytes()).await.expect("sent");
        stream.write_all(&body).await.expect("sent");
        // The apoyo is committed. Its answer has not been read yet.
        let until = Instant::now() + Duration::from_secs(20);
        while world.rows().apoyos < nth {
            assert!(Instant::now() < until, "it is committed");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let socket: std::net::TcpStream = stream.into_std().expect("a socket");
        reset(socket);
        let again = world.wire().put_apoyo(&phone, draft.id, &body).await;
        let receipt = receipt_of(&phone, &again);
        assert_eq!(receipt.receipt.sequence, nth);
        let once_more = world.wire().put_apoyo(&phone, draft.id, &body).await;
        assert_eq!(once_more.body, again.body);
        assert_eq!(world.rows().apoyos, nth, "once");
    }
    world.leaves(LooseEnd::PendingApoyos, "the same credential over and over");
}

/// Closes with a reset: what the other end has sent is thrown away.
fn reset(socket: std::net::TcpStream) {
    // Unread bytes make the system answer with a reset; without any, the close is an ordinary one.
    socket.set_nonblocking(false).expect("a socket");
    let mut peeked = [0];
    let waited = socket.set_read_timeout(Some(Duration::from_secs(5)));
    waited.expect("a socket");
    let unread = socket.peek(&mut peeked).expect("the answer is there");
    assert_eq!(unread, 1, "nobody reads the answer");
    drop(socket);
}

#[tokio::test]
async fn a_machine_without_a_free_file_is_busy_and_not_broken() {
    let mut world = Setting::default().prepare();
    world.launch().under = ["prlimit", "--nofile=80:80"].map(ToOwned::to_owned).into();
    world.start();
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    let [picture, ..] = draft.sealed_parts(&phone);
    // The client's connection is older than those that take every file there is.
    let wire = world.wire();
    wire.get("/healthz").await;
    let mut idle = Vec::new();
    for _ in 0..120 {
        idle.push(connect(&world).await);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let answer = timeout(CUT, wire.try_put_blob(&phone, &picture)).await;
    let answer = answer.expect("an answer").expect("on the same connection");
    answer.refused(503, Code::ServerBusy);
    assert!(world.server().is_running());
    drop(idle);
    let receipt = world.give(&phone, &draft).await;
    assert_eq!(receipt.receipt.sequence, 1);
    world.judged(&phone, draft.id).await;
    assert!(world.server().is_running());
}

#[tokio::test]
async fn doctor_tells_of_a_proxy_that_is_not_named() {
    let mut world = TestWorld::new();
    let quiet = world.apoyo(["doctor"]);
    assert!(quiet.status.success());
    let client = reqwest::Client::builder().no_proxy().build();
    let asked = client
        .expect("a client")
        .get(format!("{}/healthz", world.url()))
        .header("x-forwarded-for", "203.0.113.9")
        .send();
    assert!(asked.await.expect("an answer").status().is_success());
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let told = world.apoyo(["doctor"]);
        let said = String::from_utf8_lossy(&told.stdout).into_owned();
        if !told.status.success() {
            let line = said.lines().find(|line| line.starts_with("WRONG"));
            let line = line.expect("what is wrong");
            assert!(line.contains("trusted_proxies"), "{said}");
            break;
        }
        assert!(Instant::now() < until, "{said}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let warned = world
        .server()
        .said()
        .matches("trusted_proxies does not name")
        .count();
    assert_eq!(warned, 1);
    world.leaves(LooseEnd::IllServer, "a proxy is not named");
}

#[tokio::test]
async fn a_stranger_who_names_no_phone_is_answered_before_the_body_comes() {
    let world = TestWorld::new();
    let stranger = Phone::new();
    let path = "/v1/apoyos/00000000000000000000000000000000";
    let signed = stranger
        .named(protocol::ids::DeviceId::from_bytes([7; 16]))
        .sign("PUT", path, &Sha256Hash::of(b""));
    let mut stream = connect(&world).await;
    let head = head("PUT", path, &signed, 200_000);
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = [0; 4096];
    let read = timeout(Duration::from_secs(5), stream.read(&mut answer)).await;
    let read = read.expect("at once").expect("an answer");
    let said = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(
        said.contains("401") && said.contains("device_unknown"),
        "{said}"
    );
}
