//! Operators' deeds leave a record, and some need two names.

use e2e::{
    people::Name::{Beto, Lupita},
    world::{LooseEnd, TestWorld, campaign, roll_csv},
};
use protocol::code::Code;
use rusqlite::Connection;
use std::{fs, process::Output};

fn told(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    [out, err]
        .map(|said| String::from_utf8_lossy(said))
        .concat()
}

#[track_caller]
fn ends(output: &Output, code: i32, says: &str) -> String {
    let text = told(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(says), "{text}");
    text
}

/// The eight digits after this word.
fn proposal(text: &str) -> String {
    let (_, after) = text.split_once("Proposal ").expect("a proposal");
    after[..8].to_owned()
}

/// A world with an apoyo of Lupita's, which requires two names.
async fn world() -> TestWorld {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    world.give(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
    ends(&world.apoyo(["operators", "two-names"]), 0, "two names are");
    world
}

#[tokio::test]
async fn one_operator_alone_replaces_no_roll_and_the_second_approves_that_file_only() {
    let world = world().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lista.csv");
    let path = file.to_str().unwrap();
    fs::write(&file, roll_csv(&[Lupita.person(), Beto.person()])).unwrap();
    let import = |name: &str| {
        world.apoyo([
            "roll",
            "import",
            path,
            "--unverified",
            "--smaller-by",
            "100",
            "--as",
            name,
            "--why",
            "corte de marzo",
        ])
    };

    let nameless = [
        "roll",
        "import",
        path,
        "--unverified",
        "--smaller-by",
        "100",
    ];
    ends(&world.apoyo(nameless), 3, "--why");
    let id = proposal(&ends(&import("ana"), 3, "nothing was done yet"));
    ends(&import("ana"), 3, &id);
    ends(
        &world.apoyo(["approve", &id, "--as", "ana"]),
        3,
        "a second person",
    );
    ends(
        &world.apoyo(["approve", "00000000", "--as", "luis"]),
        3,
        "no proposal",
    );
    ends(
        &world.apoyo(["approve", &id, "--as", "luis"]),
        0,
        "roll.replace",
    );
    // Only ana may do the approved deed, and only with this file.
    ends(&import("eva"), 3, "nothing was done yet");
    fs::write(&file, roll_csv(&[Beto.person()])).unwrap();
    ends(&import("ana"), 3, "nothing was done yet");
    fs::write(&file, roll_csv(&[Lupita.person(), Beto.person()])).unwrap();
    ends(&import("ana"), 0, "roll version 2 is in force");
    // Only once.
    ends(&import("ana"), 3, "nothing was done yet");

    let shown = ends(
        &world.apoyo(["audit", "show"]),
        0,
        "roll.import version 2, 2 entries",
    );
    let line = shown
        .lines()
        .find(|line| line.contains("version 2"))
        .unwrap();
    for word in ["ana", " and luis", "corte de marzo", "SHA-256"] {
        assert!(line.contains(word), "{line}");
    }
}

#[tokio::test]
async fn a_campaign_is_closed_by_two_and_receives_nothing_more() {
    let mut world = world().await;
    let phone = world.activate(Beto).await;
    let close = || {
        world.apoyo([
            "campaign", "close", "agua", "--as", "ana", "--why", "retiro",
        ])
    };
    let id = proposal(&ends(&close(), 3, "nothing was done yet"));
    ends(&world.apoyo(["approve", "--as", "luis"]), 0, &id);
    ends(
        &world.apoyo(["approve", &id, "--as", "luis"]),
        0,
        "approved",
    );
    ends(&close(), 0, "campaign agua is closed");
    let draft = world.draft(Beto, &campaign("agua"));
    world.upload(&phone, &draft).await;
    let body = draft.body(&phone);
    let answer = world.wire().put_apoyo(&phone, draft.id, &body).await;
    answer.refused(409, Code::CampaignClosed);
    world.leaves(LooseEnd::StrayPictures, "Beto came too late");
    assert_eq!(world.tally(&campaign("agua")).await.total.received, 1);
}

#[tokio::test]
async fn keys_are_rotated_by_two_and_what_needs_one_is_recorded_too() {
    let world = world().await;
    let rotate = || world.apoyo(["keys", "rotate", "--as", "ana", "--why", "anual"]);
    let id = proposal(&ends(&rotate(), 3, "nothing was done yet"));
    let before = fs::read_dir(world.data().join("keys/sealing"))
        .unwrap()
        .count();
    ends(
        &world.apoyo(["approve", &id, "--as", "luis"]),
        0,
        "keys.rotate",
    );
    ends(&rotate(), 0, "is in force");
    let after = fs::read_dir(world.data().join("keys/sealing"))
        .unwrap()
        .count();
    assert_eq!(after, before + 2, "nothing was made before the approval");

    let phone = world.activate(Beto).await;
    let device = phone.device().to_string();
    let revoke = world.apoyo([
        "device", "revoke", &device, "--as", "eva", "--why", "robado",
    ]);
    ends(&revoke, 0, "revoked");
    ends(&world.apoyo(["operators", "one-name"]), 3, "--why");
    let shown = told(&world.apoyo(["audit", "show"]));
    for deed in [
        "process.create consultas",
        "campaign.create agua",
        "operators.names two",
        "keys.rotate intake, review",
        &format!("device.revoke {device}"),
    ] {
        assert!(shown.contains(deed), "{deed} is not in\n{shown}");
    }
    // A phone that revokes itself is not an operator.
    assert_eq!(shown.matches("device.revoke").count(), 1);
}

#[tokio::test]
async fn a_record_that_was_changed_cut_short_or_written_again_is_found() {
    let mut world = world().await;
    let head = ends(&world.apoyo(["audit", "verify"]), 0, "whole");
    let head = head.trim().rsplit(' ').next().unwrap().to_owned();
    ends(
        &world.apoyo(["device", "revoke", &"0".repeat(32)]),
        3,
        "no device",
    );
    ends(
        &world.apoyo(["audit", "verify", "--chain", &head]),
        0,
        "whole",
    );
    world.stop();

    let db = Connection::open(world.data().join("apoyo.db")).unwrap();
    let change = "UPDATE audit SET who = 'eva' WHERE number = 2";
    let refused = db.execute(change, []).unwrap_err().to_string();
    assert!(refused.contains("append-only"), "{refused}");
    assert!(db.execute("DELETE FROM audit", []).is_err());
    // A change by hand, without the program.
    let triggers = "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_shortened;";
    db.execute_batch(triggers).unwrap();
    let who: String = db
        .query_row("SELECT who FROM audit WHERE number = 2", [], |row| {
            row.get(0)
        })
        .unwrap();
    db.execute(change, []).unwrap();
    ends(&world.apoyo(["audit", "verify"]), 4, "from number 2 on");
    ends(&world.apoyo(["doctor"]), 4, "WRONG  audit record");
    db.execute("UPDATE audit SET who = ?1 WHERE number = 2", [who])
        .unwrap();
    ends(
        &world.apoyo(["audit", "verify", "--chain", &head]),
        0,
        "whole",
    );
    let newest = "DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)";
    db.execute(newest, []).unwrap();
    // A missing end is noticed only with a head that was written down.
    ends(&world.apoyo(["audit", "verify"]), 0, "whole");
    ends(
        &world.apoyo(["audit", "verify", "--chain", &head]),
        4,
        "cut short",
    );
    drop(db);
    world.start();
}
