//! The parts of the loopback host: access control ([`loopback`]), the screens ([`files`]), the
//! doors ([`native`]) and the simulated phones behind them ([`phones`]).
#![forbid(unsafe_code)]

pub mod files;
pub mod loopback;
pub mod native;
pub mod phones;

use app_core::config::BadServer;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};
use phones::Phones;
use std::{path::PathBuf, sync::Arc};

/// The shared state of all requests.
#[derive(Clone)]
pub struct Host {
    phones: Arc<Phones>,
    ui: Arc<PathBuf>,
}

impl Host {
    /// Phones in the folder `data`, all of them clients of `server`; screens from `ui`.
    pub fn new(data: PathBuf, server: &str, ui: PathBuf) -> Result<Self, BadServer> {
        Ok(Self {
            phones: Arc::new(Phones::new(data, server)?),
            ui: Arc::new(ui),
        })
    }
}

/// All routes of the host.
pub fn router(host: Host) -> Router {
    Router::new()
        .route("/native", post(native::open_door))
        .fallback(get(files::serve))
        .layer(DefaultBodyLimit::max(app_core::LONGEST_PICTURE))
        .layer(middleware::from_fn(loopback::only))
        .with_state(host)
}
