//! Rates and times, by size and level.

use super::corpus::Back;
use std::collections::BTreeMap;

#[derive(Default)]
struct Cell {
    pictures: usize,
    lines: usize,
    ms: Vec<f64>,
    trusted: usize,
    wrongly: usize,
}

/// The results of all readers so far.
pub struct Table {
    readers: Vec<&'static str>,
    cells: BTreeMap<(String, u8, usize), Cell>,
}

impl Table {
    pub fn new(readers: &[&'static str]) -> Self {
        Self {
            readers: readers.to_vec(),
            cells: BTreeMap::new(),
        }
    }

    /// One picture: the number of right lines, and whether the zone was accepted (and was right).
    pub fn add(
        &mut self,
        reader: usize,
        back: &Back,
        right: usize,
        ms: f64,
        trusted: Option<(bool, bool)>,
    ) {
        let key = (back.size.clone(), back.level, reader);
        let cell = self.cells.entry(key).or_default();
        cell.pictures += 1;
        cell.lines += right;
        cell.ms.push(ms);
        if let Some((true, whole)) = trusted {
            cell.trusted += 1;
            cell.wrongly += usize::from(!whole);
        }
    }

    pub fn print(&mut self, folder: &str) {
        println!("{folder}");
        println!(
            "size  level reader                lines right        ms median    p95  taken for read  wrongly"
        );
        for ((size, level, reader), cell) in &mut self.cells {
            cell.ms.sort_by(f64::total_cmp);
            let at = |share: f64| cell.ms[((cell.ms.len() - 1) as f64 * share) as usize];
            let lines = cell.pictures * 3;
            println!(
                "{size:5} {level:5} {:20} {:4} of {lines:4} {:5.1} % {:9.0} {:6.0}{}",
                self.readers[*reader],
                cell.lines,
                cell.lines as f64 * 100.0 / lines as f64,
                at(0.5),
                at(0.95),
                if *reader == super::OURS {
                    format!(
                        "  {:5} of {:4}  {:7}",
                        cell.trusted, cell.pictures, cell.wrongly
                    )
                } else {
                    String::new()
                }
            );
        }
    }
}
