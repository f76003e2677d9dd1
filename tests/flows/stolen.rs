//! A thief has the server's database and its pictures, but not its keys.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use e2e::{
    mailbox,
    people::Name::{self, Beto, Lupita},
    world::{LooseEnd, TestWorld, campaign},
};
use protocol::sensitive::Sensitive;
use rusqlite::{Connection, types::ValueRef};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Everything in the data folder except the keys and the mails that were handed over.
fn loot(data: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the data folder can be read") {
            let path = entry.expect("the data folder can be read").path();
            let name = path.file_name().and_then(|name| name.to_str());
            if matches!(name, Some("keys" | "outbox")) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file of ours");
                found.push((path, bytes));
            }
        }
    }
    found
}

/// Every value of every table, as a thief with SQLite would read it. Here a text is whole even if two
/// pages of the file share it.
fn values(data: &Path) -> Vec<(String, Vec<u8>)> {
    let db = Connection::open(data.join("apoyo.db")).expect("a database");
    let mut tables = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut values = Vec::new();
    for table in tables {
        let mut query = db.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns: Vec<String> = query.column_names().map(str::to_owned).collect();
        let mut rows = query.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for (place, column) in columns.iter().enumerate() {
                let bytes = match row.get_ref(place).unwrap() {
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
                    ValueRef::Integer(number) => number.to_string().into_bytes(),
                    ValueRef::Real(_) | ValueRef::Null => continue,
                };
                values.push((format!("{table}.{column}"), bytes));
            }
        }
    }
    values
}

/// The data of a person that must not be found.
fn secrets(name: Name) -> Vec<(&'static str, Vec<u8>)> {
    let person = name.person();
    let text = [
        ("CURP", person.curp().to_string()),
        ("clave de elector", person.clave_elector().to_string()),
        ("CIC", person.cic.to_string()),
        ("identificador", person.identificador.to_string()),
        ("QR", person.qr().as_str().to_owned()),
        ("address", name.email()),
        ("name", person.name.given_first()),
    ];
    let mut secrets = Vec::new();
    for (what, text) in text {
        secrets.push((what, text.clone().into_bytes()));
        // In every encoding that begins on its own boundary.
        secrets.push((what, STANDARD.encode(&text).trim_end_matches('=').into()));
        secrets.push((what, URL_SAFE_NO_PAD.encode(&text).into_bytes()));
        secrets.push((what, hex::encode(&text).into_bytes()));
    }
    for picture in [
        name.pictures().front,
        name.pictures().back,
        name.pictures().selfie,
        name.pictures().signature,
    ] {
        let middle = picture.len() / 2;
        secrets.push((
            "a piece of a picture",
            picture[middle..middle + 64].to_vec(),
        ));
    }
    secrets
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// The beginning of every JPEG.
const JPEG: [u8; 3] = [0xff, 0xd8, 0xff];

#[tokio::test]
async fn a_thief_without_the_keys_reads_nothing_of_anybody() {
    let mut world = TestWorld::new();
    let phone = world.activate(Lupita).await;
    let mut draft = world.draft(Lupita, &campaign("agua"));
    let person = Lupita.person();
    draft.payload.curp = Some(Sensitive::new(person.curp().to_string()));
    draft.payload.clave_elector = Some(Sensitive::new(person.clave_elector().to_string()));
    draft.payload.name = Some(Sensitive::new(person.name.given_first()));
    world.give(&phone, &draft).await;
    world.judged(&phone, draft.id).await;

    // Beto's mail waits for a relay that does not answer, so his address has to be kept.
    world.stop();
    let usual = world.launch().config.clone();
    let away = tempfile::NamedTempFile::new().unwrap();
    fs::write(
        away.path(),
        "[mail.smtp]\nhost = \"localhost\"\nport = 9\ntls = \"none\"\n",
    )
    .unwrap();
    world.launch().config = Some(away.path().to_owned());
    world.start();
    world.begin(&Beto.email(), b"front").await;
    assert_eq!(world.rows().mails_waiting, 1);
    // With the write-ahead log, which a thief may find too.
    world.kill();

    let mut loot = loot(world.data());
    assert!(loot.iter().any(|(path, _)| path.ends_with("apoyo.db")));
    let pictures = loot
        .iter()
        .filter(|(path, _)| path.to_string_lossy().contains("kept"))
        .count();
    assert_eq!(pictures, 4);
    loot.extend(
        values(world.data())
            .into_iter()
            .map(|(place, bytes)| (place.into(), bytes)),
    );
    for name in [Lupita, Beto] {
        for (what, needle) in secrets(name) {
            for (place, bytes) in &loot {
                assert!(
                    !holds(bytes, &needle),
                    "{name:?}'s {what} can be read in {}",
                    place.display()
                );
            }
        }
    }
    for (place, bytes) in &loot {
        let sealed = bytes.starts_with(b"apoyo/s1");
        assert!(
            !bytes.starts_with(&JPEG) && (sealed || !holds(bytes, b"JFIF")),
            "a picture can be seen in {}",
            place.display()
        );
    }

    // A check of the search itself: it finds Lupita in the mail that was handed over.
    let outbox = fs::read_dir(world.outbox()).unwrap();
    let mails: Vec<u8> = outbox
        .flat_map(|mail| fs::read(mail.unwrap().path()).unwrap())
        .collect();
    assert!(holds(&mails, Lupita.email().as_bytes()));

    // With its keys the server can still send the mail.
    world.launch().config = usual;
    world.start();
    mailbox::wait_for_code(&world.outbox(), &Beto.email(), 1);
    world.leaves(LooseEnd::UnsentMail, "it may be noted a moment later");
}
