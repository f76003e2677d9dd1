//! Ordered-statistics decoding of one block (Fossorier and Lin): for blocks beyond the bound of
//! Reed-Solomon.
//!
//! A block of codewords is also a linear code over bits, and each bit has a log-likelihood ratio.
//! The most reliable independent bits (found by Gaussian elimination) are taken as they were read
//! and determine all others; then the least reliable of them are flipped, one, two and three at a
//! time, and the block with the least residual is kept. Bits that are known beforehand leave fewer
//! to choose, which is what makes this strong. It always finds some block: whether that may be
//! believed is decided in `confidence.rs`.

use super::galois::{multiply, power_of_generator};

/// Longer blocks are not searched, since the work grows with the third power of the length.
const MOST_BITS: usize = 576;
const WORDS: usize = MOST_BITS / 64;
/// Most blocks that are compared.
const MOST_TRIES: usize = 12_000;
/// How many of the least reliable independent bits are flipped in pairs, and in triples.
const PAIRED: usize = 128;
const TRIPLED: usize = 48;

type Row = [u64; WORDS];

/// The bits of a block ranked by confidence.
struct Ranked {
    /// Number of bits.
    length: usize,
    /// The rank of each bit, the most confident first.
    rank: Vec<u16>,
    /// The confidence of each bit, by rank.
    confidence: Vec<f32>,
}

/// The block with the least residual against `bits`, of those that are tried and whose data bits
/// are as `known`. In `bits` the sign is the bit (positive for 1), the magnitude the confidence;
/// data codewords come first. `None` for a block that is too long.
pub(super) fn most_likely(bits: &[f32], known: &[Option<bool>]) -> Option<Vec<u8>> {
    let (length, data) = (bits.len(), known.len());
    if length > MOST_BITS || data > length || data == 0 {
        return None;
    }
    let ranked_bits = Ranked::of(bits);
    // From here on rows are differences from the hard decisions: a 1 contradicts the picture.
    let generators = generators(data / 8, (length - data) / 8);
    let mut start = Row::default();
    let mut rows = Vec::with_capacity(data);
    for (at, known) in known.iter().enumerate() {
        match known {
            Some(false) => {}
            Some(true) => add(&mut start, &ranked_bits.codeword_row(&generators, at, data)),
            None => rows.push(ranked_bits.codeword_row(&generators, at, data)),
        }
    }
    for (at, bit) in bits.iter().enumerate() {
        if *bit > 0.0 {
            flip(&mut start, ranked_bits.rank[at].into());
        }
    }
    let pivots = eliminate(&mut rows, length);
    for (row, pivot) in rows.iter().zip(&pivots) {
        if is_set(&start, *pivot) {
            add(&mut start, row);
        }
    }
    let best = search(&start, &rows, &pivots, &ranked_bits);
    let mut bytes = vec![0u8; length / 8];
    for (at, bit) in bits.iter().enumerate() {
        let one = (*bit > 0.0) != is_set(&best, ranked_bits.rank[at].into());
        bytes[at / 8] |= u8::from(one) << (7 - at % 8);
    }
    Some(bytes)
}

impl Ranked {
    fn of(bits: &[f32]) -> Self {
        let mut order: Vec<u16> = (0..bits.len() as u16).collect();
        let confidence = |at: &u16| bits[usize::from(*at)].abs();
        order.sort_unstable_by(|one, two| confidence(two).total_cmp(&confidence(one)));
        let mut rank = vec![0; bits.len()];
        for (nth, at) in order.iter().enumerate() {
            rank[usize::from(*at)] = nth as u16;
        }
        Self {
            length: bits.len(),
            rank,
            confidence: order.iter().map(confidence).collect(),
        }
    }

    /// The block whose only data bit that is 1 is this one, by rank.
    fn codeword_row(&self, generators: &[Vec<u8>], at: usize, data: usize) -> Row {
        let mut row = Row::default();
        flip(&mut row, self.rank[at].into());
        let value = 0x80 >> (at % 8);
        for (nth, check) in generators[at / 8].iter().enumerate() {
            let check = multiply(*check, value);
            for bit in 0..8 {
                if check >> (7 - bit) & 1 == 1 {
                    flip(&mut row, self.rank[data + nth * 8 + bit].into());
                }
            }
        }
        row
    }
}

fn flip(row: &mut Row, at: usize) {
    row[at / 64] ^= 1 << (at % 64);
}

fn is_set(row: &Row, at: usize) -> bool {
    row[at / 64] >> (at % 64) & 1 == 1
}

fn add(row: &mut Row, other: &Row) {
    for (word, other) in row.iter_mut().zip(other) {
        *word ^= other;
    }
}

