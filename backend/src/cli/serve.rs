//! `apoyo serve`

use super::{Failure, head, logs, open::open_with};
use crate::{
    app::{App, StorageAlarm},
    config::{Config, ReviewKey},
    disk::DiskOf,
    http::listen::{self, Connections},
    mail::{Courier, files::Folder, message::Sender, smtp::Relay},
    metrics::Metrics,
    providers,
    read_back::ChildProcess,
    router::{operators, router},
    tags::Elsewhere,
    work::{self, Outside},
};
use anyhow::Context;
use clap::Args;
use protocol::environment::{SystemClock, SystemEntropy};
use server_core::{
    Core, Parts,
    attestation::Attestor,
    clock::{SteadyClock, SystemTicks, keep},
    keys::{
        Keys,
        sealing::{self, HeldKeys},
    },
    limits::Limiters,
    ports::{MailCarrier, Tagger},
    recall,
    tags::bind,
};
use std::{
    io::Write,
    net::SocketAddr,
    num::NonZero,
    path::{Path, PathBuf},
    sync::Arc,
};
use storage::{Engine, Settings, apoyos::Apoyos, clock::Clocks};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

const HELP: &str = "\
When it is ready it prints a line with its address, and one with that for operators. SIGTERM and Ctrl-C let running requests
end. With --listen 127.0.0.1:0 the system chooses the port.

Examples:
  apoyo serve --data /srv/apoyo --config /etc/apoyo.toml
  apoyo serve --data ./demo --demo        mails are shown at /demo/outbox: never in earnest
The folder is one that `apoyo init` has made.";

/// Concurrent connections of operators.
const OPERATORS_AT_ONCE: usize = 64;

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Serve {
    /// Where to listen; wins over the configuration.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Where operators ask for /metrics and /readyz; wins over the configuration.
    #[arg(long, value_name = "ADDR")]
    operators: Option<SocketAddr>,
    /// The configuration, in TOML.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A demonstration: everybody may see the mails with their codes. Only on this machine's own
    /// address.
    #[arg(long)]
    demo: bool,
    /// Start although no relay is configured: mails become files, and no citizen gets a code.
    #[arg(long)]
    no_relay: bool,
    /// Log in JSON, one object per line.
    #[arg(long)]
    log_json: bool,
}

impl Serve {
    pub fn run(self, data: &Path, head: Option<&Path>) -> Result<(), Failure> {
        logs::start(self.log_json);
        let mut config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        if let Some(address) = self.listen {
            config.listen = address;
        }
        match self.operators {
            Some(address) => config.operators = address,
            // So that two demonstrations can run on one machine.
            None if self.demo => config.operators.set_port(0),
            None => {}
        }
        may_serve(&config, self.demo, self.no_relay)?;
        // Every connection and every picture on its way needs a file descriptor.
        if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
            tracing::warn!(%error, "the limit of open files stays as it is");
        }
        // Hashing, files and the database have threads of their own: what is left for these
        // fills half of the processors, and more of them only wake each other.
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads((processors / 2).max(1))
            .enable_all()
            // Little work may block here (mail files, drained folders), because pictures have threads of
            // their own. Hundreds would only wake each other.
            .max_blocking_threads(16)
            .build()?
            .block_on(serve(data, head, config, self.demo))
    }
}

/// Refuses what is never meant in earnest, unless it was said.
fn may_serve(config: &Config, demo: bool, no_relay: bool) -> Result<(), Failure> {
    let refused = |why: &str| Err(Failure::Refused(why.to_owned()));
    if demo && !config.listen.ip().is_loopback() {
        return refused(
            "--demo shows every mail with its code to everybody: only on 127.0.0.1 or [::1]",
        );
    }
    if config.mail.smtp.is_none() && !(demo || no_relay || config.mail.no_relay) {
        return refused(
            "no relay is configured ([mail.smtp]): no citizen would get a code. For a server that \
             mails nothing, say --no-relay or `no_relay = true` under [mail]",
        );
    }
    Ok(())
}

