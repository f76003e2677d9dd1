//! The chain of the audit record, and the rules of approvals.

use crate::audit::{Approved, AuditRecord, OperatorName, PROPOSAL_HOURS, Proposal};
use chrono::TimeDelta;
use protocol::{
    context::{Context, signed_bytes},
    environment::Timestamp,
    ids::Sha256Hash,
};

/// The chain before the first record.
pub const BEGINNING: [u8; 32] = [0; 32];

/// The chain of a record that follows one with the chain `before`.
pub fn chain(before: &[u8; 32], record: &AuditRecord) -> [u8; 32] {
    // A record with an approval and one without never have the same bytes.
    let second = record
        .second
        .as_deref()
        .map_or(String::new(), |name| format!("+{name}"));
    let bytes = signed_bytes(
        Context::AuditRecord,
        &[
            before,
            &record.number.to_be_bytes(),
            &record.at.timestamp_millis().to_be_bytes(),
            record.who.as_bytes(),
            second.as_bytes(),
            record.deed.what.as_bytes(),
            record.deed.subject.as_bytes(),
            record.why.as_bytes(),
        ],
    );
    *Sha256Hash::of(&bytes).as_bytes()
}

/// The chain after these records, which follow one with the chain `before`; or the number of the first
/// record that does not fit.
pub fn verify(before: (u64, [u8; 32]), records: &[AuditRecord]) -> Result<(u64, [u8; 32]), u64> {
    let mut last = before;
    for record in records {
        let follows = record.number == last.0 + 1 && record.chain == chain(&last.1, record);
        if !follows {
            return Err(record.number);
        }
        last = (record.number, record.chain);
    }
    Ok(last)
}

/// Whether a proposal has expired.
pub fn is_over(proposal: &Proposal, now: Timestamp) -> bool {
    // A clock that was set back must not extend a proposal for ever.
    let age = (now - proposal.at).abs();
    proposal.done || age >= TimeDelta::hours(PROPOSAL_HOURS)
}

/// The outcome of an approval by this operator.
pub fn approval(proposal: Proposal, by: &OperatorName, now: Timestamp) -> Approved {
    if is_over(&proposal, now) {
        return Approved::Over;
    }
    if let Some(earlier) = proposal.approved_by {
        return Approved::Already(earlier);
    }
    if proposal.who.is_same(by) {
        return Approved::SameName;
    }
    Approved::Now(Proposal {
        approved_by: Some(by.clone()),
        ..proposal
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Deed, ProposalId};

    fn record(number: u64, before: &[u8; 32], second: Option<&str>) -> AuditRecord {
        let mut record = AuditRecord {
            number,
            at: Timestamp::from_timestamp_millis(1_800_000_000_000).unwrap(),
            who: "ana".to_owned(),
            second: second.map(str::to_owned),
            deed: Deed::of("roll.replace", "sha256"),
            why: "corte".to_owned(),
            chain: BEGINNING,
        };
        record.chain = chain(before, &record);
        record
    }

    fn three() -> Vec<AuditRecord> {
        let one = record(1, &BEGINNING, None);
        let two = record(2, &one.chain, Some("luis"));
        let three = record(3, &two.chain, None);
        vec![one, two, three]
    }

    #[test]
    fn what_is_changed_left_out_or_put_in_is_found_where_it_is() {
        let whole = three();
        let head = verify((0, BEGINNING), &whole).unwrap();
        assert_eq!(head, (3, whole[2].chain));
        type Change<'c> = (&'c dyn Fn(&mut Vec<AuditRecord>), u64);
        let changes: [Change<'_>; 6] = [
            (&|all| all[1].who = "eva".to_owned(), 2),
            (&|all| all[1].second = None, 2),
            (&|all| all[0].why.push('s'), 1),
            (&|all| all[2].at += TimeDelta::milliseconds(1), 3),
            (&|all| drop(all.remove(1)), 3),
            (&|all| all.insert(1, all[0].clone()), 1),
        ];
        for (change, place) in changes {
            let mut all = three();
            change(&mut all);
            assert_eq!(verify((0, BEGINNING), &all), Err(place));
        }
    }

    #[test]
    fn one_person_is_never_both_names() {
        let at = Timestamp::from_timestamp_millis(1_800_000_000_000).unwrap();
        let name = |text: &str| text.parse::<OperatorName>().unwrap();
        let proposal = |approved_by: Option<&str>, done| Proposal {
            id: ProposalId::from_bytes([1; 4]),
            deed: Deed::of("roll.replace", "sha256"),
            why: String::new(),
            who: name("Ana"),
            at,
            approved_by: approved_by.map(name),
            done,
        };
        let tried =
            |proposal, by: &str, hours| approval(proposal, &name(by), at + TimeDelta::hours(hours));
        assert_eq!(tried(proposal(None, false), " ana", 1), Approved::SameName);
        assert!(matches!(
            tried(proposal(None, false), "luis", 23),
            Approved::Now(_)
        ));
        for hours in [24, -24, 87_600] {
            assert_eq!(tried(proposal(None, false), "luis", hours), Approved::Over);
        }
        assert_eq!(
            tried(proposal(Some("eva"), true), "luis", 1),
            Approved::Over
        );
        let already = Approved::Already(name("eva"));
        assert_eq!(tried(proposal(Some("eva"), false), "luis", 1), already);
    }
}
