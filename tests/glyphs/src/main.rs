//! `glyphs`: trains the reader of the MRZ on its 37 glyphs and writes its weights.
//!
//! The training set has lines of random letters in OCR-B, degraded like photographs. One cut of the font
//! is used only for validation.

mod font;
mod strip;
mod train;

use anyhow::{Context, Result};
use clap::Parser;
use font::Font;
use std::path::PathBuf;
use vision::mrz::network::Network;

/// The seed of the training set.
const LESSONS: u64 = 5_001;
/// The seed of the validation set.
const JUDGED: u64 = 5_002;

/// Teaches the reader of the MRZ its glyphs, and writes its weights.
///
/// The same program writes the same bytes each time. It takes a few minutes.
#[derive(Parser)]
struct Arguments {
    /// The file for the weights.
    #[arg(long, default_value = "crates/vision/src/mrz/weights.bin")]
    out: PathBuf,
    /// The number of training lines; each has about 60 examples.
    #[arg(long, default_value_t = 30_000)]
    lines: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let taught = [
        Font::draw("OCRB", include_bytes!("../../cards/fonts/OCRB.otf"))?,
        Font::draw("OCRBL", include_bytes!("../fonts/OCRBL.otf"))?,
        Font::draw("OCRBS", include_bytes!("../fonts/OCRBS.otf"))?,
        Font::draw("OCRBX", include_bytes!("../fonts/OCRBX.otf"))?,
    ];
    let unseen = [Font::draw("OCRBE", include_bytes!("../fonts/OCRBE.otf"))?];
    let told = |line: u64, network: &Network| {
        let (glyphs, empty) = train::judge(network, &taught, JUDGED, 300);
        println!(
            "{line:7} lines: {:.2} % of glyphs, {:.2} % of empty places",
            glyphs * 100.0,
            empty * 100.0
        );
    };
    let network = train::train(&taught, LESSONS, arguments.lines, told);
    let bytes = network.to_bytes();
    let shipped = Network::from_bytes(&bytes).context("the weights are read as written")?;
    for fonts in [&taught[..], &unseen[..]] {
        let names: Vec<&str> = fonts.iter().map(|font| font.name).collect();
        let (glyphs, empty) = train::judge(&shipped, fonts, JUDGED, 2_000);
        println!(
            "{}: {:.2} % of glyphs, {:.2} % of empty places",
            names.join(" "),
            glyphs * 100.0,
            empty * 100.0
        );
    }
    std::fs::write(&arguments.out, &bytes)
        .with_context(|| format!("writing {}", arguments.out.display()))?;
    println!("{} bytes in {}", bytes.len(), arguments.out.display());
    Ok(())
}
