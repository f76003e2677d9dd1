//! The key of people's pseudonyms in another process.

use e2e::{
    binary,
    people::Name::{Beto, Lupita},
    server::Launch,
    world::{Setting, TestWorld, campaign},
};
use protocol::{apoyos::Status, reason::Reason};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A running tagger.
struct Tagger(Child);

impl Tagger {
    fn start(folder: &Path, socket: &Path, per_second: &str) -> Self {
        let mut child = Command::new(binary::apoyo())
            .args(["tags", "serve", "--per-second", per_second, "--keys"])
            .arg(folder)
            .arg("--socket")
            .arg(socket)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("piped above");
        BufReader::new(out)
            .read_line(&mut line)
            .expect("it says where it is");
        assert!(line.contains("apoyo tags answers"), "{line}");
        Self(child)
    }
}

impl Drop for Tagger {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn world(socket: &Path) -> TestWorld {
    Setting {
        config: format!("[tags]\nsocket = \"{}\"\n", socket.display()),
        ..Setting::default()
    }
    .start()
}

fn told(world: &TestWorld) -> String {
    String::from_utf8_lossy(&world.apoyo(["doctor"]).stdout).into_owned()
}

#[tokio::test]
async fn a_server_counts_each_person_once_without_holding_the_key_of_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, socket) = (
        folder.path().join("tagger"),
        folder.path().join("tags.sock"),
    );
    let mut tagger = Some(Tagger::start(&keys, &socket, "200"));
    let mut world = world(&socket);
    let phone = world.activate(Lupita).await;
    let [ana, bruno] = ["ana", "bruno"].map(campaign);
    let first = world.draft(Lupita, &ana);
    world.give(&phone, &first).await;
    let state = world.judged(&phone, first.id).await;
    assert_eq!(state.status, Status::Preliminary);

    // Without the tagger no apoyo is lost, and none is judged.
    tagger.take();
    let second = world.draft(Lupita, &bruno);
    let third = world.draft(Beto, &bruno);
    for draft in [&second, &third] {
        world.give(&phone, draft).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(world.rows().pending, 2);
    tagger.replace(Tagger::start(&keys, &socket, "200"));
    let state = world.judged(&phone, second.id).await;
    assert_eq!(state.reasons, [Reason::DuplicadoOtroSolicitante]);
    assert_eq!(
        world.judged(&phone, third.id).await.status,
        Status::Preliminary
    );
    assert!(told(&world).contains("with another user, behind"));

    // Each question is in the record, without the person.
    let verified = world.apoyo(["tags", "verify", "--keys", keys.to_str().unwrap()]);
    assert!(verified.status.success());
    let record = fs::read_to_string(keys.join("tags.log")).unwrap();
    assert!(record.lines().count() >= 4, "{record}");
    assert!(record.lines().all(|line| line.split('\t').count() == 5));
    assert!(record.contains("process/presidencia"), "{record}");

    // With another key, or the server's own, Lupita would count a second time.
    world.stop();
    let here = Launch {
        data: world.data().to_owned(),
        ..Launch::default()
    };
    let refused = here.start().err().expect("it does not start").to_string();
    assert!(refused.contains("people would count twice"), "{refused}");
    tagger.take();
    let refused = world.launch().start().err().expect("nor does it without");
    assert!(refused.to_string().contains("does not answer"), "{refused}");
    let other = Tagger::start(&folder.path().join("other"), &socket, "200");
    let refused = world.launch().start().err().expect("nor with another");
    assert!(
        refused.to_string().contains("holds another key"),
        "{refused}"
    );
    drop(other);
    let _tagger = Tagger::start(&keys, &socket, "200");
    world.start();
}
