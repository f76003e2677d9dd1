//! Readers of the three lines on the back over the same photographs in one interleaved run.
//!
//! `cargo xtask bench mrz DIR...` takes folders that `cargo xtask cards --backs-only` made.
//! Tesseract runs too, if it is installed: on the whole picture, and on the three lines as our reader
//! has found and rectified them. Spaces, a wrong number of fillers at the end and further text do not
//! count against it.
//!
//! ```text
//! corpus.rs      the backs of a folder, and what their lines say
//! tesseract.rs   the rival, as a program
//! table.rs       what is printed
//! ```

mod corpus;
mod table;
mod tesseract;

use crate::qr::thread_ms;
use anyhow::{Context, Result};
use corpus::Back;
use image::GrayImage;
use std::path::PathBuf;
use table::Table;
use tesseract::Tesseract;
use vision::mrz::{ZoneReading, read_zone};

/// The arguments of the race of the line readers.
#[derive(Debug, Clone, clap::Args)]
pub struct Mrz {
    /// Folders made by `cargo xtask cards`.
    #[arg(required = true)]
    pub folders: Vec<PathBuf>,
    /// Only pictures of this size: frame, 2mp or 12mp.
    #[arg(long)]
    pub size: Option<String>,
    /// Only pictures up to this level.
    #[arg(long, default_value_t = 5)]
    pub levels: u8,
    /// At most this many people of each folder.
    #[arg(long)]
    pub people: Option<u64>,
    /// Leave Tesseract out: it takes most of the time.
    #[arg(long)]
    pub alone: bool,
    /// Name the pictures with lines that ours does not read right.
    #[arg(long)]
    pub misses: bool,
}

const OURS: usize = 0;
const CUT_OUT: usize = 1;
const WHOLE: usize = 2;

/// Runs the race.
pub fn run(arguments: &Mrz) -> Result<()> {
    let tesseract = if arguments.alone {
        None
    } else {
        Tesseract::find()
    };
    let mut readers = vec!["ours"];
    if let Some(tesseract) = &tesseract {
        println!("{}", tesseract.version);
        readers.extend(["Tesseract, cut out", "Tesseract, whole"]);
    } else {
        println!("Tesseract is not in this run");
    }
    for folder in &arguments.folders {
        let backs = corpus::open(folder, arguments)
            .with_context(|| format!("reading {}", folder.display()))?;
        let mut table = Table::new(&readers);
        for back in &backs {
            race(back, tesseract.as_ref(), arguments, &mut table)?;
        }
        table.print(&folder.display().to_string());
    }
    Ok(())
}

fn race(
    back: &Back,
    tesseract: Option<&Tesseract>,
    arguments: &Mrz,
    table: &mut Table,
) -> Result<()> {
    let luma = back.open()?;
    let start = thread_ms();
    let zone = read_zone(&luma, &[], &|| false);
    let ms = thread_ms() - start;
    let lines = zone.as_ref().map_or([None, None, None], |zone| {
        [0, 1, 2].map(|nth| Some(zone.lines[nth].text.as_str()))
    });
    let right = (0..3)
        .filter(|nth| lines[*nth] == Some(back.lines[*nth].as_str()))
        .count();
    let trusted = zone.as_ref().is_some_and(|zone| zone.trusted().is_some());
    if arguments.misses && right < 3 {
        let sure = zone.as_ref().map_or(0.0, ZoneReading::confidence);
        println!(
            "ours: {right} lines of {}, sure {sure:.3}",
            back.path.display()
        );
    }
    table.add(OURS, back, right, ms, Some((trusted, right == 3)));
    let Some(tesseract) = tesseract else {
        return Ok(());
    };
    let cut = zone.as_ref().map(|zone| cut_out(&luma, &zone.corners));
    let (right, ms) = match &cut {
        Some(strip) => tesseract.read(strip, tesseract::BLOCK, &back.lines)?,
        None => (0, 0.0),
    };
    table.add(CUT_OUT, back, right, ms, None);
    let (right, ms) = tesseract.read(&luma, tesseract::SPARSE, &back.lines)?;
    table.add(WHOLE, back, right, ms, None);
    Ok(())
}

/// Pixels from one letter to the next in the cut-out lines: capitals of 30 pixels, which suit
/// Tesseract best.
const PITCH: u32 = 32;

/// The rectified lines with a margin of a letter, in the resolution that suits Tesseract.
fn cut_out(luma: &GrayImage, corners: &[(f32, f32); 4]) -> GrayImage {
    let [a, b, c, d] = corners;
    let (width, height) = (PITCH * 32, PITCH * 7);
    let long = |p: &(f32, f32), q: &(f32, f32)| (p.0 - q.0).hypot(p.1 - q.1);
    // Pixels of the picture for one pixel of the strip; they are averaged.
    let fine = (long(a, b) / (PITCH * 30) as f32).ceil().clamp(1.0, 6.0) as u32;
    GrayImage::from_fn(width, height, |x, y| {
        let mut sum = 0.0;
        for v in 0..fine {
            for u in 0..fine {
                let at = |place: u32, off: u32| place as f32 + (off as f32 + 0.5) / fine as f32;
                let across = at(x, u) / PITCH as f32 / 30.0 - 1.0 / 30.0;
                let down = (at(y, v) / height as f32 - 0.15) / 0.7;
                let mix = |p: f32, q: f32, r: f32, s: f32| {
                    let top = p + (q - p) * across;
                    let bottom = s + (r - s) * across;
                    top + (bottom - top) * down
                };
                let place = (mix(a.0, b.0, c.0, d.0), mix(a.1, b.1, c.1, d.1));
                let inside = |value: f32, most: u32| (value.max(0.0) as u32).min(most - 1);
                let (px, py) = (
                    inside(place.0, luma.width()),
                    inside(place.1, luma.height()),
                );
                sum += f32::from(luma.get_pixel(px, py).0[0]);
            }
        }
        image::Luma([(sum / (fine * fine) as f32) as u8])
    })
}
