//! Normalises typed or recognised text to three lines of thirty characters.

use super::MrzError;
use crate::typed;

const WIDTH: usize = 30;

/// How text recognition misreads `IDMEX`, apart from letters that look like digits.
const PREFIXES: [&str; 2] = ["IDMEX", "188EX"];

fn is_prefix(text: &str) -> bool {
    let letters: String = text
        .chars()
        .enumerate()
        .map(|(place, c)| match (place, c) {
            (0, '1' | 'L') => 'I',
            (1, '0' | 'O' | 'Q') => 'D',
            _ => c,
        })
        .collect();
    PREFIXES.contains(&text) || PREFIXES.contains(&letters.as_str())
}

/// Splits one text into three lines: at its line breaks, or by length if it has none.
pub(super) fn split(text: &str) -> Result<[String; 3], MrzError> {
    // Longer than the text of any card.
    if text.len() > 1000 {
        return Err(MrzError::Shape);
    }
    let lines: Vec<String> = text
        .lines()
        .map(fillers)
        .filter(|line| !line.is_empty())
        .collect();
    // Other text may have been pasted in front of the lines or after them.
    let begins = |line: &String| line.get(..5).is_some_and(is_prefix);
    let from = match lines.len() {
        3 => 0,
        _ => lines.iter().position(begins).unwrap_or(lines.len()),
    };
    if let [a, b, c, ..] = &lines[from..] {
        return Ok([a, b, c].map(Clone::clone));
    }
    let all = fillers(text);
    if !all.is_ascii() || all.len() <= 2 * WIDTH || all.len() > 3 * WIDTH {
        return Err(MrzError::Shape);
    }
    let (first, rest) = all.split_at(WIDTH);
    let (second, third) = rest.split_at(WIDTH);
    Ok([first, second, third].map(str::to_owned))
}

/// Three normalised lines, or the reason why they are not valid.
pub(super) fn lines(lines: &[&str; 3]) -> Result<[String; 3], MrzError> {
    if lines.iter().any(|line| line.len() > 1000) {
        return Err(MrzError::Shape);
    }
    let [first, second, third] = lines.map(fillers);
    for (number, line) in (1u8..).zip([&first, &second, &third]) {
        if !line
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'<')
        {
            return Err(MrzError::Character(number));
        }
    }
    Ok([
        first_line(&first)?,
        second_line(&second)?,
        third_line(&third)?,
    ])
}

fn fillers(line: &str) -> String {
    typed::close(line)
        .replace("&LT;", "<")
        .replace(['«', '≪', '《'], "<<")
        .replace(['‹', '〈', '﹤'], "<")
        .replace(['|', '!', '¡'], "I")
}

fn first_line(line: &str) -> Result<String, MrzError> {
    let prefix = line.get(..5).ok_or(MrzError::Length(1))?;
    if !is_prefix(prefix) {
        return Err(MrzError::Document);
    }
    // CIC and digit, fillers in any number, OCR number.
    let cic = line.get(5..15).ok_or(MrzError::Length(1))?;
    let ocr = line[15..].trim_matches('<');
    if ocr.len() != 13 {
        return Err(MrzError::Length(1));
    }
    Ok(format!("IDMEX{cic}<<{ocr}"))
}

fn second_line(line: &str) -> Result<String, MrzError> {
    if line.len() == WIDTH {
        return Ok(line.to_owned());
    }
    let (head, tail) = line.split_at_checked(18).ok_or(MrzError::Length(2))?;
    let parts: Vec<&str> = tail.split('<').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [emission, folio, digit] if emission.len() == 2 && folio.len() == 5 && digit.len() == 1 => {
            Ok(format!("{head}<{emission}<<{folio}<{digit}"))
        }
        _ => Err(MrzError::Length(2)),
    }
}

fn third_line(line: &str) -> Result<String, MrzError> {
    let name = line.trim_end_matches('<');
    if name.len() > WIDTH {
        return Err(MrzError::Length(3));
    }
    Ok(format!("{name:<<WIDTH$}"))
}
