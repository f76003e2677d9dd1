//! The resources of a process and its children, from `/proc`: CPU, memory, written bytes.

use anyhow::{Context, Result};
use std::{collections::HashMap, fs, time::Duration};

/// The resources that a process tree has used so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// User and system time, with ended children.
    pub cpu: Duration,
    /// Bytes written to the block layer.
    pub written: u64,
}

impl Usage {
    /// The difference from `earlier`.
    pub fn since(self, earlier: Usage) -> Usage {
        Usage {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            written: self.written.saturating_sub(earlier.written),
        }
    }
}

/// The resources of the process `root` and its descendants.
pub fn usage(root: u32) -> Usage {
    let ticks = rustix::param::clock_ticks_per_second();
    let mut total = Usage::default();
    for pid in tree(root) {
        let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
            continue;
        };
        // The command's name may have spaces, so fields are counted after its closing bracket.
        let Some((_, rest)) = stat.rsplit_once(')') else {
            continue;
        };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let spent: u64 = fields[11..15]
            .iter()
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        total.cpu += Duration::from_micros(spent * 1_000_000 / ticks);
        total.written += number(&format!("/proc/{pid}/io"), "write_bytes:").unwrap_or(0);
    }
    total
}

/// The proportional memory of the process `root` and its descendants, in bytes.
pub fn resident(root: u32) -> u64 {
    tree(root)
        .iter()
        .filter_map(|pid| number(&format!("/proc/{pid}/status"), "VmRSS:").ok())
        .sum::<u64>()
        * 1024
}

fn number(path: &str, name: &str) -> Result<u64> {
    let text = fs::read_to_string(path)?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .context("no such line")?;
    Ok(line
        .split_whitespace()
        .next()
        .context("no number")?
        .parse()?)
}

/// The process and all its descendants.
fn tree(root: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        if let Ok(parent) = number(&format!("/proc/{pid}/status"), "PPid:") {
            children
                .entry(u32::try_from(parent).unwrap_or(0))
                .or_default()
                .push(pid);
        }
    }
    let mut found = vec![root];
    let mut next = 0;
    while let Some(pid) = found.get(next) {
        found.extend(children.remove(pid).unwrap_or_default());
        next += 1;
    }
    found
}
