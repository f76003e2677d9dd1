//! Finder patterns in a black-and-white picture, and the codes that can be read from them.

use super::{
    found::{DecodedCode, Found, Located},
    squares::{Quad, Squares, triples},
    step::Step,
    text::understood,
};
use image::GrayImage;
use rxing::{
    Binarizer, Luma8Source, Point,
    common::{
        BitMatrix, DetectorRXingResult, HybridBinarizer,
        cpp_essentials::{ConcentricPattern, FindConcentricPatternCorners},
        reedsolomon::{PredefinedGenericGF, ReedSolomonDecoder},
    },
    qrcode::{
        cpp_port::{
            decoder::Decode,
            detector::{FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets, SampleQR},
        },
        decoder::{BitMatrixParser, DataBlock},
    },
};
use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Most triples of patterns that are tried: a card has three codes, texture makes hundreds.
const MAX_TRIPLES: usize = 120;
/// With more finder patterns than this the picture is not three codes and some print, but noise or
/// texture.
const BUSY: usize = 30;
/// Most triples that are tried in such a picture, where each try is long and hopeless.
const MAX_TRIPLES_BUSY: usize = 12;
/// Longest side of a picture in which a module may be a single pixel.
const DRAWING: u32 = 400;
/// Least share of a timing pattern that alternates: half does by chance.
const ALTERNATING: f64 = 0.8;
/// Most patterns that are combined as squares.
const MAX_SQUARES: usize = 10;
/// Most patterns that are combined into triples.
const MAX_PATTERNS: usize = 300;

/// The scale of the view that one pass works on: `pixel of the picture = pixel / scale`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale(pub f32);

impl Scale {
    /// A pixel of the view, in pixels of the picture.
    pub fn undone(self, x: f32, y: f32) -> (f32, f32) {
        (x / self.0, y / self.0)
    }
}

/// Thresholds the picture by blocks, as ZXing does; `None` where it is too small for a code.
pub(super) fn by_blocks(luma: &GrayImage) -> Option<BitMatrix> {
    let (width, height) = luma.dimensions();
    if width < 21 || height < 21 {
        return None;
    }
    let source = Luma8Source::new_with_slice(luma.as_raw(), width, height).ok()?;
    HybridBinarizer::new(source)
        .get_black_matrix()
        .ok()
        .cloned()
}

/// Reads every code of a black-and-white picture, and keeps the places that look like one.
pub(super) fn read_all(
    bits: &BitMatrix,
    scale: Scale,
    step: Step,
    should_stop: &dyn Fn() -> bool,
    found: &mut Found,
) {
    // rxing may panic on a picture it did not expect. A panic here costs this pass only: every
    // code was added to `found` as it was read.
    let pass = AssertUnwindSafe(|| pass(bits, scale, step, should_stop, found));
    let _ = catch_unwind(pass);
}

fn pass(
    bits: &BitMatrix,
    scale: Scale,
    step: Step,
    should_stop: &dyn Fn() -> bool,
    found: &mut Found,
) {
    // Patterns of less than two pixels a module are noise, and noise has thousands. Exceptions: a
    // small picture may be a drawing with one pixel a module, and the step after the contrast
    // stretch also takes patterns that a slant has squeezed.
    let fine = bits.width().max(bits.height()) <= DRAWING || step == Step::Stretched;
    let mut patterns = FindFinderPatterns(bits, true, if fine { 1 } else { 2 });
    if patterns.len() > MAX_PATTERNS {
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.size));
        patterns.truncate(MAX_PATTERNS);
    }
    let quads = Quads::of(bits, &patterns, scale);
    let busy = patterns.len() > BUSY;
    let mut left = if busy { MAX_TRIPLES_BUSY } else { MAX_TRIPLES };
    let mut used: Vec<Point> = Vec::new();
    let mut unread: Vec<FinderPatternSet> = Vec::new();
    for triple in GenerateFinderPatternSets(&mut patterns) {
        if left == 0 || should_stop() {
            break;
        }
        let own = [triple.bl.p, triple.tl.p, triple.tr.p];
        let taken = own.iter().any(|point| used.contains(point));
        if taken || (busy && !quads.are_one_code(own, bits, scale)) {
            continue;
        }
        match read_one(bits, &triple, scale, step) {
            Some(code) => {
                used.extend(own);
                found.add(code);
            }
            None => {
                unread.push(triple);
                left -= 1;
            }
        }
    }
    let free = patterns.iter().filter(|one| !used.contains(&one.p));
    let free: Vec<Quad> = free.filter_map(|one| quads.at(one.p)).collect();
    for squares in triples(&free[..free.len().min(MAX_SQUARES)]) {
        found.remember(Located {
            centres: squares.centres().map(|(x, y)| (x as f32, y as f32)),
            module: squares.module() as f32,
            squares: Some(squares),
        });
    }
    for triple in unread {
        let own = [triple.bl.p, triple.tl.p, triple.tr.p];
        if own.iter().any(|point| used.contains(point)) {
            continue;
        }
        let size = triple.bl.size + triple.tl.size + triple.tr.size;
        found.remember(Located {
            centres: own.map(|point| scale.undone(point.x, point.y)),
            // Three patterns of seven modules.
            module: size as f32 / 21.0 / scale.0,
            squares: None,
        });
    }
}

