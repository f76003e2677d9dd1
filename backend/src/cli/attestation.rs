//! `apoyo attestation revocations FILE`

use super::{Failure, block_on, open::open_existing};
use clap::Subcommand;
use server_core::attestation::{RevocationsError, RevokeRefused, take_back};
use std::path::{Path, PathBuf};
use storage::audit::Deed;

const HELP: &str = "\
Google publishes which certificates of phones were taken back, because their keys leaked. Fetch
that list on a machine of your choice (this server never does) and bring it here, once a day in
a campaign:
  apoyo attestation revocations status.json

A server that runs reads it at once. Phones that were activated with such a certificate are put
into tier T0; their apoyos stay, and so does their right to send.";

#[derive(Debug, Subcommand)]
pub enum Attestation {
    /// Load the list of certificates that were taken back.
    #[command(after_help = HELP)]
    Revocations {
        /// The list, as published.
        #[arg(value_name = "FILE")]
        list: PathBuf,
    },
}

impl Attestation {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let Attestation::Revocations { list } = self;
        let opened = open_existing(data)?;
        let taken = block_on(async {
            let deed = Deed::of("attestation.revocations", list.display().to_string());
            opened.storage.record_deed(deed).await?;
            let taken = take_back(&list, data, &opened.keys, &*opened.storage).await;
            taken.map_err(|error| match error {
                RevokeRefused::List(error @ RevocationsError::Shape { .. }) => {
                    Failure::BadData(error.to_string())
                }
                error => Failure::Fault(error.into()),
            })
        })?;
        println!(
            "{} certificates are taken back; {} phones go to T0",
            taken.certificates, taken.phones
        );
        Ok(())
    }
}
