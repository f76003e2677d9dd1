//! Whether a drawing is a signature: not empty, not a dot, not a tiny stroke; and findings about one
//! that is.

use super::{PictureLimits, open::open_picture, thresholds as limit, white::on_white};
use credential::FindingCode;
use image::DynamicImage;
use serde::{Deserialize, Serialize};

/// The measures of the ink.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InkReport {
    /// The share of the picture that is ink.
    pub share: f32,
    /// The longer side of the ink's box, as a share of the picture's longer side.
    pub span: f32,
    /// The share of its own box that the ink fills: near 1 for a blot.
    pub fill: f32,
    /// Standard deviation of the ink across its main direction relative to along it: near 0 for a
    /// straight line.
    pub roundness: f32,
    /// Mean deviation of the paper, in levels of 255: 0 on a screen that was drawn on.
    pub paper: f32,
}

impl InkReport {
    /// The findings.
    pub fn findings(&self) -> Vec<FindingCode> {
        let seen = |code, yes: bool| yes.then_some(code);
        [
            seen(
                FindingCode::SignatureFaint,
                self.share < limit::SIGNATURE_INK.at,
            ),
            seen(
                FindingCode::SignatureLine,
                self.roundness < limit::SIGNATURE_LINE.at,
            ),
            seen(
                FindingCode::SignatureCopied,
                self.paper > limit::SIGNATURE_PAPER.at,
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Why a picture is not a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureProblem {
    /// Nothing was drawn.
    #[error("nothing was drawn")]
    Empty,
    /// A dot, a blot or one tiny stroke.
    #[error("only a dot or a tiny stroke was drawn")]
    TooSmall,
    /// Not a picture, or not one of ink on paper.
    #[error("not a picture of a signature")]
    Unreadable,
}

/// Least difference of ink from paper.
const INK: u8 = 60;
/// Least number of pixels of ink: fewer are dust.
const DUST: u32 = 12;
/// Least span of a signature, as a share of its field's longer side; a dot of a thick pen has 0.04.
const LEAST_SPAN: f32 = 0.10;
/// Greatest fill of strokes; a blot has more.
const BLOT: f32 = 0.60;
/// Greatest share of ink.
const MOST_INK: f32 = 0.50;

/// Measures the ink of a picture: dark on light, or on a transparent ground.
pub fn ink(picture: &DynamicImage) -> InkReport {
    let luma = DynamicImage::from(on_white(picture)).into_luma8();
    let (width, height) = luma.dimensions();
    let paper = luma.as_raw().iter().copied().max().unwrap_or(0);
    let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
    let mut count = 0u32;
    let mut spread = Spread::default();
    let (mut paper_count, mut paper_off) = (0u64, 0u64);
    for (x, y, pixel) in luma.enumerate_pixels() {
        if pixel.0[0] <= paper.saturating_sub(INK) && paper >= INK {
            count += 1;
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), bottom.max(y));
            spread.add(f64::from(x), f64::from(y));
        } else if pixel.0[0] > paper.saturating_sub(INK / 2) {
            // Levels between ink and this are the soft rims of strokes.
            paper_count += 1;
            paper_off += u64::from(paper - pixel.0[0]);
        }
    }
    if count < DUST {
        return InkReport {
            share: 0.0,
            span: 0.0,
            fill: 0.0,
            roundness: 0.0,
            paper: 0.0,
        };
    }
    let (wide, high) = (right - left + 1, bottom - top + 1);
    InkReport {
        share: count as f32 / (width as f32 * height as f32),
        span: wide.max(high) as f32 / width.max(height) as f32,
        fill: count as f32 / (wide as f32 * high as f32),
        roundness: spread.roundness(),
        paper: paper_off as f32 / paper_count.max(1) as f32,
    }
}

/// Second moments of the ink.
#[derive(Default)]
struct Spread {
    count: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Spread {
    fn add(&mut self, x: f64, y: f64) {
        self.count += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    /// The ratio of the smaller to the larger standard deviation, in any orientation.
    fn roundness(&self) -> f32 {
        let mean = (self.x / self.count, self.y / self.count);
        let xx = self.xx / self.count - mean.0 * mean.0;
        let yy = self.yy / self.count - mean.1 * mean.1;
        let xy = self.xy / self.count - mean.0 * mean.1;
        let middle = (xx + yy) / 2.0;
        let apart = ((xx - yy) / 2.0).hypot(xy);
        ((middle - apart).max(0.0) / (middle + apart).max(1e-6)).sqrt() as f32
    }
}

/// Opens a picture and checks whether it is a signature.
pub fn check_signature(bytes: &[u8]) -> Result<InkReport, SignatureProblem> {
    let picture =
        open_picture(bytes, PictureLimits::CAPTURE).map_err(|_| SignatureProblem::Unreadable)?;
    let report = ink(&picture);
    if report.share == 0.0 {
        Err(SignatureProblem::Empty)
    } else if report.share > MOST_INK {
        Err(SignatureProblem::Unreadable)
    } else if report.span < LEAST_SPAN || is_blot(&report) {
        Err(SignatureProblem::TooSmall)
    } else {
        Ok(report)
    }
}

/// Whether it is a round blot: full and short. A straight underline is full too, but long.
fn is_blot(report: &InkReport) -> bool {
    report.fill > BLOT && report.span < 4.0 * LEAST_SPAN
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgba, RgbaImage};
    use std::io::Cursor;

    /// Ink wherever `is_ink` says, on a transparent field of 600 × 240.
    fn drawn(is_ink: impl Fn(f32, f32) -> bool) -> Result<InkReport, SignatureProblem> {
        let field = RgbaImage::from_fn(600, 240, |x, y| {
            Rgba([20, 20, 60, if is_ink(x as f32, y as f32) { 255 } else { 0 }])
        });
        let mut bytes = Vec::new();
        field
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        check_signature(&bytes)
    }

    #[test]
    fn an_empty_field_a_dot_a_blot_and_a_tiny_stroke_are_refused() {
        let round = |x: f32, y: f32, r: f32| (x - 300.0).hypot(y - 120.0) < r;
        assert_eq!(drawn(|_, _| false), Err(SignatureProblem::Empty));
        assert_eq!(
            drawn(|x, y| x == 5.0 && y < 6.0),
            Err(SignatureProblem::Empty)
        );
        assert_eq!(
            drawn(|x, y| round(x, y, 4.0)),
            Err(SignatureProblem::TooSmall)
        );
        assert_eq!(
            drawn(|x, y| round(x, y, 60.0)),
            Err(SignatureProblem::TooSmall)
        );
        let tiny = |x: f32, y: f32| (300.0..340.0).contains(&x) && (y - 120.0).abs() < 2.0;
        assert_eq!(drawn(tiny), Err(SignatureProblem::TooSmall));
        assert_eq!(drawn(|_, _| true), Err(SignatureProblem::Empty));
        assert_eq!(drawn(|x, _| x > 200.0), Err(SignatureProblem::Unreadable));
        assert_eq!(
            check_signature(b"not a picture"),
            Err(SignatureProblem::Unreadable)
        );
    }

    #[test]
    fn a_signature_of_one_long_stroke_is_one() {
        let wave = |x: f32, y: f32| {
            (100.0..500.0).contains(&x) && (y - 120.0 - 60.0 * (x / 25.0).sin()).abs() < 6.0
        };
        let report = drawn(wave).unwrap();
        assert!(report.span > 0.6 && report.fill < 0.3, "{report:?}");
        assert_eq!(report.findings(), []);
        let line = drawn(|x, y| (50.0..550.0).contains(&x) && (y - 120.0 - x / 9.0).abs() < 3.0);
        assert_eq!(line.unwrap().findings(), [FindingCode::SignatureLine]);
        assert!(drawn(|x, y| (50.0..550.0).contains(&x) && (y - 120.0).abs() < 3.0).is_ok());
    }
}
