//! Writes a set of people into a folder: the roll, a list of the people, and their pictures.
//!
//! Everything is written as soon as it is drawn, so that a million people need no more memory than one.

mod entry;

use crate::{Person, Shares, draw, photograph, roll};
use anyhow::Context;
use credential::Model;
use entry::{Entry, Files, Photograph, Scans};
use image::RgbImage;
use photograph::{Level, Size, Twist};
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// The content of the folder.
#[derive(Debug, Clone)]
pub struct Order {
    /// The same seed gives the same people.
    pub seed: u64,
    /// How many people are in the roll.
    pub people: u64,
    /// The number of people with pictures, from the first.
    pub cards: u64,
    /// The number of photographs of each side of each card.
    pub photographs: u64,
    /// The number of frames of one shaky hand over each side, at every level.
    pub frames: u64,
    /// Only photographs of the backs, as a corpus for readers of codes.
    pub backs_only: bool,
    /// Photographs of a phone that is held upright.
    pub upright: bool,
    /// The models to draw; people with another model get one of these.
    pub models: Vec<Model>,
    /// The resolution of the cards.
    pub dpi: u32,
    /// The shares of people who are not in the lista nominal.
    pub shares: Shares,
}

impl Order {
    fn person(&self, index: u64) -> Person {
        Person::synthetic(self.seed, index).with_standing(self.shares)
    }

    fn model_of(&self, person: &Person) -> Model {
        if self.models.is_empty() || self.models.contains(&person.model) {
            person.model
        } else {
            self.models[(person.index % self.models.len() as u64) as usize]
        }
    }

    /// The number of people with pictures.
    pub fn drawn(&self) -> u64 {
        self.cards.min(self.people)
    }
}

/// Lines of the roll between two reports of progress.
const TOLD_EVERY: u64 = 10_000;

/// Writes `roll.csv`; `done` gets the number of lines written since the last call.
pub fn print_roll(order: &Order, folder: &Path, done: impl Fn(u64)) -> anyhow::Result<()> {
    let path = folder.join("roll.csv");
    let mut out = create(&path)?;
    writeln!(out, "{}", roll::HEADER)?;
    for index in 0..order.people {
        roll::write_line(&mut out, &order.person(index))?;
        if (index + 1).is_multiple_of(TOLD_EVERY) {
            done(TOLD_EVERY);
        }
    }
    done(order.people % TOLD_EVERY);
    out.flush()
        .with_context(|| format!("writing {}", path.display()))
}

/// Writes `people.json`: the data of every person, with the names of their pictures.
pub fn print_people(order: &Order, folder: &Path) -> anyhow::Result<()> {
    let path = folder.join("people.json");
    let mut out = create(&path)?;
    out.write_all(b"[")?;
    for index in 0..order.people {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        let person = order.person(index);
        let model = order.model_of(&person);
        let files = (index < order.drawn()).then(|| files_of(order, &person, model));
        serde_json::to_writer(&mut out, &Entry::of(&person, model, files))?;
    }
    out.write_all(b"\n]\n")?;
    out.flush()
        .with_context(|| format!("writing {}", path.display()))
}

