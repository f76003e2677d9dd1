//! What one upload holds in memory before a disk thread takes it.

use bytes::Bytes;

/// How much comes together before it is hashed and written: most pictures whole, so that a disk
/// thread is woken once for each and its file is written in one go.
pub(super) const PIECE: usize = 336 << 10;
/// A chunk of this length is taken as it is. A shorter one is copied: it may be the only use of
/// a buffer several times its length, and a slow sender sends only short ones.
const WHOLE: usize = 4 << 10;
/// The first capacity for short chunks: a slow upload takes memory for the bytes that have come,
/// not for those that may come.
const FIRST: usize = 32 << 10;

/// Chunks in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Piece {
    chunks: Vec<Bytes>,
    short: Vec<u8>,
    bytes: usize,
}

impl Piece {
    /// Whether another chunk of this length is one too many.
    pub(super) fn is_full_for(&self, chunk: usize) -> bool {
        self.bytes > 0 && self.bytes + chunk > PIECE
    }

    /// Adds a chunk.
    pub(super) fn push(&mut self, chunk: Bytes) {
        self.bytes += chunk.len();
        if chunk.len() >= WHOLE {
            self.seal();
            self.chunks.push(chunk);
            return;
        }
        let needed = self.short.len() + chunk.len();
        if needed > self.short.capacity() {
            let wanted = (self.short.capacity() * 2).clamp(FIRST, PIECE);
            self.short
                .reserve_exact(wanted.max(needed) - self.short.len());
        }
        self.short.extend_from_slice(&chunk);
    }

    /// All of it, in order.
    pub(super) fn into_chunks(mut self) -> Vec<Bytes> {
        self.seal();
        self.chunks
    }

    fn seal(&mut self) {
        if !self.short.is_empty() {
            self.chunks.push(std::mem::take(&mut self.short).into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_chunks_come_out_in_the_order_in_which_they_came() {
        let lengths = [1, 20_000, 7, 9, 40_000, 4_096, 3];
        let mut piece = Piece::default();
        let mut expected = Vec::new();
        for (number, length) in lengths.into_iter().enumerate() {
            let chunk = vec![number as u8; length];
            assert!(!piece.is_full_for(length));
            expected.extend_from_slice(&chunk);
            piece.push(chunk.into());
        }
        assert!(piece.is_full_for(PIECE));
        assert_eq!(piece.into_chunks().concat(), expected);
        assert!(
            !Piece::default().is_full_for(PIECE + 1),
            "one chunk always fits"
        );
    }
}
