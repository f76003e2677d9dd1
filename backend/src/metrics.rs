//! What the operator can watch: `/metrics` in the text format of Prometheus.
//!
//! No label ever holds something of a person: routes, methods, statuses and outcomes only.

use crate::{http::problem::Refusal, server::Server};
use axum::{
    extract::State,
    http::{Method, header},
    response::{IntoResponse, Response},
};
use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
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

/// Everything counted since the start.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Series>);

impl Metrics {
    fn with<T>(&self, use_it: impl FnOnce(&mut Series) -> T) -> T {
        // A panic between two additions leaves counters that are still counters.
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One request was answered.
    pub fn request(&self, route: &str, method: &Method, status: u16, took: Duration) {
        let method = match *method {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::PUT => "PUT",
            Method::POST => "POST",
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

    /// Something happened, with this outcome.
    pub fn count(&self, name: &'static str, outcome: &'static str) {
        self.with(|series| *series.events.entry((name, outcome)).or_default() += 1);
    }

    /// Something took this long.
    pub fn took(&self, name: &'static str, duration: Duration) {
        self.with(|series| {
            let (count, sum) = series.durations.entry(name).or_default();
            *count += 1;
            *sum += duration.as_secs_f64();
        });
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        self.with(|series| {
            writeln!(out, "# TYPE apoyo_http_request_seconds histogram")?;
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
            for ((name, outcome), count) in &series.events {
                writeln!(out, "apoyo_{name}_total{{outcome=\"{outcome}\"}} {count}")?;
            }
            for (name, (count, sum)) in &series.durations {
                writeln!(
                    out,
                    "apoyo_{name}_seconds_count {count}\napoyo_{name}_seconds_sum {sum:.6}"
                )?;
            }
            Ok(())
        })
    }
}

/// `GET /metrics`
#[utoipa::path(get, path = "/metrics", tag = "operation", operation_id = "metrics",
    responses((status = 200, description = "Counters in the text format of Prometheus", content_type = "text/plain")))]
pub async fn show_metrics(State(server): State<Arc<Server>>) -> Result<Response, Refusal> {
    let (mails, oldest) = server.storage.mail_backlog().await?;
    let pending = server.storage.pending_count().await?;
    let unread = server.storage.unread_count().await?;
    let tiers = server.storage.tiers().await?;
    let now = server.now();
    let waited = oldest.map_or(0, |since| (now - since).num_seconds().max(0));
    let uploading = server.config.limits.uploads_at_once - server.uploads.available_permits();
    let mut out = String::with_capacity(4096);
    let written = server.metrics.write(&mut out).and_then(|()| {
        writeln!(
            out,
            "# TYPE apoyo_apoyos_pending gauge\napoyo_apoyos_pending {pending}\n\
             # TYPE apoyo_pictures_unread gauge\napoyo_pictures_unread {unread}\n\
             # TYPE apoyo_mails_waiting gauge\napoyo_mails_waiting {mails}\n\
             # TYPE apoyo_mail_oldest_seconds gauge\napoyo_mail_oldest_seconds {waited}\n\
             # TYPE apoyo_uploads_running gauge\napoyo_uploads_running {uploading}"
        )?;
        writeln!(out, "# TYPE apoyo_devices gauge")?;
        for count in &tiers {
            let (tier, reason, devices) = (count.tier.as_str(), &count.reason, count.devices);
            writeln!(
                out,
                "apoyo_devices{{tier=\"{tier}\",reason=\"{reason}\"}} {devices}"
            )?;
        }
        Ok(())
    });
    debug_assert!(written.is_ok(), "writing into a String cannot fail");
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    Ok((kind, out).into_response())
}
