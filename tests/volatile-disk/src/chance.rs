//! The effect of a power loss on writes that were not flushed.

/// The extent of a power loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// None: the programs died, and the system wrote their data.
    Nothing,
    /// All unflushed writes are lost.
    Everything,
    /// Some are lost: each unflushed block of 4 KiB at random, and the unflushed names from some moment
    /// on. Disks write in any order, so a file may be torn anywhere. The same seed loses the same.
    Some {
        /// The seed.
        seed: u64,
    },
}

/// A sequence of random numbers (xorshift) that depends only on its seed.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// A sequence for this seed.
    pub fn of(seed: u64) -> Self {
        // xorshift stays at zero.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`, which is not zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// A random boolean.
    pub fn coin(&mut self) -> bool {
        self.below(1 << 20) & 1 == 0
    }
}
