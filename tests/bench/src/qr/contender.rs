//! The contenders.

use super::{Qr, corpus::Picture, many, thread_ms};
use credential::QrPayload;
use image::{GrayImage, imageops};
use rxing::{
    Binarizer, Luma8Source,
    common::HybridBinarizer,
    qrcode::cpp_port::{
        decoder::Decode,
        detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR},
    },
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use vision::qr::{Budget, DecodedCode, Step, decode_luma};

type Read = fn(&GrayImage, &Picture, &Qr) -> Vec<String>;

/// One reader under its name.
pub struct Contender {
    pub name: &'static str,
    read: Read,
}

impl Contender {
    /// The texts that it reads; none if it panics.
    pub fn read(&self, luma: &GrayImage, picture: &Picture, arguments: &Qr) -> Vec<String> {
        let read = AssertUnwindSafe(|| (self.read)(luma, picture, arguments));
        catch_unwind(read).unwrap_or_default()
    }
}

const ALL: &[(&str, Read)] = &[
    ("ours", ours),
    ("rqrr", |luma, _, _| rqrr_texts(luma)),
    ("rxing fast", |luma, _, _| rxing_texts(luma, false)),
    ("rxing", |luma, _, _| rxing_pyramid(luma)),
    ("rxing over many", |luma, picture, _| {
        many::over(luma, picture, |luma| rxing_texts(luma, true))
    }),
    #[cfg(feature = "zxing-cpp")]
    ("zxing-cpp", |luma, _, _| super::zxing::texts(luma)),
    #[cfg(feature = "zxing-cpp")]
    ("zxing-cpp over many", |luma, picture, _| {
        many::over(luma, picture, super::zxing::texts)
    }),
];

/// Our own cascade, from its first step alone to all steps: the cost and the gain of each.
const STEPS: &[(&str, Read)] = &[
    ("ours, 1 step", |luma, _, _| ours_to(luma, 1)),
    ("ours, 2 steps", |luma, _, _| ours_to(luma, 2)),
    ("ours, 3 steps", |luma, _, _| ours_to(luma, 3)),
    ("ours, 4 steps", |luma, _, _| ours_to(luma, 4)),
    ("ours, 5 steps", |luma, _, _| ours_to(luma, 5)),
    ("ours, 6 steps", |luma, _, _| ours_to(luma, 6)),
    ("ours, 7 steps", |luma, _, _| ours_to(luma, 7)),
    ("ours, 8 steps", |luma, _, _| ours_to(luma, 8)),
];

fn ours_to(luma: &GrayImage, steps: usize) -> Vec<String> {
    let steps = &Step::STILL[..steps.min(Step::STILL.len())];
    let codes = decode_luma(luma, Budget::of_steps(steps));
    codes.iter().filter_map(text_of).collect()
}

/// The selected ones.
pub fn chosen(arguments: &Qr) -> Vec<Contender> {
    if arguments.steps {
        let known = STEPS.iter().take(Step::STILL.len());
        return known
            .map(|(name, read)| Contender { name, read: *read })
            .collect();
    }
    let wanted = |name: &str| match &arguments.memory_of {
        Some(one) => name == one,
        None => arguments.only.is_empty() || arguments.only.iter().any(|part| name.contains(part)),
    };
    ALL.iter()
        .filter(|(name, _)| wanted(name))
        .map(|(name, read)| Contender { name, read: *read })
        .collect()
}

/// The content of a code as text; other bytes do not count.
pub fn text_of(code: &DecodedCode) -> Option<String> {
    match &code.payload {
        QrPayload::Structured(public) => Some(public.as_str().to_owned()),
        QrPayload::Short(text) | QrPayload::Foreign(text) => Some(text.clone()),
        QrPayload::Opaque(bytes) => String::from_utf8(bytes.clone()).ok(),
    }
}

fn ours(luma: &GrayImage, picture: &Picture, arguments: &Qr) -> Vec<String> {
    let longest = luma.width().max(luma.height());
    let budget_ms = arguments.budget_ms.unwrap_or(match longest {
        _ if picture.is_public_set() => 150,
        0..=1280 => 50,
        1281..=2600 => 150,
        _ => 400,
    });
    let start = thread_ms();
    let late = || thread_ms() - start > budget_ms as f64;
    let codes = decode_luma(luma, Budget::still().stopping_when(&late));
    codes.iter().filter_map(text_of).collect()
}

fn rqrr_texts(luma: &GrayImage) -> Vec<String> {
    let (width, pixels) = (luma.width() as usize, luma.as_raw());
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, luma.height() as usize, |x, y| {
            pixels[y * width + x]
        });
    image
        .detect_grids()
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}

/// As in its own reader of several codes.
fn rxing_texts(luma: &GrayImage, try_harder: bool) -> Vec<String> {
    let (width, height) = luma.dimensions();
    let Ok(source) = Luma8Source::new_with_slice(luma.as_raw(), width, height) else {
        return Vec::new();
    };
    let binary = HybridBinarizer::new(source);
    let Ok(bits) = binary.get_black_matrix() else {
        return Vec::new();
    };
    let mut patterns = FindFinderPatterns(bits, try_harder, 0);
    let (mut used, mut texts) = (Vec::new(), Vec::new());
    for set in GenerateFinderPatternSets(&mut patterns) {
        let own = [set.bl.p, set.tl.p, set.tr.p];
        if own.iter().any(|point| used.contains(point)) {
            continue;
        }
        let Ok(sampled) = SampleQR(bits, &set) else {
            continue;
        };
        use rxing::common::DetectorRXingResult;
        if let Ok(decoded) = Decode(sampled.getBits())
            && decoded.isValid()
        {
            used.extend(own);
            texts.push(decoded.content().to_string());
        }
    }
    texts
}

/// Its default: harder, and then on thirds of the size.
fn rxing_pyramid(luma: &GrayImage) -> Vec<String> {
    let mut texts = rxing_texts(luma, true);
    let mut smaller = None;
    loop {
        let from = smaller.as_ref().unwrap_or(luma);
        if from.width().max(from.height()) <= 500 {
            return texts;
        }
        let third = imageops::thumbnail(from, from.width() / 3, from.height() / 3);
        texts.extend(rxing_texts(&third, true));
        smaller = Some(third);
    }
}
