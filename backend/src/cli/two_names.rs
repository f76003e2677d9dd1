//! Whether a deed needs a second name.
//!
//! A person who can run this command can write to the data folder. So two names prevent slips and open
//! acts of a single person, but not changes of the files by hand. They leave a record
//! ([`storage::audit`]) that can be checked with other people.

use super::{Failure, open::Opened, operator};
use protocol::environment::{Entropy, SystemEntropy};
use storage::audit::{Deed, Operator, Proposal, ProposalId};

/// Requires a second name, from the first apoyo on and unless the operators have chosen one name. The
/// first time, the deed becomes a proposal. When a second operator has approved it, the same command
/// does it. `about` describes the subject in the record.
pub async fn ask(opened: &Opened, deed: Deed, about: Option<String>) -> Result<(), Failure> {
    let storage = &opened.storage;
    let Some(operator) = operator::this().cloned() else {
        return Ok(());
    };
    let operator = Operator { about, ..operator };
    storage.act_for(operator.clone());
    if !storage.two_names().await? || !storage.has_apoyos().await? {
        return Ok(());
    }
    if operator.why.trim().is_empty() {
        return Err(Failure::Refused(
            "two names are asked for this: say why with --why TEXT".to_owned(),
        ));
    }
    let open = storage.open_proposals(operator.at).await?;
    let mine = |one: &&Proposal| one.deed == deed && one.who.is_same(&operator.name);
    match open
        .iter()
        .filter(mine)
        .max_by_key(|one| one.approved_by.is_some())
    {
        Some(found) if found.approved_by.is_some() => {
            storage.act_for(Operator {
                approved: Some(found.id.clone()),
                ..operator
            });
            Ok(())
        }
        Some(found) => Err(waits(&found.id)),
        None => {
            let mut bytes = [0; 4];
            SystemEntropy.fill(&mut bytes);
            let proposal = Proposal {
                id: ProposalId::from_bytes(bytes),
                deed,
                why: operator.why,
                who: operator.name,
                at: operator.at,
                approved_by: None,
                done: false,
            };
            let id = proposal.id.clone();
            storage.propose(proposal).await?;
            Err(waits(&id))
        }
    }
}

/// Sets the description of the next deed's subject for the record.
pub fn tells_of(opened: &Opened, about: String) {
    if let Some(operator) = operator::this().cloned() {
        opened.storage.act_for(Operator {
            about: Some(about),
            ..operator
        });
    }
}

fn waits(id: &ProposalId) -> Failure {
    Failure::Refused(format!(
        "nothing was done yet: this needs a second name. Proposal {id} waits for another operator \
         (apoyo approve {id} --as NAME); after that, run the same command again within 24 hours"
    ))
}