/// Draws the pictures into `cards/`, on every processor; `done` is called once per person.
pub fn print_cards(order: &Order, folder: &Path, done: impl Fn(u64) + Sync) -> anyhow::Result<()> {
    let next = AtomicU64::new(0);
    let failed = Mutex::new(None);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= order.drawn() {
                        return;
                    }
                    if let Err(error) = print_card(order, folder, index) {
                        // The other threads see that no work is left, and stop too.
                        next.store(order.drawn(), Ordering::Relaxed);
                        let mut first = failed.lock().expect("nobody panics holding it");
                        first.get_or_insert(error);
                        return;
                    }
                    done(1);
                }
            });
        }
    });
    match failed.into_inner().expect("nobody panics holding it") {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// The names of one person's pictures: all levels and sizes occur, the easy ones first.
fn files_of(order: &Order, person: &Person, model: Model) -> Files {
    let start = format!("cards/{:06}-{model:?}", person.index);
    let sides = || (0..).zip(["front", "back"]).skip(order.backs_only.into());
    let mut photographs = Vec::new();
    for nth in 0..order.photographs {
        let level = Level::ALL[(nth % Level::ALL.len() as u64) as usize];
        // The sizes also rotate with each person, so one photograph each still covers every size.
        let sizes = if order.upright {
            Size::UPRIGHT
        } else {
            Size::ALL
        };
        let size = sizes[((nth + person.index) % sizes.len() as u64) as usize];
        for (side, face) in sides() {
            let seed = photograph::seed_for(person, nth * 2 + side);
            photographs.push(Photograph {
                public_qr: (face == "back")
                    .then(|| photograph::where_seen(level, size, seed, draw::public_code(model))),
                face,
                level: level.number(),
                size: size.word(),
                file: format!(
                    "{start}-{face}-{nth}-level{}-{}.jpg",
                    level.number(),
                    size.word()
                ),
                kind: (level, size),
                seed,
                frame: None,
            });
        }
    }
    for level in Level::ALL {
        for (side, face) in sides() {
            let seed = photograph::seed_for(person, SHAKY + u64::from(level.number()) * 2 + side);
            for frame in 0..order.frames {
                photographs.push(Photograph {
                    public_qr: None,
                    face,
                    level: level.number(),
                    size: Size::Frame.word(),
                    file: format!("{start}-{face}-hand-level{}-{frame}.jpg", level.number()),
                    kind: (level, Size::Frame),
                    seed,
                    frame: Some(frame),
                });
            }
        }
    }
    let scans = (!order.backs_only).then(|| Scans {
        front: format!("{start}-front.png"),
        back: format!("{start}-back.png"),
        selfie: format!("{start}-selfie.jpg"),
        signature: format!("{start}-signature.png"),
    });
    Files { scans, photographs }
}

/// The first number of shaky hands, so that they have scenes of their own.
const SHAKY: u64 = 1 << 32;

fn print_card(order: &Order, folder: &Path, index: u64) -> anyhow::Result<()> {
    let person = order.person(index);
    let model = order.model_of(&person);
    let files = files_of(order, &person, model);
    let back = draw::back(&person, model, order.dpi);
    let front = match &files.scans {
        Some(scans) => Some(print_scans(order, &person, model, scans, &back, folder)?),
        None => None,
    };
    for photo in &files.photographs {
        let (level, size) = photo.kind;
        let card = match &front {
            Some(front) if photo.face == "front" => front,
            _ => &back,
        };
        let twist = Twist {
            frame: photo.frame,
            ..Twist::default()
        };
        let shot = photograph::shoot(card, level, size, photo.seed, &twist);
        write(
            folder,
            &photo.file,
            &photograph::jpeg(&shot.photo, level.quality()),
        )?;
    }
    Ok(())
}

/// Draws the pictures without a camera; returns the front for photographs.
fn print_scans(
    order: &Order,
    person: &Person,
    model: Model,
    scans: &Scans,
    back: &RgbImage,
    folder: &Path,
) -> anyhow::Result<RgbImage> {
    let front = draw::front(person, model, order.dpi);
    write(folder, &scans.front, &draw::png(&front))?;
    write(folder, &scans.back, &draw::png(back))?;
    let selfie = photograph::jpeg(&draw::selfie(person), 85);
    write(folder, &scans.selfie, &selfie)?;
    write(
        folder,
        &scans.signature,
        &draw::png(&draw::signature(person)),
    )?;
    Ok(front)
}

/// Makes the folder, and the one for the pictures unless only the roll is wanted.
pub fn prepare(folder: &Path, roll_only: bool) -> anyhow::Result<()> {
    let deepest = if roll_only {
        folder.to_owned()
    } else {
        folder.join("cards")
    };
    fs::create_dir_all(&deepest).with_context(|| format!("making {}", deepest.display()))
}

fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("writing {}", path.display()))?;
    Ok(BufWriter::with_capacity(1 << 18, file))
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = folder.join(name);
    fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))
}
