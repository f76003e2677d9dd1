//! `/metrics`: the counters, and what is counted when somebody looks.

use crate::{http::problem::RefusalAnswer, metrics::Metrics};
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
) -> Result<Response, RefusalAnswer> {
    let (mails, oldest) = core.storage.mail_backlog().await?;
    let pending = core.storage.pending_count().await?;
    let unread = core.storage.unread_count().await?;
    let tiers = core.storage.tiers().await?;
    let now = core.now();
    let waited = oldest.map_or(0, |since| (now - since).num_seconds().max(0));
    let uploading = core.limits.uploads.running();
    let mut out = String::with_capacity(4096);
    let written = metrics.write(&mut out).and_then(|()| {
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
