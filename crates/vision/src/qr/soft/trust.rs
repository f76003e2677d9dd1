//! Whether what was mended may be believed.
//!
//! Error correction that is given enough erasures makes a codeword out of anything, and so does
//! trying many sets of them. What speaks for a block is how well its codewords, written out
//! again, fit the picture. If the picture had nothing to do with codes, each module would be dark or
//! light as a coin falls, whatever its contrast. Then the chance that *one* given block fits as
//! well as this one is at most
//!
//! ```text
//! min over s > 0 of  exp(s × misfit) × product over modules of (1 + exp(-s × strength)) / 2
//! ```
//!
//! (Chernoff's bound; the misfit is the strength of the modules that contradict), and the chance
//! that *any* block does is at most that times the number of blocks there are. A block is believed
//! when even this is less than 2 to the -[`WANTED`], and a text when all of its blocks are: one
//! block that is right says nothing about another that is not.
//!
//! Padding is part of it: a text that leaves room must be followed by a terminator and the
//! standard's padding, so the fewer characters a text has, the fewer blocks it can have.

/// How many bits of surety are wanted for each block.
pub(super) const WANTED: f32 = 24.0;

/// Modules stronger than this many times the mean count as much as that: a strong module is
/// no proof by itself.
const STRONGEST: f32 = 2.0;

/// How sure it is, in bits, that the modules do not say this by chance: `agrees` pairs each
/// module's strength with whether the block has it so; `free` is how many bits of the block can
/// be anything.
pub(super) fn surety(modules: &[(f32, bool)], free: usize) -> f32 {
    let mean =
        modules.iter().map(|(strength, _)| strength).sum::<f32>() / modules.len().max(1) as f32;
    if mean.is_nan() || mean <= 0.0 {
        return f32::NEG_INFINITY;
    }
    let weigh = |strength: f32| (strength / mean).min(STRONGEST);
    let misfit: f32 = modules
        .iter()
        .filter(|(_, agrees)| !agrees)
        .map(|(strength, _)| weigh(*strength))
        .sum();
    // The bound is convex in s; a few tries around where it is lowest are enough, and any of
    // them is a bound.
    let mut best = 0f32;
    for s in [0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0] {
        let log: f32 = modules
            .iter()
            .map(|(strength, _)| ((1.0 + (-s * weigh(*strength)).exp()) / 2.0).ln())
            .sum();
        best = best.min(s * misfit + log);
    }
    -best / std::f32::consts::LN_2 - free as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_fit_is_as_sure_as_there_are_modules_beyond_the_text() {
        let modules = vec![(1.0, true); 800];
        let sure = surety(&modules, 512);
        assert!((287.0..288.1).contains(&sure), "{sure}");
    }

    #[test]
    fn half_of_the_modules_right_says_nothing_and_a_few_weak_ones_wrong_do_no_harm() {
        let half: Vec<(f32, bool)> = (0..800).map(|at| (1.0, at % 2 == 0)).collect();
        assert!(surety(&half, 0) < 1.0);
        let weak: Vec<(f32, bool)> = (0..800)
            .map(|at| if at < 60 { (0.1, false) } else { (1.0, true) })
            .collect();
        let strong: Vec<(f32, bool)> = (0..800).map(|at| (1.0, at >= 60)).collect();
        assert!(surety(&weak, 512) > 150.0, "{}", surety(&weak, 512));
        assert!(surety(&strong, 512) < 0.0);
        assert!(surety(&[], 0) < 0.0 && surety(&[(0.0, true)], 0) < 0.0);
    }
}
