//! The 37 glyphs of a font as soft masks, all cut around the same point of their cells.

use anyhow::{Context, Result, ensure};
use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};
use std::sync::Arc;
use vision::mrz::network::GLYPHS;

/// Pixels of a mask from one letter to the next.
pub const PITCH: usize = 48;
/// Width of a mask: the cell and a third, for strokes that extend beyond it.
const WIDTH: usize = 64;
/// Height of a mask.
const HEIGHT: usize = 80;
/// OCR-B advances 0.723 of its size.
const ADVANCE: f32 = 0.723;
/// The baseline of a mask.
const BASELINE: f32 = 60.0;

/// One font.
pub struct Font {
    /// Its name, for the report.
    pub name: &'static str,
    masks: Vec<Vec<f32>>,
    /// The row in the middle of a capital.
    middle: f32,
}

impl Font {
    /// Draws all glyphs of the font in these bytes.
    pub fn draw(name: &'static str, bytes: &[u8]) -> Result<Self> {
        let mut fonts = Database::new();
        fonts.load_font_data(bytes.to_vec());
        let family = fonts
            .faces()
            .next()
            .and_then(|face| face.families.first())
            .map(|(family, _)| family.clone())
            .context("the file holds no font")?;
        let options = Options {
            fontdb: Arc::new(fonts),
            font_family: family.clone(),
            ..Options::default()
        };
        let masks = GLYPHS
            .iter()
            .map(|glyph| mask(char::from(*glyph), &family, &options))
            .collect::<Result<Vec<_>>>()?;
        let e = GLYPHS.iter().position(|glyph| *glyph == b'E');
        let (top, bottom) = inked_rows(&masks[e.context("E is a glyph")?]);
        ensure!(bottom > top, "{name} has no E");
        Ok(Self {
            name,
            masks: masks.iter().map(|mask| soften(mask)).collect(),
            middle: (top + bottom) as f32 / 2.0 + 0.5,
        })
    }

    /// The ink at a place of a glyph, 0 to 1. The place is in cells from the cell's middle. `edge` is the
    /// threshold within the soft border: 0.5 as drawn, less for a heavier print.
    pub fn ink(&self, glyph: usize, x: f32, y: f32, edge: f32) -> f32 {
        let x = x * PITCH as f32 + WIDTH as f32 / 2.0 - 0.5;
        let y = y * PITCH as f32 + self.middle - 0.5;
        if x < 0.0 || y < 0.0 || x >= (WIDTH - 1) as f32 || y >= (HEIGHT - 1) as f32 {
            return 0.0;
        }
        let (left, top) = (x as usize, y as usize);
        let (dx, dy) = (x - left as f32, y - top as f32);
        let mask = &self.masks[glyph];
        let row =
            |top: usize| mask[top * WIDTH + left] * (1.0 - dx) + mask[top * WIDTH + left + 1] * dx;
        let soft = row(top) * (1.0 - dy) + row(top + 1) * dy;
        ((soft - edge) / 0.25 + 0.5).clamp(0.0, 1.0)
    }
}

fn mask(glyph: char, family: &str, options: &Options) -> Result<Vec<f32>> {
    let glyph = if glyph == '<' {
        "&lt;".to_owned()
    } else {
        glyph.to_string()
    };
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"><text x="{}" y="{BASELINE}" font-family="{family}" font-size="{}">{glyph}</text></svg>"#,
        (WIDTH - PITCH) / 2,
        PITCH as f32 / ADVANCE,
    );
    let tree = Tree::from_str(&svg, options)?;
    let mut pixels = Pixmap::new(WIDTH as u32, HEIGHT as u32).context("a mask has a size")?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    let mask: Vec<f32> = pixels
        .data()
        .chunks_exact(4)
        .map(|pixel| 1.0 - f32::from(pixel[0]) / 255.0)
        .collect();
    ensure!(mask.iter().any(|ink| *ink > 0.5), "no ink in {glyph}");
    Ok(mask)
}

fn inked_rows(mask: &[f32]) -> (usize, usize) {
    let inked: Vec<usize> = (0..HEIGHT)
        .filter(|row| mask[row * WIDTH..][..WIDTH].iter().any(|ink| *ink > 0.5))
        .collect();
    (
        inked.first().copied().unwrap_or(0),
        inked.last().copied().unwrap_or(0),
    )
}

/// Blurs a mask by a third of a stroke, so that its border can be moved in and out.
fn soften(mask: &[f32]) -> Vec<f32> {
    const SIGMA: f32 = 2.0;
    let weights: Vec<f32> = (-6i32..=6)
        .map(|at| (-((at * at) as f32) / (2.0 * SIGMA * SIGMA)).exp())
        .collect();
    let sum: f32 = weights.iter().sum();
    let pass = |values: &[f32], step: usize, length: usize| -> Vec<f32> {
        (0..values.len())
            .map(|place| {
                let at = place / step % length;
                weights
                    .iter()
                    .enumerate()
                    .map(|(nth, weight)| {
                        let shifted = (at + nth).checked_sub(6).filter(|at| *at < length);
                        shifted.map_or(0.0, |to| weight * values[place - at * step + to * step])
                    })
                    .sum::<f32>()
                    / sum
            })
            .collect()
    };
    pass(&pass(mask, 1, WIDTH), WIDTH, HEIGHT)
}
