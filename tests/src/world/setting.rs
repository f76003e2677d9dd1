//! What a world begins with: who asks for apoyo, who is in the roll, how the server is set.

use super::{TestWorld, usual};
use crate::server::Launch;
use cards::Person;
use std::{fs, path::PathBuf};

/// How a world begins. The default has every campaign of [`crate::campaigns`], everybody of
/// [`Name::ALL`](crate::people::Name::ALL) who belongs into it in the roll, and mail going to `outbox/`.
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
        fs::write(&config, &self.config).expect("the configuration");

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
