//! The pictures that the photo checks are measured on. Each is good or has one fault.

use cards::{
    Model, Person,
    draw::{self, Cover, Pose},
    photograph::{self, Level, Shot, Size, Twist, grey_copy, screen},
};
use image::{RgbImage, imageops};
use std::{cell::LazyCell, fs, path::Path};

/// One picture to make.
pub struct Case {
    /// Its kind: good, or its fault.
    pub class: &'static str,
    /// front, back, selfie or signature.
    pub kind: &'static str,
    pub level: Level,
    pub size: Size,
    pub person: u64,
}

const MODELS: [Model; 4] = [Model::E, Model::F, Model::G, Model::H];

/// The model of the nth person's card.
pub fn model(person: u64) -> Model {
    MODELS[(person % 4) as usize]
}

impl Case {
    /// Its file's name, with all its properties.
    pub fn name(&self, corners: &[(f64, f64); 4]) -> String {
        let corners: Vec<String> = corners
            .iter()
            .flat_map(|(x, y)| [x, y])
            .map(|at| format!("{at:.1}"))
            .collect();
        format!(
            "{}_{}_{}_{}_{:03}_{}.jpg",
            self.class,
            self.kind,
            self.level.number(),
            self.size.word(),
            self.person,
            corners.join(",")
        )
    }
}

const TWISTED: [&str; 11] = [
    "glare", "shadow", "dark", "bright", "cut", "nocard", "shake", "grey", "turned", "again", "far",
];
const SCREENS: [&str; 4] = ["screen0", "screen1", "screen2", "screen3"];
const SELFIES: [&str; 12] = [
    "face", "small", "beside", "glasses", "hand", "card", "two", "nobody", "dim", "half", "print",
    "soft",
];

/// Every picture of this person.
pub fn cases(person: u64) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |class, kind, level, size| {
        cases.push(Case {
            class,
            kind,
            level,
            size,
            person,
        });
    };
    for kind in ["front", "back"] {
        for level in Level::ALL {
            for size in [Size::Frame, Size::TwoMegapixels] {
                add("good", kind, level, size);
            }
            if person.is_multiple_of(4) && level <= Level::Poor {
                add("good", kind, level, Size::TwelveMegapixels);
            }
        }
    }
    let kind = if person.is_multiple_of(2) {
        "front"
    } else {
        "back"
    };
    for level in [Level::Easy, Level::Careless] {
        for class in TWISTED {
            add(class, kind, level, Size::Frame);
            add(class, kind, level, Size::TwoMegapixels);
        }
    }
    for class in SCREENS {
        add(class, kind, Level::Easy, Size::Frame);
        add(class, kind, Level::Ordinary, Size::TwoMegapixels);
    }
    if person % 4 == 1 {
        add(
            SCREENS[(person / 4 % 4) as usize],
            kind,
            Level::Easy,
            Size::TwelveMegapixels,
        );
    }
    for class in SELFIES {
        add(class, "selfie", Level::Easy, Size::Frame);
    }
    cases
}

fn selfie(seed: u64, case: &Case) -> RgbImage {
    let person = Person::synthetic(seed, case.person);
    let usual = Pose::default();
    let pose = match case.class {
        "small" => Pose {
            size: 0.36,
            shift: (0.05, -0.25),
            ..usual
        },
        "beside" => Pose {
            size: 0.8,
            shift: (0.27, 0.0),
            ..usual
        },
        "glasses" => Pose {
            cover: Cover::Sunglasses,
            ..usual
        },
        "hand" => Pose {
            cover: Cover::Hand,
            ..usual
        },
        "card" => Pose {
            cover: Cover::Card,
            ..usual
        },
        "two" => Pose {
            size: 0.62,
            shift: (-0.2, -0.1),
            ..usual
        },
        "nobody" => Pose {
            nobody: true,
            ..usual
        },
        "dim" => Pose {
            light: 0.28,
            ..usual
        },
        "half" => Pose {
            side_light: 0.75,
            ..usual
        },
        "print" => Pose {
            print: true,
            ..usual
        },
        "soft" => Pose {
            blur: 3.0,
            light: 0.8,
            size: 0.8,
            ..usual
        },
        _ => usual,
    };
    let other = (case.class == "two").then(|| Person::synthetic(seed, case.person + 1_000));
    draw::selfie_as(&person, other.as_ref(), &pose)
}

