//! `/healthz`: the process runs. `/readyz`: it can do its work.

use crate::{
    app::{Machine, StorageAlarm},
    figures::{Counted, Figures},
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use server_core::Core;
use std::sync::Arc;

/// After this long without a heartbeat the worker counts as stopped.
const WORKER_SILENCE_S: i64 = 120;
/// After this long the oldest mail is reported.
const MAIL_DELAY_S: i64 = 900;

/// One check.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// Whether it passed.
    pub ok: bool,
    /// Whether the server can work without it.
    pub essential: bool,
    /// A number or a word with details.
    pub detail: String,
}

/// The answer of `/readyz`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Readiness {
    /// Whether every essential check passed.
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
pub async fn readyz(
    State(core): State<Arc<Core>>,
    State(machine): State<Arc<Machine>>,
    State(figures): State<Arc<Figures>>,
    State(alarm): State<StorageAlarm>,
) -> Response {
    let counted = figures.current(&core).await;
    let counted = counted
        .inspect_err(|error| alarm.note("readyz", error))
        .ok();
    let checks = vec![
        database_and_mail(&core, counted.as_ref()),
        disk(&machine),
        worker(&core, &machine),
        roll(counted.as_ref()),
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
fn roll(counted: Option<&Counted>) -> Vec<Check> {
    let version = counted.and_then(|counted| counted.roll.as_ref());
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

fn database_and_mail(core: &Core, counted: Option<&Counted>) -> Vec<Check> {
    let (database, mail) = match counted {
        Some(counted) => {
            let delay = counted.mail_delay(core.now());
            let waiting = counted.mails_waiting;
            let told = format!("{waiting} waiting, the oldest for {delay} s");
            ("answers".to_owned(), (delay < MAIL_DELAY_S, told))
        }
        None => (String::new(), (false, "unknown".to_owned())),
    };
    vec![
        Check {
            name: "database",
            ok: !database.is_empty(),
            essential: true,
            detail: database,
        },
        // A relay that is unreachable delays codes; it is not a reason to turn citizens away.
        Check {
            name: "mail",
            ok: mail.0,
            essential: false,
            detail: mail.1,
        },
    ]
}

fn disk(machine: &Machine) -> Vec<Check> {
    let wanted = machine.disk_reserve_mib;
    let (ok, detail) = match rustix::fs::statvfs(&machine.data) {
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

fn worker(core: &Core, machine: &Machine) -> Vec<Check> {
    let silence = core.heartbeat.silence_s(core.now());
    let (ok, detail) = match silence {
        _ if !machine.judges => (true, "paused".to_owned()),
        None => (false, "not started".to_owned()),
        Some(seconds) => (seconds < WORKER_SILENCE_S, format!("seen {seconds} s ago")),
    };
    // Apoyos are received without the worker; they only wait longer for their verdict.
    vec![Check {
        name: "worker",
        ok,
        essential: false,
        detail,
    }]
}
