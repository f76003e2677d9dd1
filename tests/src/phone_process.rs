//! A phone in a process of its own (`stepping-phone`), started, stopped at a step and killed.

use crate::{people::Pictures, world::TestWorld};
use cards::Person;
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A person's phone: a folder, and the owner's pictures.
pub struct PhoneProcess {
    program: PathBuf,
    server: String,
    outbox: PathBuf,
    scratch: tempfile::TempDir,
    traces: Vec<(&'static str, Vec<u8>)>,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// It reached the step and was killed there.
    Killed,
    /// It never reached the step; its last line.
    Whole(Value),
}

impl PhoneProcess {
    /// A phone of `person` that is activated at `server`. `program` is the built
    /// `stepping-phone`.
    pub fn activated(
        program: &str,
        world: &TestWorld,
        server: String,
        person: &Person,
        pictures: &Pictures,
    ) -> Self {
        let scratch = tempfile::tempdir().expect("a folder of our own");
        let folder = scratch.path().join("pictures");
        fs::create_dir(&folder).expect("a fresh folder");
        for (name, bytes) in [
            ("front.jpg", &pictures.front),
            ("back.jpg", &pictures.back),
            ("selfie.jpg", &pictures.selfie),
            ("signature.jpg", &pictures.signature),
        ] {
            fs::write(folder.join(name), bytes).expect("room for a picture");
        }
        let (curp, name) = (person.curp(), person.name.given_first());
        let typed = json!({ "curp": curp.as_str(), "name": name });
        fs::write(folder.join("typed.json"), typed.to_string()).expect("room for a line");
        let text = |text: &str| text.as_bytes().to_vec();
        let phone = Self {
            program: program.into(),
            server,
            outbox: world.outbox(),
            traces: vec![
                ("CURP", text(curp.as_str())),
                ("CIC", text(person.cic.as_str())),
                ("QR", text("qr.ine.mx")),
                ("name", text(&name)),
                ("address", text("lupita@ejemplo.mx")),
                ("requester", text("Solicitante agua")),
                (
                    "beginning of a JPEG",
                    b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec(),
                ),
                ("tables of a JPEG", b"\xff\xdb\x00\x43\x00".to_vec()),
            ],
            scratch,
        };
        let base = phone.scratch.path().join("base");
        match phone.run("activate", &base, None, &[]) {
            Ended::Whole(_) => phone,
            Ended::Killed => unreachable!("it was not told to stop"),
        }
    }

    /// A copy of the phone as it was just after its activation.
    pub fn fresh_store(&self, name: &str) -> PathBuf {
        let store = self.scratch.path().join(name);
        if store.exists() {
            fs::remove_dir_all(&store).expect("a folder of our own");
        }
        fs::create_dir(&store).expect("a fresh folder");
        for file in fs::read_dir(self.scratch.path().join("base")).expect("the base") {
            let file = file.expect("a file").path();
            let name = file.file_name().expect("files have names");
            fs::copy(&file, store.join(name)).expect("room for a copy");
        }
        store
    }

    /// Runs the program; stops and kills it at `stop`, if that is given.
    pub fn run(&self, what: &str, store: &Path, stop: Option<&str>, more: &[&str]) -> Ended {
        let mut command = Command::new(&self.program);
        command
            .args([what, "--server", &self.server])
            .arg("--store")
            .arg(store)
            .arg("--pictures")
            .arg(self.scratch.path().join("pictures"))
            .arg("--outbox")
            .arg(&self.outbox)
            .args(more)
            .env_remove("STOP_AT")
            .stdout(Stdio::piped());
        if let Some(stop) = stop {
            command.env("STOP_AT", stop);
        }
        let mut child = command.spawn().expect("the program starts");
        let output = child.stdout.take().expect("it is piped");
        let mut last = String::new();
        for line in BufReader::new(output).lines() {
            last = line.expect("it prints text");
            if last.starts_with("AT ") {
                // SIGKILL, so that no code of the process runs any more.
                child.kill().expect("a child can be killed");
                child.wait().expect("it is our child");
                return Ended::Killed;
            }
        }
        let status = child.wait().expect("it is our child");
        assert!(status.success(), "{what} ended with {status}: {last}");
        Ended::Whole(serde_json::from_str(&last).expect("its last line is JSON"))
    }

    /// Runs to the end.
    pub fn whole(&self, what: &str, store: &Path, more: &[&str]) -> Value {
        match self.run(what, store, None, more) {
            Ended::Whole(value) => value,
            Ended::Killed => unreachable!("it was not told to stop"),
        }
    }

    /// The steps that a run goes through, in order.
    pub fn steps(&self, what: &str, store: &Path) -> Vec<String> {
        let output = Command::new(&self.program)
            .args([what, "--server", &self.server])
            .arg("--store")
            .arg(store)
            .arg("--pictures")
            .arg(self.scratch.path().join("pictures"))
            .env("SHOW_STEPS", "1")
            .output()
            .expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        said.lines()
            .filter_map(|line| line.strip_prefix("STEP ").map(str::to_owned))
            .collect()
    }

    /// Fails if any file of the store contains readable data of its owner.
    #[track_caller]
    pub fn nothing_readable(&self, store: &Path, when: &str) {
        let mut seen = 0;
        for file in fs::read_dir(store).expect("the store is a folder") {
            let path = file.expect("a file").path();
            let bytes = fs::read(&path).expect("it can be read");
            seen += bytes.len();
            for (what, trace) in &self.traces {
                let found = bytes.windows(trace.len()).any(|window| window == trace);
                assert!(!found, "{when}: the {what} stands in {}", path.display());
            }
        }
        assert!(seen > 0, "{when}: there is a store to look at");
    }
}
