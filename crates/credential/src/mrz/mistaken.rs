//! Letters typed for digits and digits for letters: `l` and `I` for 1, `O` for 0.
//!
//! Each place of the zone holds only letters or only digits, which tells what was meant. A check digit
//! confirms it: a digit outside of all check digits is corrected only if the composite one is right.

use super::{MrzError, composite};

/// The places that hold digits, in the first two lines. Those of `CHECKED` have a check digit of
/// their own, which [`super::Mrz::parse`] verifies.
const CHECKED: [(usize, [usize; 2]); 3] = [(0, [5, 15]), (1, [0, 7]), (1, [8, 15])];
const OTHERS: [(usize, [usize; 2]); 4] =
    [(0, [17, 30]), (1, [19, 21]), (1, [23, 28]), (1, [29, 30])];

/// Corrects every place to the kind of character that it holds, or names the line that cannot be
/// corrected.
pub(super) fn correct(lines: &mut [String; 3]) -> Result<(), MrzError> {
    for (line, [from, to]) in CHECKED {
        correct_digits(&mut lines[line], from, to);
    }
    let changed = OTHERS.map(|(line, [from, to])| correct_digits(&mut lines[line], from, to));
    if let Some(place) = changed.iter().position(|changed| *changed)
        && composite(&lines[0], &lines[1]) != lines[1].chars().last()
    {
        return Err(MrzError::Character(if OTHERS[place].0 == 0 {
            1
        } else {
            2
        }));
    }
    // No name has a digit, and no check digit covers this line.
    lines[2] = lines[2].replace('0', "O").replace('1', "I");
    if lines[2].bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(MrzError::Character(3));
    }
    Ok(())
}

/// Corrects digits; returns whether any character changed. Letters that do not look like a digit
/// stay, and the parser refuses them.
fn correct_digits(line: &mut String, from: usize, to: usize) -> bool {
    let corrected: String = line[from..to].chars().map(meant).collect();
    let changed = corrected != line[from..to];
    line.replace_range(from..to, &corrected);
    changed
}

fn meant(c: char) -> char {
    match c {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'G' => '6',
        'B' => '8',
        _ => c,
    }
}
