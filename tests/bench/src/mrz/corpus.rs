//! The backs of a folder, and the true text of their lines.

use super::Mrz;
use anyhow::{Context, Result};
use image::GrayImage;
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};
use vision::photo::{PictureLimits, open_picture};

/// One photograph of a back.
#[derive(Debug)]
pub struct Back {
    pub path: PathBuf,
    pub level: u8,
    pub size: String,
    pub lines: [String; 3],
}

impl Back {
    /// Its pixels in grey.
    pub fn open(&self) -> Result<GrayImage> {
        let picture = open_picture(&fs::read(&self.path)?, PictureLimits::CAPTURE);
        let picture = picture.with_context(|| self.path.display().to_string())?;
        Ok(picture.into_luma8())
    }
}

#[derive(Deserialize)]
struct Entry {
    index: u64,
    mrz: [String; 3],
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
}

/// The selected backs.
pub fn open(folder: &Path, arguments: &Mrz) -> Result<Vec<Back>> {
    let people = fs::read(folder.join("people.json"))?;
    let people: Vec<Entry> = serde_json::from_slice(&people)?;
    let mut backs = Vec::new();
    for person in people {
        if arguments.people.is_some_and(|most| person.index >= most) {
            continue;
        }
        let photographs = person.files.into_iter().flat_map(|files| files.photographs);
        for photo in photographs.filter(|photo| photo.face == "back") {
            let size = arguments.size.as_ref();
            if size.is_none_or(|size| *size == photo.size) && photo.level <= arguments.levels {
                backs.push(Back {
                    path: folder.join(photo.file),
                    level: photo.level,
                    size: photo.size,
                    lines: person.mrz.clone(),
                });
            }
        }
    }
    Ok(backs)
}
