//! The citizen UI in an ordinary browser: a loopback host over the real app-core.
//!
//! `GET` serves the built screens, and `POST /native` opens a door. The header `x-door` has the
//! door as ASCII JSON, the body its picture, and the header `x-phone` the name of a simulated phone.
//! The answer is 200 with JSON, a JPEG or a file, or 422 with a problem.
//!
//! For demonstrations and browser tests on one machine: it listens on loopback only, and answers its
//! own pages only.
#![forbid(unsafe_code)]

use anyhow::{Context, ensure};
use clap::Parser;
use host::{Host, router};
use std::{net::SocketAddr, path::PathBuf};
use tokio::net::TcpListener;

/// Serves the citizen's app to a browser on this machine.
#[derive(Debug, Parser)]
#[command(name = "host", version)]
struct Arguments {
    /// Where to listen; loopback only
    #[arg(long, default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// The server that the app talks to
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    server: String,
    /// Where the pretend phones keep their things, a folder for each
    #[arg(long)]
    data: PathBuf,
    /// The built screens (ui/citizen/dist)
    #[arg(long)]
    ui: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()),
        )
        .init();
    let arguments = Arguments::parse();
    ensure!(
        arguments.listen.ip().is_loopback(),
        "{} is not on loopback: this host is for one machine",
        arguments.listen
    );
    let index = arguments.ui.join("index.html");
    ensure!(
        index.is_file(),
        "{} is missing: build the screens first (npm run build in ui/citizen)",
        index.display()
    );
    let host = Host::new(arguments.data, &arguments.server, arguments.ui)?;
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, router(host))
        .with_graceful_shutdown(asked_to_end())
        .await?;
    Ok(())
}

/// Waits for Ctrl-C, or for a supervisor's SIGTERM.
async fn asked_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