/// The check bytes of the blocks whose only data byte that is not zero is a 1, for each byte.
fn generators(data: usize, parity: usize) -> Vec<Vec<u8>> {
    let mut generator = vec![0u8; parity + 1];
    generator[0] = 1;
    for nth in 0..parity {
        for at in (0..=nth).rev() {
            let part = generator[at];
            generator[at + 1] ^= part;
            generator[at] = multiply(part, power_of_generator(nth));
        }
    }
    // From the last byte backwards: each step multiplies by x modulo the generator polynomial.
    let mut check: Vec<u8> = generator[..parity].iter().rev().copied().collect();
    let mut all = Vec::with_capacity(data);
    for _ in 0..data {
        all.push(check.clone());
        let lead = check[0];
        check.rotate_left(1);
        check[parity - 1] = 0;
        for (at, value) in check.iter_mut().enumerate() {
            *value ^= multiply(lead, generator[parity - 1 - at]);
        }
    }
    all.reverse();
    all
}

/// Gaussian elimination: afterwards only one row has a bit in each pivot, and pivots are as early
/// as possible. Dependent rows are removed.
fn eliminate(rows: &mut Vec<Row>, length: usize) -> Vec<usize> {
    let mut pivots = Vec::with_capacity(rows.len());
    for at in 0..length {
        let done = pivots.len();
        let Some(found) = rows[done..].iter().position(|row| is_set(row, at)) else {
            continue;
        };
        rows.swap(done, done + found);
        let pivot = rows[done];
        for (nth, row) in rows.iter_mut().enumerate() {
            if nth != done && is_set(row, at) {
                add(row, &pivot);
            }
        }
        pivots.push(at);
        if pivots.len() == rows.len() {
            break;
        }
    }
    rows.truncate(pivots.len());
    pivots
}

/// The residual of each value of each byte of a difference.
struct Cost {
    table: Vec<[f32; 256]>,
}

impl Cost {
    fn of(ranked_bits: &Ranked) -> Self {
        let table = ranked_bits
            .confidence
            .chunks(8)
            .map(|confidence| {
                let mut costs = [0f32; 256];
                for value in 1..256usize {
                    let lowest = value.trailing_zeros() as usize;
                    let confidence = confidence.get(lowest).copied().unwrap_or(0.0);
                    costs[value] = costs[value & (value - 1)] + confidence;
                }
                costs
            })
            .collect();
        Self { table }
    }

    fn of_row(&self, row: &Row) -> f32 {
        let bytes = row.iter().flat_map(|word| word.to_le_bytes());
        self.table
            .iter()
            .zip(bytes)
            .map(|(costs, byte)| costs[usize::from(byte)])
            .sum()
    }
}

/// The difference with the least residual: the start, or the start with up to three pivots flipped.
fn search(start: &Row, rows: &[Row], pivots: &[usize], ranked_bits: &Ranked) -> Row {
    let cost = Cost::of(ranked_bits);
    let mut best = (cost.of_row(start), *start);
    let mut tries = 0;
    // The least confident pivots come last. Backwards from there, until one flip alone costs more
    // than the best so far.
    let confidence = |nth: usize| ranked_bits.confidence[pivots[nth]];
    let count = rows.len();
    debug_assert!(pivots.iter().all(|pivot| *pivot < ranked_bits.length));
    let mut try_row = |row: &Row, best: &mut (f32, Row)| {
        tries += 1;
        let own = cost.of_row(row);
        if own < best.0 {
            *best = (own, *row);
        }
        tries < MOST_TRIES
    };
    for one in (0..count).rev() {
        if confidence(one) >= best.0 {
            break;
        }
        let mut row = *start;
        add(&mut row, &rows[one]);
        if !try_row(&row, &mut best) {
            return best.1;
        }
    }
    for one in (count.saturating_sub(PAIRED)..count).rev() {
        let mut single = *start;
        add(&mut single, &rows[one]);
        for two in (one + 1..count).rev() {
            if confidence(one) + confidence(two) >= best.0 {
                break;
            }
            let mut double = single;
            add(&mut double, &rows[two]);
            if !try_row(&double, &mut best) {
                return best.1;
            }
        }
    }
    for one in (count.saturating_sub(TRIPLED)..count).rev() {
        for two in (one + 1..count).rev() {
            let mut double = *start;
            add(&mut double, &rows[one]);
            add(&mut double, &rows[two]);
            for three in (two + 1..count).rev() {
                if confidence(one) + confidence(two) + confidence(three) >= best.0 {
                    break;
                }
                let mut triple = double;
                add(&mut triple, &rows[three]);
                if !try_row(&triple, &mut best) {
                    return best.1;
                }
            }
        }
    }
    best.1
}

#[cfg(test)]
#[path = "ordered_tests.rs"]
mod tests;
