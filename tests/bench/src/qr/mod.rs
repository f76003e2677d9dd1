//! Readers of QR codes over the same photographs in one interleaved run.
//!
//! `cargo xtask bench qr DIR...` takes folders that `cargo xtask cards` made, and folders of public test
//! pictures, each with a file of its text. Every picture is opened once and given to one reader after
//! the other, so that other load on the machine affects all of them alike. Time is the processor time
//! of this thread.
//!
//! ```text
//! corpus.rs     the pictures of a folder and their true texts
//! contender.rs  the contenders
//! many.rs       a plain reader after several preprocessing steps
//! zxing.rs      the crate zxing-cpp, behind the feature of that name
//! memory.rs     the memory of a reader, in a process of its own
//! hand.rs       ten frames of one shaky hand
//! read_back.rs  the server's child with both readers: time, memory, combined results
//! table.rs      what is printed
//! ```

mod contender;
mod corpus;
mod hand;
mod many;
mod memory;
mod read_back;
mod table;
#[cfg(feature = "zxing-cpp")]
mod zxing;

use anyhow::{Context, Result, ensure};
use contender::Contender;
use corpus::Corpus;
use rustix::time::{ClockId, clock_gettime};
use std::path::PathBuf;
use table::{Outcome, Table};

/// The arguments of the race.
#[derive(Debug, Clone, clap::Args)]
pub struct Qr {
    /// Folders made by `cargo xtask cards`, or of public pictures with files of their texts.
    #[arg(required = true)]
    pub folders: Vec<PathBuf>,
    /// Only these readers, by a part of their name.
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,
    /// Only pictures of this size: frame, 2mp or 12mp.
    #[arg(long)]
    pub size: Option<String>,
    /// At most this many pictures of each folder.
    #[arg(long)]
    pub limit: Option<usize>,
    /// Public pictures also on each side: four times as many.
    #[arg(long)]
    pub turned: bool,
    /// Milliseconds that our reader may take: by default 50 on a frame, 150 at 2 MP, 400 above.
    #[arg(long)]
    pub budget_ms: Option<u64>,
    /// Leave the memory out: it needs a process for each reader.
    #[arg(long)]
    pub no_memory: bool,
    /// Name the pictures that these readers do not read.
    #[arg(long)]
    pub misses: bool,
    /// Our own cascade alone: from its first step to all of them.
    #[arg(long)]
    pub steps: bool,
    /// The server's child alone, without the race.
    #[arg(long)]
    pub read_back: bool,
    /// The server whose child is measured; by default the `apoyo` in this program's folder.
    #[arg(long)]
    pub apoyo: Option<PathBuf>,
    /// Used by the bench itself.
    #[arg(long, hide = true)]
    pub memory_of: Option<String>,
}

/// Processor time of this thread, in milliseconds.
pub(crate) fn thread_ms() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

/// Runs the race, or measures one reader's memory.
pub fn run(arguments: &Qr) -> Result<()> {
    let contenders = contender::chosen(arguments);
    ensure!(!contenders.is_empty(), "no reader has such a name");
    if arguments.memory_of.is_some() {
        return memory::measure(arguments, &contenders);
    }
    if cfg!(not(feature = "zxing-cpp")) {
        println!("zxing-cpp is not in this run: it is built with --features zxing-cpp");
    }
    for folder in &arguments.folders {
        let corpus = Corpus::open(folder, arguments)
            .with_context(|| format!("reading {}", folder.display()))?;
        if !corpus.hands.is_empty() && !arguments.read_back {
            hand::race(&corpus, arguments)?;
        }
        if !corpus.pictures.is_empty() && !arguments.read_back {
            race(&corpus, &contenders, arguments)?;
        }
        read_back::measure(&corpus, arguments)?;
    }
    Ok(())
}

fn race(corpus: &Corpus, contenders: &[Contender], arguments: &Qr) -> Result<()> {
    let mut table = Table::new(contenders.iter().map(|one| one.name).collect());
    for picture in &corpus.pictures {
        let luma = picture.open()?;
        for (nth, contender) in contenders.iter().enumerate() {
            let start = thread_ms();
            let texts = contender.read(&luma, picture, arguments);
            let ms = thread_ms() - start;
            let outcome = Outcome {
                read: texts.iter().any(|text| picture.is_right(text)),
                wrong: texts.iter().filter(|text| picture.is_wrong(text)).count(),
                ms,
            };
            if arguments.misses && !outcome.read {
                println!("{}: missed {}", contender.name, picture.name());
            }
            for text in texts.iter().filter(|text| picture.is_wrong(text)) {
                println!("{}: WRONG {} {text:?}", contender.name, picture.name());
            }
            table.add(nth, picture.group(), picture.level, outcome);
        }
    }
    let memory = if arguments.no_memory {
        Vec::new()
    } else {
        memory::of_all(corpus, contenders, arguments)?
    };
    table.print(&corpus.name, &memory);
    Ok(())
}
