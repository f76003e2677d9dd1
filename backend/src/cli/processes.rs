//! `apoyo process create FILE.toml`

use super::{Failure, block_on, open::open_existing, toml_file};
use clap::Subcommand;
use protocol::{campaigns::ProcessKind, ids::ProcessId};
use serde::Deserialize;
use server_core::{
    campaigns::Creation,
    processes::{self, CreateRefused},
};
use std::path::{Path, PathBuf};
use storage::campaigns::{Exclusivity, NewProcess};

const EXAMPLE: &str = "\
The file:
  id = \"presidencia-2030\"
  name = \"Elección de la Presidencia 2030\"
  # candidatura_presidencia, candidatura_senaduria, candidatura_diputacion, consulta_popular,
  # revocacion_mandato, iniciativa_ciudadana or nuevo_partido
  kind = \"candidatura_presidencia\"
  # process: a person counts once in the whole process (several candidates for one office)
  # campaign: once in each campaign (several consultations may be backed)
  exclusivity = \"process\"

Creating the same process again changes nothing; another one with the same id is refused (3).";

#[derive(Debug, Subcommand)]
pub enum Process {
    /// Create a process from a file.
    #[command(after_help = EXAMPLE)]
    Create {
        /// The file that describes it.
        file: PathBuf,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: ProcessId,
    name: String,
    kind: ProcessKind,
    exclusivity: Once,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Once {
    Process,
    Campaign,
}

impl Process {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let Process::Create { file } = self;
        let file: File = toml_file::read(&file)?;
        let process = NewProcess {
            id: file.id,
            name: file.name,
            kind: file.kind,
            exclusivity: match file.exclusivity {
                Once::Process => Exclusivity::Process,
                Once::Campaign => Exclusivity::Campaign,
            },
        };
        let id = process.id.clone();
        let storage = open_existing(data)?.storage;
        let created = block_on(async {
            let created = processes::create(&*storage, process).await;
            created.map_err(|why| match why {
                CreateRefused::Storage(error) => error.into(),
                why => Failure::Refused(why.to_string()),
            })
        })?;
        match created {
            Creation::New => println!("process {id} created"),
            Creation::Same => println!("process {id} was there already, the same"),
        }
        Ok(())
    }
}
