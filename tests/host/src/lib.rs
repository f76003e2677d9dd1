//! The parts of the loopback host: who may ask ([`loopback`]), the screens ([`files`]), the
//! doors ([`native`]) and the pretend phones behind them ([`phones`]).
#![forbid(unsafe_code)]

pub mod files;
pub mod loopback;
pub mod native;
pub mod phones;

use app_core::app::BadServer;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};
use phones::Phones;
use std::{path::PathBuf, sync::Arc};

/// What every request shares.
#[derive(Clone)]
pub struct Host {
    phones: Arc<Phones>,
    ui: Arc<PathBuf>,
}

impl Host {
    /// Phones under `data`, all talking to `server`; screens from `ui`.
    pub fn new(data: PathBuf, server: &str, ui: PathBuf) -> Result<Self, BadServer> {
        Ok(Self {
            phones: Arc::new(Phones::new(data, server)?),
            ui: Arc::new(ui),
        })
    }
}

/// Everything that the host answers.
pub fn router(host: Host) -> Router {
    Router::new()
        .route("/native", post(native::open_door))
        .fallback(get(files::serve))
        .layer(DefaultBodyLimit::max(native::LONGEST_PICTURE))
        .layer(middleware::from_fn(loopback::only))
        .with_state(host)
}
