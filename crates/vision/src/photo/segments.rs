//! From the first scan of a JPEG to its end, segment by segment.
//!
//! Only markers between segments count: the bytes of a marker also occur inside of metadata, of
//! the small picture in it, and of a film behind the picture.

const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;

/// What comes behind the headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Walked {
    /// Where the picture ends, behind its end marker; `None` where it has none. A trailer begins
    /// there.
    pub end: Option<usize>,
    /// How many scans the pixels are coded in.
    pub scans: usize,
}

/// Walks from the coded pixels of the first scan.
pub(super) fn walk(bytes: &[u8], pixels_at: usize) -> Walked {
    let mut walked = Walked {
        end: None,
        scans: 1,
    };
    let mut at = pixels_at;
    while let Some(place) = next_marker(bytes, at) {
        match bytes[place] {
            EOI => {
                walked.end = Some(place + 1);
                return walked;
            }
            SOS => walked.scans += 1,
            _ => {}
        }
        // Tables and metadata between two scans; the coded pixels of a scan follow its header.
        let Some(length) = bytes.get(place + 1..place + 3) else {
            return walked;
        };
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        at = place + 1 + length.max(2);
    }
    walked
}

/// Where the code of the next marker is: behind an FF, and no stuffed byte or restart.
fn next_marker(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)? + 1;
        match bytes.get(at)? {
            // Fill: the next byte may be the code.
            0xff => {}
            0x00 | 0x01 | 0xd0..=0xd7 => at += 1,
            _ => return Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_markers_between_segments_count() {
        // Pixels with a stuffed byte and a restart, a table that holds markers, a scan, the end, a
        // film that holds more.
        let mut bytes = vec![1, 0xff, 0, 0xff, 0xd3, 2];
        bytes.extend([0xff, 0xc4, 0, 8, 0xff, EOI, 0xff, SOS, 0xff, EOI]);
        bytes.extend([0xff, SOS, 0, 4, 0xff, EOI, 7, 0xff, 0xff, EOI]);
        let end = bytes.len();
        bytes.extend([0xff, SOS].repeat(500));
        let walked = walk(&bytes, 0);
        assert_eq!((walked.end, walked.scans), (Some(end), 2));
        for short in 0..end {
            assert_eq!(walk(&bytes[..short], 0).end, None, "{short}");
        }
        assert_eq!(walk(&bytes, bytes.len() + 9).end, None);
        assert_eq!(walk(&[0xff, 0xe1, 0, 0, 0xff, EOI], 0).end, Some(6));
    }
}
