//! From how dark each module is to what the code says: codewords, blocks, error correction
//! with the doubtful codewords as erasures, segments.

use super::{
    known::{Template, is_public},
    layout::Layout,
    segments::{Content, understand},
    solomon::{LONGEST, Syndromes, mend},
    tables::{Blocks, Level},
    trust::{WANTED, surety},
};

/// One of the 32 ways of writing: a level of error correction and a mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub level: Level,
    pub mask: u8,
}

impl Format {
    /// Of the five bits of the format information.
    pub fn of(five: u16) -> Self {
        Self {
            level: Level::of_format(five >> 3),
            mask: (five & 7) as u8,
        }
    }
}

/// A code that was read.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub content: Content,
    /// Codewords that were other than the picture says.
    pub corrected: usize,
    /// How many of them were given as erasures.
    pub erased: usize,
    /// Surety, in bits.
    pub sure: f32,
    /// Every codeword, in the order in which they are written.
    pub codewords: Vec<u8>,
}

/// The bits of a code as numbers: below zero for 0, above for 1, the further the surer.
pub(super) struct Stream {
    /// Bit by bit in the order in which they are written, the mask undone.
    pub bits: Vec<f32>,
    pub blocks: Blocks,
    pub version: u8,
}

impl Stream {
    /// Of the ink of every module (likelier dark the higher it is) under a format.
    pub fn of(layout: &Layout, ink: &[f32], format: Format) -> Self {
        let bits = layout
            .data
            .iter()
            .map(|place| {
                let place = *place as usize;
                if layout.mask(format.mask, place) {
                    -ink[place]
                } else {
                    ink[place]
                }
            })
            .collect();
        Self {
            bits,
            blocks: Blocks::of(layout.version, format.level),
            version: layout.version,
        }
    }

    /// Where the codewords of a block stand in the stream, data first.
    pub fn places(&self, block: usize) -> impl Iterator<Item = usize> {
        let Blocks {
            count,
            short,
            data,
            parity,
        } = self.blocks;
        let all_data = self.blocks.all_data();
        let first = (0..data).map(move |nth| nth * count + block);
        // The one more that longer blocks have stands after all the others.
        let more = (block >= short).then(move || data * count + block - short);
        let check = (0..parity).map(move |nth| all_data + nth * count + block);
        first.chain(more).chain(check)
    }

    /// The likeliest value of a codeword.
    pub(super) fn codeword(&self, place: usize) -> u8 {
        self.bits[place * 8..][..8]
            .iter()
            .fold(0, |byte, bit| byte << 1 | u8::from(*bit > 0.0))
    }

    /// How doubtful a codeword is: about the chance that it is wrong.
    fn doubt(&self, place: usize) -> f32 {
        self.bits[place * 8..][..8]
            .iter()
            .map(|bit| (-bit.abs()).exp())
            .sum()
    }

    /// How strongly the picture contradicts this value of a codeword.
    pub fn misfit(&self, place: usize, value: u8) -> f32 {
        self.bits[place * 8..][..8]
            .iter()
            .enumerate()
            .map(|(nth, bit)| {
                let one = value >> (7 - nth) & 1 == 1;
                if one == (*bit > 0.0) { 0.0 } else { bit.abs() }
            })
            .sum()
    }

    /// Where the data codewords stand in the stream, in the order of the text.
    pub(super) fn data_places(&self) -> Vec<usize> {
        (0..self.blocks.count)
            .flat_map(|block| self.places(block).take(self.blocks.data_of(block)))
            .collect()
    }

    /// Mends each block and understands what they say together.
    pub fn read(&self) -> Option<Read> {
        let mut codewords = vec![0; self.bits.len() / 8];
        let mut erasures = 0;
        for block in 0..self.blocks.count {
            let mended = self.mend(block)?;
            for (place, byte) in self.places(block).zip(&mended.bytes) {
                codewords[place] = *byte;
            }
            erasures += mended.erased;
        }
        self.understand(codewords, erasures, None)
    }