/// The squares of the patterns, by the bits of their centres in the pixels of the pass.
struct Quads(HashMap<[u32; 2], Quad>);

impl Quads {
    fn of(bits: &BitMatrix, patterns: &[ConcentricPattern], scale: Scale) -> Self {
        let seen = patterns.iter().filter_map(|pattern| {
            // Within three times the pattern's size, since a slant stretches it.
            let corners = FindConcentricPatternCorners(bits, pattern.p, pattern.size * 3, 2)?;
            let at = |nth: usize| {
                let (x, y) = scale.undone(corners[nth].x, corners[nth].y);
                (f64::from(x), f64::from(y))
            };
            Some((Self::key(pattern.p), [at(0), at(1), at(2), at(3)]))
        });
        Self(seen.collect())
    }

    fn key(centre: Point) -> [u32; 2] {
        [centre.x.to_bits(), centre.y.to_bits()]
    }

    fn at(&self, centre: Point) -> Option<Quad> {
        self.0.get(&Self::key(centre)).copied()
    }

    /// Whether the patterns with these centres lie on one plane as those of a code do, with timing
    /// patterns between them.
    fn are_one_code(&self, [bl, tl, tr]: [Point; 3], bits: &BitMatrix, scale: Scale) -> bool {
        let squares = || Squares::of([self.at(bl)?, self.at(tl)?, self.at(tr)?]);
        let is_dark = |(x, y): (f64, f64)| {
            let factor = f64::from(scale.0);
            let (x, y) = ((x * factor) as u32, (y * factor) as u32);
            x < bits.width() && y < bits.height() && bits.get(x, y)
        };
        squares().is_some_and(|squares| squares.timing(&is_dark) >= ALTERNATING)
    }
}

fn read_one(
    bits: &BitMatrix,
    triple: &FinderPatternSet,
    scale: Scale,
    step: Step,
) -> Option<DecodedCode> {
    let sampled = SampleQR(bits, triple).ok()?;
    let decoded = Decode(sampled.getBits()).ok()?;
    if !decoded.isValid() {
        return None;
    }
    // The sampler returns them row by row.
    let [top_left, top_right, bottom_left, bottom_right]: [Point; 4] =
        sampled.getPoints().try_into().ok()?;
    let corners = [top_left, top_right, bottom_right, bottom_left];
    Some(DecodedCode {
        payload: understood(decoded.content().bytes(), || {
            Some(decoded.content().to_string())
        }),
        corners: corners.map(|point| scale.undone(point.x, point.y)),
        step,
        corrected: corrected_codewords(sampled.getBits()).unwrap_or(0),
        erased: 0,
    })
}

/// Number of corrected codewords of a code that was read. The decoder does not say, so that its
/// error correction is done once more.
fn corrected_codewords(bits: &BitMatrix) -> Option<usize> {
    let mut parser = BitMatrixParser::new(bits.clone()).ok()?;
    let format = parser.readFormatInformation().ok()?;
    let level = format.error_correction_level;
    let version = parser.readVersion().ok()?;
    let codewords = parser.readCodewords().ok()?;
    let solomon = ReedSolomonDecoder::new(PredefinedGenericGF::QrCodeField256.into());
    let mut count = 0;
    for block in DataBlock::getDataBlocks(&codewords, version, level).ok()? {
        let mut block_codewords = block.getCodewords().to_vec();
        let parity = block_codewords.len() - block.getNumDataCodewords() as usize;
        count += solomon.decode(&mut block_codewords, parity as i32).ok()?;
    }
    Some(count)
}
