//! The histories of [`crate::tally_property`] over the rules alone: their results keep every promise,
//! for any engine.

use crate::tally_property::{APOYOS, CAMPAIGNS, expected, history};
use proptest::prelude::*;
use std::collections::BTreeMap;
use storage::{
    apoyos::Verdict,
    rules::{
        settle::{self, Apoyo, Claim, ClaimChange, PersonTag, RecordedVerdict, Rival, SettledRow},
        tally::{Counter, Deltas, TallyKey},
    },
};

/// An engine in memory that writes what the rule says, and checks each step.
#[derive(Default)]
struct Memory {
    rows: BTreeMap<i64, SettledRow>,
    verdicts: BTreeMap<i64, RecordedVerdict>,
    claims: BTreeMap<i64, Claim>,
    counters: BTreeMap<Counter, i64>,
}

/// `agua-1` and `agua-2` exclude each other.
fn group(campaign: i64) -> i64 {
    campaign.max(1)
}

impl Memory {
    fn receive(&mut self, sequence: i64, campaign: i64) {
        let key = TallyKey::received(campaign);
        let row = SettledRow {
            sequence,
            campaign,
            status: key.status,
            reasons: vec![],
            place: None,
        };
        self.rows.insert(sequence, row);
        let mut deltas = Deltas::default();
        deltas.add_apoyo(key);
        self.count(&deltas);
    }

    fn count(&mut self, deltas: &Deltas) {
        for (counter, by) in deltas.iter() {
            let count = self.counters.entry(*counter).or_default();
            *count += by;
            assert!(*count >= 0, "{counter:?} falls below zero");
        }
    }

    /// The claim that counts and every later one, as an engine reads them.
    fn rivals_of(&self, person: PersonTag, of: &SettledRow) -> Vec<Rival> {
        let others = self.claims.iter().filter(|(sequence, claim)| {
            claim.person == person
                && **sequence != of.sequence
                && group(self.rows[sequence].campaign) == group(of.campaign)
                && (claim.counted || **sequence > of.sequence)
        });
        others
            .map(|(sequence, claim)| Rival {
                row: self.rows[sequence].clone(),
                claim: *claim,
            })
            .collect()
    }

    fn settle(&mut self, sequence: i64, verdict: &Verdict) {
        let apoyo = Apoyo {
            row: self.rows[&sequence].clone(),
            verdict: self.verdicts.get(&sequence).cloned(),
            claim: self.claims.get(&sequence).copied(),
        };
        let mut people: Vec<_> = apoyo.claim.iter().map(|claim| claim.person).collect();
        people.extend(settle::person_of(verdict).filter(|person| !people.contains(person)));
        let rivals: Vec<_> = people
            .into_iter()
            .flat_map(|person| self.rivals_of(person, &apoyo.row))
            .collect();
        let changes = settle::settle(&apoyo, verdict, &rivals).unwrap();
        if let Some((recorded, place)) = changes.verdict {
            self.verdicts.insert(sequence, recorded);
            self.rows.get_mut(&sequence).unwrap().place = place;
        }
        for change in changes.claims {
            self.change_claim(change);
            self.counts_nobody_twice();
        }
        for change in changes.statuses {
            let row = self.rows.get_mut(&change.sequence).unwrap();
            (row.status, row.reasons) = (change.status, change.reasons);
        }
        self.count(&changes.deltas);
    }

    fn change_claim(&mut self, change: ClaimChange) {
        match change {
            ClaimChange::Withdraw { sequence } => {
                self.claims.remove(&sequence).unwrap();
            }
            ClaimChange::Uncount { sequence } => {
                self.claims.get_mut(&sequence).unwrap().counted = false;
            }
            ClaimChange::Count { sequence } => {
                self.claims.get_mut(&sequence).unwrap().counted = true;
            }
            ClaimChange::Enter {
                sequence,
                person,
                counted,
            } => {
                let before = self.claims.insert(sequence, Claim { person, counted });
                assert_eq!(before, None);
            }
        }
    }

    fn counts_nobody_twice(&self) {
        let counted = self.claims.iter().filter(|(_, claim)| claim.counted);
        let mut seen: Vec<_> = counted
            .map(|(sequence, claim)| (group(self.rows[sequence].campaign), claim.person))
            .collect();
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }

    fn recounted(&self) -> BTreeMap<Counter, i64> {
        let mut counters = BTreeMap::new();
        for row in self.rows.values() {
            for counter in row.tally_key().counters() {
                *counters.entry(counter).or_default() += 1;
            }
        }
        counters
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_ends_as_the_law_says_and_the_counters_are_a_recount((choice, rounds) in history()) {
        let mut memory = Memory::default();
        let campaigns: BTreeMap<u64, &'static str> =
            (1..=APOYOS).zip(&choice).map(|(number, c)| (number, CAMPAIGNS[*c])).collect();
        for (number, campaign) in (1..).zip(choice) {
            memory.receive(number, campaign as i64);
        }
        let order = (1..=APOYOS).map(|number| (number, number)).collect();
        let mut verdicts = BTreeMap::new();
        for (number, verdict) in rounds.into_iter().flatten() {
            let sequence = i64::try_from(number).unwrap();
            for _ in 0..2 {
                memory.settle(sequence, &verdict);
            }
            verdicts.insert(number, verdict);
            let mut counters = memory.counters.clone();
            counters.retain(|_, count| *count > 0);
            prop_assert_eq!(counters, memory.recounted());
        }
        for (sequence, row) in &memory.rows {
            let number = u64::try_from(*sequence).unwrap();
            let expected = expected(&campaigns, &order, &verdicts, number);
            prop_assert_eq!((row.status, row.reasons.clone()), expected, "apoyo {}", number);
        }
    }
}

#[test]
fn the_same_verdict_again_changes_nothing_and_one_without_a_reason_is_refused() {
    let row = SettledRow {
        sequence: 1,
        campaign: 1,
        status: protocol::apoyos::Status::Received,
        reasons: vec![],
        place: None,
    };
    let mut apoyo = Apoyo {
        row,
        verdict: None,
        claim: None,
    };
    let without = Verdict::NotCounted {
        reasons: vec![],
        place: None,
    };
    assert_eq!(settle::settle(&apoyo, &without, &[]), Err(settle::NoReason));
    let reasons = vec![protocol::reason::Reason::Baja];
    let verdict = Verdict::NotCounted {
        reasons: reasons.clone(),
        place: None,
    };
    let changes = settle::settle(&apoyo, &verdict, &[]).unwrap();
    let (recorded, _) = changes.verdict.unwrap();
    (apoyo.row.status, apoyo.row.reasons) = (changes.statuses[0].status, reasons);
    apoyo.verdict = Some(recorded);
    let again = settle::settle(&apoyo, &verdict, &[]).unwrap();
    assert_eq!(again, settle::Changes::default());
}
