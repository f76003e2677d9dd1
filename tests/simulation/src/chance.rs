//! Randomness from one seed.

use protocol::{environment::Entropy, ids::Sha256Hash};
use std::sync::atomic::{AtomicU64, Ordering};
use volatile_disk::Loss;

/// A sequence of random numbers (SplitMix64) that depends only on its seed.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The sequence of this seed.
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.draw() % limit
    }

    /// True with probability 1 / `n`.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of these, by weight.
    pub fn weighed<T: Copy>(&mut self, choices: &[(u64, T)]) -> T {
        let all: u64 = choices.iter().map(|(weight, _)| weight).sum();
        let mut drawn = self.below(all);
        for (weight, choice) in choices {
            match drawn.checked_sub(*weight) {
                Some(rest) => drawn = rest,
                None => return *choice,
            }
        }
        unreachable!("a draw is below the sum of the weights")
    }

    /// The data loss at an end of the program.
    pub fn loss(&mut self) -> Loss {
        match self.below(3) {
            0 => Loss::Nothing,
            1 => Loss::Everything,
            _ => Loss::Some { seed: self.draw() },
        }
    }
}

/// The core's randomness: a hash of the seed and the number of the draw.
#[derive(Debug)]
pub struct Dice {
    seed: u64,
    drawn: AtomicU64,
}

impl Dice {
    /// The randomness of this seed.
    pub const fn of(seed: u64) -> Self {
        Self {
            seed,
            drawn: AtomicU64::new(0),
        }
    }
}

impl Entropy for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(32) {
            let number = self.drawn.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            let draw = Sha256Hash::of(&[self.seed.to_be_bytes(), number].concat());
            piece.copy_from_slice(&draw.as_bytes()[..piece.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_weights_are_kept() {
        let draws = |seed| -> Vec<u64> {
            let mut chance = Chance::of(seed);
            (0..8).map(|_| chance.below(1000)).collect()
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
        let mut chance = Chance::of(1);
        let ones = (0..10_000).filter(|_| chance.weighed(&[(1, true), (3, false)]));
        assert!((2_300..2_700).contains(&ones.count()));
    }
}
