//! The worker: apoyos without a verdict, in order of arrival.
//!
//! Pictures are opened a few at a time; verdicts are written one after another in order of
//! arrival. A crash anywhere repeats an apoyo, which changes nothing the second time.

use super::{
    judge::{ReadBack, judge},
    read_back::OpenPicture,
};
use crate::server::Server;
use credential::qr::payload::StructuredQr;
use futures_util::{FutureExt, StreamExt};
use protocol::{apoyo::Payload, reason::Reason};
use std::{
    io,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};
use storage::{
    StorageError,
    apoyos::{PendingApoyo, Verdict},
};

/// Apoyos that are taken up together.
const BATCH: u32 = 64;
/// How often to look although no bell rang: another process may have brought work.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// The pause after a fault that may pass.
const PAUSE: Duration = Duration::from_secs(1);

/// Why there is no verdict yet.
#[derive(Debug, thiserror::Error)]
pub enum NotNow {
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No process could be made.
    #[error("pictures cannot be opened: {0}")]
    Process(#[from] io::Error),
}

/// Runs until it is dropped; a panic costs one round.
pub async fn run(server: Arc<Server>, pictures: Arc<dyn OpenPicture>) {
    if server.config.limits.validators == 0 {
        tracing::info!("the worker is paused: apoyos are received and wait");
        return;
    }
    loop {
        server.worker_pulse.beat(server.now());
        let round = AssertUnwindSafe(judge_pending(&server, &*pictures)).catch_unwind();
        match round.await {
            Ok(Ok(0)) => {
                let bell = server.apoyo_bell.notified();
                let _ = tokio::time::timeout(LOOK_EVERY, bell).await;
            }
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                if let NotNow::Storage(error) = &error {
                    server.note_storage_error("judging", error);
                }
                tracing::warn!(%error, "the worker pauses");
                tokio::time::sleep(PAUSE).await;
            }
            Err(_) => {
                tracing::error!("the worker panicked and goes on");
                server.metrics.count("worker", "panicked");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Judges everything that waits now; answers how many apoyos that were.
///
/// Without a roll nothing is judged: nobody could be found in it, and everybody would be told
/// that they do not stand there.
pub async fn judge_pending(server: &Server, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    if server.storage.roll_version().await?.is_none() {
        return Ok(0);
    }
    let pending = server.storage.pending_apoyos(BATCH).await?;
    let count = pending.len();
    let at_once = server.config.limits.validators.max(1);
    let mut verdicts = futures_util::stream::iter(pending)
        .map(|apoyo| async move {
            // One apoyo whose bytes make the program panic must not stop those behind it:
            // a person looks at it.
            let verdict = AssertUnwindSafe(verdict_of(server, pictures, &apoyo))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Ok(for_a_person(Reason::Otra)));
            (apoyo.id, verdict)
        })
        .buffered(at_once);
    while let Some((id, verdict)) = verdicts.next().await {
        let verdict = verdict?;
        let outcome = match &verdict {
            Verdict::InRoll(_) => "in_roll",
            Verdict::InReview { .. } => "in_review",
            Verdict::NotCounted { .. } => "not_counted",
        };
        server
            .storage
            .settle_apoyo(id, verdict, server.now())
            .await?;
        server.metrics.count("verdict", outcome);
        server.worker_pulse.beat(server.now());
    }
    Ok(count)
}

fn for_a_person(reason: Reason) -> Verdict {
    Verdict::InReview {
        reasons: vec![reason],
        place: None,
    }
}

async fn verdict_of(
    server: &Server,
    pictures: &dyn OpenPicture,
    apoyo: &PendingApoyo,
) -> Result<Verdict, NotNow> {
    // Both were checked before the receipt; if today's program cannot read what an older one
    // accepted, a person looks at it.
    let Some(claimed) = claimed_qr(apoyo) else {
        return Ok(for_a_person(Reason::Otra));
    };
    let Some(rules) = server.storage.campaign_rules(&apoyo.campaign).await? else {
        return Ok(for_a_person(Reason::Otra));
    };
    let read = match server.blobs.read(apoyo.back).await? {
        Some(picture) => {
            let began = Instant::now();
            let read = pictures.read(picture).await?;
            server.metrics.took("read_back", began.elapsed());
            read
        }
        None => ReadBack::Nothing,
    };
    let key = server.keys.roll_key(&claimed.cic, &claimed.identificador);
    let found = server.storage.find_in_roll(key).await?;
    let verdict = judge(
        &claimed,
        &read,
        found.as_ref(),
        &rules,
        apoyo.received_at,
        |entry| {
            server
                .keys
                .person_tag(&rules.exclusivity_group, &entry.person)
        },
    );
    Ok(verdict)
}

fn claimed_qr(apoyo: &PendingApoyo) -> Option<StructuredQr> {
    let payload: Payload = serde_json::from_slice(apoyo.payload.expose()).ok()?;
    StructuredQr::parse(payload.qr.expose()).ok()
}
