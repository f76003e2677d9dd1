//! Worn words: a comment with one of them can usually be a plainer sentence.

use super::files::Text;
use std::collections::BTreeMap;

/// Worn words. Written in halves, so that this list does not count itself.
const WORN: [&str; 7] = [
    concat!("sta", "nds"),
    concat!("nob", "ody"),
    concat!("who", "ever"),
    concat!("an", "ew"),
    concat!("who ", "likes"),
    concat!("is ", "told"),
    concat!("bes", "ide"),
];

/// The most of them in 1,000 lines of comments; `None` counts without a limit. There were 48.
const MOST_IN_1000: Option<f64> = Some(5.0);

/// The numbers of worn words in some lines of comments.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count {
    lines: usize,
    words: [usize; WORN.len()],
}

impl Count {
    fn add(&mut self, other: Self) {
        self.lines += other.lines;
        for (sum, more) in self.words.iter_mut().zip(other.words) {
            *sum += more;
        }
    }

    fn in_1000(&self) -> f64 {
        let words: usize = self.words.iter().sum();
        1000.0 * words as f64 / self.lines.max(1) as f64
    }
}

/// A line if there are more than the limit.
pub fn breaches(files: &[Text]) -> Option<String> {
    let all = total(&by_folder(files));
    let most = MOST_IN_1000.filter(|most| all.in_1000() > *most)?;
    Some(format!(
        "{:.1} worn words in 1,000 lines of comments, {most} are let pass: `cargo xtask tidy --words` says where",
        all.in_1000()
    ))
}

/// Prints the counts of each folder, the worst first.
pub fn print(files: &[Text]) {
    let folders = by_folder(files);
    let mut rows: Vec<(&str, Count)> = folders.iter().map(|(f, c)| (f.as_str(), *c)).collect();
    rows.sort_by(|a, b| b.1.in_1000().total_cmp(&a.1.in_1000()));
    rows.push(("all", total(&folders)));
    println!(
        "{:>6} {:>8}  {}  folder",
        "lines",
        "in 1,000",
        WORN.join("  ")
    );
    for (folder, count) in rows {
        let words = WORN.iter().zip(count.words);
        let words: Vec<String> = words
            .map(|(word, n)| format!("{n:>width$}", width = word.len()))
            .collect();
        let (lines, rate) = (count.lines, count.in_1000());
        println!("{lines:>6} {rate:>8.1}  {}  {folder}", words.join("  "));
    }
}

fn total(folders: &BTreeMap<String, Count>) -> Count {
    let mut all = Count::default();
    folders.values().for_each(|count| all.add(*count));
    all
}

fn by_folder(files: &[Text]) -> BTreeMap<String, Count> {
    let mut folders: BTreeMap<String, Count> = BTreeMap::new();
    for file in files {
        if file.is(&[".rs", ".ts", ".svelte", ".kt", ".swift"]) {
            let parts: Vec<&str> = file.path.split('/').collect();
            let deep = (parts.len() - 1).min(4);
            let folder = folders.entry(parts[..deep].join("/")).or_default();
            folder.add(count(&file.text));
        }
    }
    folders
}

fn count(text: &str) -> Count {
    let mut count = Count::default();
    for line in text.lines().map(str::trim_start) {
        // Star: inside of `/* … */`.
        if line.starts_with("//") || line.starts_with("/*") || line.starts_with("* ") {
            count.lines += 1;
            let line = line.to_lowercase();
            for (sum, word) in count.words.iter_mut().zip(WORN) {
                *sum += times(&line, word);
            }
        }
    }
    count
}

fn times(line: &str, word: &str) -> usize {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    line.match_indices(word)
        .filter(|(at, _)| {
            let (before, after) = (&line[..*at], &line[at + word.len()..]);
            !is_word(before.chars().next_back()) && !is_word(after.chars().next())
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::{WORN, count, times};

    #[test]
    fn only_whole_words_in_comments_count() {
        let worn = WORN[0];
        let text = format!("/// It {worn}, and {worn}.\nlet {worn} = 1;\n    // under{worn}\n");
        let counted = count(&text);
        assert_eq!((counted.lines, counted.words[0]), (2, 2));
        assert!((counted.in_1000() - 1000.0).abs() < 1e-9);
        assert_eq!(times("besides, bes", WORN[6]), 0);
    }
}
