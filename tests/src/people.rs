//! The people of these stories. They are invented; every card is stamped MUESTRA.

use bytes::Bytes;
use cards::{
    Person, Standing, cartography, draw,
    photograph::{self, Level, Size},
};
use credential::Entidad;
use image::{RgbImage, imageops};
use protocol::ids::Sha256Hash;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// All of them are drawn from this seed.
pub const SEED: u64 = 20_270_606;

/// The model of all their credentials.
pub const MODEL: credential::Model = credential::Model::G;

/// Their names, each with a special situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Name {
    /// Votes in Mexico City; nothing is wrong with her.
    Lupita,
    /// Votes in Mexico City; nothing is wrong with him.
    Beto,
    /// Votes in Mexico City; nothing is wrong with her.
    Chayo,
    /// Votes in Mexico City; nothing is wrong with him.
    Memo,
    /// Votes in Jalisco.
    Meche,
    /// Is not in the roll.
    Nacho,
    /// Is in the padrón, not in the lista nominal.
    Toña,
    /// Was struck off.
    Goyo,
    /// Her credential is no longer valid.
    Vicky,
}

impl Name {
    /// Everybody.
    pub const ALL: [Name; 9] = [
        Name::Lupita,
        Name::Beto,
        Name::Chayo,
        Name::Memo,
        Name::Meche,
        Name::Nacho,
        Name::Toña,
        Name::Goyo,
        Name::Vicky,
    ];

    /// The person behind the name.
    pub fn person(self) -> Person {
        let mut person = Person::synthetic(SEED, self as u64);
        let (entidad, seccion) = match self {
            Name::Meche => (14, 30),
            other => (9, 25 + other as u16),
        };
        let entidad = Entidad::from_number(entidad).expect("1 to 32");
        person.place = cartography::place(entidad, seccion).expect("the map has it");
        person.standing = match self {
            Name::Toña => Standing::Padron,
            Name::Goyo => Standing::Baja,
            _ => Standing::ListaNominal,
        };
        // All credentials except one are valid for a long time, so that the tests can run at any date.
        person.valid_through = if self == Name::Vicky { 2_023 } else { 2_099 };
        person
    }

    /// Whether the roll has a line for them.
    pub fn is_in_the_roll(self) -> bool {
        self != Name::Nacho
    }

    /// Their mail address.
    pub fn email(self) -> String {
        format!("{self:?}@ejemplo.mx")
            .to_lowercase()
            .replace('ñ', "n")
    }

    /// Pictures of their credential, their face and their signature.
    pub fn pictures(self) -> Pictures {
        Pictures::of(&self.person())
    }
}

/// The four pictures of an apoyo and the text of the QR on the card.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// The credential's front, as photographed.
    pub front: Bytes,
    /// The credential's back, as photographed.
    pub back: Bytes,
    /// The face.
    pub selfie: Bytes,
    /// The signature.
    pub signature: Bytes,
    /// The text of the public QR.
    pub qr: String,
}

impl Pictures {
    /// Photographs this person's card; earlier pictures are read from `target/`.
    pub fn of(person: &Person) -> Self {
        let taken = |side, seed| photograph(person, side, seed);
        Self {
            front: taken(Side::Front, 11),
            back: taken(Side::Back, 12),
            selfie: cached(person, "selfie", || {
                photograph::jpeg(&draw::selfie(person), 85)
            }),
            signature: cached(person, "signature", || {
                photograph::jpeg(&draw::signature(person), 90)
            }),
            qr: person.qr().as_str().to_owned(),
        }
    }

    /// Pictures of a few kilobytes with everything that the server checks, for load tests. `nth` makes
    /// those of one person differ.
    pub fn tiny(person: &Person, nth: u64) -> Self {
        let text = person.qr();
        let code = qrcode::QrCode::new(text.as_str().as_bytes()).expect("an address fits a QR");
        const MODULE: u32 = 5;
        const QUIET: u32 = 4;
        let (width, colours) = (code.width() as u32, code.to_colors());
        let side = (width + 2 * QUIET) * MODULE;
        let back = RgbImage::from_fn(side, side, |x, y| {
            let (x, y) = (x / MODULE, y / MODULE);
            let inside = |v: u32| (QUIET..QUIET + width).contains(&v);
            let dark = inside(x)
                && inside(y)
                && colours[((y - QUIET) * width + x - QUIET) as usize] == qrcode::Color::Dark;
            image::Rgb([if dark { 20 } else { 245 }; 3])
        });
        let grey = |kind: u64| {
            let mark = person.index * 16 + kind;
            let image = RgbImage::from_fn(96, 64, |x, y| {
                let bit = (u64::from(x / 4 + y / 4 * 24) + nth * 7) % 64;
                let lit = (mark ^ (nth << 24)) >> bit & 1;
                image::Rgb([60 + 120 * lit as u8, (x * 2) as u8, (y * 3) as u8])
            });
            Bytes::from(photograph::jpeg(&image, 80))
        };
        Self {
            front: grey(1),
            back: photograph::jpeg(&back, 90).into(),
            selfie: grey(2),
            signature: grey(3),
            qr: text.as_str().to_owned(),
        }
    }

