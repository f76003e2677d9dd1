//! Curves through points, by least squares.

/// The parabola `a + b x + c x²` through weighted points (x, y, weight); `None` where they do
/// not determine one.
pub(super) fn parabola(points: impl Iterator<Item = (f32, f32, f32)>) -> Option<(f32, f32, f32)> {
    let mut moments = [0.0f64; 5];
    let mut sides = [0.0f64; 3];
    for (x, y, weight) in points {
        let (x, y) = (f64::from(x), f64::from(y));
        let mut power = f64::from(weight);
        for (nth, moment) in moments.iter_mut().enumerate() {
            *moment += power;
            if let Some(side) = sides.get_mut(nth) {
                *side += power * y;
            }
            power *= x;
        }
    }
    let [m0, m1, m2, m3, m4] = moments;
    let determinant = |a: [f64; 3], b: [f64; 3], c: [f64; 3]| {
        a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1])
            + c[0] * (a[1] * b[2] - a[2] * b[1])
    };
    let (first, second, third) = ([m0, m1, m2], [m1, m2, m3], [m2, m3, m4]);
    let whole = determinant(first, second, third);
    if whole.abs() < 1e-9 * (1.0 + m0 * m2 * m4) {
        return None;
    }
    Some((
        (determinant(sides, second, third) / whole) as f32,
        (determinant(first, sides, third) / whole) as f32,
        (determinant(first, second, sides) / whole) as f32,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_a_parabola_give_it_back_and_too_few_give_none() {
        let points = || {
            (0..9)
                .map(|x| x as f32)
                .map(|x| (x, 3.0 - 2.0 * x + 0.5 * x * x, 1.0))
        };
        let (a, b, c) = parabola(points()).unwrap();
        assert!((a - 3.0).abs() < 1e-3 && (b + 2.0).abs() < 1e-3 && (c - 0.5).abs() < 1e-4);
        assert_eq!(parabola(points().take(2)), None);
        assert_eq!(parabola(std::iter::empty()), None);
    }
}
