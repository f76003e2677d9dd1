//! Normalises typed or recognised text to three lines of thirty characters.

use super::MrzError;
use crate::text_value::tidy;

const WIDTH: usize = 30;

/// How text recognition misreads `IDMEX`.
const PREFIXES: [&str; 5] = ["IDMEX", "1DMEX", "10MEX", "I0MEX", "188EX"];

/// Splits one text into three lines: at its line breaks, or by length if it has none.
pub(super) fn split(text: &str) -> Result<[String; 3], MrzError> {
    // No card has a text this long.
    if text.len() > 1000 {
        return Err(MrzError::Shape);
    }
    let mut lines = text.lines().map(fillers).filter(|line| !line.is_empty());
    let three = [lines.next(), lines.next(), lines.next()];
    if let ([Some(a), Some(b), Some(c)], None) = (three, lines.next()) {
        return Ok([a, b, c]);
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
    tidy(line)
        .replace('«', "<<")
        .replace(['‹', '〈', '＜'], "<")
}

fn first_line(line: &str) -> Result<String, MrzError> {
    let prefix = line.get(..5).ok_or(MrzError::Shape)?;
    if !PREFIXES.contains(&prefix) {
        return Err(MrzError::Document);
    }
    // CIC and digit, fillers in any number, OCR number.
    let cic = line.get(5..15).ok_or(MrzError::Shape)?;
    let ocr = line[15..].trim_matches('<');
    if ocr.len() != 13 {
        return Err(MrzError::Shape);
    }
    Ok(format!("IDMEX{cic}<<{ocr}"))
}

fn second_line(line: &str) -> Result<String, MrzError> {
    if line.len() == WIDTH {
        return Ok(line.to_owned());
    }
    let (head, tail) = line.split_at_checked(18).ok_or(MrzError::Shape)?;
    let parts: Vec<&str> = tail.split('<').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [emission, folio, digit] if emission.len() == 2 && folio.len() == 5 && digit.len() == 1 => {
            Ok(format!("{head}<{emission}<<{folio}<{digit}"))
        }
        _ => Err(MrzError::Shape),
    }
}

fn third_line(line: &str) -> Result<String, MrzError> {
    let name = line.trim_end_matches('<');
    if name.len() > WIDTH {
        return Err(MrzError::Shape);
    }
    if name.bytes().any(|b| b.is_ascii_digit()) {
        return Err(MrzError::Character(3));
    }
    Ok(format!("{name:<<WIDTH$}"))
}
