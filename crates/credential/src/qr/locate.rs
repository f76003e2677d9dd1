//! Finder patterns of one black-and-white picture, and the codes that can be read there.

use super::{
    found::{DecodedCode, Found, Located},
    squares::{Quad, triples},
    steps::Step,
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
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Triples of patterns that are tried; a card has three codes, texture makes hundreds.
const MAX_TRIPLES: usize = 120;
/// More finder patterns than this are not three codes and some print: the picture is noise or
/// texture.
const BUSY: usize = 30;
/// Triples that are tried there: each try is long there, and hopeless.
const MAX_TRIPLES_BUSY: usize = 12;
/// The longest side of a picture in which a module may have a single pixel.
const DRAWING: u32 = 400;
/// Patterns that are looked at as squares.
const MAX_SQUARES: usize = 10;
/// Patterns that are put together.
const MAX_PATTERNS: usize = 100;

/// Where the pixels of one pass lie in the picture: `original = pixel / scale`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub scale: f32,
}

impl Frame {
    pub fn whole(scale: f32) -> Self {
        Self { scale }
    }

    pub fn back(&self, x: f32, y: f32) -> (f32, f32) {
        (x / self.scale, y / self.scale)
    }
}

/// Splits grey into black and white by blocks, as ZXing does; `None` for what is too small.
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

/// Reads every code of a black-and-white picture, and remembers the places that look like one.
pub(super) fn read_all(
    bits: &BitMatrix,
    frame: Frame,
    step: Step,
    should_stop: &dyn Fn() -> bool,
    found: &mut Found,
) {
    // The reader may panic on a picture it did not expect: that costs this pass only. What was
    // found before stays, since it is added as it comes.
    let pass = AssertUnwindSafe(|| pass(bits, frame, step, should_stop, found));
    let _ = catch_unwind(pass);
}

fn pass(
    bits: &BitMatrix,
    frame: Frame,
    step: Step,
    should_stop: &dyn Fn() -> bool,
    found: &mut Found,
) {
    // Patterns of less than two pixels a module are noise, and noise has thousands; but a
    // little picture may be a drawing with a pixel for each.
    let drawing = bits.width().max(bits.height()) <= DRAWING;
    let mut patterns = FindFinderPatterns(bits, true, if drawing { 1 } else { 2 });
    if patterns.len() > MAX_PATTERNS {
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.size));
        patterns.truncate(MAX_PATTERNS);
    }
    let mut used: Vec<Point> = Vec::new();
    let mut unread: Vec<FinderPatternSet> = Vec::new();
    let tries = if patterns.len() > BUSY {
        MAX_TRIPLES_BUSY
    } else {
        MAX_TRIPLES
    };
    for triple in GenerateFinderPatternSets(&mut patterns)
        .into_iter()
        .take(tries)
    {
        if should_stop() {
            break;
        }
        let own = [triple.bl.p, triple.tl.p, triple.tr.p];
        if own.iter().any(|point| used.contains(point)) {
            continue;
        }
        match read_one(bits, &triple, frame, step) {
            Some(code) => {
                used.extend(own);
                found.add(code);
            }
            None => unread.push(triple),
        }
    }
    let free = patterns.iter().filter(|one| !used.contains(&one.p));
    let quads: Vec<Quad> = free
        .take(MAX_SQUARES)
        .filter_map(|pattern| quad(bits, pattern, frame))
        .collect();
    for squares in triples(&quads) {
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
            centres: own.map(|point| frame.back(point.x, point.y)),
            // Three patterns of seven modules.
            module: size as f32 / 21.0 / frame.scale,
            squares: None,
        });
    }
}

/// The square of a finder pattern, through the middle of its outer ring.
fn quad(bits: &BitMatrix, pattern: &ConcentricPattern, frame: Frame) -> Option<Quad> {
    // The ring is looked for within three times the pattern's size: a slant makes it longer.
    let corners = FindConcentricPatternCorners(bits, pattern.p, pattern.size * 3, 2)?;
    let at = |nth: usize| {
        let (x, y) = frame.back(corners[nth].x, corners[nth].y);
        (f64::from(x), f64::from(y))
    };
    let quad = [at(0), at(1), at(2), at(3)];
    Some(quad)
}

fn read_one(
    bits: &BitMatrix,
    triple: &FinderPatternSet,
    frame: Frame,
    step: Step,
) -> Option<DecodedCode> {
    let sampled = SampleQR(bits, triple).ok()?;
    let decoded = Decode(sampled.getBits()).ok()?;
    if !decoded.isValid() {
        return None;
    }
    // The sampler gives them line by line.
    let [top_left, top_right, bottom_left, bottom_right]: [Point; 4] =
        sampled.getPoints().try_into().ok()?;
    let corners = [top_left, top_right, bottom_right, bottom_left];
    Some(DecodedCode {
        payload: understood(decoded.content().bytes(), || {
            Some(decoded.content().to_string())
        }),
        corners: corners.map(|point| frame.back(point.x, point.y)),
        step,
        corrected: mended(sampled.getBits()).unwrap_or(0),
        erased: 0,
    })
}

/// How many codewords of a code that was read had to be mended: the decoder does not tell, so
/// that its arithmetic is done once more.
fn mended(bits: &BitMatrix) -> Option<usize> {
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
