//! `apoyo tally CAMPAIGN [--json]`

use super::{Failure, block_on, open::open_existing};
use crate::pages::words;
use clap::Args;
use protocol::{
    activation::Language,
    environment::{Clock, SystemClock},
    ids::CampaignId,
};
use std::path::Path;

#[derive(Debug, Args)]
#[command(after_help = "Example: apoyo tally agua-2027 --json | jq .total")]
pub struct Tally {
    /// The campaign's id, as `apoyo campaign list` shows it.
    campaign: String,
    /// Print everything, down to secciones, as JSON.
    #[arg(long)]
    json: bool,
}

impl Tally {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let unknown = || Failure::Refused(format!("there is no campaign {}", self.campaign));
        let id: CampaignId = self.campaign.parse().map_err(|_| unknown())?;
        let storage = open_existing(data)?.storage;
        let tally = block_on(async { Ok(storage.tally(&id, SystemClock.now()).await?) })?
            .ok_or_else(unknown)?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&tally)?);
            return Ok(());
        }
        let total = tally.total;
        println!("{} ({})", tally.title, tally.requester);
        println!("received     {:>12}", words::number(total.received));
        println!("  pending    {:>12}", words::number(total.pending));
        println!(
            "  preliminary{:>12}   of {} required",
            words::number(total.preliminary),
            words::number(tally.required)
        );
        for (name, count, reasons) in [
            ("in review", total.in_review, &tally.in_review_by_reason),
            (
                "not counted",
                total.not_counted,
                &tally.not_counted_by_reason,
            ),
        ] {
            println!("  {name:<11}{:>12}", words::number(count));
            for (reason, count) in reasons {
                let told = words::reason(Language::En, *reason);
                println!(
                    "      {:>8}  {} ({told})",
                    words::number(*count),
                    reason.as_str()
                );
            }
        }
        Ok(())
    }
}
