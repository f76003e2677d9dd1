//! Reed-Solomon over one block: errors, whose places are unknown, and erasures, whose places
//! are known, mended together.
//!
//! A block with `parity` check bytes can be mended while 2 × errors + erasures ≤ parity. The
//! way is Berlekamp and Massey's, started from the erasures, with Forney's formula for the
//! values. What comes out is checked: it is a codeword, or nothing.

use super::field::{over, power, times, value_at};

/// No block of a QR code is longer.
pub(super) const LONGEST: usize = 255;
/// No block has more check bytes, and no polynomial here more parts than one more.
const MOST_PARITY: usize = 68;
const PARTS: usize = MOST_PARITY + 2;

/// What was mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mended {
    /// Bytes that changed and were not given as erasures.
    pub errors: usize,
    /// Bytes given as erasures, changed or not.
    pub erasures: usize,
}

/// The check values of a block, which are zero for a codeword.
pub(super) struct Syndromes {
    values: [u8; MOST_PARITY],
    parity: usize,
}

impl Syndromes {
    /// Of a block with this many check bytes at its end.
    pub fn of(block: &[u8], parity: usize) -> Self {
        let parity = parity.min(MOST_PARITY);
        let mut values = [0; MOST_PARITY];
        for (nth, value) in values.iter_mut().take(parity).enumerate() {
            let root = power(nth);
            *value = block.iter().fold(0, |sum, byte| times(sum, root) ^ byte);
        }
        Self { values, parity }
    }

    fn are_zero(&self) -> bool {
        self.values[..self.parity].iter().all(|value| *value == 0)
    }
}

/// Mends a block in place, whose check values are at hand: several sets of erasures are tried on
/// one block. `erasures` are places whose bytes mean nothing. On `None` the block is as it was.
pub(super) fn mend(block: &mut [u8], syndromes: &Syndromes, erasures: &[usize]) -> Option<Mended> {
    let (length, parity) = (block.len(), syndromes.parity);
    if length > LONGEST || erasures.len() > parity || erasures.iter().any(|at| *at >= length) {
        return None;
    }
    if syndromes.are_zero() {
        return Some(Mended {
            errors: 0,
            erasures: erasures.len(),
        });
    }
    let locator = locator(syndromes, length, erasures)?;
    let degree = locator.degree();
    let evaluator = evaluator(syndromes, &locator);
    let mut places = [(0usize, 0u8); MOST_PARITY];
    let mut found = 0;
    for place in 0..length {
        let inverse = power(255 - (length - 1 - place) % 255);
        if value_at(&locator.parts[..=degree], inverse) != 0 {
            continue;
        }
        if found == degree {
            return None;
        }
        let slope = locator.slope_at(inverse);
        if slope == 0 {
            return None;
        }
        // The roots of the code begin with the zeroth power: one more factor of the place.
        let value = times(
            power(length - 1 - place),
            over(value_at(&evaluator[..parity], inverse), slope),
        );
        places[found] = (place, value);
        found += 1;
    }
    if found != degree {
        return None;
    }
    let changed = &places[..found];
    apply(block, changed);
    if !Syndromes::of(block, parity).are_zero() {
        apply(block, changed);
        return None;
    }
    let errors = changed
        .iter()
        .filter(|(place, value)| *value != 0 && !erasures.contains(place))
        .count();
    Some(Mended {
        errors,
        erasures: erasures.len(),
    })
}

fn apply(block: &mut [u8], changes: &[(usize, u8)]) {
    for (place, value) in changes {
        block[*place] ^= value;
    }
}

/// A polynomial, lowest part first.
#[derive(Clone, Copy)]
struct Polynomial {
    parts: [u8; PARTS],
}

impl Polynomial {
    const ONE: Self = {
        let mut parts = [0; PARTS];
        parts[0] = 1;
        Self { parts }
    };

    fn degree(&self) -> usize {
        self.parts.iter().rposition(|part| *part != 0).unwrap_or(0)
    }

    /// Of the derivative, in which only the odd powers are left.
    fn slope_at(&self, at: u8) -> u8 {
        let square = times(at, at);
        let odd = self.parts.iter().skip(1).step_by(2).rev();
        odd.fold(0, |sum, part| times(sum, square) ^ part)
    }
}

/// The polynomial whose roots say where the errors and the erasures are.
fn locator(syndromes: &Syndromes, length: usize, erasures: &[usize]) -> Option<Polynomial> {
    let parity = syndromes.parity;
    let mut locator = Polynomial::ONE;
    for (count, place) in erasures.iter().enumerate() {
        let root = power(length - 1 - place);
        for nth in (1..=count + 1).rev() {
            locator.parts[nth] ^= times(root, locator.parts[nth - 1]);
        }
    }
    let mut previous = locator;
    let mut size = erasures.len();
    let mut shift = 1;
    let mut scale = 1;
    for nth in erasures.len()..parity {
        let mut discrepancy = 0;
        for (back, part) in locator.parts.iter().enumerate().take(nth + 1) {
            discrepancy ^= times(*part, syndromes.values[nth - back]);
        }
        if discrepancy == 0 {
            shift += 1;
            continue;
        }
        let before = locator;
        let factor = over(discrepancy, scale);
        for at in shift..PARTS {
            locator.parts[at] ^= times(factor, previous.parts[at - shift]);
        }
        if 2 * size <= nth + erasures.len() {
            size = nth + 1 + erasures.len() - size;
            previous = before;
            scale = discrepancy;
            shift = 1;
        } else {
            shift += 1;
        }
    }
    let errors = size.checked_sub(erasures.len())?;
    (locator.degree() == size && 2 * errors + erasures.len() <= parity).then_some(locator)
}

/// The polynomial that gives the values.
fn evaluator(syndromes: &Syndromes, locator: &Polynomial) -> [u8; MOST_PARITY] {
    let parity = syndromes.parity;
    let mut product = [0; MOST_PARITY];
    for (at, value) in product.iter_mut().take(parity).enumerate() {
        for back in 0..=at {
            *value ^= times(locator.parts[back], syndromes.values[at - back]);
        }
    }
    product
}

#[cfg(test)]
#[path = "solomon_tests.rs"]
mod tests;