/// The picture of a case, and the card's corners in it.
pub fn picture(seed: u64, case: &Case, card: &RgbImage) -> Shot {
    let person = Person::synthetic(seed, case.person);
    let (level, size) = (case.level, case.size);
    let nth = if case.class == "again" {
        77
    } else {
        u64::from(case.kind == "back")
    };
    let shot_seed = photograph::seed_for(&person, nth);
    let take = |twist: Twist| photograph::shoot(card, level, size, shot_seed, &twist);
    let spread = (case.person % 7) as f64 / 7.0;
    match case.class {
        "glare" => take(Twist {
            // Over the text of a front, over the three lines of a back.
            glare: Some(if case.kind == "front" {
                (38.0 + 36.0 * spread, 20.0 + 24.0 * spread, 8.0)
            } else {
                (14.0 + 60.0 * spread, 44.0, 8.0)
            }),
            ..Twist::default()
        }),
        "shadow" => take(Twist {
            shadow: Some(0.55 + 0.25 * spread),
            ..Twist::default()
        }),
        "dark" => take(Twist {
            exposure: Some(0.16 + 0.16 * spread),
            ..Twist::default()
        }),
        "bright" => take(Twist {
            exposure: Some(1.5 + 0.6 * spread),
            ..Twist::default()
        }),
        "cut" => {
            let far = 0.16 + 0.16 * spread;
            let shift =
                [(far, 0.0), (-far, 0.0), (0.0, far), (0.0, -far)][(case.person % 4) as usize];
            take(Twist {
                shift,
                ..Twist::default()
            })
        }
        "nocard" => take(Twist {
            no_card: true,
            ..Twist::default()
        }),
        "shake" => take(Twist {
            shake: 2.4 + 2.0 * spread,
            ..Twist::default()
        }),
        "grey" => {
            let copy = grey_copy(card);
            photograph::shoot(&copy, level, size, shot_seed, &Twist::default())
        }
        "turned" => {
            let turned = imageops::rotate180(card);
            let mut shot = photograph::shoot(&turned, level, size, shot_seed, &Twist::default());
            shot.corners.rotate_left(2);
            shot
        }
        "far" => {
            // The farthest level, but sharp, at half of its size.
            let shot = photograph::shoot(card, level, size, shot_seed, &Twist::default());
            smaller(shot)
        }
        class => match SCREENS.iter().position(|one| *one == class) {
            Some(nth) => {
                screen::rephotograph(card, &screen::Screen::ALL[nth], level, size, shot_seed)
            }
            None => take(Twist::default()),
        },
    }
}

/// The whole scene at four tenths, on a table of its own mean colour.
fn smaller(shot: Shot) -> Shot {
    let (width, height) = shot.photo.dimensions();
    let share = 0.42;
    let small = imageops::thumbnail(
        &shot.photo,
        (f64::from(width) * share) as u32,
        (f64::from(height) * share) as u32,
    );
    let rim = *shot.photo.get_pixel(2, 2);
    let mut photo = RgbImage::from_pixel(width, height, rim);
    let (left, top) = ((width - small.width()) / 2, (height - small.height()) / 2);
    imageops::replace(&mut photo, &small, i64::from(left), i64::from(top));
    let corners = shot
        .corners
        .map(|(x, y)| (x * share + f64::from(left), y * share + f64::from(top)));
    Shot { photo, corners }
}

/// Makes all pictures of `people` people of this seed, or those of one kind.
pub fn make(folder: &Path, seed: u64, people: u64, kind: Option<&str>) {
    fs::create_dir_all(folder).unwrap();
    for nth in 0..people {
        let person = Person::synthetic(seed, nth);
        let front = LazyCell::new(|| draw::front(&person, model(nth), draw::DEFAULT_DPI));
        let back = LazyCell::new(|| draw::back(&person, model(nth), draw::DEFAULT_DPI));
        let wanted = |case: &Case| kind.is_none_or(|kind| kind == case.kind);
        for case in cases(nth).into_iter().filter(wanted) {
            let shot = match case.kind {
                "selfie" => Shot {
                    photo: selfie(seed, &case),
                    corners: [(0.0, 0.0); 4],
                },
                kind => picture(seed, &case, if kind == "front" { &front } else { &back }),
            };
            let jpeg = photograph::jpeg(&shot.photo, case.level.quality());
            fs::write(folder.join(case.name(&shot.corners)), jpeg).unwrap();
        }
    }
}
