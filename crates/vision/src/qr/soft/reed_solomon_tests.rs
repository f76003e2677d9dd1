use super::*;

fn correct(block: &mut [u8], parity: usize, erasures: &[usize]) -> Option<Correction> {
    let syndromes = Syndromes::of(block, parity);
    super::correct(block, &syndromes, erasures)
}

/// The check bytes of these data bytes.
fn parity_of(data: &[u8], check: &mut [u8]) {
    let parity = check.len();
    let mut generator = Polynomial::ONE;
    for nth in 0..parity {
        for at in (0..=nth).rev() {
            let part = generator.coefficients[at];
            generator.coefficients[at + 1] ^= part;
            generator.coefficients[at] = multiply(part, power_of_generator(nth));
        }
    }
    check.fill(0);
    for byte in data {
        let lead = byte ^ check.first().copied().unwrap_or(0);
        check.rotate_left(1);
        if let Some(last) = check.last_mut() {
            *last = 0;
        }
        for (at, value) in check.iter_mut().enumerate() {
            *value ^= multiply(lead, generator.coefficients[parity - 1 - at]);
        }
    }
}

/// Deterministic random numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn codeword(&mut self, length: usize, parity: usize) -> Vec<u8> {
        let mut block: Vec<u8> = (0..length).map(|_| self.below(256) as u8).collect();
        let (data, check) = block.split_at_mut(length - parity);
        parity_of(data, check);
        block
    }

    /// Different places, in no order.
    fn places(&mut self, length: usize, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..length).collect();
        for at in 0..count {
            let other = at + self.below(length - at);
            all.swap(at, other);
        }
        all.truncate(count);
        all
    }
}

/// The shapes of blocks that small codes have, and the longest.
const SHAPES: [(usize, usize); 8] = [
    (26, 7),
    (26, 17),
    (44, 16),
    (70, 26),
    (50, 18),
    (33, 16),
    (44, 22),
    (153, 30),
];

#[test]
fn the_check_bytes_are_those_of_the_standards_example() {
    // ISO/IEC 18004:2015, annex I: "01234567" as version 1-M.
    let data = [
        0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC,
        0x11,
    ];
    let mut check = [0; 10];
    parity_of(&data, &mut check);
    assert_eq!(
        check,
        [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55]
    );
}

#[test]
fn whatever_the_bound_allows_is_mended() {
    let mut dice = Dice(1);
    for (length, parity) in SHAPES {
        for erased in 0..=parity {
            for errors in 0..=(parity - erased) / 2 {
                let whole = dice.codeword(length, parity);
                let places = dice.places(length, erased + errors);
                let (lost, wrong) = places.split_at(erased);
                let mut block = whole.clone();
                for place in lost {
                    // Any bytes, also unchanged ones.
                    block[*place] = dice.below(256) as u8;
                }
                for place in wrong {
                    block[*place] ^= 1 + dice.below(255) as u8;
                }
                let corrected = correct(&mut block, parity, lost);
                assert_eq!(
                    corrected,
                    Some(Correction {
                        errors,
                        erasures: erased
                    }),
                    "{length} {parity} {erased} {errors}"
                );
                assert_eq!(block, whole);
            }
        }
    }
}

#[test]
fn beyond_the_bound_it_is_a_codeword_or_nothing_and_nothing_leaves_the_block_alone() {
    let mut dice = Dice(2);
    let mut refused = 0;
    for round in 0..4_000 {
        let (length, parity) = SHAPES[round % SHAPES.len()];
        let whole = dice.codeword(length, parity);
        let erased = dice.below(parity);
        let errors = (parity - erased) / 2 + 1 + dice.below(4);
        let places = dice.places(length, (erased + errors).min(length));
        let (lost, wrong) = places.split_at(erased);
        let mut block = whole.clone();
        for place in wrong {
            block[*place] ^= 1 + dice.below(255) as u8;
        }
        let before = block.clone();
        match correct(&mut block, parity, lost) {
            None => {
                assert_eq!(block, before);
                refused += 1;
            }
            Some(corrected) => {
                assert!(Syndromes::of(&block, parity).are_zero());
                assert!(2 * corrected.errors + corrected.erasures <= parity);
                let changed =
                    (0..length).filter(|at| block[*at] != before[*at] && !lost.contains(at));
                assert_eq!(changed.count(), corrected.errors);
            }
        }
    }
    assert!(refused > 3_000, "{refused}");
}

#[test]
fn places_that_are_none_and_more_than_the_bound_are_refused() {
    let mut block = Dice(3).codeword(26, 10);
    block[3] ^= 1;
    assert_eq!(correct(&mut block, 10, &[26]), None);
    assert_eq!(
        correct(&mut block, 10, &[0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]),
        None
    );
    assert_eq!(
        correct(&mut [], 10, &[]),
        Some(Correction {
            errors: 0,
            erasures: 0
        })
    );
    assert_eq!(correct(&mut vec![1; 300], 10, &[]), None);
}
