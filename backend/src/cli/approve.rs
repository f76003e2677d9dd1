//! `apoyo approve [ID]`: the approval of a second operator.

use super::{Failure, block_on, open::open_existing, operator};
use clap::Args;
use std::path::Path;
use storage::audit::{Approved, Proposal, ProposalId};

const HELP: &str = "\
Replacing a roll, rotating keys and closing a campaign need two names once apoyos have come in.
The first operator runs the command with --why; it becomes a proposal. A second one looks at it
and approves it under another name. Then the first runs the same command again.

  ana$   apoyo roll import lista.csv --why \"corte de marzo\"     prints the proposal's id
  luis$  apoyo approve 3f2a91c0
  ana$   apoyo roll import lista.csv --why \"corte de marzo\"

A proposal holds for 24 hours and for exactly the same file, key or campaign.";

/// Approves what another operator has proposed.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Approve {
    /// The proposal; without it all that wait are listed.
    id: Option<String>,
}

impl Approve {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let opened = open_existing(data)?;
        let Some(operator) = operator::this() else {
            return Ok(());
        };
        let Some(id) = self.id else {
            let open = block_on(async { Ok(opened.storage.open_proposals(operator.at).await?) })?;
            for proposal in &open {
                println!("{}", told(proposal));
            }
            return Ok(());
        };
        let refused = |why: String| Err(Failure::Refused(why));
        let id: ProposalId = match id.parse() {
            Ok(id) => id,
            Err(bad) => return refused(format!("{id}: {bad}")),
        };
        let (storage, by) = (&opened.storage, operator.name.clone());
        let approved = block_on(async { Ok(storage.approve(id.clone(), by, operator.at).await?) })?;
        match approved {
            Approved::Now(proposal) => {
                println!("approved: {}", told(&proposal));
                println!("{} may run the same command again now", proposal.who);
                Ok(())
            }
            Approved::Unknown => refused(format!("there is no proposal {id}")),
            Approved::Over => refused(format!("proposal {id} was done, or its 24 hours are over")),
            Approved::SameName => refused(format!(
                "proposal {id} was made under the name {}: a second person has to approve it",
                operator.name
            )),
            Approved::Already(name) => {
                refused(format!("{name} has approved proposal {id} already"))
            }
        }
    }
}

fn told(proposal: &Proposal) -> String {
    let state = match &proposal.approved_by {
        Some(name) => format!("approved by {name}"),
        None => "waits".to_owned(),
    };
    format!(
        "{}\t{}\t{} {}\t{}\t{}",
        proposal.id, proposal.who, proposal.deed.what, proposal.deed.subject, proposal.why, state
    )
}
