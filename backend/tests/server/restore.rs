//! The operator's verbs around a backup that was put back, and around a clock in doubt.

use crate::cli::{apoyo, ends_with, serve};
use std::{fs, path::Path};

fn database(data: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(data.join("apoyo.db")).unwrap()
}

/// A folder on which a server has run.
fn served(folder: &Path) -> std::path::PathBuf {
    let data = folder.join("data");
    ends_with(&apoyo(&data, &["init"]), 0, "is ready");
    stop(serve(&data).0);
    data
}

fn stop(mut server: std::process::Child) {
    let pid = server.id().to_string();
    let killed = std::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status();
    assert!(killed.unwrap().success());
    assert!(server.wait().unwrap().success());
}

#[test]
fn without_its_head_a_server_does_not_start_and_says_what_to_do_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let data = served(folder.path());
    let head = folder.path().join("data-head");
    assert!(head.join("head").exists(), "next to the data, not in it");
    ends_with(&apoyo(&data, &["doctor"]), 0, "head: up to 0 given");

    fs::rename(&head, folder.path().join("elsewhere")).unwrap();
    let told = apoyo(&data, &["serve", "--no-relay", "--listen", "127.0.0.1:0"]);
    ends_with(&told, 5, "head_missing");
    ends_with(&told, 5, "Falta la cabeza");
    ends_with(&told, 5, "apoyo recover --after-restore --above");
    ends_with(&apoyo(&data, &["doctor"]), 4, "WRONG  head");
    // It was only moved.
    let moved = folder.path().join("elsewhere");
    let moved = moved.to_str().unwrap();
    ends_with(
        &apoyo(&data, &["doctor", "--head", moved]),
        0,
        "head: up to 0",
    );
    // It is lost.
    ends_with(&apoyo(&data, &["recover"]), 2, "--after-restore");
    let recover = |more: &[&str]| apoyo(&data, &[&["recover", "--after-restore"], more].concat());
    ends_with(&recover(&[]), 5, "head_missing");
    ends_with(
        &recover(&["--above", "330"]),
        0,
        "the next folio is 0000-00AB-C",
    );
    stop(serve(&data).0);
    ends_with(&apoyo(&data, &["doctor"]), 0, "head: up to 330 given");
}

#[test]
fn a_head_that_was_put_back_too_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let data = served(folder.path());
    database(&data)
        .execute("UPDATE numbering SET last = 5000", [])
        .unwrap();
    let told = apoyo(&data, &["serve", "--no-relay", "--listen", "127.0.0.1:0"]);
    ends_with(&told, 5, "head_behind");
    ends_with(&apoyo(&data, &["doctor"]), 4, "WRONG  head");
    let recovered = apoyo(&data, &["recover", "--after-restore"]);
    ends_with(&recovered, 0, "numbers go on above 5000");
    stop(serve(&data).0);
}

#[test]
fn a_clock_in_doubt_is_told_by_doctor_and_accepted_by_a_verb() {
    let folder = tempfile::tempdir().unwrap();
    let data = served(folder.path());
    ends_with(&apoyo(&data, &["doctor"]), 0, "clock: the machine says");
    // It had run ten years ahead.
    let millis = 10_i64 * 365 * 24 * 3_600_000;
    database(&data)
        .execute("UPDATE clock_mark SET at = at + ?1", [millis])
        .unwrap();
    ends_with(&apoyo(&data, &["doctor"]), 4, "apoyo clock accept");
    ends_with(&apoyo(&data, &["clock", "show"]), 0, "in doubt");
    let empty = ["pictures", "empty-lost", "--older-than", "30"];
    ends_with(&apoyo(&data, &empty), 3, "is not known");
    ends_with(&apoyo(&data, &["clock", "accept"]), 0, "from now on");
    ends_with(&apoyo(&data, &["doctor"]), 0, "clock: the machine says");
}

#[test]
fn what_was_put_aside_is_counted_and_deleted_by_a_verb_only() {
    let folder = tempfile::tempdir().unwrap();
    let data = served(folder.path());
    let name = "ab".repeat(32);
    fs::write(data.join("blobs/incoming").join(&name), [7; 3_000]).unwrap();
    let aside = data.join("blobs/lost+found").join(&name);
    for _ in 0..2 {
        stop(serve(&data).0);
        assert!(aside.exists(), "no start deletes anything");
    }
    ends_with(&apoyo(&data, &["doctor"]), 0, "lost+found: 1 files");
    let empty = ["pictures", "empty-lost", "--older-than"];
    let days = |days| apoyo(&data, &[&empty[..], &[days]].concat());
    ends_with(&days("0"), 2, "0");
    ends_with(&days("1"), 0, "0 files, 0 bytes deleted; 1 files stay");
    assert!(aside.exists());
}