    /// A face of about a megabyte, as a good camera in poor light makes it.
    pub fn heavy() -> Bytes {
        let mut seed = SEED;
        let image = RgbImage::from_fn(1_600, 1_200, |x, y| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let grain = (seed >> 58) as u8;
            image::Rgb([
                90 + grain,
                (x / 10) as u8 / 2 + grain,
                (y / 8) as u8 / 2 + 40,
            ])
        });
        Bytes::from(photograph::jpeg(&image, 85))
    }

    /// The back, out of focus beyond reading.
    pub fn blurred_back(person: &Person) -> Bytes {
        cached(person, "back-blurred", || {
            let card = draw::back(person, person.model, draw::DEFAULT_DPI);
            let photo = photograph::take(&card, Level::Easy, Size::TwoMegapixels, 5);
            photograph::jpeg(&imageops::fast_blur(&photo, 14.0), 85)
        })
    }
}

#[derive(Debug, Clone, Copy)]
enum Side {
    Front,
    Back,
}

fn photograph(person: &Person, side: Side, seed: u64) -> Bytes {
    let word = match side {
        Side::Front => "front",
        Side::Back => "back",
    };
    cached(person, word, || {
        let draw = match side {
            Side::Front => draw::front,
            Side::Back => draw::back,
        };
        let card = draw(person, person.model, draw::DEFAULT_DPI);
        let photo = photograph::take(&card, Level::Ordinary, Size::TwoMegapixels, seed);
        photograph::jpeg(&photo, Level::Ordinary.quality())
    })
}

/// Pictures taken in earlier runs stay under `target/`: drawing them takes most of a second.
fn cached(person: &Person, what: &str, make: impl FnOnce() -> Vec<u8>) -> Bytes {
    // The file's name depends on the person and on the version of the drawing.
    let said = format!(
        "{} {} {:?}",
        person.roll_line(),
        person.qr().as_str(),
        person.model
    );
    let print = Sha256Hash::of(said.as_bytes()).to_string();
    let path = pictures_folder().join(format!("{}-{what}.jpg", &print[..24]));
    if let Ok(bytes) = fs::read(&path) {
        return bytes.into();
    }
    let bytes = make();
    write_whole(&path, &bytes).expect("target/ can be written");
    bytes.into()
}

/// Writes a file in one step, because tests run in parallel.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().expect("it lies in a folder");
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut file, bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn pictures_folder() -> PathBuf {
    // Drawn by the current build of the drawing crate.
    crate::binary::target_folder().join("e2e-pictures")
}

/// The pictures as files in a folder.
#[derive(Debug, Clone)]
pub struct PictureFiles {
    /// The credential's front.
    pub front: PathBuf,
    /// The credential's back.
    pub back: PathBuf,
    /// The face.
    pub selfie: PathBuf,
    /// The signature.
    pub signature: PathBuf,
    _folder: Arc<tempfile::TempDir>,
}

impl Pictures {
    /// Writes them to a temporary folder, which is removed with the last clone.
    pub fn files(&self) -> io::Result<PictureFiles> {
        let folder = tempfile::tempdir()?;
        let file = |name: &str, bytes: &Bytes| -> io::Result<PathBuf> {
            let path = folder.path().join(name);
            fs::write(&path, bytes)?;
            Ok(path)
        };
        Ok(PictureFiles {
            front: file("front.jpg", &self.front)?,
            back: file("back.jpg", &self.back)?,
            selfie: file("selfie.jpg", &self.selfie)?,
            signature: file("signature.jpg", &self.signature)?,
            _folder: Arc::new(folder),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vision::{
        photo::{PictureLimits, open_picture},
        qr::{Budget, decode_picture},
    };

    /// The reader reads the code of every person without the faults of a photograph.
    #[test]
    fn the_code_of_every_tiny_picture_is_read() {
        for index in 0..400 {
            let person = Person::synthetic(2_027, index);
            let pictures = Pictures::tiny(&person, index);
            let limits = PictureLimits {
                max_pixels: 1 << 20,
                max_scaled: 0,
                max_bytes: 1 << 20,
            };
            let back = open_picture(&pictures.back, limits).unwrap();
            let read = decode_picture(&back.into_luma8(), Budget::still());
            assert_eq!(read.codes.len(), 1, "person {index}");
        }
    }
}
