//! Ten frames of one shaky hand: the frame at which the code is read, if at all.

use super::{
    Qr,
    contender::{self, text_of},
    corpus::Corpus,
    thread_ms,
};
use anyhow::Result;
use vision::qr::{Budget, Session};

/// The live view's time limit for a frame.
const FRAME_MS: f64 = 50.0;

pub fn race(corpus: &Corpus, arguments: &Qr) -> Result<()> {
    let rivals: Vec<_> = contender::chosen(arguments)
        .into_iter()
        .filter(|one| one.name != "ours" && !one.name.contains("many"))
        .collect();
    let budget_ms = arguments.budget_ms.map_or(FRAME_MS, |ms| ms as f64);
    let (mut read, mut wrong, mut frames_ms) = ([0; 6], 0, Vec::new());
    let (mut shown, mut firsts) = ([0; 6], Vec::new());
    let mut theirs = vec![[0; 6]; rivals.len()];
    for hand in &corpus.hands {
        let Some(first) = hand.first() else { continue };
        shown[usize::from(first.level)] += 1;
        let (mut live, mut done) = (Session::default(), false);
        let mut seen = vec![false; rivals.len()];
        for (nth, picture) in hand.iter().enumerate() {
            let luma = picture.open()?;
            for (rival, seen) in rivals.iter().zip(&mut seen) {
                let texts = rival.read(&luma, picture, arguments);
                *seen |= texts.iter().any(|text| picture.is_right(text));
            }
            if done {
                continue;
            }
            let start = thread_ms();
            let late = || thread_ms() - start > budget_ms;
            let codes = live.read_frame(&luma, Budget::frame().stopping_when(&late));
            frames_ms.push(thread_ms() - start);
            let texts: Vec<String> = codes.iter().filter_map(text_of).collect();
            wrong += texts.iter().filter(|text| picture.is_wrong(text)).count();
            if texts.iter().any(|text| picture.is_right(text)) {
                (done, read[usize::from(picture.level)]) =
                    (true, read[usize::from(picture.level)] + 1);
                firsts.push(nth + 1);
            }
        }
        for (seen, theirs) in seen.into_iter().zip(&mut theirs) {
            theirs[usize::from(first.level)] += usize::from(seen);
        }
        if arguments.misses && !done {
            println!("ours: missed the hand of {}", first.name());
        }
    }
    let line = |name: &str, read: &[usize; 6]| {
        let (all, of): (usize, usize) = (read.iter().sum(), shown.iter().sum());
        let levels: Vec<String> = (1..6)
            .map(|level| format!("{}/{}", read[level], shown[level]))
            .collect();
        println!(
            "{name:20} {:5.1} %  by level {}",
            all as f64 * 100.0 / of.max(1) as f64,
            levels.join(" ")
        );
    };
    println!(
        "\n{}: frames of one hand ({} hands)",
        corpus.name,
        corpus.hands.len()
    );
    line("ours", &read);
    for (rival, theirs) in rivals.iter().zip(&theirs) {
        line(rival.name, theirs);
    }
    frames_ms.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (frames_ms.len() as f64 * share) as usize;
        frames_ms
            .get(place.min(frames_ms.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0.0)
    };
    let mean = firsts.iter().sum::<usize>() as f64 / firsts.len().max(1) as f64;
    println!(
        "ours: {wrong} wrong; a frame {:.1} ms median, {:.1} ms p95; read at frame {mean:.1} on average",
        at(0.5),
        at(0.95)
    );
    Ok(())
}
