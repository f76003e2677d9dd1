//! The confidence of corrected codewords.
//!
//! Error correction with enough erasures turns anything into a codeword, and so does trying many
//! sets of erasures. The evidence for a block is how well its codewords, encoded again, agree with
//! the picture. If the picture had nothing to do with a code, each module would be dark or light
//! with probability 1/2, whatever its strength. The probability that *one* given block then agrees
//! as well as this one is at most
//!
//! ```text
//! min over s > 0 of  exp(s × residual) × product over modules of (1 + exp(-s × strength)) / 2
//! ```
//!
//! (Chernoff's bound; the residual is the strength of the modules that contradict the block), and
//! the probability that *any* block does is at most that times the number of blocks. A block is
//! believed when even this is less than 2 to the -[`LEAST_CONFIDENCE`], and a text when all of its
//! blocks are: one correct block says nothing about another.
//!
//! Padding counts as evidence: a text that leaves room must be followed by a terminator and the
//! standard's padding, so that a short text has fewer possible blocks.

/// Least confidence of each block, in bits.
pub(super) const LEAST_CONFIDENCE: f32 = 24.0;

/// Greatest strength of a module, relative to the mean: one strong module is not a proof.
const MOST_STRENGTH: f32 = 2.0;

/// Confidence, in bits, that the modules do not agree with a block by chance. Each module has its
/// strength and whether it agrees; `free` is the number of bits of the block that are not given.
pub(super) fn confidence_bits(modules: &[(f32, bool)], free: usize) -> f32 {
    let mean =
        modules.iter().map(|(strength, _)| strength).sum::<f32>() / modules.len().max(1) as f32;
    if mean.is_nan() || mean <= 0.0 {
        return f32::NEG_INFINITY;
    }
    let weigh = |strength: f32| (strength / mean).min(MOST_STRENGTH);
    let residual: f32 = modules
        .iter()
        .filter(|(_, agrees)| !agrees)
        .map(|(strength, _)| weigh(*strength))
        .sum();
    // The bound holds for every s and is convex: a few values around its minimum are enough.
    let mut best = 0f32;
    for s in [0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0] {
        let log: f32 = modules
            .iter()
            .map(|(strength, _)| ((1.0 + (-s * weigh(*strength)).exp()) / 2.0).ln())
            .sum();
        best = best.min(s * residual + log);
    }
    -best / std::f32::consts::LN_2 - free as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_fit_is_as_sure_as_there_are_modules_beyond_the_text() {
        let modules = vec![(1.0, true); 800];
        let sure = confidence_bits(&modules, 512);
        assert!((287.0..288.1).contains(&sure), "{sure}");
    }

    #[test]
    fn half_of_the_modules_right_says_nothing_and_a_few_weak_ones_wrong_do_no_harm() {
        let half: Vec<(f32, bool)> = (0..800).map(|at| (1.0, at % 2 == 0)).collect();
        assert!(confidence_bits(&half, 0) < 1.0);
        let weak: Vec<(f32, bool)> = (0..800)
            .map(|at| if at < 60 { (0.1, false) } else { (1.0, true) })
            .collect();
        let strong: Vec<(f32, bool)> = (0..800).map(|at| (1.0, at >= 60)).collect();
        assert!(
            confidence_bits(&weak, 512) > 150.0,
            "{}",
            confidence_bits(&weak, 512)
        );
        assert!(confidence_bits(&strong, 512) < 0.0);
        assert!(confidence_bits(&[], 0) < 0.0 && confidence_bits(&[(0.0, true)], 0) < 0.0);
    }
}
