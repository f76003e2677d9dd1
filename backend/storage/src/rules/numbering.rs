//! Numbering: whether a database may give further numbers, and from which one on.

use crate::head::{Chain, Head};
use protocol::{
    context::{Context, signed_bytes},
    ids::Sha256Hash,
};

/// The end of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbering {
    /// The last number that was given or skipped.
    pub last: u64,
    /// The chain over the receipts of the rows.
    pub chain: Chain,
    /// Whether numbers were given under a head before.
    pub headed: bool,
}

/// How a start goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoesOn {
    /// Under a new head.
    NewHead,
    /// Under the head that is there.
    UnderHead {
        /// The last number that was given or skipped.
        last: u64,
    },
}

/// Why a start may not give numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The rows had a head, but it is missing.
    Missing,
    /// The rows end before the head.
    DatabaseBehind,
    /// The rows end after what the head has promised.
    HeadBehind,
    /// The receipts differ.
    Foreign,
}

/// The chain with one more receipt.
pub fn link(before: &Chain, number: u64, receipt: &Sha256Hash) -> Chain {
    let link = signed_bytes(
        Context::ReceiptLink,
        &[before, &number.to_be_bytes(), receipt.as_bytes()],
    );
    *Sha256Hash::of(&link).as_bytes()
}

/// Decides how a start goes on. `led_to`: the head's chain, continued over the rows after its
/// last number; `may_be_old`: the newest words of the head may be lost.
pub fn start(
    head: Option<&Head>,
    rows: &Numbering,
    led_to: Option<Chain>,
    may_be_old: bool,
) -> Result<GoesOn, Refused> {
    let Some(head) = head else {
        return match rows.headed {
            true => Err(Refused::Missing),
            false => Ok(GoesOn::NewHead),
        };
    };
    if rows.last < head.given {
        return Err(Refused::DatabaseBehind);
    }
    if rows.last > head.promised {
        return Err(Refused::HeadBehind);
    }
    if led_to != Some(rows.chain) {
        return Err(Refused::Foreign);
    }
    // After a power cut the head may lack the last receipts that left. A database from before them would look
    // right, so the promised numbers are skipped.
    let last = match may_be_old {
        true => head.promised,
        false => rows.last,
    };
    Ok(GoesOn::UnderHead { last })
}

/// The number above which a restored database goes on, and the chain that begins there. `above`: a higher
/// number that the operator knows.
pub fn recover(head: Option<&Head>, rows: &Numbering, above: u64) -> (u64, Chain) {
    let promised = head.map_or(0, |head| head.promised);
    let above = above.max(promised).max(rows.last);
    let lost = head.map_or([0; 32], |head| head.chain);
    let begin = signed_bytes(
        Context::RecoveredChain,
        &[&rows.chain, &lost, &above.to_be_bytes()],
    );
    (above, *Sha256Hash::of(&begin).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(given: u64, promised: u64) -> Head {
        Head {
            writes: 1,
            given,
            promised,
            chain: [1; 32],
            boot: String::new(),
            shut: false,
        }
    }

    fn rows(last: u64) -> Numbering {
        Numbering {
            last,
            chain: [7; 32],
            headed: true,
        }
    }

    const SAME: Option<Chain> = Some([7; 32]);

    #[test]
    fn rows_between_given_and_promised_go_on_and_all_others_are_refused() {
        let head = head(5, 9);
        let told = |last| start(Some(&head), &rows(last), SAME, false);
        assert_eq!(told(4), Err(Refused::DatabaseBehind));
        for last in 5..=9 {
            assert_eq!(told(last), Ok(GoesOn::UnderHead { last }));
        }
        assert_eq!(told(10), Err(Refused::HeadBehind));
        let other = start(Some(&head), &rows(5), Some([8; 32]), false);
        assert_eq!(other, Err(Refused::Foreign));
    }

    #[test]
    fn after_a_power_cut_what_was_promised_is_left_out() {
        let told = start(Some(&head(5, 9)), &rows(6), SAME, true);
        assert_eq!(told, Ok(GoesOn::UnderHead { last: 9 }));
    }

    #[test]
    fn a_head_is_made_once() {
        let never = Numbering {
            headed: false,
            ..rows(3)
        };
        assert_eq!(start(None, &never, None, false), Ok(GoesOn::NewHead));
        assert_eq!(start(None, &rows(3), None, false), Err(Refused::Missing));
    }

    #[test]
    fn a_recovery_goes_on_above_everything_that_anybody_knows() {
        assert_eq!(recover(Some(&head(5, 9)), &rows(2), 0).0, 9);
        assert_eq!(recover(Some(&head(5, 9)), &rows(2), 12).0, 12);
        assert_eq!(recover(None, &rows(20), 12).0, 20);
        let one = recover(Some(&head(5, 9)), &rows(2), 0).1;
        assert_ne!(one, recover(Some(&head(5, 9)), &rows(2), 10).1);
    }
}
