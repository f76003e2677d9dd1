//! A block that looks like PDF417: real start, stop and codeword shapes in the right clusters, chosen at
//! random. It has no content, and no reader has to decode it.

use super::{Area, grid, plate};
use crate::chance::Chance;

const START: [u8; 8] = [8, 1, 1, 1, 1, 1, 1, 3];
const STOP: [u8; 9] = [7, 1, 1, 3, 1, 1, 1, 2, 1];

/// Four bars and four spaces, each 1 to 6 modules, 17 in all, of the cluster of this row.
fn codeword(chance: &mut Chance, row: usize) -> [u8; 8] {
    loop {
        let mut widths = [1u8; 8];
        for _ in 0..17 - 8 {
            widths[chance.below(8) as usize] += 1;
        }
        let [b1, _, b2, _, b3, _, b4, _] = widths.map(i32::from);
        let cluster = (b1 - b2 + b3 - b4).rem_euclid(9);
        if widths.iter().all(|width| *width <= 6) && cluster == (row % 3) as i32 * 3 {
            return widths;
        }
    }
}

/// The SVG of a block with these columns and rows.
pub fn svg(chance: &mut Chance, columns: usize, rows: usize, place: Area) -> String {
    let lines: Vec<Vec<bool>> = (0..rows)
        .map(|row| {
            let mut widths = START.to_vec();
            for _ in 0..columns {
                widths.extend(codeword(chance, row));
            }
            widths.extend(STOP);
            widths
                .into_iter()
                .enumerate()
                .flat_map(|(nth, width)| std::iter::repeat_n(nth % 2 == 0, usize::from(width)))
                .collect()
        })
        .collect();
    let quiet = 2.0 * place.width / lines[0].len() as f64;
    plate(place, quiet)
        + &grid(place, lines[0].len(), rows, |column, row| {
            lines[row][column]
        })
}
