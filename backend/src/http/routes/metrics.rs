//! `/metrics`: the counters, and the cached figures.

use crate::{
    figures::Figures,
    http::problem::RefusalAnswer,
    metrics::{Metrics, declare},
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use server_core::Core;
use std::{fmt::Write, sync::Arc};

/// `GET /metrics`
#[utoipa::path(get, path = "/metrics", tag = "operation", operation_id = "metrics",
    responses((status = 200, description = "Counters in the text format of Prometheus", content_type = "text/plain")))]
pub async fn show_metrics(
    State(core): State<Arc<Core>>,
    State(metrics): State<Arc<Metrics>>,
    State(figures): State<Arc<Figures>>,
) -> Result<Response, RefusalAnswer> {
    let counted = figures.current(&core).await?;
    let waited = counted.mail_delay(core.now());
    let (mails, pending, unopened) = (counted.mails_waiting, counted.pending, counted.unopened);
    let tiers = &counted.tiers;
    let uploading = core.limits.uploads.running();
    let doubt = core.clock.doubt();
    let ahead = doubt.map_or(0, |doubt| (doubt.wall - core.now()).num_seconds());
    let mut out = String::with_capacity(4096);
    let written = metrics.write(&mut out).and_then(|()| {
        for (name, help, value) in [
            (
                "apoyo_apoyos_pending",
                "Apoyos that wait to be judged",
                pending.to_string(),
            ),
            (
                "apoyo_pictures_unread",
                "Apoyos whose pictures wait for the review key",
                unopened.to_string(),
            ),
            (
                "apoyo_mails_waiting",
                "Mails that wait for the relay",
                mails.to_string(),
            ),
            (
                "apoyo_mail_oldest_seconds",
                "How long the oldest of them waits",
                waited.to_string(),
            ),
            (
                "apoyo_uploads_running",
                "Pictures that are arriving now",
                uploading.to_string(),
            ),
            (
                "apoyo_clock_doubtful",
                "1: the machine's clock is not believed, and nothing is forgotten meanwhile",
                u8::from(doubt.is_some()).to_string(),
            ),
            (
                "apoyo_clock_ahead_seconds",
                "How far the machine's clock is ahead of the server's time while it is in doubt",
                ahead.to_string(),
            ),
        ] {
            declare(&mut out, name, help, "gauge")?;
            writeln!(out, "{name} {value}")?;
        }
        if !tiers.is_empty() {
            let help = "Phones by what their hardware says of them";
            declare(&mut out, "apoyo_devices", help, "gauge")?;
        }
        for count in tiers.iter() {
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
