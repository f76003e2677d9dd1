//! The core's simulated surroundings: a clock that jumps, a relay that fails, a reader of pictures.

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta};
use credential::{QrPayload, StructuredQr};
use protocol::{
    activation::ActivationCode,
    environment::{self, Timestamp},
    ids::ActivationId,
};
use server_core::ports::{
    Handed, MailCarrier, NotRead, OpenPicture, PlaceInPicture, ReadBack, SeenCode,
};
use std::{
    io,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};
use storage::mail::DueMail;

/// The first of March 2027.
pub const BEGINNING_MS: i64 = 1_803_924_000_000;

/// A clock that moves only on demand.
#[derive(Debug)]
pub struct Clock(AtomicI64);

impl Default for Clock {
    fn default() -> Self {
        Self(AtomicI64::new(BEGINNING_MS))
    }
}

impl Clock {
    /// Moves the clock forward or back.
    pub fn pass(&self, time: TimeDelta) {
        self.0.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }

    /// Sets the clock to this time after the beginning.
    pub fn set_after_beginning(&self, time: TimeDelta) {
        let now = BEGINNING_MS + time.num_milliseconds();
        self.0.store(now, Ordering::SeqCst);
    }
}

impl environment::Clock for Clock {
    fn now(&self) -> Timestamp {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst))
            .expect("jumps are of some years")
    }
}

/// The relay's behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It takes mails.
    Well,
    /// It does not answer.
    Down,
    /// It takes mails without an answer.
    Forgetful,
    /// It refuses all mails for good.
    Refusing,
}

/// A mail that arrived.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// The activation that it belongs to.
    pub activation: ActivationId,
    /// Its token.
    pub token: [u8; 16],
    /// The address.
    pub to: String,
    /// The code in it.
    pub code: ActivationCode,
}

/// A relay, and the mailboxes behind it.
#[derive(Debug)]
pub struct Relay {
    mood: Mutex<Mood>,
    arrived: Mutex<Vec<Arrived>>,
}

impl Default for Relay {
    fn default() -> Self {
        Self {
            mood: Mutex::new(Mood::Well),
            arrived: Mutex::default(),
        }
    }
}

impl Relay {
    /// Sets its behaviour.
    pub fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// Its behaviour.
    pub fn mood(&self) -> Mood {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The mails that arrived.
    pub fn arrived(&self) -> MutexGuard<'_, Vec<Arrived>> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl MailCarrier for Relay {
    async fn hand_over(&self, mail: &DueMail) -> Handed {
        let mood = self.mood();
        if matches!(mood, Mood::Well | Mood::Forgetful) {
            let text = mail.mail.text.expose();
            let code = text.lines().find_map(|line| line.parse().ok());
            self.arrived().push(Arrived {
                activation: mail.mail.activation,
                token: *mail.mail.token.as_bytes(),
                to: mail.mail.to.expose().clone(),
                code: code.expect("every mail has a code on a line of its own"),
            });
        }
        match mood {
            Mood::Well => Handed::Taken,
            Mood::Down | Mood::Forgetful => Handed::Later("it does not answer".to_owned()),
            Mood::Refusing => Handed::Never("550".to_owned()),
        }
    }
}

/// Reads the text in the pictures of these histories; sometimes it fails like a child process.
#[derive(Debug, Default)]
pub struct Reader {
    away: AtomicBool,
}

impl Reader {
    /// Makes it fail from now on, or work again.
    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }
}

#[async_trait]
impl OpenPicture for Reader {
    async fn read(&self, picture: Bytes) -> Result<ReadBack, NotRead> {
        if self.away.load(Ordering::SeqCst) {
            return Err(io::Error::other("no process can be made").into());
        }
        let text = String::from_utf8_lossy(&picture);
        let code = text
            .split('|')
            .find_map(|word| StructuredQr::parse(word).ok());
        let seen = |code| SeenCode {
            payload: QrPayload::Structured(code),
            place: PlaceInPicture::around([(10.0, 10.0), (90.0, 90.0)]),
        };
        Ok(code.map_or_else(ReadBack::nothing, |code| ReadBack::agreed(seen(code))))
    }
}
