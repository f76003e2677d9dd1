//! The server's child that reads a picture again, with both of its readers: the real program over
//! the files of a folder, as the server starts it.

use super::{Qr, corpus::Corpus};
use anyhow::{Context, Result, ensure};
use nix::sys::resource::{Usage, UsageWho, getrusage};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
};

/// The counted part of the child's answer.
#[derive(Deserialize)]
struct Answer {
    first: Vec<Seen>,
    second: Vec<Seen>,
    second_finished: bool,
}

#[derive(Deserialize)]
struct Seen {
    text: Option<String>,
}

/// The result of one picture.
struct Outcome {
    first: bool,
    second: bool,
    /// The readers read QRs of different cards.
    wrong: bool,
    finished: bool,
    ms: f64,
}

/// Prints one row for each size of the folder's photographs.
pub fn measure(corpus: &Corpus, arguments: &Qr) -> Result<()> {
    let program = match &arguments.apoyo {
        Some(program) => program.clone(),
        None => std::env::current_exe()?.with_file_name("apoyo"),
    };
    ensure!(
        program.exists(),
        "{} is missing: build it (-p backend), or name it with --apoyo",
        program.display()
    );
    let mut rows = BTreeMap::<&str, Vec<Outcome>>::new();
    for picture in corpus.pictures.iter().filter(|picture| picture.turns == 0) {
        let is_jpeg = picture.path.extension().is_some_and(|end| end == "jpg");
        // The child takes what the app sends, which are JPEGs.
        if !is_jpeg {
            continue;
        }
        let before = cpu_ms()?;
        let answer = ask(&program, &picture.path)?;
        let texts = |seen: &[Seen]| -> BTreeSet<String> {
            seen.iter().filter_map(|seen| seen.text.clone()).collect()
        };
        let (first, second) = (texts(&answer.first), texts(&answer.second));
        let is_wrong = |text: &String| picture.is_wrong(text);
        let outcome = Outcome {
            first: first.iter().any(|text| picture.is_right(text)),
            second: second.iter().any(|text| picture.is_right(text)),
            wrong: first.iter().chain(&second).any(is_wrong),
            finished: answer.second_finished,
            ms: cpu_ms()? - before,
        };
        if arguments.misses && (!outcome.finished || outcome.wrong) {
            println!("read-back: unfinished or contradicted {}", picture.name());
        }
        rows.entry(&picture.size).or_default().push(outcome);
    }
    print(&corpus.name, &rows)
}

fn ask(program: &Path, picture: &Path) -> Result<Answer> {
    let mut child = Command::new(program)
        .arg("read-back")
        .env_clear()
        .env("MIMALLOC_ARENA_RESERVE", "65536")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let bytes = fs::read(picture)?;
    child.stdin.take().context("no stdin")?.write_all(&bytes)?;
    let mut answer = Vec::new();
    child
        .stdout
        .take()
        .context("no stdout")?
        .read_to_end(&mut answer)?;
    let status = child.wait()?;
    ensure!(status.success(), "{}: {status}", picture.display());
    Ok(serde_json::from_slice(&answer)?)
}

/// Processor time of every child so far.
fn cpu_ms() -> Result<f64> {
    let usage = children()?;
    let ms =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 * 1e3 + time.tv_usec() as f64 / 1e3;
    Ok(ms(usage.user_time()) + ms(usage.system_time()))
}

fn children() -> Result<Usage> {
    Ok(getrusage(UsageWho::RUSAGE_CHILDREN)?)
}

fn print(corpus: &str, rows: &BTreeMap<&str, Vec<Outcome>>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    println!("\n{corpus}: the read-back, decoding and both readers, in the child");
    println!(
        "| size | pictures | first reads | second reads | either | other card | unfinished | median ms | p95 ms | most ms |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (size, outcomes) in rows {
        let count = |of: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|one| of(one)).count();
        let mut ms: Vec<f64> = outcomes.iter().map(|one| one.ms).collect();
        ms.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (ms.len() as f64 * share) as usize;
            ms.get(place.min(ms.len().saturating_sub(1)))
                .copied()
                .unwrap_or(0.0)
        };
        println!(
            "| {size} | {} | {} | {} | {} | {} | {} | {:.1} | {:.1} | {:.1} |",
            outcomes.len(),
            count(&|one| one.first),
            count(&|one| one.second),
            count(&|one| one.first || one.second),
            count(&|one| one.wrong),
            count(&|one| !one.finished),
            at(0.5),
            at(0.95),
            at(1.0)
        );
    }
    // Of all children so far, because the kernel has only the sum.
    println!(
        "most memory of a child: {} MiB",
        children()?.max_rss() / 1024
    );
    Ok(())
}
