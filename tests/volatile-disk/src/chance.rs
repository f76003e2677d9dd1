//! What a loss of power leaves of the writes that were not flushed.

/// What a loss of power takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Nothing: the programs died, and the system wrote what they had written.
    Nothing,
    /// Everything that was not flushed.
    Everything,
    /// Some of it: each unflushed block of 4 KiB by chance, and the unflushed names from some
    /// moment on. Disks write in an order of their own, so a file may be torn anywhere. The
    /// same seed takes the same.
    Some {
        /// Where chance begins.
        seed: u64,
    },
}

/// A short sequence of numbers (xorshift), the same for the same seed.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// A sequence for this seed.
    pub fn of(seed: u64) -> Self {
        // Zero would stay zero.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`, which is not zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// Heads or tails.
    pub fn coin(&mut self) -> bool {
        self.below(1 << 20) & 1 == 0
    }
}
