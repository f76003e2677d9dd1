//! Jobs: each repeats one round of the core.

mod bounces;
mod clock;
mod judging;
mod outbox;
mod parts;
mod sealing_keys;
mod sweep;

use crate::app::App;
use server_core::{
    clock::SteadyClock,
    ports::{MailCarrier, OpenPicture},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::task::JoinSet;

/// The adapters that the jobs use.
pub struct Outside {
    /// The carrier of mails.
    pub carrier: Arc<dyn MailCarrier>,
    /// The opener of pictures.
    pub pictures: Arc<dyn OpenPicture>,
    /// The maildir of bounce reports, if there is one.
    pub bounces: Option<PathBuf>,
    /// The server's clock, and how often an operator has accepted the machine's.
    pub clock: (Arc<SteadyClock>, i64),
}

/// Starts every job; they end when the set is dropped or shut down.
pub fn start(app: &App, data: &Path, outside: Outside) -> JoinSet<()> {
    let Outside {
        carrier,
        pictures,
        bounces,
        clock: (clock, accepted),
    } = outside;
    let mut jobs = JoinSet::new();
    jobs.spawn(keep_alive("outbox", {
        let app = app.clone();
        move || outbox::run(app.clone(), carrier.clone())
    }));
    if app.machine.judges {
        jobs.spawn(keep_alive("judging", {
            let app = app.clone();
            move || judging::run(app.clone(), pictures.clone())
        }));
    } else {
        tracing::info!("nothing is judged here: apoyos are received and wait");
    }
    jobs.spawn(keep_alive("sealing keys", {
        let (core, data) = (app.core.clone(), data.to_owned());
        move || sealing_keys::run(core.clone(), data.clone())
    }));
    jobs.spawn(keep_alive("clock", {
        let app = app.clone();
        move || clock::run(app.clone(), clock.clone(), accepted)
    }));
    jobs.spawn(keep_alive("parts", {
        let app = app.clone();
        move || parts::run(app.clone())
    }));
    jobs.spawn(keep_alive("sweeper", {
        let app = app.clone();
        move || sweep::run(app.clone())
    }));
    if let Some(folder) = bounces {
        let app = app.clone();
        jobs.spawn(keep_alive("bounces", move || {
            bounces::run(app.clone(), folder.clone())
        }));
    }
    jobs
}

/// Runs a job until it is dropped; a job that panics begins again.
async fn keep_alive<F: Future<Output = ()> + Send + 'static>(
    name: &'static str,
    job: impl Fn() -> F + Send,
) {
    while let Err(error) = tokio::spawn(job()).await {
        if error.is_cancelled() {
            return;
        }
        tracing::error!(job = name, "a job panicked and begins again");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