    /// What whole codewords say, if that may be believed.
    pub(super) fn understand(
        &self,
        codewords: Vec<u8>,
        erased: usize,
        template: Option<&Template>,
    ) -> Option<Read> {
        let order = self.data_places();
        let data: Vec<u8> = order.iter().map(|place| codewords[*place]).collect();
        let content = understand(&data, self.version)?;
        // What could not have been anything: padding, and what was known beforehand.
        let padding = data.len() * 8 - content.padding;
        let fixed = |at: usize| match template {
            Some(template) => template.bits[at].is_some(),
            None => at >= padding,
        };
        if template.is_some() && !is_public(&content.bytes) {
            return None;
        }
        let sure = self.surety(&codewords, fixed, template.is_some());
        if sure < WANTED {
            return None;
        }
        let corrected = (0..codewords.len())
            .filter(|place| self.codeword(*place) != codewords[*place])
            .count();
        Some(Read {
            content,
            corrected,
            erased,
            sure,
            codewords,
        })
    }

    /// The surety of the least sure block: one that is right says nothing about the others.
    /// `fixed` says of each data bit whether it could not have been anything else. Where the
    /// fixed bits were `assumed`, that the picture has them so is no proof of the rest: a code
    /// that says nearly the same has them too.
    fn surety(&self, codewords: &[u8], fixed: impl Fn(usize) -> bool, assumed: bool) -> f32 {
        let mut modules = Vec::with_capacity(LONGEST * 8);
        let mut least = f32::INFINITY;
        let mut from = 0;
        for block in 0..self.blocks.count {
            modules.clear();
            let to = from + self.blocks.data_of(block) * 8;
            for (at, place) in self.places(block).enumerate() {
                for (nth, bit) in self.bits[place * 8..][..8].iter().enumerate() {
                    let own = from + at * 8 + nth;
                    if assumed && own < to && fixed(own) {
                        continue;
                    }
                    let one = codewords[place] >> (7 - nth) & 1 == 1;
                    modules.push((bit.abs(), one == (*bit > 0.0)));
                }
            }
            let free = (from..to).filter(|at| !fixed(*at)).count();
            least = least.min(surety(&modules, free));
            from = to;
        }
        least
    }

    /// The codeword of a block that fits best of those that the error correction finds with
    /// none, some or all it can take of the doubtful codewords given as erasures.
    fn mend(&self, block: usize) -> Option<Block> {
        let mut bytes = [0u8; LONGEST];
        let mut order = [(0f32, 0usize); LONGEST];
        let mut length = 0;
        for place in self.places(block) {
            bytes[length] = self.codeword(place);
            order[length] = (self.doubt(place), length);
            length += 1;
        }
        let (bytes, order) = (&mut bytes[..length], &mut order[..length]);
        order.sort_unstable_by(|one, two| two.0.total_cmp(&one.0));
        let mut doubtful = [0usize; LONGEST];
        for (place, (_, nth)) in doubtful.iter_mut().zip(order.iter()) {
            *place = *nth;
        }
        let parity = self.blocks.parity;
        let syndromes = Syndromes::of(bytes, parity);
        let mut best: Option<Block> = None;
        let mut tried = [0u8; LONGEST];
        for count in (0..=parity).step_by(2) {
            let tried = &mut tried[..length];
            tried.copy_from_slice(bytes);
            let erasures = &doubtful[..count];
            let Some(mended) = mend(tried, &syndromes, erasures) else {
                continue;
            };
            let misfit = self
                .places(block)
                .zip(tried.iter())
                .map(|(place, byte)| self.misfit(place, *byte))
                .sum();
            if best.as_ref().is_none_or(|best| misfit < best.misfit) {
                let changed = |at: &&usize| tried[**at] != bytes[**at];
                best = Some(Block {
                    bytes: tried.to_vec(),
                    misfit,
                    erased: erasures.iter().filter(changed).count(),
                });
            }
            // As few errors as this are mended for sure: no other codeword is near.
            if count == 0 && mended.errors * 4 <= parity {
                break;
            }
        }
        best
    }
}

struct Block {
    bytes: Vec<u8>,
    misfit: f32,
    erased: usize,
}
