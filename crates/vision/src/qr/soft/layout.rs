//! The layout of a version: its fixed patterns, and the order of the modules that carry codewords.

use super::tables::{alignments, codewords};

/// The role of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Module {
    /// A bit of a codeword.
    Data,
    /// Part of a fixed pattern: finder, separator, timing, alignment, or the module that is always
    /// dark.
    Fixed {
        /// Whether it is dark.
        dark: bool,
    },
    /// A bit of the format information.
    Format,
    /// A bit of the version information.
    Version,
}

/// The layout of one version, module by module.
pub(super) struct Layout {
    /// Modules a side.
    pub side: usize,
    /// The modules, row by row.
    pub modules: Vec<Module>,
    /// Positions of the bits of all codewords, in the order in which they are printed.
    pub data: Vec<u32>,
    /// The version.
    pub version: u8,
}

/// Columns and rows of the 15 bits of the format information around the first finder pattern,
/// highest bit first.
const FORMAT_ONE: [(usize, usize); 15] = [
    (0, 8),
    (1, 8),
    (2, 8),
    (3, 8),
    (4, 8),
    (5, 8),
    (7, 8),
    (8, 8),
    (8, 7),
    (8, 5),
    (8, 4),
    (8, 3),
    (8, 2),
    (8, 1),
    (8, 0),
];

impl Layout {
    /// The layout of a version from 1 to 40.
    pub fn of(version: u8) -> Self {
        let version = version.clamp(1, 40);
        let side = 17 + 4 * usize::from(version);
        let mut layout = Self {
            side,
            modules: vec![Module::Data; side * side],
            data: Vec::with_capacity(codewords(version) * 8),
            version,
        };
        layout.set_timing();
        layout.set_alignments();
        layout.set_finders();
        layout.set_information();
        layout.order_data();
        layout
    }

    fn set(&mut self, column: usize, row: usize, module: Module) {
        self.modules[row * self.side + column] = module;
    }

    fn set_timing(&mut self) {
        for at in 0..self.side {
            let dark = at % 2 == 0;
            self.set(at, 6, Module::Fixed { dark });
            self.set(6, at, Module::Fixed { dark });
        }
    }

    fn set_alignments(&mut self) {
        let (centres, count) = alignments(self.version);
        let last = count.saturating_sub(1);
        for (nth, row) in centres.iter().take(count).enumerate() {
            for (other, column) in centres.iter().take(count).enumerate() {
                // Three corners have a finder pattern instead.
                if matches!((nth, other), (0, 0))
                    || (nth, other) == (0, last)
                    || (nth, other) == (last, 0)
                {
                    continue;
                }
                for (dy, dx) in (0..25).map(|at| (at / 5, at % 5)) {
                    let ring = usize::abs_diff(dx, 2).max(usize::abs_diff(dy, 2));
                    let dark = ring != 1;
                    self.set(column + dx - 2, row + dy - 2, Module::Fixed { dark });
                }
            }
        }
    }

    fn set_finders(&mut self) {
        let far = self.side - 8;
        for (left, top) in [(0, 0), (far, 0), (0, far)] {
            for (dy, dx) in (0..64).map(|at| (at / 8, at % 8)) {
                let (column, row) = (left + dx, top + dy);
                // The pattern is in the corner, its separator on the inner sides.
                let x = if left == 0 { dx } else { 7 - dx };
                let y = if top == 0 { dy } else { 7 - dy };
                let ring = usize::abs_diff(x, 3).max(usize::abs_diff(y, 3));
                let dark = ring != 2 && ring != 4;
                self.set(column, row, Module::Fixed { dark });
            }
        }
    }

    fn set_information(&mut self) {
        for (column, row) in FORMAT_ONE.into_iter().chain(self.format_two()) {
            self.set(column, row, Module::Format);
        }
        self.set(8, self.side - 8, Module::Fixed { dark: true });
        if self.version >= 7 {
            for at in 0..18 {
                let (one, two) = self.version_places(at);
                self.set(one.0, one.1, Module::Version);
                self.set(two.0, two.1, Module::Version);
            }
        }
    }

    /// Columns and rows of the second copy of the format information, next to the second and third
    /// finder patterns, highest bit first.
    fn format_two(&self) -> [(usize, usize); 15] {
        let side = self.side;
        std::array::from_fn(|bit| match bit {
            0..7 => (8, side - 1 - bit),
            _ => (side - 15 + bit, 8),
        })
    }

