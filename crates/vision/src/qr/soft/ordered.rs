//! The block that fits best, searched bit by bit: for what is beyond Reed-Solomon's bound.
//!
//! A block of codewords is a linear code over bits too, and each bit comes with how sure it is.
//! The surest bits that determine all others (Gauss) are taken as they are seen, the others
//! follow; then the least sure of them are turned over, one, two and three at a time, and the
//! block that the picture contradicts least is kept (Fossorier and Lin's ordered statistics).
//! What is known of the text beforehand leaves fewer bits to choose, and is what makes this
//! strong. Whether the result is believed is decided elsewhere: this always finds something.

use super::field::{power, times};

/// Blocks of more bits than this are not searched: the work grows with its third power.
const LONGEST: usize = 576;
const WORDS: usize = LONGEST / 64;
/// Blocks that are compared at most.
const TRIES: usize = 12_000;
/// Of the bits that determine the others, so many of the least sure are turned over in twos
/// and in threes.
const IN_TWOS: usize = 128;
const IN_THREES: usize = 48;

type Row = [u64; WORDS];

/// Bits of a block by how sure they are.
struct Ordered {
    /// How many bits.
    length: usize,
    /// The rank of each bit, the surest first.
    rank: Vec<u16>,
    /// How sure each is, by rank.
    sure: Vec<f32>,
}

/// The block whose data are as `known` where that says something, and which contradicts `bits`
/// (above zero for one, the further the surer) least of those that are tried. Data stand first.
/// `None` for a block that is too long.
pub(super) fn nearest(bits: &[f32], known: &[Option<bool>]) -> Option<Vec<u8>> {
    let (length, data) = (bits.len(), known.len());
    if length > LONGEST || data > length || data == 0 {
        return None;
    }
    let ordered = Ordered::of(bits);
    // Everything below is about the difference to what is seen: a one contradicts it.
    let generators = generators(data / 8, (length - data) / 8);
    let mut start = Row::default();
    let mut rows = Vec::with_capacity(data);
    for (at, known) in known.iter().enumerate() {
        match known {
            Some(false) => {}
            Some(true) => add(&mut start, &ordered.ranked(&generators, at, data)),
            None => rows.push(ordered.ranked(&generators, at, data)),
        }
    }
    for (at, bit) in bits.iter().enumerate() {
        if *bit > 0.0 {
            flip(&mut start, ordered.rank[at].into());
        }
    }
    let pivots = reduce(&mut rows, length);
    for (row, pivot) in rows.iter().zip(&pivots) {
        if is_set(&start, *pivot) {
            add(&mut start, row);
        }
    }
    let best = search(&start, &rows, &pivots, &ordered);
    let mut bytes = vec![0u8; length / 8];
    for (at, bit) in bits.iter().enumerate() {
        let one = (*bit > 0.0) != is_set(&best, ordered.rank[at].into());
        bytes[at / 8] |= u8::from(one) << (7 - at % 8);
    }
    Some(bytes)
}

impl Ordered {
    fn of(bits: &[f32]) -> Self {
        let mut order: Vec<u16> = (0..bits.len() as u16).collect();
        let sure = |at: &u16| bits[usize::from(*at)].abs();
        order.sort_unstable_by(|one, two| sure(two).total_cmp(&sure(one)));
        let mut rank = vec![0; bits.len()];
        for (nth, at) in order.iter().enumerate() {
            rank[usize::from(*at)] = nth as u16;
        }
        Self {
            length: bits.len(),
            rank,
            sure: order.iter().map(sure).collect(),
        }
    }

    /// The block in which of the data this bit alone is one, by rank.
    fn ranked(&self, generators: &[Vec<u8>], at: usize, data: usize) -> Row {
        let mut row = Row::default();
        flip(&mut row, self.rank[at].into());
        let value = 0x80 >> (at % 8);
        for (nth, check) in generators[at / 8].iter().enumerate() {
            let check = times(*check, value);
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

/// The check bytes of each block whose data are all zero but for one byte that is one.
fn generators(data: usize, parity: usize) -> Vec<Vec<u8>> {
    let mut generator = vec![0u8; parity + 1];
    generator[0] = 1;
    for nth in 0..parity {
        for at in (0..=nth).rev() {
            let part = generator[at];
            generator[at + 1] ^= part;
            generator[at] = times(part, power(nth));
        }
    }
    // From the last byte on: each place before it is once more times x, less the generator.
    let mut check: Vec<u8> = generator[..parity].iter().rev().copied().collect();
    let mut all = Vec::with_capacity(data);
    for _ in 0..data {
        all.push(check.clone());
        let lead = check[0];
        check.rotate_left(1);
        check[parity - 1] = 0;
        for (at, value) in check.iter_mut().enumerate() {
            *value ^= times(lead, generator[parity - 1 - at]);
        }
    }
    all.reverse();
    all
}

/// Gauss: afterwards each row alone has its pivot, and pivots are as early as can be. Rows that
/// follow from others go.
fn reduce(rows: &mut Vec<Row>, length: usize) -> Vec<usize> {
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

/// How strongly each byte of a difference contradicts the picture.
struct Cost {
    table: Vec<[f32; 256]>,
}

impl Cost {
    fn of(ordered: &Ordered) -> Self {
        let table = ordered
            .sure
            .chunks(8)
            .map(|sure| {
                let mut costs = [0f32; 256];
                for value in 1..256usize {
                    let lowest = value.trailing_zeros() as usize;
                    let sure = sure.get(lowest).copied().unwrap_or(0.0);
                    costs[value] = costs[value & (value - 1)] + sure;
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

/// The cheapest of the start and what is made of it by turning over up to three pivots.
fn search(start: &Row, rows: &[Row], pivots: &[usize], ordered: &Ordered) -> Row {
    let cost = Cost::of(ordered);
    let mut best = (cost.of_row(start), *start);
    let mut tries = 0;
    // The least sure last: from there on backwards, until turning over alone costs too much.
    let sure = |nth: usize| ordered.sure[pivots[nth]];
    let count = rows.len();
    debug_assert!(pivots.iter().all(|pivot| *pivot < ordered.length));
    let mut consider = |row: &Row, best: &mut (f32, Row)| {
        tries += 1;
        let own = cost.of_row(row);
        if own < best.0 {
            *best = (own, *row);
        }
        tries < TRIES
    };
    for one in (0..count).rev() {
        if sure(one) >= best.0 {
            break;
        }
        let mut row = *start;
        add(&mut row, &rows[one]);
        if !consider(&row, &mut best) {
            return best.1;
        }
    }
    for one in (count.saturating_sub(IN_TWOS)..count).rev() {
        let mut single = *start;
        add(&mut single, &rows[one]);
        for two in (one + 1..count).rev() {
            if sure(one) + sure(two) >= best.0 {
                break;
            }
            let mut double = single;
            add(&mut double, &rows[two]);
            if !consider(&double, &mut best) {
                return best.1;
            }
        }
    }
    for one in (count.saturating_sub(IN_THREES)..count).rev() {
        for two in (one + 1..count).rev() {
            let mut double = *start;
            add(&mut double, &rows[one]);
            add(&mut double, &rows[two]);
            for three in (two + 1..count).rev() {
                if sure(one) + sure(two) + sure(three) >= best.0 {
                    break;
                }
                let mut triple = double;
                add(&mut triple, &rows[three]);
                if !consider(&triple, &mut best) {
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
