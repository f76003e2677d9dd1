//! `apoyo judge again`, `apoyo judge runs`

use super::{Failure, block_on, open::open_existing};
use clap::{Args, Subcommand};
use protocol::{
    environment::{Clock, SystemClock, Timestamp},
    ids::CampaignId,
    reason::Reason,
};
use std::{path::Path, time::Duration};
use storage::{
    Engine, OpenError,
    judging::{JudgingAgain, WhichAgain},
};

const HELP: &str = "\
The server that runs on this folder judges them again in the background, in the order of arrival, by the
roll in force; the tally is right at each moment. What was seen in the pictures holds, unless --pictures
has them opened once more. A new roll and `apoyo roll back` begin a run of this by themselves.

Examples:
  apoyo judge again --reason NO_ENCONTRADO --since 2027-03-01T00:00:00-06:00 --wait
  apoyo judge again --campaign agua-2027 --reason SIN_REVISION_AUTOMATICA --pictures";

/// How often to look how far a run has come.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// Runs that are shown.
const SHOWN: u32 = 20;

#[derive(Debug, Subcommand)]
pub enum Judge {
    /// Judge apoyos again that have a verdict.
    #[command(after_help = HELP)]
    Again(Again),
    /// Show what is being judged again, and what came of it: how many noes became yes.
    Runs,
}

#[derive(Debug, Args)]
pub struct Again {
    /// Only those of this campaign.
    #[arg(long, value_name = "ID")]
    campaign: Option<CampaignId>,
    /// Only those with this reason, as the tally names it.
    #[arg(long, value_name = "REASON", value_parser = reason)]
    reason: Option<Reason>,
    /// Only those whose status has changed since, as 2027-03-01T00:00:00-06:00.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Open their pictures once more too.
    #[arg(long)]
    pictures: bool,
    /// Wait until all are judged, and say what came of it.
    #[arg(long)]
    wait: bool,
}

fn reason(word: &str) -> Result<Reason, String> {
    Reason::parse(word).ok_or_else(|| {
        let known: Vec<_> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        format!("one of {}", known.join(", "))
    })
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let moment = chrono::DateTime::parse_from_rfc3339(text);
    moment
        .map(|moment| moment.to_utc())
        .map_err(|error| format!("{error}: a time with its offset is needed"))
}

impl Judge {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let storage = open_existing(data)?.storage;
        block_on(async {
            match self {
                Judge::Again(asked) => again(&*storage, asked).await,
                Judge::Runs => runs(&*storage).await,
            }
        })
    }
}

async fn again(storage: &dyn Engine, asked: Again) -> Result<(), Failure> {
    if let Some(id) = &asked.campaign
        && storage.campaign_rules(id).await?.is_none()
    {
        return Err(Failure::Refused(format!("there is no campaign {id}")));
    }
    // Without a server on the folder there is nothing to wait for.
    if asked.wait {
        match storage.lock_for_serving().await {
            Err(OpenError::AlreadyServed) => {}
            Ok(_) => {
                return Err(Failure::Refused(
                    "no server runs on this folder: begin without --wait, and it judges once it runs"
                        .to_owned(),
                ));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let which = WhichAgain {
        campaign: asked.campaign,
        reason: asked.reason,
        since: asked.since,
        pictures: asked.pictures,
    };
    let mut run = storage
        .begin_judging_again(which, SystemClock.now())
        .await?;
    while asked.wait && run.ended_at.is_none() {
        tokio::time::sleep(LOOK_EVERY).await;
        let known = storage.runs(SHOWN).await?;
        run = known
            .into_iter()
            .find(|known| known.run == run.run)
            .unwrap_or(run);
    }
    println!("{}", told(&run));
    Ok(())
}

async fn runs(storage: &dyn Engine) -> Result<(), Failure> {
    for run in storage.runs(SHOWN).await? {
        println!("{}", told(&run));
    }
    let paused = storage.paused_count().await?;
    println!("{} wait because their judging failed", paused.waiting);
    Ok(())
}

fn told(run: &JudgingAgain) -> String {
    let state = match run.ended_at {
        Some(at) => format!("ended {}", at.format("%Y-%m-%d %H:%M:%S UTC")),
        None => format!("at {} of {}", run.through, run.last),
    };
    let only = [
        run.which.campaign.as_ref().map(|id| format!(", {id}")),
        run.which
            .reason
            .map(|reason| format!(", {}", reason.as_str())),
        run.which.since.map(|since| format!(", since {since}")),
    ];
    let only: String = only.into_iter().flatten().collect();
    format!(
        "run {}{only}: {state}; {} judged again, {} noes became yes, {} yeses became noes",
        run.run, run.judged, run.turned.no_to_yes, run.turned.yes_to_no
    )
}
