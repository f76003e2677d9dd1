//! The keys that apoyos are sealed to, as operators and reviewers handle them.

use crate::{server, wire::Phone, world::TestWorld};
use protocol::{campaigns::CampaignList, seal::announced::SealingKeys};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    time::{Duration, Instant},
};

/// How long a running server may take to notice a new key.
const NOTICE: Duration = Duration::from_secs(20);

/// The folder of the keys in a data folder.
fn folder(data: &Path) -> PathBuf {
    data.join("keys").join("sealing")
}

/// The files of the current secret keys.
pub fn secret_files(data: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(data)).expect("a server has keys");
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "key"))
        .collect()
}

/// The keys that the server announces to a phone, with its signature verified.
pub async fn told(world: &TestWorld, phone: &Phone) -> SealingKeys {
    let list: CampaignList = world
        .wire()
        .get_signed(phone, "/v1/campaigns")
        .await
        .json(200);
    let pinned = phone.receipt_key.expect("this phone was activated");
    let keys = list.sealing.expect("the server says its keys");
    keys.verify(&pinned)
        .expect("the server's signature")
        .clone()
}

/// Rotates both keys under a running server, and waits until it announces the new ones.
pub async fn rotated(world: &TestWorld, phone: &Phone) -> SealingKeys {
    let before = told(world, phone).await;
    done(&world.apoyo(["keys", "rotate"]));
    let until = Instant::now() + NOTICE;
    loop {
        let now = told(world, phone).await;
        // The files are written one after the other.
        if now.intake != before.intake && now.review != before.review {
            return now;
        }
        assert!(Instant::now() < until, "the new keys are not taken up");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn done(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The reviewers' machine, the only one with the review key.
pub struct Reviewers {
    folder: tempfile::TempDir,
}

impl Default for Reviewers {
    fn default() -> Self {
        Self::new()
    }
}

impl Reviewers {
    /// A machine with a fresh review key.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder of our own");
        let made = server::apoyo(folder.path(), ["keys", "generate", "--for", "review"]);
        done(&made.expect("the command runs"));
        Self { folder }
    }

    /// Their folder.
    pub fn path(&self) -> &str {
        self.folder.path().to_str().expect("a plain path")
    }

    /// Brings the public half to the server.
    pub fn tell(&self, world: &TestWorld) {
        let told = server::apoyo(self.folder.path(), ["keys", "export-public"]);
        let file = self.folder.path().join("review.pub");
        fs::write(&file, done(&told.expect("the command runs"))).expect("a scratch file");
        let file = file.to_str().expect("a plain path");
        done(&world.apoyo(["keys", "import-public", file]));
    }

    /// Brings the secret half to the server.
    pub fn bring_to(&self, world: &TestWorld) {
        for file in secret_files(self.folder.path()) {
            let name = file.file_name().expect("a file has a name");
            fs::copy(&file, folder(world.data()).join(name)).expect("the keys' folder");
        }
    }
}
