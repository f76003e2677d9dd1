//! `apoyo roll import FILE`

use super::{Failure, block_on, open::open, two_names};
use anyhow::Context;
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use protocol::{
    environment::{Clock, SystemClock},
    ids::Sha256Hash,
};
use server_core::roll::import::{ImportError, Tolerance, import};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};
use storage::audit::Deed;

const HELP: &str = "\
The file is CSV with a header that names these columns, in any order:
  identificador, cic, emision, clave_elector, curp, nombre, primer_apellido, segundo_apellido,
  entidad, distrito_federal, distrito_local, municipio, seccion,
  situacion (LISTA_NOMINAL, PADRON or BAJA), vigencia (a year)
divided by commas, semicolons or tabs, in UTF-8, ISO-8859-1 or UTF-16 with its mark. Only keyed
hashes and places are kept.

All or nothing: if a line is bad nothing is loaded, the old roll stays in force, and FILE.rejects.csv
says which lines and why (exit code 4). A file whose lines are not certain (a quote that is not closed
on its line, a NUL, a column named twice or missing) is refused whatever is allowed (exit code 4 too).
A running server uses the new roll at once.

Examples:
  apoyo roll import lista.csv --data /srv/apoyo
  apoyo roll import lista.csv --allow-rejects 20";

#[derive(Debug, Subcommand)]
pub enum Roll {
    /// Replace the roll by a file.
    #[command(after_help = HELP)]
    Import {
        /// The CSV file.
        file: PathBuf,
        /// Load the good lines when at most so many are bad.
        #[arg(long, default_value_t = 0, value_name = "N")]
        allow_rejects: u64,
        /// Where to tell about bad lines.
        #[arg(long, value_name = "FILE")]
        rejects: Option<PathBuf>,
        /// Repeat the bad lines themselves among the rejects. They are personal data.
        #[arg(long)]
        with_lines: bool,
    },
}

impl Roll {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let Roll::Import {
            file,
            allow_rejects,
            rejects,
            with_lines,
        } = self;
        let rejects = rejects.unwrap_or_else(|| {
            let mut name = file.clone().into_os_string();
            name.push(".rejects.csv");
            name.into()
        });
        let length = std::fs::metadata(&file)
            .with_context(|| format!("reading {}", file.display()))?
            .len();
        let opened = open(data)?;
        let sha256 = hash(&file)?;
        block_on(async {
            // The first roll replaces none.
            let replaces = opened.storage.roll_version().await?.is_some();
            let about = format!("SHA-256 {sha256}");
            let deed = Deed::of("roll.replace", about.clone());
            if replaces {
                return two_names::ask(&opened, deed, Some(about)).await;
            }
            two_names::tells_of(&opened, about);
            Ok(())
        })?;
        let roll = opened.storage.import_roll()?;
        let bar = progress(length);
        let tolerance = Tolerance {
            allow_rejects,
            with_lines,
        };
        let now = SystemClock.now();
        let outcome = import(
            &file,
            &rejects,
            tolerance,
            &opened.keys,
            roll,
            now,
            |bytes| {
                bar.inc(bytes);
            },
        );
        bar.finish_and_clear();
        let outcome = match outcome {
            Err(ImportError::File(fault)) => {
                return Err(Failure::BadData(format!(
                    "nothing was loaded: {}: {fault}",
                    file.display()
                )));
            }
            outcome => outcome.with_context(|| format!("importing {}", file.display()))?,
        };

        let (good, bad) = (outcome.good, outcome.bad);
        if bad > 0 {
            eprintln!("{bad} bad lines: see {}", rejects.display());
        }
        let Some(version) = outcome.version else {
            let before = block_on(async { Ok(opened.storage.roll_version().await?) })?;
            let stays = before.map_or_else(
                || "there is no roll yet".to_owned(),
                |old| format!("version {} stays in force", old.version),
            );
            return Err(Failure::BadData(format!(
                "nothing was loaded ({good} good lines, {bad} bad): {stays}"
            )));
        };
        println!(
            "roll version {} is in force: {} entries",
            version.version, version.entries
        );
        Ok(())
    }
}

/// The hash of the file: what is approved is this file and no other.
fn hash(file: &Path) -> Result<Sha256Hash, Failure> {
    let mut hash = Sha256::new();
    let mut bytes = File::open(file).with_context(|| format!("reading {}", file.display()))?;
    let mut piece = vec![0; 1 << 20];
    loop {
        match bytes.read(&mut piece)? {
            0 => break,
            read => hash.update(&piece[..read]),
        }
    }
    Ok(Sha256Hash::from_bytes(hash.finalize().into()))
}

fn progress(bytes: u64) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
    );
    let bar = ProgressBar::new(bytes);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
