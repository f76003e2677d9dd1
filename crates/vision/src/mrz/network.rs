//! The classifier of glyphs: a small network of two layers, trained on glyphs drawn from free OCR-B
//! fonts and degraded as photographs are. `cargo run --release -p glyphs` makes `weights.bin` again,
//! the same bytes each time.

use std::sync::OnceLock;

/// The glyphs of the zone, in the order of the network's answers.
pub const GLYPHS: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
/// Pixels of a rectified line from one letter to the next.
pub const PITCH: usize = 18;
/// Width of a crop: a letter's cell and some of its neighbours.
pub const CROP_WIDTH: usize = 22;
/// Height of a crop: a capital and a fifth of it above and below.
pub const CROP_HEIGHT: usize = 26;
/// Values of a crop.
pub const INPUTS: usize = CROP_WIDTH * CROP_HEIGHT;
/// Number of answers: the glyphs and [`NONE`].
pub const OUTPUTS: usize = GLYPHS.len() + 1;
/// The answer that there is no glyph in the middle of the crop.
pub const NONE: usize = GLYPHS.len();
/// Hidden units.
pub const HIDDEN: usize = 96;

/// A normalised crop, row by row.
pub type Crop = [f32; INPUTS];
/// The log-likelihood (natural logarithm) of each answer.
pub type LogLikelihoods = [f32; OUTPUTS];

/// Index of a glyph in [`GLYPHS`].
pub fn index_of(glyph: u8) -> Option<usize> {
    match glyph {
        b'0'..=b'9' => Some(usize::from(glyph - b'0')),
        b'A'..=b'Z' => Some(usize::from(glyph - b'A') + 10),
        b'<' => Some(36),
        _ => None,
    }
}

/// Normalises brightness and contrast of a crop: mean 0, standard deviation 1. A crop of nothing but
/// sensor noise stays below that.
pub fn normalise(crop: &mut Crop) {
    let count = INPUTS as f32;
    let mean = crop.iter().sum::<f32>() / count;
    let variance = crop.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / count;
    // Print that is only a few of 255 levels darker than its paper has a deviation of 2.
    let scale = 1.0 / variance.sqrt().max(2.0);
    for value in crop {
        *value = (*value - mean) * scale;
    }
}

/// The weights of both layers.
#[derive(Debug, Clone)]
pub struct Network {
    /// The weights of each input in every hidden unit.
    pub first: Vec<[f32; HIDDEN]>,
    /// The bias of each hidden unit.
    pub first_bias: [f32; HIDDEN],
    /// The weights of each hidden unit in every answer.
    pub second: Vec<[f32; OUTPUTS]>,
    /// The bias of each answer.
    pub second_bias: [f32; OUTPUTS],
}

impl Network {
    /// The trained network that is compiled in.
    pub fn trained() -> &'static Network {
        static TRAINED: OnceLock<Network> = OnceLock::new();
        TRAINED.get_or_init(|| {
            Network::from_bytes(include_bytes!("weights.bin"))
                .expect("the weights come with the program and a test reads them")
        })
    }

    /// The log-likelihoods of the answers for a crop.
    pub fn classify(&self, crop: &Crop) -> LogLikelihoods {
        let mut sums = self.first_bias;
        // Four inputs at once, so that the sums are loaded and stored a quarter as often.
        let (fours, rest) = self.first.as_chunks::<4>();
        let (values, last) = crop.as_chunks::<4>();
        for ([a, b, c, d], [p, q, r, s]) in values.iter().zip(fours) {
            for unit in 0..HIDDEN {
                sums[unit] += a * p[unit] + b * q[unit] + (c * r[unit] + d * s[unit]);
            }
        }
        for (value, weights) in last.iter().zip(rest) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += value * weight;
            }
        }
        let mut answers = self.second_bias;
        for (sum, weights) in sums.iter().zip(&self.second) {
            let active = sum.max(0.0);
            for (answer, weight) in answers.iter_mut().zip(weights) {
                *answer += active * weight;
            }
        }
        let most = answers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = answers.iter().map(|answer| (answer - most).exp()).sum();
        let scale = most + total.ln();
        answers.map(|answer| answer - scale)
    }

    /// The weights in their file format: a byte each, with a scale for each row.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for row in &self.first {
            put_row(&mut bytes, row);
        }
        put_exact(&mut bytes, &self.first_bias);
        for row in &self.second {
            put_row(&mut bytes, row);
        }
        put_exact(&mut bytes, &self.second_bias);
        bytes
    }

    /// The weights from their file format; `None` where the length is wrong.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        let network = Self {
            first: (0..INPUTS).map(|_| row(bytes)).collect::<Option<_>>()?,
            first_bias: exact(bytes)?,
            second: (0..HIDDEN).map(|_| row(bytes)).collect::<Option<_>>()?,
            second_bias: exact(bytes)?,
        };
        bytes.is_empty().then_some(network)
    }
}

fn put_exact(bytes: &mut Vec<u8>, values: &[f32]) {
    for value in values {
        bytes.extend(value.to_le_bytes());
    }
}

fn put_row(bytes: &mut Vec<u8>, row: &[f32]) {
    let most = row.iter().fold(0.0f32, |most, value| most.max(value.abs()));
    let scale = (most / 127.0).max(f32::MIN_POSITIVE);
    bytes.extend(scale.to_le_bytes());
    bytes.extend(
        row.iter()
            .map(|value| ((value / scale).round() as i8) as u8),
    );
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(head)
}

fn exact<const N: usize>(bytes: &mut &[u8]) -> Option<[f32; N]> {
    let mut values = [0.0; N];
    for value in &mut values {
        *value = f32::from_le_bytes(take(bytes, 4)?.try_into().ok()?);
    }
    Some(values)
}

fn row<const N: usize>(bytes: &mut &[u8]) -> Option<[f32; N]> {
    let [scale] = exact::<1>(bytes)?;
    let mut values = [0.0; N];
    for (value, byte) in values.iter_mut().zip(take(bytes, N)?) {
        *value = f32::from(*byte as i8) * scale;
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_that_come_with_the_program_are_whole_and_survive_their_form() {
        let bytes = include_bytes!("weights.bin");
        let network = Network::from_bytes(bytes).unwrap();
        assert_eq!(network.to_bytes(), bytes);
        assert!(Network::from_bytes(&bytes[1..]).is_none());
        assert!(Network::from_bytes(&[&bytes[..], &[0]].concat()).is_none());
    }

    #[test]
    fn every_glyph_has_its_place_and_an_empty_crop_shows_none() {
        for (place, glyph) in GLYPHS.iter().enumerate() {
            assert_eq!(index_of(*glyph), Some(place));
        }
        assert_eq!(index_of(b'a'), None);
        // Paper, and the noise of a sensor: almost never taken for a glyph.
        let mut noise = 1_u64;
        let mut none = 0;
        for _ in 0..100 {
            let mut paper: Crop = std::array::from_fn(|_| {
                noise = noise
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                190.0 + (noise >> 59) as f32 / 10.0
            });
            normalise(&mut paper);
            let answers = Network::trained().classify(&paper);
            let best = (0..OUTPUTS).max_by(|a, b| answers[*a].total_cmp(&answers[*b]));
            none += usize::from(best == Some(NONE));
        }
        assert!(none >= 90, "{none} of 100");
    }
}
