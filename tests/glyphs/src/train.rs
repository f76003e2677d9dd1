//! Training with Adam, on one thread, so that the same seed gives the same weights.

use crate::{font::Font, strip};
use cards::chance::Chance;
use strip::Example;
use vision::mrz::network::{HIDDEN, INPUTS, Network, OUTPUTS};

const BATCH: usize = 64;

/// A network of small random weights.
fn fresh(chance: &mut Chance) -> Network {
    let mut weight = |inputs: usize| {
        let reach = (6.0 / inputs as f64).sqrt();
        chance.between(-reach, reach) as f32
    };
    Network {
        first: (0..INPUTS)
            .map(|_| std::array::from_fn(|_| weight(INPUTS)))
            .collect(),
        first_bias: [0.0; HIDDEN],
        second: (0..HIDDEN)
            .map(|_| std::array::from_fn(|_| weight(HIDDEN)))
            .collect(),
        second_bias: [0.0; OUTPUTS],
    }
}

fn zeros() -> Network {
    Network {
        first: vec![[0.0; HIDDEN]; INPUTS],
        first_bias: [0.0; HIDDEN],
        second: vec![[0.0; OUTPUTS]; HIDDEN],
        second_bias: [0.0; OUTPUTS],
    }
}

/// All weights of a network, in one order.
fn weights(network: &mut Network) -> impl Iterator<Item = &mut f32> {
    network
        .first
        .iter_mut()
        .flatten()
        .chain(&mut network.first_bias)
        .chain(network.second.iter_mut().flatten())
        .chain(&mut network.second_bias)
}

/// Adds the gradient of this example.
fn learn(network: &Network, example: &Example, wanted: &mut Network) {
    let mut sums = network.first_bias;
    for (value, row) in example.crop.iter().zip(&network.first) {
        for (sum, weight) in sums.iter_mut().zip(row) {
            *sum += value * weight;
        }
    }
    let mut answers = network.second_bias;
    for (sum, row) in sums.iter().zip(&network.second) {
        let active = sum.max(0.0);
        for (answer, weight) in answers.iter_mut().zip(row) {
            *answer += active * weight;
        }
    }
    let most = answers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0;
    for answer in &mut answers {
        *answer = (*answer - most).exp();
        total += *answer;
    }
    // Label smoothing: the target of the right class is 0.97, which keeps doubtful and clear
    // glyphs distinguishable.
    const SURE: f32 = 0.97;
    let mut error = answers.map(|answer| answer / total - (1.0 - SURE) / (OUTPUTS - 1) as f32);
    error[example.answer] -= SURE - (1.0 - SURE) / (OUTPUTS - 1) as f32;
    let mut back = [0.0f32; HIDDEN];
    for unit in 0..HIDDEN {
        if sums[unit] <= 0.0 {
            continue;
        }
        let mut sum = 0.0;
        let weights = network.second[unit].iter().zip(&mut wanted.second[unit]);
        for (error, (weight, wanted)) in error.iter().zip(weights) {
            sum += error * weight;
            *wanted += error * sums[unit];
        }
        back[unit] = sum;
    }
    for (total, error) in wanted.second_bias.iter_mut().zip(&error) {
        *total += error;
    }
    for (total, error) in wanted.first_bias.iter_mut().zip(&back) {
        *total += error;
    }
    for (value, row) in example.crop.iter().zip(&mut wanted.first) {
        for (total, error) in row.iter_mut().zip(&back) {
            *total += value * error;
        }
    }
}

/// Trains a new network on `lines` lines.
pub fn train(fonts: &[Font], seed: u64, lines: u64, told: impl Fn(u64, &Network)) -> Network {
    let mut network = fresh(&mut Chance::new(seed, 0, "weights"));
    let (mut mean, mut square) = (zeros(), zeros());
    let mut pool: Vec<Example> = Vec::new();
    let mut shuffle = Chance::new(seed, 0, "order");
    let mut steps = 0i32;
    for line in 0..lines {
        let mut chance = Chance::new(seed, line, "line");
        strip::examples(fonts, &mut chance, &mut pool);
        // Batches mix lines, because one line has one font and one light.
        while pool.len() > 40 * BATCH {
            let mut wanted = zeros();
            for _ in 0..BATCH {
                let place = shuffle.below(pool.len() as u64) as usize;
                learn(&network, &pool.swap_remove(place), &mut wanted);
            }
            steps = steps.saturating_add(1);
            let done = line as f32 / lines as f32;
            let rate = 0.002 * (1.0 - done).max(0.004);
            let (first, second) = (1.0 - 0.9f32.powi(steps), 1.0 - 0.999f32.powi(steps));
            let all = weights(&mut network)
                .zip(weights(&mut wanted))
                .zip(weights(&mut mean).zip(weights(&mut square)));
            for ((weight, wanted), (mean, square)) in all {
                let wanted = *wanted / BATCH as f32;
                *mean += 0.1 * (wanted - *mean);
                *square += 0.001 * (wanted * wanted - *square);
                *weight -= rate * (*mean / first) / ((*square / second).sqrt() + 1e-8);
            }
        }
        if (line + 1).is_multiple_of(2_000) {
            told(line + 1, &network);
        }
    }
    network
}

/// The accuracy on these lines, for glyphs and for empty places.
pub fn judge(network: &Network, fonts: &[Font], seed: u64, lines: u64) -> (f64, f64) {
    let (mut right, mut all) = ([0u32; 2], [0u32; 2]);
    for line in 0..lines {
        let mut examples = Vec::new();
        strip::examples(fonts, &mut Chance::new(seed, line, "line"), &mut examples);
        for example in examples {
            let answers = network.classify(&example.crop);
            let best = (0..OUTPUTS).max_by(|a, b| answers[*a].total_cmp(&answers[*b]));
            let empty = usize::from(example.answer == OUTPUTS - 1);
            all[empty] += 1;
            right[empty] += u32::from(best == Some(example.answer));
        }
    }
    let share = |nth: usize| f64::from(right[nth]) / f64::from(all[nth].max(1));
    (share(0), share(1))
}