    /// Positions of both copies of a bit of the format information, highest bit first.
    pub fn format_places(&self, bit: usize) -> [usize; 2] {
        [FORMAT_ONE[bit], self.format_two()[bit]].map(|(column, row)| row * self.side + column)
    }

    /// Columns and rows of both copies of a bit of the version information, lowest bit first.
    fn version_places(&self, bit: usize) -> ((usize, usize), (usize, usize)) {
        let (long, short) = (bit / 3, self.side - 11 + bit % 3);
        ((short, long), (long, short))
    }

    /// Positions of both copies of a bit of the version information.
    #[cfg(test)]
    fn version_bit(&self, bit: usize) -> [usize; 2] {
        let (one, two) = self.version_places(bit);
        [one, two].map(|(column, row)| row * self.side + column)
    }

    /// Orders the data modules: two columns at a time from the right, alternately up and down.
    fn order_data(&mut self) {
        let side = self.side;
        let mut right = side - 1;
        let mut up = true;
        loop {
            // The timing pattern's column belongs to no pair.
            if right == 6 {
                right = 5;
            }
            for step in 0..side {
                let row = if up { side - 1 - step } else { step };
                for column in [right, right - 1] {
                    let place = row * side + column;
                    if self.modules[place] == Module::Data {
                        self.data.push(place as u32);
                    }
                }
            }
            up = !up;
            if right < 2 {
                break;
            }
            right -= 2;
        }
        // Remainder bits after the last whole codeword carry nothing.
        self.data.truncate(codewords(self.version) * 8);
    }

    /// Whether this mask inverts the module at this position.
    pub fn mask(&self, mask: u8, place: usize) -> bool {
        let (row, column) = (place / self.side, place % self.side);
        match mask {
            0 => (row + column) % 2 == 0,
            1 => row % 2 == 0,
            2 => column % 3 == 0,
            3 => (row + column) % 3 == 0,
            4 => (row / 2 + column / 3) % 2 == 0,
            5 => (row * column) % 2 + (row * column) % 3 == 0,
            6 => ((row * column) % 2 + (row * column) % 3) % 2 == 0,
            _ => ((row + column) % 2 + (row * column) % 3) % 2 == 0,
        }
    }
}

/// The 15 bits of format information for five bits of level and mask (BCH code, masked).
pub(super) fn format_bits(five: u16) -> u16 {
    let mut rest = five << 10;
    for bit in (10..15).rev() {
        if rest >> bit & 1 == 1 {
            rest ^= 0x537 << (bit - 10);
        }
    }
    (five << 10 | rest) ^ 0x5412
}

#[cfg(test)]
/// The 18 bits of version information of a version from 7 on (BCH code).
fn version_bits(version: u8) -> u32 {
    let six = u32::from(version);
    let mut rest = six << 12;
    for bit in (12..18).rev() {
        if rest >> bit & 1 == 1 {
            rest ^= 0x1F25 << (bit - 12);
        }
    }
    six << 12 | rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn information_is_that_of_the_standards_examples() {
        // Annexes C and D.
        assert_eq!(format_bits(0b00_101), 0b100_0000_1100_1110);
        assert_eq!(version_bits(7), 0b00_0111_1100_1001_0100);
    }

    #[test]
    fn every_version_has_room_for_its_codewords_and_what_is_known_is_as_printed() {
        for version in 1..=40 {
            let layout = Layout::of(version);
            assert_eq!(layout.data.len(), codewords(version) * 8, "{version}");
            let code = qrcode::QrCode::with_version(
                b"1",
                qrcode::Version::Normal(version.into()),
                qrcode::EcLevel::M,
            )
            .unwrap();
            let colors = code.to_colors();
            for (place, module) in layout.modules.iter().enumerate() {
                if let Module::Fixed { dark } = module {
                    assert_eq!(
                        *dark,
                        colors[place] == qrcode::Color::Dark,
                        "{version} {place}"
                    );
                }
            }
            let printed = |place: usize| colors[place] == qrcode::Color::Dark;
            for copy in 0..2 {
                let format = (0..15).fold(0, |bits, bit| {
                    bits << 1 | u16::from(printed(layout.format_places(bit)[copy]))
                });
                assert!(
                    (0..32).any(|five| format_bits(five) == format),
                    "{version} {copy}"
                );
                if version >= 7 {
                    let bits = (0..18).fold(0, |bits, bit| {
                        bits | u32::from(printed(layout.version_bit(bit)[copy])) << bit
                    });
                    assert_eq!(bits, version_bits(version));
                }
            }
        }
    }
}
