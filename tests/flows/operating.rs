//! The operator's view, and the checks of the test harness itself.

use e2e::{
    people::Name::{Beto, Lupita},
    server::Launch,
    world::{TestWorld, campaign},
};
use protocol::{ids::Sha256Hash, tally::Tally};
use rusqlite::Connection;
use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::Output,
};

fn told(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

/// The file of a picture, anywhere below the data folder.
fn file_of(folder: &Path, name: &str) -> Option<PathBuf> {
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if let Some(found) = file_of(&path, name) {
                return Some(found);
            }
        } else if entry.file_name().to_str() == Some(name) {
            return Some(path);
        }
    }
    None
}

#[tokio::test]
async fn the_command_line_and_the_web_show_the_same_tally() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    world.give(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
    let shown = world.apoyo(["tally", "agua", "--json"]);
    assert!(shown.status.success(), "{}", told(&shown));
    let mut shown: Tally = serde_json::from_slice(&shown.stdout).unwrap();
    let web = world.tally(&campaign("agua")).await;
    shown.at = web.at;
    // The web tells one list of places at a time: without a question, the entidades.
    shown.by_distrito.clear();
    shown.by_seccion.clear();
    assert_eq!(shown, web);
    let unknown = world.apoyo(["tally", "nadie"]);
    assert_eq!(unknown.status.code(), Some(3), "{}", told(&unknown));
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_does_not_start() {
    let world = TestWorld::new();
    let second = Launch {
        data: world.data().to_owned(),
        ..Launch::default()
    };
    let refused = second.start().err().expect("one server has this folder");
    assert!(refused.to_string().contains("another"), "{refused}");
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    world.give(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
}

#[tokio::test]
async fn doctor_notices_a_lost_picture_a_changed_one_and_a_wrong_count() {
    let world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let draft = world.draft(Lupita, &campaign("agua"));
    world.give(&phone, &draft).await;
    world.judged(&phone, draft.id).await;
    let well = world.apoyo(["doctor"]);
    assert!(well.status.success(), "{}", told(&well));

    let name = Sha256Hash::of(&draft.sealed_parts(&phone)[2]).to_string();
    let picture = file_of(world.data(), &name).expect("it lies there");
    let away = picture.with_extension("away");
    fs::rename(&picture, &away).unwrap();
    let ill = world.apoyo(["doctor"]);
    assert!(!ill.status.success(), "a picture is gone:\n{}", told(&ill));
    let mut bytes = fs::read(&away).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&picture, &bytes).unwrap();
    let ill = world.apoyo(["doctor"]);
    assert!(
        !ill.status.success(),
        "a picture is another:\n{}",
        told(&ill)
    );
    fs::remove_file(&picture).unwrap();
    // A bad sector: the file is there, and the system gives an error instead of its bytes. The
    // rest is looked at all the same.
    fs::create_dir(&picture).unwrap();
    let ill = world.apoyo(["doctor"]);
    assert_eq!(ill.status.code(), Some(4), "{}", told(&ill));
    assert!(told(&ill).contains("1 missing, changed or unreadable"));
    assert!(told(&ill).contains("mail:"), "to its end:\n{}", told(&ill));
    fs::remove_dir(&picture).unwrap();
    fs::rename(&away, &picture).unwrap();

    let db = Connection::open(world.data().join("apoyo.db")).unwrap();
    let counted = "UPDATE counters SET apoyos = apoyos + ?1 WHERE level = 'total'";
    db.execute(counted, [1]).unwrap();
    let ill = world.apoyo(["doctor"]);
    assert!(!ill.status.success(), "the count is wrong:\n{}", told(&ill));
    db.execute(counted, [-1]).unwrap();
}

#[tokio::test]
async fn a_lost_key_is_never_replaced_by_a_new_one() {
    let mut world = TestWorld::new();
    world.stop();
    let key = world.data().join("keys/tag.key");
    let away = world.data().join("keys/tag.away");
    fs::rename(&key, &away).unwrap();
    let again = Launch {
        data: world.data().to_owned(),
        ..Launch::default()
    };
    let refused = again.start().err().expect("no key, no server");
    assert!(refused.to_string().contains("tag.key"), "{refused}");
    assert!(!key.exists());
    fs::rename(&away, &key).unwrap();
    world.start();
}

/// The stories rely on this: a world with loose ends fails its story.
#[tokio::test(flavor = "multi_thread")]
async fn an_untidy_end_is_an_error() {
    let world = TestWorld::new();
    let phone = world.activate(Beto).await;
    let draft = world.draft(Beto, &campaign("agua"));
    let [picture, ..] = draft.sealed_parts(&phone);
    assert_eq!(world.wire().put_blob(&phone, &picture).await.status, 201);
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(world)));
    let said = dropped.expect_err("a picture belongs to nobody");
    let said = said.downcast_ref::<String>().expect("a sentence");
    assert!(said.contains("pictures belong to no apoyo"), "{said}");
}
