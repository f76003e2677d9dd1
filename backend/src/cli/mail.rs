//! `apoyo mail list`

use super::{Failure, block_on, open::open_existing};
use clap::Subcommand;
use protocol::activation::MailFate;
use std::{io::Write, path::Path};

#[derive(Debug, Subcommand)]
pub enum Mail {
    /// The newest mails and how they fare, without addresses: number, when it was asked for,
    /// tries, fate, and what the relay or the other server said. Kept for a week.
    #[command(after_help = "\
Fates: waiting (the relay has not taken it), sent, bounced (it came back), refused.

Examples:
  apoyo mail list
  apoyo mail list --ill --limit 1000      only what came back or was refused")]
    List {
        /// Only mails that came back or were refused.
        #[arg(long)]
        ill: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u32,
    },
}

impl Mail {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let Mail::List { ill, limit } = self;
        let storage = open_existing(data)?.storage;
        let mails = block_on(async { Ok(storage.mails(ill, limit).await?) })?;
        let mut out = std::io::stdout().lock();
        for mail in &mails {
            writeln!(
                out,
                "{:>8}  {}  {:>3}  {:<8} {}",
                mail.id,
                mail.queued_at.format("%Y-%m-%dT%H:%M:%SZ"),
                mail.tries,
                word(mail.fate),
                mail.told.as_deref().unwrap_or_default()
            )?;
        }
        if mails.is_empty() {
            writeln!(out, "no mails")?;
        }
        Ok(())
    }
}

fn word(fate: MailFate) -> &'static str {
    match fate {
        MailFate::Waiting => "waiting",
        MailFate::Sent => "sent",
        MailFate::Bounced => "bounced",
        MailFate::Refused => "refused",
    }
}
