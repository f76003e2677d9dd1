//! Least squares: the solution of normal equations, and curves through points.

use nalgebra::{Cholesky, Matrix3, SMatrix, SVector, Vector3};

/// Solves `matrix × x = right` for a symmetric positive definite matrix, of which the lower half
/// is enough (Cholesky). `None` where the matrix is not positive definite.
pub(crate) fn solve<const N: usize>(matrix: [[f32; N]; N], right: [f32; N]) -> Option<[f32; N]> {
    // The arrays are rows, and nalgebra stores columns.
    let matrix = SMatrix::<f32, N, N>::from(matrix).transpose();
    let solution = Cholesky::new(matrix)?.solve(&SVector::<f32, N>::from(right));
    Some(solution.into())
}

/// The parabola `a + b x + c x²` through weighted points (x, y, weight); `None` where they do
/// not determine one.
pub(crate) fn parabola(points: impl Iterator<Item = (f32, f32, f32)>) -> Option<(f32, f32, f32)> {
    let mut moments = [0.0f64; 5];
    let mut right = Vector3::<f64>::zeros();
    for (x, y, weight) in points {
        let (x, y) = (f64::from(x), f64::from(y));
        let mut power = f64::from(weight);
        for (nth, moment) in moments.iter_mut().enumerate() {
            *moment += power;
            if let Some(side) = right.get_mut(nth) {
                *side += power * y;
            }
            power *= x;
        }
    }
    let [m0, m1, m2, m3, m4] = moments;
    let normal = [
        Vector3::new(m0, m1, m2),
        Vector3::new(m1, m2, m3),
        Vector3::new(m2, m3, m4),
    ];
    let whole = Matrix3::from_columns(&normal).determinant();
    if whole.abs() < 1e-9 * (1.0 + m0 * m2 * m4) {
        return None;
    }
    // Cramer's rule: exact enough for three unknowns in double precision.
    let unknown = |nth: usize| {
        let mut columns = normal;
        columns[nth] = right;
        (Matrix3::from_columns(&columns).determinant() / whole) as f32
    };
    Some((unknown(0), unknown(1), unknown(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_from_its_lower_half_and_an_indefinite_one_is_not() {
        let nothing = f32::NAN;
        let matrix = [[4.0, nothing], [2.0, 3.0]];
        let [x, y] = solve(matrix, [10.0, 9.0]).unwrap();
        assert!((x - 1.5).abs() < 1e-6 && (y - 2.0).abs() < 1e-6, "{x} {y}");
        assert_eq!(solve([[1.0, 0.0], [2.0, 1.0]], [1.0, 1.0]), None);
        assert_eq!(solve([[f32::NAN]], [1.0]), None);
    }

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
