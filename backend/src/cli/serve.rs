//! `apoyo serve`

use super::{Failure, logs, open::open_with};
use crate::{
    bounces::maildir,
    config::{Config, ReviewKey},
    http::{listen, router::router},
    jobs::{self, read_back::ChildProcess},
    keys::{
        Keys,
        sealing::{self, HeldKeys},
    },
    mail::{Carrier, compose::Sender, files::Folder, outbox, smtp::Relay},
    server::{Parts, Server},
    signin::Providers,
};
use anyhow::Context;
use clap::Args;
use protocol::environment::{Clock, SystemClock, SystemEntropy};
use std::{
    io::Write,
    net::SocketAddr,
    num::NonZero,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use storage::{Engine, Settings, apoyos::Apoyos};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};

const HELP: &str = "\
When it is ready it prints one line with its address. SIGTERM and Ctrl-C let running requests
end. With --listen 127.0.0.1:0 the system chooses the port.

Examples:
  apoyo serve --data /srv/apoyo --config /etc/apoyo.toml
  apoyo serve --data ./demo --demo        mails are shown at /demo/outbox: never in earnest";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Serve {
    /// Where to listen; wins over the configuration.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// The configuration, in TOML.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A demonstration: everybody may see the mails with their codes.
    #[arg(long)]
    demo: bool,
    /// Log in JSON, one object per line.
    #[arg(long)]
    log_json: bool,
}

impl Serve {
    pub fn run(self, data: &Path) -> Result<(), Failure> {
        logs::start(self.log_json);
        let mut config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        if let Some(address) = self.listen {
            config.listen = address;
        }
        // Hashing, files and the database have threads of their own: what is left for these
        // fills half of the processors, and more of them only wake each other.
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads((processors / 2).max(1))
            .enable_all()
            // What may block here is little (mail files, drained folders); pictures have
            // threads of their own. Hundreds would only wake each other.
            .max_blocking_threads(16)
            .build()?
            .block_on(serve(data, config, self.demo))
    }
}

async fn serve(data: &Path, config: Config, demo: bool) -> Result<(), Failure> {
    let settings = Settings {
        kept_together: config.limits.pictures_kept_together,
        ..Settings::default()
    };
    let opened = open_with(data, settings).await?;
    let storage = opened.storage;
    let lock = storage.lock_for_serving().await?;
    let aside = storage.recover_blobs(&lock).await?;
    if aside > 0 {
        tracing::warn!(
            aside,
            "files that no apoyo names were moved to blobs/lost+found"
        );
    }

    let sealing = sealing_keys(data, &config, &opened.keys, &*storage).await?;
    let sender = Sender::of(&config.mail).context("mail")?;
    let carrier: Arc<dyn Carrier> = match &config.mail.smtp {
        // A demonstration mails nobody, whatever the configuration says.
        Some(smtp) if !demo => Arc::new(Relay::of(smtp)?),
        relay => {
            if relay.is_none() && !demo {
                tracing::warn!("no relay is configured: mails become files that can be read");
            }
            Arc::new(Folder::at(data.join("outbox")).context("the outbox folder")?)
        }
    };
    if config.listen.ip().is_loopback() && config.limits.trusted_proxies.is_empty() && !demo {
        tracing::warn!(
            "limits.trusted_proxies is empty: behind a proxy nothing is counted per network"
        );
    }
    let providers = Providers::of(&config).context("[signin]")?;
    let pictures = Arc::new(ChildProcess {
        program: std::env::current_exe().context("this program's own path")?,
    });
    let (address, connections) = (config.listen, config.limits.connections);
    let server = Server::new(Parts {
        storage: storage.clone(),
        blobs: opened.blobs,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keys: opened.keys,
        sealing,
        providers,
        config,
        data: data.to_owned(),
        demo,
        on_broken: end_if_broken(storage.clone()),
    });

    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("listening on {address}"))?;
    let mut jobs = JoinSet::new();
    jobs.spawn(keep_alive("outbox", {
        let server = server.clone();
        move || outbox::run(server.clone(), carrier.clone(), sender.clone())
    }));
    jobs.spawn(keep_alive("worker", {
        let server = server.clone();
        move || jobs::validate::run(server.clone(), pictures.clone())
    }));
    jobs.spawn(keep_alive("sealing keys", {
        let server = server.clone();
        move || jobs::sealing_keys::run(server.clone())
    }));
    jobs.spawn(keep_alive("sweeper", {
        let server = server.clone();
        move || jobs::sweep::run(server.clone())
    }));

    if let Some(folder) = bounces_folder(&server) {
        jobs.spawn(keep_alive("bounces", {
            let server = server.clone();
            move || maildir::run(server.clone(), folder.clone())
        }));
    }

    let stop = stop_signal()?;
    announce(&listener)?;
    let served = listen::serve(listener, router(server), connections, stop);
    tokio::select! {
        served = served => served?,
        // Nothing can be promised any more: no farewell, no further answer.
        why = storage.until_broken() => end(&why),
    }
    jobs.shutdown().await;
    drop(lock);
    Ok(())
}

/// The keys that parts are sealed to; made at the first start, which says so.
async fn sealing_keys(
    data: &Path,
    config: &Config,
    signer: &Keys,
    storage: &dyn Apoyos,
) -> Result<HeldKeys, Failure> {
    let makes_review = config.sealing.review == ReviewKey::Here;
    let holds_sealed = storage.holds_sealed_parts().await?;
    let (keys, made) = sealing::read_or_make(
        data,
        makes_review,
        holds_sealed,
        SystemClock.now(),
        &SystemEntropy,
    )?;
    for key in &made {
        tracing::warn!(
            purpose = %key.purpose,
            id = %key.id(),
            folder = %data.join("keys").display(),
            "a key was made that opens what phones seal: without it nothing of that can be \
             read again, so keep a copy of the folder in a safe place"
        );
    }
    let held = HeldKeys::of(keys, signer, data)?;
    if !held.opens_pictures() {
        tracing::info!("no review key here: apoyos are counted by the roll, pictures wait");
    }
    Ok(held)
}

fn bounces_folder(server: &Server) -> Option<PathBuf> {
    server.config.mail.bounces.as_ref()?.maildir.clone()
}

/// The one line that scripts wait for.
fn announce(listener: &TcpListener) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "apoyo is listening on http://{}",
        listener.local_addr()?
    )?;
    Ok(out.flush()?)
}

/// Runs a job for ever: one that panics begins anew.
async fn keep_alive<F: Future<Output = ()> + Send + 'static>(
    name: &'static str,
    job: impl Fn() -> F + Send,
) {
    while let Err(error) = tokio::spawn(job()).await {
        if error.is_cancelled() {
            return;
        }
        tracing::error!(job = name, "a job panicked and begins anew");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}

fn end_if_broken(storage: Arc<dyn Engine>) -> crate::server::OnBroken {
    Box::new(move |what| match storage.broken() {
        Some(why) => end(&why),
        None => tracing::error!(what, "one call to the storage failed"),
    })
}

fn end(why: &str) -> ! {
    tracing::error!(
        why,
        "the storage broke: nothing can be promised, so this process ends"
    );
    std::process::exit(1)
}
