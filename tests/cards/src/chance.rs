//! Deterministic randomness: the same seed, person and purpose always give the same numbers.

/// A stream of random numbers that depends only on its seed, purpose and index.
///
/// SplitMix64, written here so that no new version of a library can change a card.
#[derive(Debug, Clone)]
pub struct Chance(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Mixes the bits of `value`, so that similar inputs give unrelated outputs.
pub(crate) const fn scatter(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

impl Chance {
    /// The stream of one `purpose` for one `index` under one `seed`.
    ///
    /// Each drawing has a purpose of its own, so that a change of one drawing does not change the others.
    pub fn new(seed: u64, index: u64, purpose: &str) -> Self {
        let mut state = scatter(seed.wrapping_add(STEP));
        state = scatter(state ^ index.wrapping_mul(STEP));
        for byte in purpose.bytes() {
            state = scatter(state.wrapping_add(STEP) ^ u64::from(byte));
        }
        Self(state)
    }

    /// 64 fresh bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        scatter(self.0)
    }

    /// A whole number from 0 to `limit` - 1.
    pub fn below(&mut self, limit: u64) -> u64 {
        // Multiply and keep the high half: nearly uniform, which is enough for pictures.
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }

    /// A number from 0 up to, but not including, 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number between `low` and `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// `true` this many times in a hundred.
    pub fn percent(&mut self, percent: f64) -> bool {
        self.unit() * 100.0 < percent
    }

    /// One of `options`.
    ///
    /// # Panics
    /// If there are none.
    pub fn pick<'a, T: ?Sized>(&mut self, options: &[&'a T]) -> &'a T {
        options[self.below(options.len() as u64) as usize]
    }

    /// `count` bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.bits() >> 56) as u8).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_do_not_meet() {
        let draw = |seed, index, purpose| {
            let mut chance = Chance::new(seed, index, purpose);
            [chance.bits(), chance.bits(), chance.bits()]
        };
        assert_eq!(draw(1, 2, "face"), draw(1, 2, "face"));
        assert_ne!(draw(1, 2, "face"), draw(1, 2, "name"));
        assert_ne!(draw(1, 2, "face"), draw(2, 1, "face"));
        assert_ne!(draw(0, 0, "face"), draw(0, 1, "face"));
    }

    #[test]
    fn every_number_below_the_limit_comes_up() {
        let mut chance = Chance::new(7, 0, "dice");
        let mut seen = [0u32; 6];
        for _ in 0..6_000 {
            seen[chance.below(6) as usize] += 1;
        }
        assert!(
            seen.iter().all(|times| (850..1150).contains(times)),
            "{seen:?}"
        );
    }
}
