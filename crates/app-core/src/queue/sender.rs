//! One pass over the queue.

use super::policy::{Which, outlook};
use crate::{
    app::App,
    code::{AppCode, PhoneCode, Problem},
    entry::{EntryState, Expected, Outgoing, Sending},
    steps,
    store::{StoreFault, entries, phone::Active},
};
use protocol::{code::Code, ids::ApoyoId};
use std::sync::atomic::Ordering;

/// How often one pass uploads again what the server reports as missing. A server that loses parts
/// as fast as they arrive is tried again later.
const MOST_REUPLOADS: u8 = 3;

/// Why an entry was not sent.
pub(super) enum Unsent {
    /// A request or the store failed.
    Failed(Problem),
    /// The citizen cancelled it meanwhile.
    Cancelled,
    /// The network may no longer be used.
    Held,
}

impl From<Problem> for Unsent {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<StoreFault> for Unsent {
    fn from(fault: StoreFault) -> Self {
        Self::Failed(fault.into())
    }
}

impl App {
    /// One pass. If a whole pass began and ended while the caller waited, it does not start
    /// another one.
    pub(crate) async fn pass(&self, which: Which) -> Result<(), Problem> {
        let seen = self.passes.load(Ordering::SeqCst);
        let _one = self.sending.lock().await;
        let begun_since = self.passes.load(Ordering::SeqCst) > seen;
        if begun_since && !matches!(which, Which::One(_)) {
            return Ok(());
        }
        self.passes.fetch_add(1, Ordering::SeqCst);
        let result = self.send_each(which).await;
        self.set_progress(None);
        result
    }

    async fn send_each(&self, which: Which) -> Result<(), Problem> {
        self.check_key().await?;
        let Ok(active) = self.active().await else {
            // The entries wait until this phone is activated.
            return Ok(());
        };
        let now_ms = self.now_ms();
        let mut chosen: Vec<ApoyoId> = Vec::new();
        for entry in self.store.read(entries::list).await? {
            let taken = entry
                .state
                .pause()
                .is_some_and(|pause| which.takes(entry.apoyo, pause, now_ms));
            if taken {
                chosen.push(entry.apoyo);
            }
        }
        let mut chosen = chosen.into_iter();
        while let Some(apoyo) = chosen.next() {
            match self.send_one(&active, apoyo, which).await {
                Ok(()) | Err(Unsent::Cancelled) => {}
                Err(Unsent::Held) => break,
                Err(Unsent::Failed(problem)) => {
                    tracing::info!(%apoyo, code = %problem.code, "an apoyo was not sent");
                    if self.end_if_unknown(&problem).await? {
                        self.failed(apoyo, problem).await?;
                        break;
                    }
                    match problem.code {
                        // The server does not answer: the other entries would only time out too.
                        AppCode::Phone(PhoneCode::ServerUnreachable) => {
                            self.failed(apoyo, problem.clone()).await?;
                            for apoyo in chosen.by_ref() {
                                self.failed(apoyo, problem.clone()).await?;
                            }
                        }
                        // A fault of the phone is not a reason to refuse an apoyo.
                        AppCode::Phone(
                            PhoneCode::PhoneStorageFull | PhoneCode::PhoneStorageFault,
                        ) => return Err(problem),
                        _ => self.failed(apoyo, problem).await?,
                    }
                }
            }
        }
        Ok(())
    }

    /// Stores an entry's state after a failure.
    async fn failed(&self, apoyo: ApoyoId, problem: Problem) -> Result<(), Problem> {
        let Some(entry) = self
            .store
            .read(move |rows| entries::lookup(rows, apoyo))
            .await?
        else {
            return Ok(());
        };
        if self.knew_it_after_all(&entry, &problem).await? {
            return Ok(());
        }
        let now_ms = self.now_ms();
        let outlook = outlook(&problem, &entry, now_ms);
        let state = entry
            .state
            .failed(problem, outlook, now_ms, self.ports.entropy.as_ref());
        self.store
            .write(move |rows| entries::save_state(rows, apoyo, &state))
            .await?;
        Ok(())
    }

    async fn send_one(&self, active: &Active, apoyo: ApoyoId, which: Which) -> Result<(), Unsent> {
        if !which.may_use(&self.conditions().await?) {
            return Err(Unsent::Held);
        }
        let Some(entry) = self
            .store
            .read(move |rows| entries::lookup(rows, apoyo))
            .await?
        else {
            return Err(Unsent::Cancelled);
        };
        let sending = match entry.state {
            EntryState::Unsealed(it) => {
                self.seal_left_open(active, &entry.campaign, apoyo).await?;
                it.seal().begin()
            }
            EntryState::Sealed(it) => it.begin(),
            EntryState::Sending(it) => it,
            EntryState::Receipted(_) => return self.send_again(active, &entry, which).await,
            EntryState::Refused(_) => return Ok(()),
        };
        self.save_sending(apoyo, &sending).await?;
        steps::at("send.begun");
        let outgoing = self
            .store
            .read(move |rows| entries::outgoing(rows, apoyo))
            .await?
            .ok_or(Unsent::Cancelled)?;
        let mut outgoing = self.in_the_name_of(active, apoyo, outgoing).await?;
        let (sending, answer) = self
            .upload_and_put(active, apoyo, sending, &mut outgoing, which)
            .await?;
        steps::at("send.answered");
        let expected = Expected {
            apoyo,
            campaign: &entry.campaign,
            content: outgoing.content,
        };
        let receipted = sending.receipted(answer, &active.receipt_key, &expected)?;
        steps::at("send.verified");
        self.store
            .write(move |rows| entries::set_receipted(rows, apoyo, &receipted))
            .await?;
        self.is_known().await?;
        tracing::info!(%apoyo, "receipted");
        steps::at("send.receipted");
        // The receipt is durable already. The next shrinking empties the log.
        if let Err(fault) = self.store.shrink().await {
            tracing::warn!(%fault, "the log was not emptied");
        }
        steps::at("send.shrunk");
        Ok(())
    }

    /// Uploads the missing parts and sends the manifest. Returns the server's answer.
    pub(super) async fn upload_and_put(
        &self,
        active: &Active,
        apoyo: ApoyoId,
        mut sending: Sending,
        outgoing: &mut Outgoing,
        which: Which,
    ) -> Result<(Sending, bytes::Bytes), Unsent> {
        let mut reuploads = 0;
        loop {
            self.upload_missing(active, apoyo, outgoing, which).await?;
            if !sending.manifest_put {
                sending = sending.put_manifest();
                // From now on the apoyo may count, so it cannot be cancelled. Stored before
                // the manifest's first byte leaves the phone.
                self.save_sending(apoyo, &sending).await?;
                steps::at("send.manifest_noted");
            }
            match self.api.put_apoyo(apoyo, outgoing).await {
                Ok(answer) => return Ok((sending, answer)),
                Err(problem)
                    if problem.code == Code::PartsMissing && reuploads < MOST_REUPLOADS =>
                {
                    reuploads += 1;
                    self.forget_uploaded(apoyo, outgoing, &problem.missing)
                        .await?;
                }
                Err(problem) => return Err(problem.into()),
            }
        }
    }

    async fn save_sending(&self, apoyo: ApoyoId, sending: &Sending) -> Result<(), Unsent> {
        let state = EntryState::Sending(sending.clone());
        let still_there = self
            .store
            .write(move |rows| entries::save_state(rows, apoyo, &state))
            .await?;
        if still_there {
            Ok(())
        } else {
            Err(Unsent::Cancelled)
        }
    }
}
