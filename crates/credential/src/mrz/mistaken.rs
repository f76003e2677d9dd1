//! Letters typed for digits and digits for letters: `l` and `I` for 1, `O` for 0.
//!
//! What a place of the zone may hold says what was meant, and a check digit confirms it: a digit
//! that no check digit covers is taken over only where the composite one holds.

use super::{MrzError, composite};

/// The places that hold digits, in the first two lines; those of `CHECKED` have a digit of their
/// own, which [`super::Mrz::parse`] looks at.
const CHECKED: [(usize, [usize; 2]); 3] = [(0, [5, 15]), (1, [0, 7]), (1, [8, 15])];
const OTHERS: [(usize, [usize; 2]); 4] =
    [(0, [17, 30]), (1, [19, 21]), (1, [23, 28]), (1, [29, 30])];

/// Writes in every place what it may hold, or names the line that cannot be understood.
pub(super) fn mend(lines: &mut [String; 3]) -> Result<(), MrzError> {
    for (line, [from, to]) in CHECKED {
        mend_digits(&mut lines[line], from, to);
    }
    let changed = OTHERS.map(|(line, [from, to])| mend_digits(&mut lines[line], from, to));
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

/// Whether anything was changed. Letters that look like no digit stay, for the parser to refuse.
fn mend_digits(line: &mut String, from: usize, to: usize) -> bool {
    let mended: String = line[from..to].chars().map(meant).collect();
    let changed = mended != line[from..to];
    line.replace_range(from..to, &mended);
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
