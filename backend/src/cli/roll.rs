//! `apoyo roll import FILE`, `apoyo roll back`, `apoyo roll show`

use super::{
    Failure, block_on,
    open::{Opened, open_existing},
    two_names,
};
use anyhow::Context;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use protocol::{
    environment::{Clock, SystemClock},
    ids::Sha256Hash,
};
use server_core::roll::{
    expected::Expected,
    import::{ImportError, Tolerance, import},
};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};
use storage::{
    Engine,
    audit::Deed,
    roll::{RollSource, RollVersion},
};

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
Say what the file has to be, as the authority told it: how many lines, its SHA-256, its name, its day.
A file that is another, is cut off, is older than the roll in force, or has noticeably fewer people (in
all, or in one entidad, or in the lista nominal) is refused (exit code 3), and nothing is changed.

A running server uses the new roll at once, and judges in the background what the old one has judged
(`apoyo judge runs` shows how far that is). The former roll is kept: `apoyo roll back`.

Examples:
  apoyo roll import lista.csv --lines 97269748 --sha256 \"$(cat lista.csv.sha256)\" \\
      --version ln-2027-01 --day 2027-01-31
  apoyo roll import lista.csv --unverified        for a demonstration";

const BACK: &str = "\
Brings the former roll into force again, at once; the one that it replaces becomes the former one. What
was judged by it is judged again in the background. Exit code 3 if there is no former roll.";

#[derive(Debug, Subcommand)]
pub enum Roll {
    /// Replace the roll by a file.
    #[command(after_help = HELP)]
    Import {
        /// The CSV file.
        file: PathBuf,
        #[command(flatten)]
        means: Means,
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
    /// Bring the former roll back.
    #[command(after_help = BACK)]
    Back,
    /// Show the roll in force.
    Show,
}

/// What the file has to be.
#[derive(Debug, Args)]
pub struct Means {
    /// How many lines it has, without the header.
    #[arg(long, value_name = "N", required_unless_present = "unverified")]
    lines: Option<u64>,
    /// The file's SHA-256, in hexadecimal.
    #[arg(long, value_name = "HEX", required_unless_present = "unverified")]
    sha256: Option<Sha256Hash>,
    /// The authority's name for this roll.
    #[arg(long, value_name = "NAME", required_unless_present = "unverified")]
    version: Option<String>,
    /// The day whose state it shows, as 2027-01-31.
    #[arg(long, value_name = "DAY", required_unless_present = "unverified")]
    day: Option<NaiveDate>,
    /// Import it without knowing any of these.
    #[arg(long, conflicts_with_all = ["lines", "sha256", "version", "day"])]
    unverified: bool,
    /// Allow it to be so many in a hundred smaller than the roll in force, in all and in each
    /// entidad; 100 allows an entidad to be missing.
    #[arg(long, value_name = "PERCENT", default_value_t = 1,
        value_parser = clap::value_parser!(u8).range(0..=100))]
    smaller_by: u8,
    /// Allow it to be older than the roll in force.
    #[arg(long)]
    older: bool,
}

impl Means {
    /// What is expected, next to the roll in force; refused where it cannot follow that one.
    fn expected(self, storage: &dyn Engine) -> Result<Expected, Failure> {
        let (in_force, counts) =
            block_on(async { Ok((storage.roll_version().await?, storage.roll_counts().await?)) })?;
        let expected = Expected {
            lines: self.lines,
            source: RollSource {
                label: self.version,
                day: self.day,
                sha256: self.sha256,
            },
            former: counts.map(|counts| (counts, self.smaller_by)),
        };
        if let Some(in_force) = in_force {
            let fits = expected.may_follow(&in_force, self.older);
            fits.map_err(|why| Failure::Refused(format!("nothing was loaded: {why}")))?;
        }
        Ok(expected)
    }
}

impl Roll {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        let (file, means, allow_rejects, rejects, with_lines) = match self {
            Roll::Import {
                file,
                means,
                allow_rejects,
                rejects,
                with_lines,
            } => (file, means, allow_rejects, rejects, with_lines),
            Roll::Back => return back(data),
            Roll::Show => return show(data),
        };
        let rejects = rejects.unwrap_or_else(|| {
            let mut name = file.clone().into_os_string();
            name.push(".rejects.csv");
            name.into()
        });
        let length = std::fs::metadata(&file)
            .with_context(|| format!("reading {}", file.display()))?
            .len();
        let opened = open_existing(data)?;
        let expected = means.expected(&*opened.storage)?;
        let sha256 = hash(&file)?;
        replaces(&opened, format!("SHA-256 {sha256}"))?;
        let roll = opened.storage.import_roll()?;
        let bar = progress(length);
        let tolerance = Tolerance {
            allow_rejects,
            with_lines,
            expected,
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
            Err(ImportError::Unexpected(why)) => {
                return Err(Failure::Refused(format!("nothing was loaded: {why}")));
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
        println!("{}", in_force(&version));
        println!("what was judged before is judged again: `apoyo judge runs`");
        Ok(())
    }
}

fn in_force(roll: &RollVersion) -> String {
    let said = |word: &str, value: Option<String>| {
        value.map_or_else(String::new, |value| format!(", {word} {value}"))
    };
    format!(
        "roll version {} is in force: {} entries{}{}",
        roll.version,
        roll.entries,
        said("called", roll.source.label.clone()),
        said("of", roll.source.day.map(|day| day.to_string())),
    )
}

/// Asks for the second name where a roll is replaced. The first roll replaces none.
fn replaces(opened: &Opened, about: String) -> Result<(), Failure> {
    block_on(async {
        let replaces = opened.storage.roll_version().await?.is_some();
        let deed = Deed::of("roll.replace", about.clone());
        if replaces {
            return two_names::ask(opened, deed, Some(about)).await;
        }
        two_names::tells_of(opened, about);
        Ok(())
    })
}

fn back(data: &Path) -> Result<(), Failure> {
    let opened = open_existing(data)?;
    replaces(&opened, "back to the former roll".to_owned())?;
    let now = SystemClock.now();
    let gone = block_on(async { Ok(opened.storage.go_back_to_former_roll(now).await?) })?;
    let Some(version) = gone else {
        return Err(Failure::Refused(
            "there is no former roll to go back to".to_owned(),
        ));
    };
    println!("{}", in_force(&version));
    println!("what was judged before is judged again: `apoyo judge runs`");
    Ok(())
}

fn show(data: &Path) -> Result<(), Failure> {
    let opened = open_existing(data)?;
    let (roll, counts) = block_on(async {
        let storage = &opened.storage;
        Ok((storage.roll_version().await?, storage.roll_counts().await?))
    })?;
    let (Some(roll), Some(counts)) = (roll, counts) else {
        return Err(Failure::Refused("there is no roll yet".to_owned()));
    };
    println!("{}, since {}", in_force(&roll), roll.since);
    for (entidad, of) in &counts.by_entidad {
        println!(
            "{:02}  {:>12} entries  {:>12} in the lista nominal  {}",
            entidad.number(),
            of.entries,
            of.nominal,
            entidad.name()
        );
    }
    Ok(())
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
