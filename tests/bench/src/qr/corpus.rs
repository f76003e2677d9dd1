//! The pictures of a folder and their true texts.

use super::Qr;
use anyhow::{Context, Result};
use credential::QrPayload;
use image::{GrayImage, imageops};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use vision::photo::{PictureLimits, open_picture};

/// One picture and the text that it holds.
#[derive(Debug, Clone)]
pub struct Picture {
    pub path: PathBuf,
    /// The true text.
    pub text: String,
    /// 1 to 5; 0 for pictures without levels.
    pub level: u8,
    /// frame, 2mp, 12mp or public.
    pub size: String,
    /// Quarter turns.
    pub turns: u8,
}

impl Picture {
    /// Its pixels in grey.
    pub fn open(&self) -> Result<GrayImage> {
        let bytes = fs::read(&self.path)?;
        let luma = open_picture(&bytes, PictureLimits::CAPTURE)
            .with_context(|| self.name())?
            .into_luma8();
        Ok(match self.turns {
            1 => imageops::rotate90(&luma),
            2 => imageops::rotate180(&luma),
            3 => imageops::rotate270(&luma),
            _ => luma,
        })
    }

    pub fn name(&self) -> String {
        format!("{} turned {}", self.path.display(), self.turns)
    }

    /// Its table.
    pub fn group(&self) -> &str {
        &self.size
    }

    pub fn is_public_set(&self) -> bool {
        self.size == "public"
    }

    pub fn is_right(&self, text: &str) -> bool {
        text.trim() == self.text.trim()
    }

    /// Whether a text is wrong. On a card only a text of the public code's form can be wrong, because the
    /// dense codes have other contents. A picture of the public sets has one text.
    pub fn is_wrong(&self, text: &str) -> bool {
        !self.is_right(text)
            && (self.is_public_set()
                || matches!(
                    QrPayload::parse(text),
                    QrPayload::Structured(_) | QrPayload::Short(_)
                ))
    }
}

/// The pictures of one folder.
#[derive(Debug)]
pub struct Corpus {
    pub name: String,
    pub pictures: Vec<Picture>,
    /// Frames of one shaky hand each.
    pub hands: Vec<Vec<Picture>>,
}

#[derive(Deserialize)]
struct Entry {
    index: u64,
    qr: String,
    files: Option<Files>,
}

#[derive(Deserialize)]
struct Files {
    photographs: Vec<Photograph>,
}

#[derive(Deserialize)]
struct Photograph {
    face: String,
    level: u8,
    size: String,
    file: String,
    frame: Option<u64>,
}

impl Corpus {
    pub fn open(folder: &Path, arguments: &Qr) -> Result<Self> {
        let name = folder
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let people = folder.join("people.json");
        let mut corpus = if people.exists() {
            of_cards(folder, &fs::read(people)?, name)?
        } else {
            of_public(folder, name, arguments.turned)?
        };
        if let Some(size) = &arguments.size {
            corpus.pictures.retain(|picture| picture.size == *size);
        }
        if let Some(limit) = arguments.limit {
            corpus.pictures.truncate(limit);
            corpus.hands.truncate(limit);
        }
        Ok(corpus)
    }
}

fn of_cards(folder: &Path, people: &[u8], name: String) -> Result<Corpus> {
    let people: Vec<Entry> = serde_json::from_slice(people)?;
    let (mut pictures, mut hands) = (Vec::new(), BTreeMap::<_, Vec<Picture>>::new());
    for person in people {
        let photographs = person.files.into_iter().flat_map(|files| files.photographs);
        for photo in photographs.filter(|photo| photo.face == "back") {
            let picture = Picture {
                path: folder.join(photo.file),
                text: person.qr.clone(),
                level: photo.level,
                size: photo.size,
                turns: 0,
            };
            match photo.frame {
                None => pictures.push(picture),
                Some(_) => hands
                    .entry((person.index, photo.level))
                    .or_default()
                    .push(picture),
            }
        }
    }
    Ok(Corpus {
        name,
        pictures,
        hands: hands.into_values().collect(),
    })
}

fn of_public(folder: &Path, name: String, turned: bool) -> Result<Corpus> {
    let mut pictures = Vec::new();
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        let is_picture = path
            .extension()
            .is_some_and(|ending| ["png", "jpg", "jpeg"].iter().any(|one| ending == *one));
        let text = path.with_extension("txt");
        if !is_picture || !text.exists() {
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(text)?).into_owned();
        for turns in 0..if turned { 4 } else { 1 } {
            pictures.push(Picture {
                path: path.clone(),
                text: text.clone(),
                level: 0,
                size: "public".to_owned(),
                turns,
            });
        }
    }
    Ok(Corpus {
        name,
        pictures,
        hands: Vec::new(),
    })
}
