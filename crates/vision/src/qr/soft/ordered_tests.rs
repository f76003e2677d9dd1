use super::*;

/// Deterministic random numbers.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1 << 24) as f32
    }

    /// Close enough to a Gaussian.
    fn noise(&mut self) -> f32 {
        (0..12).map(|_| self.unit()).sum::<f32>() - 6.0
    }
}

fn block(dice: &mut Dice, data: usize, parity: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..data).map(|_| (dice.unit() * 256.0) as u8).collect();
    let mut check = vec![0; parity];
    for (byte, row) in bytes.iter().zip(generators(data, parity)) {
        for (sum, part) in check.iter_mut().zip(row) {
            *sum ^= multiply(part, *byte);
        }
    }
    bytes.extend(check);
    bytes
}

fn seen(dice: &mut Dice, bytes: &[u8], noise: f32) -> Vec<f32> {
    let bit = |at: usize| {
        if bytes[at / 8] >> (7 - at % 8) & 1 == 1 {
            1.0
        } else {
            -1.0
        }
    };
    (0..bytes.len() * 8)
        .map(|at| 4.0 * (bit(at) + noise * dice.noise()))
        .collect()
}

#[test]
fn the_check_bytes_are_those_of_the_standards_example() {
    let data = [
        0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC,
        0x11,
    ];
    let mut check = [0; 10];
    for (byte, row) in data.iter().zip(generators(16, 10)) {
        for (sum, part) in check.iter_mut().zip(row) {
            *sum ^= multiply(part, *byte);
        }
    }
    assert_eq!(
        check,
        [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55]
    );
}

#[test]
fn blocks_with_more_wrong_bytes_than_the_bound_allows_are_found() {
    let mut dice = Dice(5);
    let mut beyond = 0;
    for _ in 0..20 {
        let bytes = block(&mut dice, 32, 18);
        let bits = seen(&mut dice, &bytes, 0.55);
        let wrong = bytes.iter().enumerate().filter(|(at, byte)| {
            let hard = (0..8).fold(0, |value, bit| {
                value << 1 | u8::from(bits[at * 8 + bit] > 0.0)
            });
            hard != **byte
        });
        beyond += usize::from(wrong.count() > 9);
        assert_eq!(most_likely(&bits, &[None; 256]), Some(bytes));
    }
    assert!(beyond > 5, "{beyond}");
}

#[test]
fn what_is_known_beforehand_carries_further() {
    let mut dice = Dice(6);
    let (mut with, mut without) = (0, 0);
    for _ in 0..20 {
        let bytes = block(&mut dice, 32, 18);
        let bits = seen(&mut dice, &bytes, 0.9);
        let known: Vec<Option<bool>> = (0..256)
            .map(|at| (at < 190).then_some(bytes[at / 8] >> (7 - at % 8) & 1 == 1))
            .collect();
        with += usize::from(most_likely(&bits, &known).as_ref() == Some(&bytes));
        without += usize::from(most_likely(&bits, &[None; 256]).as_ref() == Some(&bytes));
    }
    assert!(with >= 18 && without <= 4, "{with} {without}");
}

#[test]
fn blocks_of_other_shapes_are_found_or_refused() {
    let mut dice = Dice(7);
    for (data, parity) in [(19, 7), (9, 17), (16, 10), (44, 26), (36, 22)] {
        let bytes = block(&mut dice, data, parity);
        let bits = seen(&mut dice, &bytes, 0.2);
        assert_eq!(most_likely(&bits, &vec![None; data * 8]), Some(bytes));
    }
    assert_eq!(most_likely(&[1.0; 800], &[None; 600]), None);
    assert_eq!(most_likely(&[], &[]), None);
    // All is known: nothing is left to search.
    let bytes = block(&mut dice, 16, 10);
    let all: Vec<_> = (0..128)
        .map(|at| Some(bytes[at / 8] >> (7 - at % 8) & 1 == 1))
        .collect();
    assert_eq!(most_likely(&vec![0.0; 208], &all), Some(bytes));
}
