//! The printed tables.

use super::memory::Peaks;
use std::collections::BTreeMap;

/// The result of one reader on one picture.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    pub read: bool,
    pub wrong: usize,
    pub ms: f64,
}

/// All outcomes: by size, reader and level.
pub struct Table {
    names: Vec<&'static str>,
    groups: BTreeMap<String, Vec<Vec<(u8, Outcome)>>>,
}

impl Table {
    pub fn new(names: Vec<&'static str>) -> Self {
        Self {
            names,
            groups: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, reader: usize, group: &str, level: u8, outcome: Outcome) {
        let readers = self
            .groups
            .entry(group.to_owned())
            .or_insert_with(|| vec![Vec::new(); self.names.len()]);
        readers[reader].push((level, outcome));
    }

    /// One table a size, in Markdown.
    pub fn print(&self, corpus: &str, memory: &Peaks) {
        for (group, readers) in &self.groups {
            let pictures = readers.first().map_or(0, Vec::len);
            println!("\n{corpus}, {group}: {pictures} pictures");
            println!("| reader | read | 1 | 2 | 3 | 4 | 5 | wrong | median ms | p95 ms | MiB |");
            println!("|---|---|---|---|---|---|---|---|---|---|---|");
            for (name, outcomes) in self.names.iter().zip(readers) {
                let peak = memory
                    .iter()
                    .find(|(reader, size, _)| reader == name && size == group);
                let peak = peak.map_or_else(|| "-".to_owned(), |(_, _, mib)| format!("{mib:.0}"));
                println!("{} {peak} |", line(name, outcomes));
            }
        }
    }
}

fn line(name: &str, outcomes: &[(u8, Outcome)]) -> String {
    let rate = |wanted: &dyn Fn(u8) -> bool| {
        let of: Vec<_> = outcomes
            .iter()
            .filter(|(level, _)| wanted(*level))
            .collect();
        let read = of.iter().filter(|(_, outcome)| outcome.read).count();
        match of.len() {
            0 => "-".to_owned(),
            count => format!("{:.1}", read as f64 * 100.0 / count as f64),
        }
    };
    let levels: Vec<String> = (1..=5).map(|level| rate(&|own| own == level)).collect();
    let wrong: usize = outcomes.iter().map(|(_, outcome)| outcome.wrong).sum();
    let mut ms: Vec<f64> = outcomes.iter().map(|(_, outcome)| outcome.ms).collect();
    ms.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = ((ms.len() as f64 * share) as usize).min(ms.len().saturating_sub(1));
        ms.get(place).copied().unwrap_or(0.0)
    };
    format!(
        "| {name} | {} | {} | {wrong} | {:.1} | {:.1} |",
        rate(&|_| true),
        levels.join(" | "),
        at(0.5),
        at(0.95)
    )
}
