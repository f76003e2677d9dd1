//! Searches the blocks that error correction leaves, with the prior of a credential's public code.

use super::{
    blocks::{Read, Stream},
    fusion::significance,
    ordered::most_likely,
    template::{Template, templates},
};

/// Log-likelihood ratio of a known bit.
const KNOWN_LOG_RATIO: f32 = 8.0;
/// Least agreement of the picture with a template, in standard deviations of chance.
const LEAST_SIGNIFICANCE: f32 = 5.0;
/// Greatest residual of a searched block, as a share of the total confidence of its bits.
const MOST_RESIDUAL: f32 = 0.09;

impl Stream {
    /// Searches each block, which reads more and takes longer than [`Stream::read`]. A template
    /// helps where the picture agrees with one.
    pub fn search(&self) -> Option<Read> {
        let order = self.data_places();
        let template = self.template(&order);
        let free = vec![None; order.len() * 8];
        let known = template.as_ref().map_or(&free, |template| &template.bits);
        let mut codewords = vec![0; self.bits.len() / 8];
        let mut from = 0;
        for block in 0..self.blocks.count {
            let bits: Vec<f32> = self
                .places(block)
                .flat_map(|place| self.bits[place * 8..][..8].iter().copied())
                .collect();
            let data = self.blocks.data_of(block) * 8;
            let bytes = most_likely(&bits, &known[from..from + data])?;
            let (mut strength, mut residual) = (0.0, 0.0);
            for (place, byte) in self.places(block).zip(bytes) {
                codewords[place] = byte;
                residual += self.residual(place, byte);
                strength += self.residual(place, !self.codeword(place));
            }
            // A search always ends near the picture: its result must be nearer than a block of
            // another code, which differs in a sixth of the bits and more.
            if residual > MOST_RESIDUAL * strength {
                return None;
            }
            from += data;
        }
        self.decode_content(codewords, 0, template.as_ref())
    }

    /// The template that the picture agrees with best, if beyond chance.
    fn template(&self, order: &[usize]) -> Option<Template> {
        let agreement = |template: &Template| {
            let bits = order.iter().flat_map(|place| &self.bits[place * 8..][..8]);
            significance(bits.zip(&template.bits).filter_map(|(bit, known)| {
                let printed = if (*known)? {
                    KNOWN_LOG_RATIO
                } else {
                    -KNOWN_LOG_RATIO
                };
                Some((*bit, printed))
            }))
        };
        templates(order.len() * 8)
            .into_iter()
            .map(|template| (agreement(&template), template))
            .filter(|(agreement, _)| *agreement >= LEAST_SIGNIFICANCE)
            .max_by(|one, two| one.0.total_cmp(&two.0))
            .map(|(_, template)| template)
    }
}
