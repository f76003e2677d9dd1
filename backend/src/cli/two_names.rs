//! Whether a second name is needed for a deed.
//!
//! One who can run this command can read and write the data folder, so two names stop a slip and a
//! person who acts alone and openly; they do not stop somebody who changes the files by hand.
//! What they leave is a record ([`storage::audit`]) that other people can be asked about.

use super::{Failure, open::Opened, operator};
use protocol::environment::{Entropy, SystemEntropy};
use storage::audit::{Deed, Operator, Proposal, ProposalId};

/// Goes on only with a second name, where that is asked for: from the first apoyo on, unless the
/// operators have said that there is one of them. The first time, the deed becomes a proposal;
/// once a second operator has approved it, the same command does it. `about` is what the record
/// says of the subject beyond what the engine knows.
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

/// What the record says of the next deed's subject beyond what the engine knows.
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
