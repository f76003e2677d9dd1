//! What a verdict changes.
//!
//! Of one person's claims within an exclusivity group the lowest sequence counts, and the later
//! ones are duplicates. The order in which the verdicts came does not matter.

pub use crate::apoyos::{RecordedVerdict, VerdictKind};

use super::tally::{Deltas, TallyKey};
use crate::apoyos::{Person, Verdict};
use protocol::{apoyos::Status, campaigns::Place, reason::Reason};
use std::collections::BTreeMap;

/// A person's pseudonym within an exclusivity group.
pub type PersonTag = [u8; 32];

/// An apoyo's row, as far as the tally depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledRow {
    /// Its place in the order of arrival.
    pub sequence: i64,
    /// The number of its campaign.
    pub campaign: i64,
    /// Its status.
    pub status: Status,
    /// The reasons of its status; the first is the main one.
    pub reasons: Vec<Reason>,
    /// Where the person votes, if found in the roll.
    pub place: Option<Place>,
}

impl SettledRow {
    /// Its key in the tally.
    pub fn tally_key(&self) -> TallyKey {
        TallyKey {
            campaign: self.campaign,
            status: self.status,
            reason: self.reasons.first().copied(),
            place: self.place,
        }
    }
}

/// The claim of an apoyo: that this person asks to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The person.
    pub person: PersonTag,
    /// Whether this claim is the one that counts.
    pub counted: bool,
}

/// The apoyo that a verdict is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apoyo {
    /// Its row.
    pub row: SettledRow,
    /// The verdict that it has already.
    pub verdict: Option<RecordedVerdict>,
    /// The claim that came of that verdict.
    pub claim: Option<Claim>,
}

/// Another apoyo of the same exclusivity group with a claim of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// Its row.
    pub row: SettledRow,
    /// Its claim.
    pub claim: Claim,
}

/// One change of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimChange {
    /// The claim is deleted.
    Withdraw {
        /// The apoyo's place in the order of arrival.
        sequence: i64,
    },
    /// The claim no longer counts.
    Uncount {
        /// The apoyo's place in the order of arrival.
        sequence: i64,
    },
    /// The claim is inserted.
    Enter {
        /// The apoyo's place in the order of arrival.
        sequence: i64,
        /// The person.
        person: PersonTag,
        /// Whether it counts.
        counted: bool,
    },
    /// The claim counts from now on.
    Count {
        /// The apoyo's place in the order of arrival.
        sequence: i64,
    },
}

/// A new status of one apoyo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// The apoyo's place in the order of arrival.
    pub sequence: i64,
    /// The status.
    pub status: Status,
    /// Its reasons.
    pub reasons: Vec<Reason>,
}

/// What an engine has to write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The verdict of the apoyo itself, and where the person votes.
    pub verdict: Option<(RecordedVerdict, Option<Place>)>,
    /// Changes of claims, in the order in which they have to be written: at no moment do two
    /// claims of one person count.
    pub claims: Vec<ClaimChange>,
    /// New statuses, of the apoyo itself and of its rivals.
    pub statuses: Vec<StatusChange>,
    /// How the counters move.
    pub deltas: Deltas,
}

/// How many apoyos are counted now that were not, and the reverse.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turned {
    /// From not counted to counted.
    pub no_to_yes: u64,
    /// From counted to not counted.
    pub yes_to_no: u64,
}

/// What these changes turn, among the apoyo itself and its rivals.
pub fn turned(apoyo: &Apoyo, rivals: &[Rival], changes: &Changes) -> Turned {
    let rows = std::iter::once(&apoyo.row).chain(rivals.iter().map(|rival| &rival.row));
    let before: BTreeMap<i64, Status> = rows.map(|row| (row.sequence, row.status)).collect();
    let mut turned = Turned::default();
    for change in &changes.statuses {
        match (before.get(&change.sequence), change.status) {
            (Some(Status::NotCounted), Status::Preliminary) => turned.no_to_yes += 1,
            (Some(Status::Preliminary), Status::NotCounted) => turned.yes_to_no += 1,
            _ => {}
        }
    }
    turned
}

/// A verdict that is not "in the roll" needs at least one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a verdict without a reason")]
pub struct NoReason;

/// The person that a verdict has found.
pub fn person_of(verdict: &Verdict) -> Option<PersonTag> {
    match verdict {
        Verdict::InRoll(person) => Some(person.tag),
        Verdict::InReview { .. } | Verdict::NotCounted { .. } => None,
    }
}

