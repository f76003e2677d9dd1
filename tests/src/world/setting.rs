//! What a world begins with: who asks for apoyo, who is in the roll, how the server is set.

use super::TestWorld;
use crate::{
    campaigns::{CAMPAIGNS, PROCESSES},
    people::Name,
    server::{self, Launch},
};
use cards::{Person, roll};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// How a world begins. The default has every campaign of [`crate::campaigns`], everybody of
/// [`Name::ALL`] who belongs into it in the roll, and mail going to `outbox/`.
#[derive(Debug, Default)]
pub struct Setting {
    /// Text added to the server's configuration file.
    pub config: String,
    /// Environment variables of the server.
    pub environment: Vec<(String, String)>,
    /// People in the roll besides the named ones.
    pub also_in_roll: Vec<Person>,
    /// The data folder, where it is not one of the world's own.
    pub data: Option<PathBuf>,
}

/// A roll of these people as CSV.
pub fn roll_csv<'a>(people: impl IntoIterator<Item = &'a Person>) -> String {
    let mut csv = format!("{}\n", roll::HEADER);
    for person in people {
        csv.push_str(&person.roll_line());
        csv.push('\n');
    }
    csv
}

impl Setting {
    /// Makes the world and starts its server.
    pub fn start(self) -> TestWorld {
        let mut world = self.prepare();
        world.start();
        world
    }

    /// Makes the world; its server does not run yet.
    pub fn prepare(self) -> TestWorld {
        let folder = tempfile::tempdir().expect("a folder of our own");
        let data = self.data.unwrap_or_else(|| folder.path().join("data"));
        fs::create_dir_all(&data).expect("the data folder");
        let config = folder.path().join("apoyo.toml");
        fs::write(&config, self.config).expect("the configuration");

        let mut people: Vec<Person> = Name::ALL
            .into_iter()
            .filter(|name| name.is_in_the_roll())
            .map(Name::person)
            .collect();
        people.extend(self.also_in_roll);
        load(&data, folder.path(), &people);

        TestWorld {
            _folder: folder,
            launch: Launch {
                data,
                config: Some(config),
                environment: self.environment,
                under: Vec::new(),
            },
            server: None,
            left: Vec::new(),
            said: String::new(),
        }
    }
}

fn load(data: &Path, scratch: &Path, people: &[Person]) {
    let command = |words: [&str; 2], file: &str, text: String| {
        let path = scratch.join(file);
        fs::write(&path, text).expect("a scratch file");
        let words = [words[0], words[1], path.to_str().expect("a plain path")];
        let done = server::apoyo(data, words).expect("the command runs");
        assert!(
            done.status.success(),
            "apoyo {words:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    };
    for (id, kind, exclusivity) in PROCESSES {
        let text = format!(
            "id = \"{id}\"\nname = \"Proceso {id}\"\nkind = \"{kind}\"\nexclusivity = \"{exclusivity}\"\n"
        );
        command(["process", "create"], &format!("process-{id}.toml"), text);
    }
    for (id, process, demarcation, (opens, closes)) in CAMPAIGNS {
        let text = format!(
            "id = \"{id}\"\nprocess = \"{process}\"\ntitle = \"Campaña {id}\"\n\
             requester = \"Solicitante {id}\"\ndescription = \"De prueba.\"\n\
             demarcation = {demarcation}\nopens_at = \"{opens}\"\ncloses_at = \"{closes}\"\n\
             required = 1000\n"
        );
        command(["campaign", "create"], &format!("campaign-{id}.toml"), text);
    }
    command(["roll", "import"], "roll.csv", roll_csv(people));
}