async fn serve(
    data: &Path,
    head: Option<&Path>,
    config: Config,
    demo: bool,
) -> Result<(), Failure> {
    let settings = Settings {
        kept_together: config.limits.pictures_kept_together,
        ..Settings::default()
    };
    let opened = open_with(data, settings).await?;
    let storage = opened.storage;
    let lock = storage.lock_for_serving().await?;
    // Before anything is touched: an older database that was put back is noticed here.
    let place = head::place(data, head, &opened.keys)?;
    head::follow(&*storage, &lock, &place).await?;
    let (clock, accepted) = clock(&*storage).await?;
    let aside = storage.recover_blobs(&lock).await?;
    if aside > 0 {
        tracing::warn!(
            aside,
            "files that no apoyo names were moved to blobs/lost+found"
        );
    }

    let sealing = sealing_keys(data, &config, &opened.keys, &*storage).await?;
    let carrier = carrier(&config, data, demo)?;
    if config.listen.ip().is_loopback() && config.limits.trusted_proxies.is_empty() && !demo {
        tracing::warn!(
            "limits.trusted_proxies is empty: behind a proxy nothing is counted per network"
        );
    }
    let metrics = Arc::new(Metrics::default());
    let socket = config.tags.socket.clone();
    let tagger = socket.map(|socket| Arc::new(Elsewhere::at(socket)) as Arc<dyn Tagger>);
    bind(&*storage, &opened.keys, tagger.as_deref()).await?;
    let core = Core::new(Parts {
        storage: storage.clone(),
        blobs: opened.blobs,
        clock: clock.clone(),
        entropy: Arc::new(SystemEntropy),
        keys: opened.keys,
        tagger,
        sealing,
        attestor: Attestor::new(config.attestation.our_apps(), data),
        providers: providers::of(&config).context("[signin]")?,
        rules: config.rules(),
        limits: Limiters::new(&config.limits.numbers(), clock.clone()),
        events: metrics.clone(),
        room: Arc::new(DiskOf(data.to_owned())),
    });
    // At once: a server that is stopped within its first minute has run all the same.
    keep(&core, accepted).await?;
    let alarm = end_if_broken(storage.clone());
    recall::recall(&core).await?;
    let app = App::new(core, metrics, &config, data, demo, alarm);

    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("listening on {}", config.listen))?;
    let for_operators = TcpListener::bind(config.operators)
        .await
        .with_context(|| format!("listening for operators on {}", config.operators))?;
    let pictures = Arc::new(ChildProcess {
        program: std::env::current_exe().context("this program's own path")?,
    });
    warn_if_unconfined(&pictures).await;
    let outside = Outside {
        carrier,
        pictures,
        bounces: config.mail.bounces.and_then(|bounces| bounces.maildir),
        clock: (clock, accepted),
    };
    let mut jobs = work::start(&app, data, outside);

    let stop = stop_signal()?;
    announce(&listener, &for_operators)?;
    let connections = Connections {
        at_once: config.limits.connections,
        per_network: config.limits.connections_per_network,
        proxies: app.proxies.clone(),
    };
    let core = app.core.clone();
    // Ends with the process, because a scrape need not be finished.
    let told = listen::serve(
        for_operators,
        operators(app.clone()),
        Connections {
            at_once: OPERATORS_AT_ONCE,
            ..connections.clone()
        },
        std::future::pending(),
    );
    let served = listen::serve(listener, router(app), connections, stop);
    tokio::select! {
        served = served => served?,
        told = told => told?,
        // The state of the storage is unknown: the process ends without another answer.
        why = storage.until_broken() => end(&why),
    }
    jobs.shutdown().await;
    if let Err(error) = recall::write_all_down(&core).await {
        tracing::warn!(%error, "what phones have left was not written down");
    }
    // The mark of a clean stop: up to when the server has run, and whether it doubted its clock.
    let accepted = storage.clock_mark().await?.map_or(0, |mark| mark.accepted);
    keep(&core, accepted).await?;
    drop(lock);
    Ok(())
}

/// The machine's clock, compared with the time up to which the server has run; and how often an
/// operator has accepted it.
async fn clock(storage: &dyn Clocks) -> Result<(Arc<SteadyClock>, i64), Failure> {
    let mark = storage.clock_mark().await?;
    let ticks = Box::new(SystemTicks::default());
    let clock = SteadyClock::since(mark, Arc::new(SystemClock), ticks);
    Ok((Arc::new(clock), mark.map_or(0, |mark| mark.accepted)))
}

/// A kernel without seccomp leaves the child that opens pictures only its limits.
async fn warn_if_unconfined(child: &ChildProcess) {
    match child.probe().await {
        Ok(probed) if probed.possible.is_empty() => {}
        Ok(probed) => tracing::warn!(
            why = probed.not_confined,
            possible = probed.possible.join(", "),
            "the child that opens pictures is not confined"
        ),
        Err(error) => tracing::warn!(%error, "the child that opens pictures does not start"),
    }
}

/// The keys that parts are sealed to. A server makes none: `apoyo init` and `apoyo keys` do.
async fn sealing_keys(
    data: &Path,
    config: &Config,
    signer: &Keys,
    storage: &dyn Apoyos,
) -> Result<HeldKeys, Failure> {
    let holds_sealed = storage.holds_sealed_parts().await?;
    let keys = sealing::read_to_serve(data, holds_sealed)?;
    let held = HeldKeys::of(keys, signer, data)?;
    if !held.opens_pictures() {
        tracing::info!("no review key here: apoyos are counted by the roll, pictures wait");
    } else if config.sealing.review == ReviewKey::Elsewhere {
        tracing::warn!("the review key is on this machine, although sealing.review says elsewhere");
    }
    Ok(held)
}

/// The relay of the configuration, or a folder.
fn carrier(config: &Config, data: &Path, demo: bool) -> Result<Arc<dyn MailCarrier>, Failure> {
    let sender = Sender::of(&config.mail).context("mail")?;
    Ok(match &config.mail.smtp {
        // A demonstration never sends mail, even with a relay in its configuration.
        Some(smtp) if !demo => Arc::new(Courier {
            sender,
            transport: Relay::of(smtp)?,
        }),
        relay => {
            if relay.is_none() && !demo {
                tracing::warn!("no relay is configured: mails become files that can be read");
            }
            Arc::new(Courier {
                sender,
                transport: Folder::at(data.join("outbox")).context("the outbox folder")?,
            })
        }
    })
}

/// Prints the line that scripts wait for, and the operators' address.
fn announce(listener: &TcpListener, operators: &TcpListener) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "apoyo is listening on http://{}",
        listener.local_addr()?
    )?;
    writeln!(out, "operators ask on http://{}", operators.local_addr()?)?;
    Ok(out.flush()?)
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

fn end_if_broken(storage: Arc<dyn Engine>) -> StorageAlarm {
    StorageAlarm(Arc::new(move |what| match storage.broken() {
        Some(why) => end(&why),
        None => tracing::error!(what, "one call to the storage failed"),
    }))
}

fn end(why: &str) -> ! {
    tracing::error!(
        why,
        "the storage broke: nothing can be promised, so this process ends"
    );
    std::process::exit(1)
}
