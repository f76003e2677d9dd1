//! `apoyo operators one-name|two-names`

use super::{Failure, block_on, open::open_existing, two_names};
use clap::Subcommand;
use std::path::Path;
use storage::audit::Deed;

const HELP: &str = "\
A new server asks for two names (see `apoyo approve --help`) from the first apoyo on. A server that
one person runs (a demonstration, a test) says so before its first apoyo; later that needs two
names itself. The record keeps it.";

#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub enum Operators {
    /// One operator works alone here: nothing needs a second name.
    OneName,
    /// What cannot be undone needs a second name.
    TwoNames,
}

impl Operators {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let opened = open_existing(data)?;
        let two = matches!(self, Operators::TwoNames);
        block_on(async {
            if opened.storage.two_names().await? == two {
                return Ok(());
            }
            if !two {
                let deed = Deed::of("operators.names", "one");
                two_names::ask(&opened, deed, None).await?;
            }
            Ok(opened.storage.set_two_names(two).await?)
        })?;
        println!(
            "{} asked for here",
            if two { "two names are" } else { "one name is" }
        );
        Ok(())
    }
}
