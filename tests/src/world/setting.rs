//! The settings of a world: the roll, the server's configuration, its folder.

use super::{TestWorld, usual};
use crate::server::Launch;
use cards::Person;
use std::{fs, path::PathBuf};

/// The settings of a world. The default has every campaign of [`crate::campaigns`], a roll with the
/// people of [`Name::ALL`](crate::people::Name::ALL) who belong in it, and mail in `outbox/`.
#[derive(Debug, Default)]
pub struct Setting {
    /// Text added to the server's configuration file.
    pub config: String,
    /// Environment variables of the server.
    pub environment: Vec<(String, String)>,
    /// Further people in the roll.
    pub also_in_roll: Vec<Person>,
    /// The data folder, if it is not in the world's temporary folder.
    pub data: Option<PathBuf>,
}

impl Setting {
    /// Makes the world and starts its server.
    pub fn start(self) -> TestWorld {
        let mut world = self.prepare();
        world.start();
        world
    }

    /// Makes the world without starting its server.
    pub fn prepare(self) -> TestWorld {
        let folder = tempfile::tempdir().expect("a folder of our own");
        let data = self.data.unwrap_or_else(|| folder.path().join("data"));
        fs::create_dir_all(&data).expect("the data folder");
        let config = folder.path().join("apoyo.toml");
        // Stories look at a tally right after they have moved it.
        fs::write(&config, format!("tally_kept_ms = 0\n{}", self.config))
            .expect("the configuration");

        usual::copy_to(&data);
        if self.config.contains("review = \"elsewhere\"") {
            usual::take_review_key_away(&data);
        }
        if !self.also_in_roll.is_empty() {
            let people = usual::people().chain(self.also_in_roll);
            usual::import_roll(&data, folder.path(), people);
        }

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
