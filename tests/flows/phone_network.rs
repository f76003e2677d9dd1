//! A phone on a bad network, whose connections are cut: at most one part is sent again, and the receipt
//! is the same. `PHONE_CUTS=100` is the long form.

use app_core::{
    Door,
    adapters::{self, ToldNetwork},
    ports::NetworkKind,
    views::AppState,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use e2e::{
    citizen::{Citizen, Mailbox, Pictures},
    people::{MODEL, Name},
    proxy::Proxy,
    world::{LooseEnd, TestWorld, campaign},
};
use protocol::{
    apoyo_file::ApoyoFile,
    devices::{KEY_HEADER, SIGNATURE_HEADER},
    ids::ApoyoId,
};
use std::{env, net::SocketAddr, path::Path, sync::Arc, time::Duration};

/// The bytes of headers and of `HEAD` requests of a second try.
const OVERHEAD: u64 = 16 * 1024;

async fn open(proxy: &Proxy, store: &Path) -> Citizen {
    let mut citizen = Citizen::open(&proxy.url(), store)
        .await
        .expect("the store opens");
    citizen.patience = Duration::from_secs(90);
    citizen
}

/// The same without any network: no request is tried.
async fn open_offline(proxy: &Proxy, store: &Path) -> Citizen {
    let mut ports = adapters::computer(store).expect("a folder of ours");
    ports.network = Arc::new(ToldNetwork::taken_for(NetworkKind::Offline));
    Citizen::with_ports(ports, &proxy.url(), store)
        .await
        .expect("the store opens")
}

async fn queue(citizen: &Citizen, pictures: &Pictures) -> (ApoyoId, ApoyoFile) {
    let apoyo = citizen
        .queue(&campaign("agua"), MODEL, pictures)
        .await
        .expect("it is queued");
    let file = citizen.export(apoyo).await.expect("it can be exported");
    (
        apoyo,
        ApoyoFile::parse(&file).expect("it is a file of ours"),
    )
}

/// The server's answer to the same manifest again.
async fn asked_again(world: &TestWorld, file: &ApoyoFile) -> String {
    let last = file.requests().last().expect("the manifest");
    let answer = reqwest::Client::new()
        .put(format!("{}{}", world.url(), last.path))
        .header(KEY_HEADER, file.device.to_string())
        .header(
            SIGNATURE_HEADER,
            URL_SAFE_NO_PAD.encode(&last.put.signature),
        )
        .body(last.put.body.clone())
        .send()
        .await
        .expect("the server answers");
    assert!(answer.status().is_success());
    answer.text().await.expect("a receipt")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_is_cut_at_each_tenth_and_at_most_one_part_goes_twice() {
    let cuts: u64 = match env::var("PHONE_CUTS") {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => 10,
    };
    let mut world = TestWorld::new();
    let target: SocketAddr = world
        .url()
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    let proxy = Proxy::to(target).await.expect("a port");
    let store = tempfile::tempdir().expect("a folder");
    let pictures = Pictures::from(&Name::Lupita.pictures());
    let outbox = world.outbox();
    let mailbox = Mailbox {
        outbox: &outbox,
        email: "lupita@ejemplo.mx",
        patience: Duration::from_secs(60),
    };
    let citizen = open(&proxy, store.path()).await;
    citizen
        .activate(&pictures.front, mailbox)
        .await
        .expect("activated");

    // The bytes on the wire without cuts.
    let (apoyo, file) = queue(&citizen, &pictures).await;
    let before = proxy.bytes_up();
    citizen.receipt(apoyo).await.expect("a receipt");
    let whole = proxy.bytes_up() - before;
    let longest = file
        .parts
        .iter()
        .map(|part| part.body.len() as u64)
        .max()
        .expect("four");
    drop(citizen);

    let (mut again, mut most) = (0, 0);
    for nth in 0..cuts {
        let tenth = nth % 10 + 1;
        let citizen = open_offline(&proxy, store.path()).await;
        let (apoyo, file) = queue(&citizen, &pictures).await;
        drop(citizen);
        // Set before the app has a network, because it sends as soon as it can.
        let (before, cut) = (proxy.bytes_up(), proxy.cuts());
        proxy.cut_once_after(whole * tenth / 10 - 1);
        let citizen = open(&proxy, store.path()).await;
        let receipt = citizen.receipt(apoyo).await.expect("a receipt in the end");
        let extra = (proxy.bytes_up() - before).saturating_sub(whole);
        assert_eq!(proxy.cuts(), cut + 1, "tenth {tenth}: it was cut");
        assert!(
            extra <= longest + OVERHEAD,
            "tenth {tenth}: {extra} bytes more than {whole}, a part has {longest}"
        );
        again += u64::from(extra > OVERHEAD);
        most = most.max(extra);
        let server = asked_again(&world, &file).await;
        let same = serde_json::to_string(&receipt).expect("a receipt is JSON");
        assert_eq!(server, same, "tenth {tenth}");
    }
    assert_eq!(world.rows().apoyos, cuts + 1);
    println!(
        "{cuts} cuts of {whole} bytes: a part went twice {again} times, at most {most} bytes \
         more; every receipt the same"
    );
    world.leaves(LooseEnd::PendingApoyos, "the same credential over and over");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apoyo_is_carried_by_an_operator_and_the_phone_gets_the_same_receipt() {
    let world = TestWorld::new();
    let store = tempfile::tempdir().expect("a folder");
    let pictures = Pictures::from(&Name::Lupita.pictures());
    let outbox = world.outbox();
    let mailbox = Mailbox {
        outbox: &outbox,
        email: "lupita@ejemplo.mx",
        patience: Duration::from_secs(60),
    };
    let citizen = Citizen::open(&world.url(), store.path())
        .await
        .expect("opened");
    citizen
        .activate(&pictures.front, mailbox)
        .await
        .expect("activated");
    let apoyo = citizen
        .queue(&campaign("agua"), MODEL, &pictures)
        .await
        .expect("queued");
    let file = store.path().join("lupita.apoyo");
    let bytes = citizen.export(apoyo).await.expect("exported");
    std::fs::write(&file, &bytes).expect("room for a file");

    let path = file.to_str().expect("a plain path");
    let run = |server: &str| world.apoyo(["apoyo", "import", path, "--server", server]);
    let first = run(&world.url());
    assert!(
        first.status.success(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let second = run(&world.url());
    assert_eq!(first.stdout, second.stdout, "twice is once");
    let receipt = citizen.receipt(apoyo).await.expect("the phone asks too");
    let said: protocol::receipt::SignedReceipt =
        serde_json::from_slice(&first.stdout).expect("a receipt");
    assert_eq!(said, receipt);
    assert_eq!(world.rows().apoyos, 1);

    // With one changed byte it is refused.
    let mut altered = ApoyoFile::parse(&bytes).expect("a file");
    altered.parts[0].body[200] ^= 1;
    std::fs::write(&file, altered.to_bytes()).expect("room for a file");
    let refused = run(&world.url());
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("signature_invalid"), "{said}");
    let state: AppState = citizen.door(Door::State, None).await.expect("a state");
    assert!(!state.apoyos[0].may_cancel);
    world.settled().await;
}
