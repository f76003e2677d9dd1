//! The operator's counters.
//!
//! Labels hold routes, methods, statuses and outcomes, and never personal data.

use axum::http::Method;
use server_core::ports::Events;
use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Upper bounds in seconds.
const BOUNDS: [f64; 9] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

#[derive(Debug, Default, Clone)]
struct Histogram {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: f64,
}

#[derive(Debug, Default)]
struct Series {
    requests: BTreeMap<(String, &'static str, u16), Histogram>,
    events: BTreeMap<(&'static str, &'static str), u64>,
    durations: BTreeMap<&'static str, (u64, f64)>,
}

/// The counters since the start.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Series>);

impl Metrics {
    fn with<T>(&self, use_it: impl FnOnce(&mut Series) -> T) -> T {
        // After a panic between two additions the counters are still usable.
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts an answered request.
    pub fn request(&self, route: &str, method: &Method, status: u16, took: Duration) {
        let method = match *method {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::PUT => "PUT",
            Method::POST => "POST",
            Method::DELETE => "DELETE",
            _ => "other",
        };
        let seconds = took.as_secs_f64();
        self.with(|series| {
            let histogram = series
                .requests
                .entry((route.to_owned(), method, status))
                .or_default();
            histogram.count += 1;
            histogram.sum += seconds;
            for (bucket, bound) in histogram.buckets.iter_mut().zip(BOUNDS) {
                *bucket += u64::from(seconds <= bound);
            }
        });
    }

    /// Writes everything, in the text format of Prometheus.
    pub fn write(&self, out: &mut String) -> std::fmt::Result {
        self.with(|series| {
            if !series.requests.is_empty() {
                let help = "How long answers took, by route";
                declare(out, "apoyo_http_request_seconds", help, "histogram")?;
            }
            for ((route, method, status), histogram) in &series.requests {
                let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
                for (bucket, bound) in histogram.buckets.iter().zip(BOUNDS) {
                    writeln!(
                        out,
                        "apoyo_http_request_seconds_bucket{{{labels},le=\"{bound}\"}} {bucket}"
                    )?;
                }
                let (count, sum) = (histogram.count, histogram.sum);
                writeln!(
                    out,
                    "apoyo_http_request_seconds_bucket{{{labels},le=\"+Inf\"}} {count}\n\
                     apoyo_http_request_seconds_count{{{labels}}} {count}\n\
                     apoyo_http_request_seconds_sum{{{labels}}} {sum:.6}"
                )?;
            }
            let mut declared = "";
            for ((name, outcome), count) in &series.events {
                // The outcomes of one name are neighbours.
                if *name != declared {
                    let help = "What happened since the start, by outcome";
                    declare(out, &format!("apoyo_{name}_total"), help, "counter")?;
                    declared = name;
                }
                writeln!(out, "apoyo_{name}_total{{outcome=\"{outcome}\"}} {count}")?;
            }
            for (name, (count, sum)) in &series.durations {
                let help = "How long it took since the start";
                declare(out, &format!("apoyo_{name}_seconds"), help, "summary")?;
                writeln!(
                    out,
                    "apoyo_{name}_seconds_count {count}\napoyo_{name}_seconds_sum {sum:.6}"
                )?;
            }
            Ok(())
        })
    }
}

/// The help and type of a series; `promtool check metrics` asks for both lines.
pub fn declare(out: &mut String, name: &str, help: &str, kind: &str) -> std::fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

impl Events for Metrics {
    fn count(&self, name: &'static str, outcome: &'static str) {
        self.with(|series| *series.events.entry((name, outcome)).or_default() += 1);
    }

    fn took(&self, name: &'static str, duration: Duration) {
        self.with(|series| {
            let (count, sum) = series.durations.entry(name).or_default();
            *count += 1;
            *sum += duration.as_secs_f64();
        });
    }
}