/// Decides what this verdict on this apoyo changes.
///
/// `rivals`: for the person of the claim that the apoyo has and for the person that the verdict
/// names, the claim that counts and every claim later than the apoyo, without the apoyo's own.
/// Duplicates before it do not matter, so a person with ten thousand duplicates costs no more
/// than one with two. The same verdict again changes nothing.
pub fn settle(apoyo: &Apoyo, verdict: &Verdict, rivals: &[Rival]) -> Result<Changes, NoReason> {
    let (kind, status, reasons, place) = match verdict {
        Verdict::InRoll(Person { place, .. }) => {
            let none: &[Reason] = &[];
            (VerdictKind::InRoll, Status::Preliminary, none, Some(*place))
        }
        Verdict::InReview { reasons, place } => (
            VerdictKind::InReview,
            Status::InReview,
            &reasons[..],
            *place,
        ),
        Verdict::NotCounted { reasons, place } => (
            VerdictKind::NotCounted,
            Status::NotCounted,
            &reasons[..],
            *place,
        ),
    };
    let person = person_of(verdict);
    if person.is_none() && reasons.is_empty() {
        return Err(NoReason);
    }
    let recorded = RecordedVerdict {
        kind,
        reasons: reasons.to_vec(),
    };
    let claimed = apoyo.claim.map(|claim| claim.person);
    let row = &apoyo.row;
    if apoyo.verdict.as_ref() == Some(&recorded) && row.place == place && claimed == person {
        return Ok(Changes::default());
    }
    let mut changes = Changes {
        verdict: Some((recorded, place)),
        ..Changes::default()
    };
    if let Some(left) = apoyo.claim.filter(|claim| Some(claim.person) != person) {
        changes.claims.push(ClaimChange::Withdraw {
            sequence: row.sequence,
        });
        if left.counted {
            changes.decide(left.person, contenders(rivals, left.person));
        }
    }
    match person {
        None => changes.set_status(row, place, status, reasons.to_vec()),
        Some(person) => {
            let mut all = contenders(rivals, person);
            let entered = apoyo.claim.filter(|claim| claim.person == person);
            all.push(Contender {
                row,
                place,
                counted: entered.map(|claim| claim.counted),
            });
            changes.decide(person, all);
        }
    }
    Ok(changes)
}

/// One of a person's claims while it is decided which one counts.
struct Contender<'a> {
    row: &'a SettledRow,
    /// Where the person votes, from now on.
    place: Option<Place>,
    /// Whether it counts now; `None`: the claim is not entered yet.
    counted: Option<bool>,
}

fn contenders(rivals: &[Rival], person: PersonTag) -> Vec<Contender<'_>> {
    let of_person = rivals.iter().filter(|rival| rival.claim.person == person);
    of_person
        .map(|rival| Contender {
            row: &rival.row,
            place: rival.row.place,
            counted: Some(rival.claim.counted),
        })
        .collect()
}

const fn duplicate(campaign: i64, counted_campaign: i64) -> Reason {
    if campaign == counted_campaign {
        Reason::DuplicadoMismoSolicitante
    } else {
        Reason::DuplicadoOtroSolicitante
    }
}

impl Changes {
    /// The lowest sequence counts.
    fn decide(&mut self, person: PersonTag, mut claims: Vec<Contender<'_>>) {
        claims.sort_by_key(|claim| claim.row.sequence);
        let Some((first, campaign)) = claims
            .first()
            .map(|claim| (claim.row.sequence, claim.row.campaign))
        else {
            return;
        };
        for claim in &claims {
            let sequence = claim.row.sequence;
            if claim.counted == Some(true) && sequence != first {
                self.claims.push(ClaimChange::Uncount { sequence });
            }
        }
        for claim in &claims {
            let sequence = claim.row.sequence;
            let counted = sequence == first;
            match claim.counted {
                None => self.claims.push(ClaimChange::Enter {
                    sequence,
                    person,
                    counted,
                }),
                Some(false) if counted => self.claims.push(ClaimChange::Count { sequence }),
                Some(_) => {}
            }
            let (status, reasons) = if counted {
                (Status::Preliminary, Vec::new())
            } else {
                let reason = duplicate(claim.row.campaign, campaign);
                (Status::NotCounted, vec![reason])
            };
            self.set_status(claim.row, claim.place, status, reasons);
        }
    }

    /// Gives an apoyo a status, and moves the counters with it.
    fn set_status(
        &mut self,
        before: &SettledRow,
        place: Option<Place>,
        status: Status,
        reasons: Vec<Reason>,
    ) {
        let after = TallyKey {
            campaign: before.campaign,
            status,
            reason: reasons.first().copied(),
            place,
        };
        self.deltas.move_apoyo(before.tally_key(), after);
        if before.status != status || before.reasons != reasons {
            self.statuses.push(StatusChange {
                sequence: before.sequence,
                status,
                reasons,
            });
        }
    }
}
