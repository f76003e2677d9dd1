//! A server that is killed at any moment: every receipt that was given stays true.

use crate::world::*;
use futures_util::future::join_all;
use protocol::ids::Sha256Hash;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};
use storage::{
    Engine as _, Settings,
    apoyos::{Apoyos, Recorded},
    blobs::{BlobStore, local::LocalBlobs},
    sqlite::SqliteStorage,
};

const FOLDER: &str = "STORY_DATA_FOLDER";
const FIRST: &str = "STORY_FIRST_NUMBER";
const ROUNDS: u64 = 12;

/// Not a story of its own: the work of the process that the story below kills.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs only as the process that is killed"]
async fn the_process_that_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let first: u64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let folder = Path::new(&folder);
    let blobs = Arc::new(LocalBlobs::open(&folder.join("blobs")).unwrap());
    // Often enough that some die while pictures are moved.
    let settings = Settings {
        kept_together: 8,
        ..Settings::default()
    };
    let store = SqliteStorage::open_with(folder, blobs.clone(), settings).await;
    let store = Arc::new(store.unwrap());
    let serving = store.lock_for_serving().await.unwrap();
    let place = head_place(folder, 1);
    let followed = store.follow_head(&serving, &place).await.unwrap();
    assert_eq!(followed.left_out, 0, "a kill leaves no number out");
    store.recover_blobs(&serving).await.unwrap();
    let phones = (0..4).map(|phone| {
        let (store, blobs) = (Arc::clone(&store), Arc::clone(&blobs));
        tokio::spawn(async move {
            for number in (first + phone..).step_by(4) {
                for (_, bytes) in pictures(number) {
                    put(blobs.as_ref(), &bytes).await.unwrap();
                }
                let new = new_apoyo(number, number, "agua-1");
                if let Recorded::First(receipt) = store.record_apoyo(new, signer()).await.unwrap() {
                    let line = format!("acknowledged {number} {}\n", hex::encode(&receipt));
                    std::io::stdout().write_all(line.as_bytes()).unwrap();
                }
            }
        })
    });
    join_all(phones).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_again_and_again_keeps_every_receipt() {
    let world = World::<crate::Sqlite>::with_campaigns().await;
    let folder = world.folder.path().to_owned();
    let mut promised: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    for round in 0..ROUNDS {
        let mut server = Command::new(std::env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "--nocapture",
                "sqlite_kill::the_process_that_is_killed",
            ])
            .env(FOLDER, &folder)
            .env(FIRST, (round * 100_000 + 1).to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(server.stdout.take().unwrap());
        let wait = Duration::from_millis(120 + round * 37 % 200);
        // Every fourth one dies by the clock, perhaps before it promises anything. The others die
        // some time after their first promise, however slow the machine is.
        let (promises, promised_one) = std::sync::mpsc::channel();
        let killer = std::thread::spawn(move || {
            if round % 4 != 0 {
                let _ = promised_one.recv_timeout(Duration::from_secs(60));
            }
            std::thread::sleep(wait);
            server.kill().unwrap();
            server.wait().unwrap();
        });
        for line in lines.lines().map_while(Result::ok) {
            let words: Vec<_> = line.split(' ').collect();
            // The last line may be incomplete: then its receipt was not given.
            if let [.., "acknowledged", number, receipt] = words[..]
                && let Ok(receipt) = hex::decode(receipt)
                && receipt.ends_with(b"}")
            {
                promised.insert(number.parse().unwrap(), receipt);
                // The killer waits for one promise.
                let _ = promises.send(());
            }
        }
        killer.join().unwrap();
    }
    assert!(promised.len() > 20, "only {} receipts", promised.len());
    let world = world.reopened().await;
    let serving = world.store.lock_for_serving().await.unwrap();
    let place = head_place(&folder, 1);
    world.store.follow_head(&serving, &place).await.unwrap();
    world.store.recover_blobs(&serving).await.unwrap();
    for (number, receipt) in &promised {
        let found = world.store.receipt(apoyo_id(*number)).await.unwrap();
        assert_eq!(found.as_deref(), Some(&receipt[..]), "apoyo {number}");
        for (_, bytes) in pictures(*number) {
            let found = world.blobs.read(Sha256Hash::of(&bytes)).await.unwrap();
            assert_eq!(
                found.as_deref(),
                Some(&bytes[..]),
                "a picture of apoyo {number}"
            );
        }
        let again = world
            .store
            .record_apoyo(new_apoyo(*number, *number, "agua-1"), signer())
            .await;
        assert_eq!(again.unwrap(), Recorded::Again(receipt.clone().into()));
    }
    let id = "agua-1".parse().unwrap();
    let tally = world.store.tally(&id, start()).await.unwrap();
    assert_eq!(tally, world.store.recount(&id, start()).await.unwrap());
    let all = world.store.pending_apoyos(u32::MAX, start()).await.unwrap();
    assert!(all.len() >= promised.len());
    assert_eq!(all.last().unwrap().sequence, all.len() as u64, "no gap");
    let check: String = rusqlite::Connection::open(folder.join("apoyo.db"))
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}
