//! The beginning of every history: a prepared server on a simulated disk.

use crate::{chance::Dice, outside::Clock, server};
use anyhow::{Context, Result};
use cards::{Person, Standing};
use protocol::{
    campaigns::{Demarcation, ProcessKind},
    environment::{Clock as _, Timestamp},
    ids::CampaignId,
};
use server_core::{
    campaigns, processes,
    roll::{
        import::{Tolerance, import},
        line::COLUMNS,
    },
};
use std::{fs, path::Path};
use storage::{
    Settings,
    campaigns::{Exclusivity, NewCampaign, NewProcess},
    open::open_folder,
};
use tempfile::TempDir;
use volatile_disk::VolatileDisk;

/// The people of every history; all except the last two count.
pub const CITIZENS: u64 = 6;
/// Campaigns, with the process of each. A person counts once in `presidencia`.
pub const CAMPAIGNS: [(&str, &str); 3] = [
    ("ana", "presidencia"),
    ("bruno", "presidencia"),
    ("agua", "consultas"),
];

/// The window of every campaign.
const WINDOW: [&str; 2] = ["2010-01-01T00:00:00Z", "2044-01-01T00:00:00Z"];

/// Whether campaigns receive apoyos at this moment.
pub fn is_open(now: Timestamp) -> bool {
    let [opens, closes]: [Timestamp; 2] = WINDOW.map(|moment| moment.parse().expect("a moment"));
    (opens..closes).contains(&now)
}

/// The person.
pub fn citizen(number: u64) -> Person {
    let mut person = Person::synthetic(2_027, number);
    // At any moment of the clock.
    person.valid_through = 2_099;
    if number == CITIZENS - 2 {
        person.standing = Standing::Baja;
    }
    person
}

/// Whether the roll has a line for them.
pub const fn is_in_the_roll(number: u64) -> bool {
    number != CITIZENS - 1
}

/// A prepared server: processes, campaigns and a roll, with keys in a folder of their own.
pub struct Base {
    pub(crate) disk: VolatileDisk,
    pub(crate) keys: TempDir,
    _folder: TempDir,
}

impl Base {
    /// Prepares it. `None` without the right to mount.
    pub fn new() -> Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        let Ok(disk) = VolatileDisk::mount(folder.path()) else {
            return Ok(None);
        };
        let keys = tempfile::tempdir()?;
        server::make_sealing_keys(keys.path(), &Clock::default(), &Dice::of(0))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(set_up(&folder.path().join("data")))?;
        disk.flush();
        Ok(Some(Self {
            disk,
            keys,
            _folder: folder,
        }))
    }
}

async fn set_up(data: &Path) -> Result<()> {
    fs::create_dir(data)?;
    let (storage, _blobs) = open_folder(data, Settings::default()).await?;
    for (process, exclusivity) in [
        ("presidencia", Exclusivity::Process),
        ("consultas", Exclusivity::Campaign),
    ] {
        let new = NewProcess {
            id: process.parse().ok().context("a slug")?,
            name: process.to_owned(),
            kind: ProcessKind::ConsultaPopular,
            exclusivity,
        };
        processes::create(&*storage, new).await?;
    }
    for (id, process) in CAMPAIGNS {
        let new = NewCampaign {
            time_zone: Default::default(),
            id: id.parse::<CampaignId>().ok().context("a slug")?,
            process: process.parse().ok().context("a slug")?,
            title: id.to_owned(),
            requester: id.to_owned(),
            description: id.to_owned(),
            demarcation: Demarcation::Pais,
            opens_at: WINDOW[0].parse()?,
            closes_at: WINDOW[1].parse()?,
            required: 100,
        };
        campaigns::create(&*storage, new).await?;
    }
    let mut text = COLUMNS.join(",");
    for number in (0..CITIZENS).filter(|number| is_in_the_roll(*number)) {
        text.push('\n');
        text.push_str(citizen(number).roll_line().trim_end());
    }
    let file = tempfile::NamedTempFile::new()?;
    fs::write(file.path(), text)?;
    let outcome = import(
        file.path(),
        &file.path().with_extension("rejects"),
        Tolerance::default(),
        &server::keys(),
        storage.import_roll()?,
        Clock::default().now(),
        |_| {},
    )?;
    outcome
        .version
        .context("the roll of the histories is good")?;
    Ok(())
}
