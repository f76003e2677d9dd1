//! Tables of the standard (ISO/IEC 18004:2015): error correction of each version and level, and the
//! positions of alignment patterns.

/// A level of error correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Corrects about 7 % of the codewords.
    L,
    /// Corrects about 15 %.
    M,
    /// Corrects about 25 %.
    Q,
    /// Corrects about 30 %.
    H,
}

impl Level {
    /// The level of two bits of format information.
    pub(super) fn of_format(bits: u16) -> Self {
        match bits & 3 {
            0 => Level::M,
            1 => Level::L,
            2 => Level::H,
            _ => Level::Q,
        }
    }
}

/// How the codewords of a code are divided into blocks: the first ones are one codeword shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Blocks {
    /// Number of blocks.
    pub count: usize,
    /// Number of shorter blocks, which come first.
    pub short: usize,
    /// Data codewords of a shorter block.
    pub data: usize,
    /// Check codewords of each block.
    pub parity: usize,
}

impl Blocks {
    /// The blocks of a version (1 to 40) and level.
    pub fn of(version: u8, level: Level) -> Self {
        let row = usize::from(version.clamp(1, 40)) - 1;
        let column = level as usize;
        let parity = usize::from(PARITY[column][row]);
        let count = usize::from(BLOCKS[column][row]);
        let all = codewords(version);
        Self {
            count,
            short: count - all % count,
            data: all / count - parity,
            parity,
        }
    }

    /// Data codewords of this block.
    pub fn data_of(&self, block: usize) -> usize {
        self.data + usize::from(block >= self.short)
    }

    /// Data codewords of all blocks.
    pub fn all_data(&self) -> usize {
        (0..self.count).map(|block| self.data_of(block)).sum()
    }
}

/// Number of codewords of a version.
pub(super) fn codewords(version: u8) -> usize {
    let version = usize::from(version);
    let side = 17 + 4 * version;
    let across = alignments(version as u8).1;
    // Finders with their separators and the format information, the timing patterns, the
    // alignment patterns (those on the timing patterns share five modules with them), the
    // version information.
    let mut modules = side * side - 3 * 64 - 31 - 2 * (side - 16);
    if across > 0 {
        modules -= (across * across - 3) * 25 - 2 * (across - 2) * 5;
    }
    if version >= 7 {
        modules -= 36;
    }
    modules / 8
}

/// Centres of the alignment patterns along a side, and their number.
pub(super) fn alignments(version: u8) -> ([usize; 7], usize) {
    let mut centres = [0; 7];
    if version < 2 {
        return (centres, 0);
    }
    let version = usize::from(version);
    let count = version / 7 + 2;
    // Version 32 is the exception to the rule.
    let step = match version {
        32 => 26,
        _ => (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2,
    };
    let last = 4 * version + 10;
    centres[0] = 6;
    for (nth, centre) in centres.iter_mut().enumerate().take(count).skip(1) {
        *centre = last - (count - 1 - nth) * step;
    }
    (centres, count)
}

/// Check codewords of a block by level and version.
const PARITY: [[u8; 40]; 4] = [
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30,
        30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
    [
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30,
        30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
];

/// Number of blocks by level and version.
const BLOCKS: [[u8; 40]; 4] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13,
        14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23,
        25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29,
        34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35,
        37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_standard() {
        // Table 1 and annex E.
        for (version, count) in [(1, 26), (2, 44), (4, 100), (7, 196), (14, 581), (40, 3706)] {
            assert_eq!(codewords(version), count, "{version}");
        }
        assert_eq!(alignments(1).1, 0);
        let (centres, count) = alignments(2);
        assert_eq!(&centres[..count], [6, 18]);
        let (centres, count) = alignments(32);
        assert_eq!(&centres[..count], [6, 34, 60, 86, 112, 138]);
        let (centres, count) = alignments(36);
        assert_eq!(&centres[..count], [6, 24, 50, 76, 102, 128, 154]);
        for version in 1..=40 {
            for level in [Level::L, Level::M, Level::Q, Level::H] {
                let blocks = Blocks::of(version, level);
                let all = blocks.all_data() + blocks.count * blocks.parity;
                assert_eq!(all, codewords(version), "{version} {level:?}");
            }
        }
        let blocks = Blocks::of(4, Level::M);
        assert_eq!((blocks.count, blocks.data, blocks.parity), (2, 32, 18));
        let blocks = Blocks::of(5, Level::Q);
        assert_eq!((blocks.count, blocks.short, blocks.data), (4, 2, 15));
    }
}
