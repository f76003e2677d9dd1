//! From log-likelihood ratios of modules to the content of a code: codewords, blocks, error
//! correction with doubtful codewords as erasures, segments.

use super::{
    confidence::{LEAST_CONFIDENCE, confidence_bits},
    layout::Layout,
    reed_solomon::{MOST_CODEWORDS, Syndromes, correct},
    segments::{Content, parse},
    tables::{Blocks, Level},
    template::{Template, is_public_address},
};

/// One of the 32 formats: a level of error correction and a mask.
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
    /// Number of codewords that differ from the picture.
    pub corrected: usize,
    /// How many of them were erasures.
    pub erased: usize,
    /// Confidence, in bits.
    pub confidence: f32,
    /// All codewords, in the order in which they are printed.
    pub codewords: Vec<u8>,
}

/// The bits of a code as log-likelihood ratios: the sign is the bit (positive for 1), the magnitude
/// the confidence.
pub(super) struct Stream {
    /// Bit by bit in the order in which they are printed, with the mask undone.
    pub bits: Vec<f32>,
    pub blocks: Blocks,
    pub version: u8,
}

impl Stream {
    /// Of the log-likelihood ratio of every module (positive for dark) under a format.
    pub fn of(layout: &Layout, log_ratios: &[f32], format: Format) -> Self {
        let bits = layout
            .data
            .iter()
            .map(|place| {
                let place = *place as usize;
                if layout.mask(format.mask, place) {
                    -log_ratios[place]
                } else {
                    log_ratios[place]
                }
            })
            .collect();
        Self {
            bits,
            blocks: Blocks::of(layout.version, format.level),
            version: layout.version,
        }
    }

    /// Positions of the codewords of a block in the stream, data first.
    pub fn places(&self, block: usize) -> impl Iterator<Item = usize> {
        let Blocks {
            count,
            short,
            data,
            parity,
        } = self.blocks;
        let all_data = self.blocks.all_data();
        let first = (0..data).map(move |nth| nth * count + block);
        // The extra data codeword of the longer blocks comes after all others.
        let more = (block >= short).then(move || data * count + block - short);
        let check = (0..parity).map(move |nth| all_data + nth * count + block);
        first.chain(more).chain(check)
    }

    /// The most likely value of a codeword (hard decision).
    pub(super) fn codeword(&self, place: usize) -> u8 {
        self.bits[place * 8..][..8]
            .iter()
            .fold(0, |byte, bit| byte << 1 | u8::from(*bit > 0.0))
    }

    /// How doubtful a codeword is: approximately the probability that it is wrong.
    fn doubt(&self, place: usize) -> f32 {
        self.bits[place * 8..][..8]
            .iter()
            .map(|bit| (-bit.abs()).exp())
            .sum()
    }

    /// The residual of a value of a codeword: the log-likelihood ratios of the bits that contradict
    /// it, summed.
    pub fn residual(&self, place: usize, value: u8) -> f32 {
        self.bits[place * 8..][..8]
            .iter()
            .enumerate()
            .map(|(nth, bit)| {
                let one = value >> (7 - nth) & 1 == 1;
                if one == (*bit > 0.0) { 0.0 } else { bit.abs() }
            })
            .sum()
    }

    /// Positions of the data codewords in the stream, in the order of the content.
    pub(super) fn data_places(&self) -> Vec<usize> {
        (0..self.blocks.count)
            .flat_map(|block| self.places(block).take(self.blocks.data_of(block)))
            .collect()
    }

    /// Corrects each block and decodes their content.
    pub fn read(&self) -> Option<Read> {
        let mut codewords = vec![0; self.bits.len() / 8];
        let mut erasures = 0;
        for block in 0..self.blocks.count {
            let corrected = self.correct(block)?;
            for (place, byte) in self.places(block).zip(&corrected.bytes) {
                codewords[place] = *byte;
            }
            erasures += corrected.erased;
        }
        self.decode_content(codewords, erasures, None)
    }

