//! `apoyo recover --after-restore`

use super::{
    Failure, block_on,
    head::{place, told},
    open::open_existing,
};
use clap::Args;
use protocol::receipt::Folio;
use std::path::Path;
use storage::head;

const HELP: &str = "\
A database that was put back from a backup knows nothing of the receipts that left after the backup.
The head does, so the server refuses to start. This verb has numbers go on above the highest one
that the head promised: no number and no folio is given twice. Stop the server first.

What was lost comes back by itself: a phone that asks for an apoyo which the server no longer knows
sends it again from the sealed copy that it keeps, and gets another receipt.

If the head is lost too, say above which number to go on: the highest one on any receipt, tally or
log that you have, and generously more. A number that is left out does no harm.

Examples:
  apoyo recover --after-restore
  apoyo recover --after-restore --above 250000";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Recover {
    /// Numbers go on above every one that may have been given.
    #[arg(long, required = true)]
    after_restore: bool,
    /// What you know beyond the head; without a head it has to be said.
    #[arg(long, value_name = "NUMBER")]
    above: Option<u64>,
}

impl Recover {
    pub fn run(self, data: &Path, head_folder: Option<&Path>) -> Result<(), Failure> {
        debug_assert!(self.after_restore, "clap requires it");
        let opened = open_existing(data)?;
        let place = place(data, head_folder, &opened.keys)?;
        block_on(async {
            let lock = opened.storage.lock_for_serving().await?;
            let before = head::read(&place).map_err(told)?;
            let recovered = opened.storage.recover_numbers(&lock, &place, self.above);
            let recovered = recovered.await.map_err(told)?;
            let given = before.map_or(0, |head| head.given);
            let lost = given.saturating_sub(recovered.rows_end_at);
            println!(
                "the database ends at number {}; {lost} later ones are known to have left",
                recovered.rows_end_at
            );
            println!(
                "numbers go on above {}: the next folio is {}",
                recovered.above,
                Folio::of_sequence(recovered.above + 1)
            );
            Ok(())
        })
    }
}
