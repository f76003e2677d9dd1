//! Tesseract as a program, limited to the letters of the zone and without a dictionary.

use anyhow::{Context, Result};
use image::GrayImage;
use std::io::Write as _;
use std::{
    io::Cursor,
    process::{Command, Stdio},
    time::Instant,
};

/// Tesseract's page segmentation mode: one block of text.
pub const BLOCK: &str = "6";
/// Its mode for sparse text.
pub const SPARSE: &str = "11";

/// The installed program.
pub struct Tesseract {
    /// Its version.
    pub version: String,
}

impl Tesseract {
    /// The installed one, if any.
    pub fn find() -> Option<Self> {
        let output = Command::new("tesseract").arg("--version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.lines().next()?.to_owned();
        Some(Self { version })
    }

    /// The number of these lines that it reads, and the milliseconds.
    pub fn read(
        &self,
        picture: &GrayImage,
        mode: &str,
        lines: &[String; 3],
    ) -> Result<(usize, f64)> {
        let mut png = Vec::new();
        picture.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png)?;
        let start = Instant::now();
        let mut child = Command::new("tesseract")
            .args(["stdin", "stdout", "--psm", mode, "-l", "eng"])
            .args(["-c", "load_system_dawg=0", "-c", "load_freq_dawg=0"])
            .args([
                "-c",
                "tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<",
            ])
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut input = child.stdin.take().context("the child has an input")?;
        input.write_all(&png)?;
        drop(input);
        let output = child.wait_with_output()?;
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let text = String::from_utf8_lossy(&output.stdout);
        let read: Vec<String> = text.lines().map(tidy).collect();
        let right = lines.iter().filter(|line| read.contains(&tidy(line)));
        Ok((right.count(), ms))
    }
}

/// A line without spaces and without the fillers at its end.
fn tidy(line: &str) -> String {
    let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    line.trim_end_matches('<').to_owned()
}