    /// The content of corrected codewords, if the confidence is sufficient.
    pub(super) fn decode_content(
        &self,
        codewords: Vec<u8>,
        erased: usize,
        template: Option<&Template>,
    ) -> Option<Read> {
        let order = self.data_places();
        let data: Vec<u8> = order.iter().map(|place| codewords[*place]).collect();
        let content = parse(&data, self.version)?;
        // Bits that were not free: padding, and bits that were known beforehand.
        let padding = data.len() * 8 - content.padding;
        let fixed = |at: usize| match template {
            Some(template) => template.bits[at].is_some(),
            None => at >= padding,
        };
        if template.is_some() && !is_public_address(&content.bytes) {
            return None;
        }
        let confidence = self.confidence(&codewords, fixed, template.is_some());
        if confidence < LEAST_CONFIDENCE {
            return None;
        }
        let corrected = (0..codewords.len())
            .filter(|place| self.codeword(*place) != codewords[*place])
            .count();
        Some(Read {
            content,
            corrected,
            erased,
            confidence,
            codewords,
        })
    }

    /// The confidence of the weakest block, since a correct block says nothing about the others.
    /// `fixed` tells for each data bit whether its value was given. If the fixed bits were `assumed`,
    /// they do not count as evidence, because a code with a similar content has them too.
    fn confidence(&self, codewords: &[u8], fixed: impl Fn(usize) -> bool, assumed: bool) -> f32 {
        let mut modules = Vec::with_capacity(MOST_CODEWORDS * 8);
        let mut least = f32::INFINITY;
        let mut from = 0;
        for block in 0..self.blocks.count {
            modules.clear();
            let to = from + self.blocks.data_of(block) * 8;
            for (at, place) in self.places(block).enumerate() {
                for (nth, bit) in self.bits[place * 8..][..8].iter().enumerate() {
                    let bit_at = from + at * 8 + nth;
                    if assumed && bit_at < to && fixed(bit_at) {
                        continue;
                    }
                    let one = codewords[place] >> (7 - nth) & 1 == 1;
                    modules.push((bit.abs(), one == (*bit > 0.0)));
                }
            }
            let free = (from..to).filter(|at| !fixed(*at)).count();
            least = least.min(confidence_bits(&modules, free));
            from = to;
        }
        least
    }

    /// Corrects a block several times, with none, some and as many as possible of its doubtful
    /// codewords as erasures, and returns the result with the least residual.
    fn correct(&self, block: usize) -> Option<Block> {
        let mut bytes = [0u8; MOST_CODEWORDS];
        let mut order = [(0f32, 0usize); MOST_CODEWORDS];
        let mut length = 0;
        for place in self.places(block) {
            bytes[length] = self.codeword(place);
            order[length] = (self.doubt(place), length);
            length += 1;
        }
        let (bytes, order) = (&mut bytes[..length], &mut order[..length]);
        order.sort_unstable_by(|one, two| two.0.total_cmp(&one.0));
        let mut doubtful = [0usize; MOST_CODEWORDS];
        for (place, (_, nth)) in doubtful.iter_mut().zip(order.iter()) {
            *place = *nth;
        }
        let parity = self.blocks.parity;
        let syndromes = Syndromes::of(bytes, parity);
        let mut best: Option<Block> = None;
        let mut tried = [0u8; MOST_CODEWORDS];
        for count in (0..=parity).step_by(2) {
            let tried = &mut tried[..length];
            tried.copy_from_slice(bytes);
            let erasures = &doubtful[..count];
            let Some(corrected) = correct(tried, &syndromes, erasures) else {
                continue;
            };
            let residual = self
                .places(block)
                .zip(tried.iter())
                .map(|(place, byte)| self.residual(place, *byte))
                .sum();
            if best.as_ref().is_none_or(|best| residual < best.residual) {
                let changed = |at: &&usize| tried[**at] != bytes[**at];
                best = Some(Block {
                    bytes: tried.to_vec(),
                    residual,
                    erased: erasures.iter().filter(changed).count(),
                });
            }
            // With so few errors no other codeword is near: the result is certain.
            if count == 0 && corrected.errors * 4 <= parity {
                break;
            }
        }
        best
    }
}

struct Block {
    bytes: Vec<u8>,
    residual: f32,
    erased: usize,
}
