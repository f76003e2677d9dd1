//! Reed-Solomon error correction of one block: errors at unknown positions and erasures at known
//! ones, together.
//!
//! A block with `parity` check bytes can be corrected while 2 × errors + erasures ≤ parity. Berlekamp
//! and Massey's algorithm, started from the erasures, finds the locator; Forney's formula gives the
//! values. The result is verified to be a codeword.

use super::galois::{divide, multiply, power_of_generator, value_at};

/// Longest block of any QR code.
pub(super) const MOST_CODEWORDS: usize = 255;
/// Most check bytes of a block; polynomials have up to two coefficients more.
const MOST_PARITY: usize = 68;
const COEFFICIENTS: usize = MOST_PARITY + 2;

/// Counts of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Correction {
    /// Bytes that changed and were not erasures.
    pub errors: usize,
    /// Erasures, changed or not.
    pub erasures: usize,
}

/// The syndromes of a block, which are all zero for a codeword.
pub(super) struct Syndromes {
    values: [u8; MOST_PARITY],
    parity: usize,
}

impl Syndromes {
    /// The syndromes of a block with this many check bytes at its end.
    pub fn of(block: &[u8], parity: usize) -> Self {
        let parity = parity.min(MOST_PARITY);
        let mut values = [0; MOST_PARITY];
        for (nth, value) in values.iter_mut().take(parity).enumerate() {
            let root = power_of_generator(nth);
            *value = block.iter().fold(0, |sum, byte| multiply(sum, root) ^ byte);
        }
        Self { values, parity }
    }

    fn are_zero(&self) -> bool {
        self.values[..self.parity].iter().all(|value| *value == 0)
    }
}

/// Corrects a block in place. The syndromes are an argument because several sets of erasures are
/// tried on one block. `erasures` are positions whose bytes are ignored. On `None` the block is
/// unchanged.
pub(super) fn correct(
    block: &mut [u8],
    syndromes: &Syndromes,
    erasures: &[usize],
) -> Option<Correction> {
    let (length, parity) = (block.len(), syndromes.parity);
    if length > MOST_CODEWORDS || erasures.len() > parity || erasures.iter().any(|at| *at >= length)
    {
        return None;
    }
    if syndromes.are_zero() {
        return Some(Correction {
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
        let inverse = power_of_generator(255 - (length - 1 - place) % 255);
        if value_at(&locator.coefficients[..=degree], inverse) != 0 {
            continue;
        }
        if found == degree {
            return None;
        }
        let derivative = locator.derivative_at(inverse);
        if derivative == 0 {
            return None;
        }
        // The roots of the code begin at power 0, which makes one more factor of the position.
        let value = multiply(
            power_of_generator(length - 1 - place),
            divide(value_at(&evaluator[..parity], inverse), derivative),
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
    Some(Correction {
        errors,
        erasures: erasures.len(),
    })
}

fn apply(block: &mut [u8], changes: &[(usize, u8)]) {
    for (place, value) in changes {
        block[*place] ^= value;
    }
}

/// A polynomial over GF(256), lowest coefficient first.
#[derive(Clone, Copy)]
struct Polynomial {
    coefficients: [u8; COEFFICIENTS],
}

impl Polynomial {
    const ONE: Self = {
        let mut coefficients = [0; COEFFICIENTS];
        coefficients[0] = 1;
        Self { coefficients }
    };

    fn degree(&self) -> usize {
        self.coefficients
            .iter()
            .rposition(|coefficient| *coefficient != 0)
            .unwrap_or(0)
    }

    /// The formal derivative at a value: over GF(256) only the odd powers are left.
    fn derivative_at(&self, at: u8) -> u8 {
        let square = multiply(at, at);
        let odd = self.coefficients.iter().skip(1).step_by(2).rev();
        odd.fold(0, |sum, coefficient| multiply(sum, square) ^ coefficient)
    }
}

/// The locator polynomial, whose roots are the positions of errors and erasures.
fn locator(syndromes: &Syndromes, length: usize, erasures: &[usize]) -> Option<Polynomial> {
    let parity = syndromes.parity;
    let mut locator = Polynomial::ONE;
    for (count, place) in erasures.iter().enumerate() {
        let root = power_of_generator(length - 1 - place);
        for nth in (1..=count + 1).rev() {
            locator.coefficients[nth] ^= multiply(root, locator.coefficients[nth - 1]);
        }
    }
    let mut previous = locator;
    let mut size = erasures.len();
    let mut shift = 1;
    let mut scale = 1;
    for nth in erasures.len()..parity {
        let mut discrepancy = 0;
        for (back, coefficient) in locator.coefficients.iter().enumerate().take(nth + 1) {
            discrepancy ^= multiply(*coefficient, syndromes.values[nth - back]);
        }
        if discrepancy == 0 {
            shift += 1;
            continue;
        }
        let before = locator;
        let factor = divide(discrepancy, scale);
        for at in shift..COEFFICIENTS {
            locator.coefficients[at] ^= multiply(factor, previous.coefficients[at - shift]);
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

/// The evaluator polynomial, which gives the values.
fn evaluator(syndromes: &Syndromes, locator: &Polynomial) -> [u8; MOST_PARITY] {
    let parity = syndromes.parity;
    let mut product = [0; MOST_PARITY];
    for (at, value) in product.iter_mut().take(parity).enumerate() {
        for back in 0..=at {
            *value ^= multiply(locator.coefficients[back], syndromes.values[at - back]);
        }
    }
    product
}

#[cfg(test)]
#[path = "reed_solomon_tests.rs"]
mod tests;
