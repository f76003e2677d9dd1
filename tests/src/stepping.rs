//! Stops a process at a step of app-core, so that another process can kill it exactly there.

use std::{
    env,
    fmt::Debug,
    io::Write,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Listens to the step events of app-core.
pub struct StepWatch {
    /// The step, and the number of its occurrence.
    stop: Option<(String, usize)>,
    show: bool,
    reached: AtomicUsize,
}

impl StepWatch {
    /// `STOP_AT=step[:nth]` and `SHOW_STEPS=1`.
    pub fn from_environment() -> Self {
        let stop = env::var("STOP_AT")
            .ok()
            .map(|text| match text.split_once(':') {
                Some((step, nth)) => (step.to_owned(), nth.parse().expect("a number")),
                None => (text, 1),
            });
        Self {
            stop,
            show: env::var_os("SHOW_STEPS").is_some(),
            reached: AtomicUsize::new(0),
        }
    }

    /// Listens to every step of this process from now on.
    pub fn install(self) {
        tracing::subscriber::set_global_default(self).expect("nobody listens yet");
    }

    fn at(&self, step: &str) {
        if self.show {
            eprintln!("STEP {step}");
        }
        let Some((stop, nth)) = &self.stop else {
            return;
        };
        if stop == step && self.reached.fetch_add(1, Ordering::SeqCst) + 1 == *nth {
            println!("AT {step}");
            std::io::stdout().flush().expect("somebody listens");
            // The thread keeps its locks, as in a process that dies.
            loop {
                thread::park();
            }
        }
    }
}

struct Name<'a>(&'a StepWatch);

impl Visit for Name<'_> {
    fn record_str(&mut self, _: &Field, value: &str) {
        self.0.at(value);
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

impl Subscriber for StepWatch {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == app_core::steps::TARGET
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Name(self));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}
