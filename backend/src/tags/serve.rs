//! The tagger's server on the socket.

use super::{Answer, LONGEST_LINE, Question, Record, bytes};
use protocol::environment::Clock;
use server_core::keys::PersonKey;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::{Mutex, Semaphore},
    time::{Instant, sleep_until, timeout},
};

/// Connections at once; further ones wait in the system's queue.
const CALLERS: usize = 64;
/// The time after which an idle connection is closed.
const PATIENCE: Duration = Duration::from_secs(5);
/// The interval of the record's flushes.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// The answering side.
pub struct Desk {
    key: PersonKey,
    clock: Arc<dyn Clock>,
    pace: Duration,
    at_work: Mutex<AtWork>,
}

/// One question at a time.
struct AtWork {
    record: Record,
    /// The moment of the next answer.
    free_at: Instant,
}

impl Desk {
    /// A desk with this rate limit per second.
    pub fn new(key: PersonKey, record: Record, clock: Arc<dyn Clock>, per_second: u32) -> Self {
        Self {
            key,
            clock,
            pace: Duration::from_secs(1) / per_second.max(1),
            at_work: Mutex::new(AtWork {
                record,
                free_at: Instant::now(),
            }),
        }
    }

    /// Answers a question in its turn, after it is in the record.
    async fn answer(&self, question: &Question, uid: u32) -> io::Result<Answer> {
        let person = bytes(&question.person)?;
        let mut at_work = self.at_work.lock().await;
        sleep_until(at_work.free_at).await;
        at_work.free_at = Instant::now() + self.pace;
        at_work
            .record
            .note(self.clock.now(), uid, &question.group)?;
        let tag = self.key.person_tag(&question.group, &person);
        Ok(Answer {
            tag: hex::encode(tag),
        })
    }

    async fn talk(&self, stream: UnixStream) -> io::Result<()> {
        let uid = stream.peer_cred()?.uid();
        let (read, mut write) = stream.into_split();
        let mut line = String::new();
        let mut read = BufReader::new(read.take(LONGEST_LINE));
        timeout(PATIENCE, read.read_line(&mut line)).await??;
        let question: Question = serde_json::from_str(&line)?;
        let mut told = serde_json::to_vec(&self.answer(&question, uid).await?)?;
        told.push(b'\n');
        timeout(PATIENCE, write.write_all(&told)).await?
    }
}

/// Answers until it is dropped. If the record cannot be written, it ends, because every answer has to
/// be in the record.
pub async fn serve(listener: UnixListener, desk: Arc<Desk>) -> io::Result<()> {
    let turns = Arc::new(Semaphore::new(CALLERS));
    let flushing = async {
        loop {
            tokio::time::sleep(FLUSH_EVERY).await;
            desk.at_work.lock().await.record.flush()?;
        }
    };
    let accepting = async {
        loop {
            let turn = Arc::clone(&turns).acquire_owned().await;
            let (stream, _) = listener.accept().await?;
            let desk = Arc::clone(&desk);
            tokio::spawn(async move {
                let _turn = turn;
                if let Err(error) = desk.talk(stream).await {
                    tracing::warn!(%error, "a question was not answered");
                }
            });
        }
    };
    tokio::select! {
        ended = flushing => ended,
        ended = accepting => ended,
    }
}
