//! `apoyo campaign create FILE.toml`, `apoyo campaign list`

use super::{Failure, block_on, open::open_existing, toml_file, two_names};
use clap::Subcommand;
use protocol::{
    campaigns::Demarcation,
    environment::{Clock, SystemClock, Timestamp},
    ids::{CampaignId, ProcessId},
    time_zone::TimeZoneName,
};
use serde::Deserialize;
use server_core::{
    campaigns::{self, CreateRefused, Creation},
    days,
};
use std::path::{Path, PathBuf};
use storage::{
    audit::Deed,
    campaigns::{Closed, NewCampaign},
};

const EXAMPLE: &str = "\
The file:
  id = \"agua-2027\"
  process = \"consultas-2027\"
  title = \"Consulta sobre el agua\"
  requester = \"Colectivo Agua Clara\"
  description = \"De qué trata, en un párrafo.\"
  opens_at = 2027-03-01T00:00:00-06:00
  closes_at = 2027-06-01T00:00:00-06:00
  required = 1945000
  # time_zone = \"America/Tijuana\"  whose days its window is told in; otherwise America/Mexico_City

  [demarcation]
  # pais, entidad, distrito_federal, distrito_local or municipio
  scope = \"entidad\"
  entidad = 9
  # distrito = 3    with distrito_federal and distrito_local
  # municipio = 15  with municipio

Creating the same campaign again changes nothing; another one with the same id is refused (3).";

#[derive(Debug, Subcommand)]
pub enum Campaign {
    /// Create a campaign from a file.
    #[command(after_help = EXAMPLE)]
    Create {
        /// The file that describes it.
        file: PathBuf,
    },
    /// Close a campaign now, before its time. What was received counts.
    Close {
        /// The campaign's id.
        id: String,
    },
    /// List all campaigns.
    List,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: CampaignId,
    process: ProcessId,
    title: String,
    requester: String,
    description: String,
    #[serde(deserialize_with = "toml_file::moment")]
    opens_at: Timestamp,
    #[serde(deserialize_with = "toml_file::moment")]
    closes_at: Timestamp,
    #[serde(default)]
    time_zone: Option<TimeZoneName>,
    required: u64,
    demarcation: Demarcation,
}

impl Campaign {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        match self {
            Campaign::Create { file } => create(data, &file),
            Campaign::Close { id } => close(data, &id),
            Campaign::List => list(data),
        }
    }
}

fn create(data: &Path, path: &Path) -> Result<(), Failure> {
    let file: File = toml_file::read(path)?;
    let id = file.id.clone();
    let campaign = NewCampaign {
        id: file.id,
        process: file.process,
        title: file.title,
        requester: file.requester,
        description: file.description,
        demarcation: file.demarcation,
        opens_at: file.opens_at,
        closes_at: file.closes_at,
        time_zone: file.time_zone,
        required: file.required,
    };
    let refused = |why| match why {
        CreateRefused::NeverOpen | CreateRefused::NoSuchZone(_) => {
            Failure::BadData(format!("{}: {why}", path.display()))
        }
        CreateRefused::Storage(error) => error.into(),
        why => Failure::Refused(why.to_string()),
    };
    // Before the folder is opened, so that a bad file does not create an empty one.
    campaigns::check(&campaign).map_err(refused)?;
    let storage = open_existing(data)?.storage;
    let created = block_on(async {
        let created = campaigns::create(&*storage, campaign).await;
        created.map_err(refused)
    })?;
    match created {
        Creation::New => println!("campaign {id} created"),
        Creation::Same => println!("campaign {id} was there already, the same"),
    }
    Ok(())
}

fn close(data: &Path, id: &str) -> Result<(), Failure> {
    let unknown = || Failure::Refused(format!("there is no campaign {id}"));
    let id: CampaignId = id.parse().map_err(|_| unknown())?;
    let opened = open_existing(data)?;
    let now = SystemClock.now();
    let closed = block_on(async {
        let deed = Deed::of("campaign.close", id.as_str());
        two_names::ask(&opened, deed, None).await?;
        Ok(opened.storage.close_campaign(&id, now).await?)
    })?;
    match closed {
        Closed::Now => println!("campaign {id} is closed"),
        Closed::Before(at) => println!("campaign {id} has been closed since {at}"),
        Closed::Unknown => return Err(unknown()),
    }
    Ok(())
}

fn list(data: &Path) -> Result<(), Failure> {
    let storage = open_existing(data)?.storage;
    let campaigns = block_on(async { Ok(storage.all_campaigns().await?) })?;
    let now = SystemClock.now();
    for campaign in campaigns {
        let state = if now < campaign.opens_at {
            "not open yet"
        } else if now < campaign.closes_at {
            "open"
        } else {
            "closed"
        };
        println!(
            "{}\t{}\t{state}\t{} to {} ({})\t{}",
            campaign.id,
            campaign.process,
            // The last day is one on which it is open.
            days::first_day(&campaign),
            days::last_day(&campaign),
            days::zone_of(&campaign).name(),
            campaign.title
        );
    }
    Ok(())
}
