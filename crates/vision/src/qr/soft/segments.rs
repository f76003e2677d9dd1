//! The content of data codewords: segments of digits, capital letters, bytes and kanji, then a
//! terminator and padding.

/// Codewords that alternate after the terminator.
const PADDING: [u8; 2] = [0xEC, 0x11];

const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// The content of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    /// The content of all segments, byte by byte; a kanji is two bytes in Shift-JIS.
    pub bytes: Vec<u8>,
    /// The last character set that was designator (ECI), if any.
    pub character_set: Option<u32>,
    /// Bits of the segments and the terminator.
    pub used: usize,
    /// Bits of padding after them, if the padding is as the standard says: zeros up to a whole
    /// codeword, then the two padding codewords in turns. Otherwise 0, since some printers fill
    /// with anything.
    pub padding: usize,
}

struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl BitReader<'_> {
    fn left(&self) -> usize {
        self.bytes.len() * 8 - self.at
    }

    fn take(&mut self, count: usize) -> Option<u32> {
        if count > self.left() || count > 32 {
            return None;
        }
        let mut value = 0;
        for _ in 0..count {
            let bit = self.bytes[self.at / 8] >> (7 - self.at % 8) & 1;
            value = value << 1 | u32::from(bit);
            self.at += 1;
        }
        Some(value)
    }
}

/// Parses the data codewords of a code of this version. `None` where the segments are not as the
/// standard says.
pub(super) fn parse(data: &[u8], version: u8) -> Option<Content> {
    let mut bits = BitReader { bytes: data, at: 0 };
    let mut bytes = Vec::new();
    let mut character_set = None;
    // Character counts take more bits in larger versions.
    let size = match version {
        ..=9 => 0,
        10..=26 => 1,
        _ => 2,
    };
    loop {
        if bits.left() < 4 {
            // No room for a whole terminator: the bits that are left are zero too.
            let left = bits.left();
            if bits.take(left)? != 0 {
                return None;
            }
            break;
        }
        match bits.take(4)? {
            0 => break,
            1 => {
                let count = bits.take([10, 12, 14][size])?;
                digits(&mut bits, count, &mut bytes)?;
            }
            2 => {
                let count = bits.take([9, 11, 13][size])?;
                letters(&mut bits, count, &mut bytes)?;
            }
            // Structured append: position, number of codes, a check byte.
            3 => _ = bits.take(16)?,
            4 => {
                let count = bits.take([8, 16, 16][size])?;
                for _ in 0..count {
                    bytes.push(bits.take(8)? as u8);
                }
            }
            // FNC1 in first position; in second position (9, below) with its number.
            5 => {}
            7 => character_set = Some(designator(&mut bits)?),
            8 => {
                let count = bits.take([8, 10, 12][size])?;
                kanji(&mut bits, count, &mut bytes)?;
            }
            9 => _ = bits.take(8)?,
            _ => return None,
        }
    }
    let used = bits.at;
    let padding = check_padding(&mut bits).map_or(0, |()| bits.at - used);
    if bytes.is_empty() {
        return None;
    }
    Some(Content {
        bytes,
        character_set,
        used,
        padding,
    })
}

/// Reads the padding after the terminator. `None` where it is not as the standard says.
fn check_padding(bits: &mut BitReader) -> Option<()> {
    let to_codeword = (8 - bits.at % 8) % 8;
    if bits.take(to_codeword)? != 0 {
        return None;
    }
    let mut turns = PADDING.iter().cycle();
    while bits.left() > 0 {
        if bits.take(8)? != u32::from(*turns.next()?) {
            return None;
        }
    }
    Some(())
}

fn digits(bits: &mut BitReader, mut count: u32, bytes: &mut Vec<u8>) -> Option<()> {
    while count > 0 {
        let (digits, width, limit) = match count {
            1 => (1, 4, 10),
            2 => (2, 7, 100),
            _ => (3, 10, 1000),
        };
        let value = bits.take(width)?;
        if value >= limit {
            return None;
        }
        let mut place = limit / 10;
        for _ in 0..digits {
            bytes.push(b'0' + (value / place % 10) as u8);
            place /= 10;
        }
        count -= digits;
    }
    Some(())
}

fn letters(bits: &mut BitReader, mut count: u32, bytes: &mut Vec<u8>) -> Option<()> {
    while count >= 2 {
        let value = bits.take(11)? as usize;
        bytes.push(*ALPHANUMERIC.get(value / 45)?);
        bytes.push(ALPHANUMERIC[value % 45]);
        count -= 2;
    }
    if count == 1 {
        bytes.push(*ALPHANUMERIC.get(bits.take(6)? as usize)?);
    }
    Some(())
}

fn kanji(bits: &mut BitReader, count: u32, bytes: &mut Vec<u8>) -> Option<()> {
    for _ in 0..count {
        let value = bits.take(13)? as u16;
        let packed = ((value / 0xC0) << 8) | (value % 0xC0);
        let shifted = if packed < 0x1F00 {
            packed + 0x8140
        } else {
            packed + 0xC140
        };
        bytes.extend(shifted.to_be_bytes());
    }
    Some(())
}

fn designator(bits: &mut BitReader) -> Option<u32> {
    let first = bits.take(8)?;
    Some(match first {
        0..0x80 => first,
        0x80..0xC0 => (first & 0x3F) << 8 | bits.take(8)?,
        0xC0..0xE0 => (first & 0x1F) << 16 | bits.take(16)?,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "segments_tests.rs"]
mod tests;
