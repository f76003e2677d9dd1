//! `/healthz`: the process lives. `/readyz`: it can do its work.

use crate::server::Server;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::sync::Arc;

/// After this long without a sign of life the worker counts as stopped.
const WORKER_SILENCE_S: i64 = 120;
/// After this long the oldest mail is worth a look.
const MAIL_DELAY_S: i64 = 900;

/// One thing that was looked at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// Whether it is well.
    pub ok: bool,
    /// Whether the server can work without it.
    pub essential: bool,
    /// A number or a word that tells more.
    pub detail: String,
}

/// The answer of `/readyz`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Readiness {
    /// Whether every essential check is well.
    pub ready: bool,
    /// All checks.
    pub checks: Vec<Check>,
}

/// `GET /healthz`
#[utoipa::path(get, path = "/healthz", tag = "operation", operation_id = "healthz",
    responses((status = 200, description = "The process answers", body = str)))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`
#[utoipa::path(get, path = "/readyz", tag = "operation", operation_id = "readyz",
    responses((status = 200, body = Readiness, description = "Ready"),
        (status = 503, body = Readiness, description = "Something essential is not well")))]
pub async fn readyz(State(server): State<Arc<Server>>) -> Response {
    let checks = vec![
        database_and_mail(&server).await,
        disk(&server),
        worker(&server),
        roll(&server).await,
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>();
    let ready = checks.iter().all(|check| check.ok || !check.essential);
    let status = match ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(Readiness { ready, checks })).into_response()
}

/// Apoyos are received without a roll, but wait for their verdict.
async fn roll(server: &Server) -> Vec<Check> {
    let version = server.storage.roll_version().await.ok().flatten();
    vec![Check {
        name: "roll",
        ok: version.is_some(),
        essential: false,
        detail: version.map_or_else(
            || "none loaded: apoyos wait for their verdict".to_owned(),
            |roll| format!("version {}, {} entries", roll.version, roll.entries),
        ),
    }]
}

async fn database_and_mail(server: &Server) -> Vec<Check> {
    let (database, mail) = match server.storage.mail_backlog().await {
        Ok((waiting, oldest)) => {
            let delay = oldest.map_or(0, |since| (server.now() - since).num_seconds());
            let told = format!("{waiting} waiting, the oldest for {delay} s");
            ("answers".to_owned(), (delay < MAIL_DELAY_S, told))
        }
        Err(error) => {
            server.note_storage_error("readyz", &error);
            (String::new(), (false, "unknown".to_owned()))
        }
    };
    vec![
        Check {
            name: "database",
            ok: !database.is_empty(),
            essential: true,
            detail: database,
        },
        // A relay that is away delays codes; it is no reason to turn citizens away.
        Check {
            name: "mail",
            ok: mail.0,
            essential: false,
            detail: mail.1,
        },
    ]
}

fn disk(server: &Server) -> Vec<Check> {
    let wanted = server.config.limits.disk_reserve_mib;
    let (ok, detail) = match rustix::fs::statvfs(&server.data) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize) / (1024 * 1024);
            (free >= wanted, format!("{free} MiB free, {wanted} wanted"))
        }
        Err(error) => (false, error.to_string()),
    };
    vec![Check {
        name: "disk",
        ok,
        essential: true,
        detail,
    }]
}

fn worker(server: &Server) -> Vec<Check> {
    let silence = server.worker_pulse.silence_s(server.now());
    let (ok, detail) = match silence {
        _ if server.config.limits.validators == 0 => (true, "paused".to_owned()),
        None => (false, "not started".to_owned()),
        Some(seconds) => (seconds < WORKER_SILENCE_S, format!("seen {seconds} s ago")),
    };
    // Apoyos are received without it; they only wait longer for their verdict.
    vec![Check {
        name: "worker",
        ok,
        essential: false,
        detail,
    }]
}
