//! The data of the demonstration: people, cards, processes and campaigns.

use super::days;
use crate::{places, run};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// People in the roll.
const PEOPLE: &str = "10000";
/// How many of them have cards to photograph.
const CARDS: &str = "12";
/// The seed of the people.
const SEED: &str = "2027";
/// The days after which the first campaign closes and the folder has to be made again.
const GOOD_FOR_DAYS: i64 = 50;

const PROCESSES: &[&str] = &["process-iniciativas.toml", "process-presidencia.toml"];

/// The campaigns, by file and slug.
pub const CAMPAIGNS: &[(&str, &str)] = &[
    ("campaign-agua.toml", "agua-en-las-escuelas"),
    ("campaign-sombra.toml", "sombra-en-los-parques"),
    ("campaign-prueba.toml", "candidatura-prueba"),
    ("campaign-ficticio.toml", "candidatura-ficticio"),
];

/// The folder of the demonstration.
pub struct Data {
    root: PathBuf,
}

impl Data {
    /// Opens it, and fills a new one.
    pub fn open(root: PathBuf) -> Result<Self> {
        let data = Self { root };
        let stamp = data.root.join("made-on-day");
        let today = days::today();
        match fs::read_to_string(&stamp) {
            Ok(day) => {
                let made: i64 = day.trim().parse().context("made-on-day is no day")?;
                if today - made > GOOD_FOR_DAYS {
                    bail!(
                        "the campaigns in {0} are closing: remove the folder (rm -r {0}) and begin anew",
                        data.root.display()
                    );
                }
            }
            Err(_) => {
                data.fill(today)?;
                // Last, so that an interrupted filling is repeated.
                fs::write(&stamp, today.to_string())?;
            }
        }
        Ok(data)
    }

    fn fill(&self, today: i64) -> Result<()> {
        println!("demo: {PEOPLE} synthetic people, {CARDS} cards, two processes, four campaigns");
        let people = self.people();
        // A beginning that was cut short has it already.
        if !self.server().join("apoyo.db").exists() {
            run::program(&places::built("apoyo"))
                .args(["init", "--data"])
                .args([self.server()])
                .go()?;
        }
        run::program(&places::built("cards"))
            .args([
                "--people",
                PEOPLE,
                "--cards",
                CARDS,
                "--seed",
                SEED,
                "--photographs",
                "1",
                "--out",
            ])
            .args([&people])
            .go()?;
        for file in PROCESSES {
            self.create("process", file, today)?;
        }
        for (file, _) in CAMPAIGNS {
            self.create("campaign", file, today)?;
        }
        run::program(&places::built("apoyo"))
            .args(["roll", "import", "--unverified", "--data"])
            .args([self.server(), people.join("roll.csv")])
            .go()?;
        // One person shows it: nothing asks for a second name.
        run::program(&places::built("apoyo"))
            .args(["operators", "one-name", "--why", "demo", "--data"])
            .args([&self.server()])
            .go()
    }

    fn create(&self, what: &str, file: &str, today: i64) -> Result<()> {
        let text = fs::read_to_string(places::at("xtask/demo").join(file))?;
        let dated = self.root.join(file);
        fs::write(&dated, days::fill(&text, today))?;
        self.apoyo([what, "create"], &dated)
    }

    fn apoyo(&self, verb: [&str; 2], file: &Path) -> Result<()> {
        run::program(&places::built("apoyo"))
            .args(verb)
            .args([
                file.as_os_str(),
                "--data".as_ref(),
                self.server().as_os_str(),
            ])
            .go()
    }

    /// The server's data folder.
    pub fn server(&self) -> PathBuf {
        self.root.join("server")
    }

    /// The folder of the simulated phones.
    pub fn phones(&self) -> PathBuf {
        self.root.join("phones")
    }

    /// The window's folder.
    pub fn window(&self) -> PathBuf {
        self.root.join("window")
    }

    /// The synthetic people.
    pub fn people(&self) -> PathBuf {
        self.root.join("people")
    }

    /// The log file of a program.
    pub fn log(&self, program: &str) -> PathBuf {
        self.root.join(format!("{program}.log"))
    }
}
