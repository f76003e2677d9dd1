//! Blocks searched for bit by bit, with what is known of a credential's public code.

use super::{
    blocks::{Read, Stream},
    fusion::likeness,
    known::{Template, templates},
    ordered::nearest,
};

/// A bit that is known, as a number among those that are not.
const CERTAIN: f32 = 8.0;
/// From this agreement on (in standard deviations of what chance gives) the picture bears out
/// what is known of a public code.
const BORNE_OUT: f32 = 5.0;
/// A block that was searched for may be contradicted by this share of what is seen.
const MOST_MISFIT: f32 = 0.09;

impl Stream {
    /// Searches each block bit by bit, which reads more and takes longer than [`Stream::read`].
    /// Where the text looks like a credential's public code, what is known of that helps.
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
            let bytes = nearest(&bits, &known[from..from + data])?;
            let (mut strength, mut misfit) = (0.0, 0.0);
            for (place, byte) in self.places(block).zip(bytes) {
                codewords[place] = byte;
                misfit += self.misfit(place, byte);
                strength += self.misfit(place, !self.codeword(place));
            }
            // What is found fits by being searched for: it has to fit better than another
            // code's block would, which differs in a sixth of the bits and more.
            if misfit > MOST_MISFIT * strength {
                return None;
            }
            from += data;
        }
        self.understand(codewords, 0, template.as_ref())
    }

    /// The template that the picture bears out, if there is one.
    fn template(&self, order: &[usize]) -> Option<Template> {
        let agrees = |template: &Template| {
            let bits = order.iter().flat_map(|place| &self.bits[place * 8..][..8]);
            likeness(bits.zip(&template.bits).filter_map(|(bit, known)| {
                let printed = if (*known)? { CERTAIN } else { -CERTAIN };
                Some((*bit, printed))
            }))
        };
        templates(order.len() * 8)
            .into_iter()
            .map(|template| (agrees(&template), template))
            .filter(|(agrees, _)| *agrees >= BORNE_OUT)
            .max_by(|one, two| one.0.total_cmp(&two.0))
            .map(|(_, template)| template)
    }
}
