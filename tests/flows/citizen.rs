//! The citizen without a screen, as the program that load tests and demonstrations start.

use e2e::{
    people::Name::{Beto, Lupita},
    world::{TestWorld, campaign},
};
use protocol::receipt::SignedReceipt;
use serde_json::Value;
use std::{path::Path, process::Command};

/// The line that the program printed, and its exit code.
fn citizen(world: &TestWorld, name: e2e::people::Name, to: &str, store: &Path) -> (Value, i32) {
    let files = name
        .pictures()
        .files()
        .expect("the temporary folder has room");
    let output = Command::new(env!("CARGO_BIN_EXE_citizen"))
        .args(["--server", &world.url(), "--campaign", to])
        .arg("--front")
        .arg(&files.front)
        .arg("--back")
        .arg(&files.back)
        .arg("--selfie")
        .arg(&files.selfie)
        .arg("--signature")
        .arg(&files.signature)
        .args(["--email", &name.email(), "--model", "G"])
        .arg("--outbox")
        .arg(world.outbox())
        .arg("--store")
        .arg(store)
        .output()
        .expect("the program starts");
    let printed = String::from_utf8(output.stdout).expect("it prints text");
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(
        lines.len(),
        1,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let line = serde_json::from_str(lines[0]).expect("the line is JSON");
    (line, output.status.code().expect("it ends by itself"))
}

#[tokio::test]
async fn lupita_gives_her_apoyo_from_files_and_gives_another_with_the_same_phone() {
    let world = TestWorld::new();
    let store = tempfile::tempdir().unwrap();
    let (first, code) = citizen(&world, Lupita, "agua", store.path());
    assert_eq!(code, 0, "{first}");
    let first: SignedReceipt = serde_json::from_value(first).unwrap();
    assert_eq!(first.receipt.sequence, 1);
    let (second, code) = citizen(&world, Lupita, "agua", store.path());
    assert_eq!(code, 0, "{second}");
    world.settled().await;
    let total = world.tally(&campaign("agua")).await.total;
    assert_eq!(
        (total.received, total.preliminary, total.not_counted),
        (2, 1, 1)
    );
}

#[tokio::test]
async fn a_refusal_is_one_line_with_its_code_and_exit_3() {
    let world = TestWorld::new();
    let store = tempfile::tempdir().unwrap();
    let (refusal, code) = citizen(&world, Beto, "nadie", store.path());
    assert_eq!(
        (refusal["code"].as_str(), code),
        (Some("campaign_unknown"), 3)
    );
}
