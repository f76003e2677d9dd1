//! One pass over the queue.

use super::{
    Progress, Which,
    backoff::{self, pause_ms},
    entry::{EntryState, Outgoing},
};
use crate::{
    app::App,
    store::{entries, parts, phone::Active},
};
use protocol::{
    apoyo::Submission,
    code::{Code, Problem, Remedy},
    ids::{ApoyoId, Sha256Hash},
    receipt::SignedReceipt,
};
use std::sync::{PoisonError, atomic::Ordering};

/// How often one pass uploads what the server says it misses: a server that loses parts as
/// fast as they come is tried again later.
const MENDINGS: u8 = 3;

/// Why a pass does not go on to the next entry.
enum Stopped {
    /// Nobody answers: the others would wait for the same silence.
    Unreachable,
    /// The activation has ended.
    Deactivated,
}

impl App {
    /// One pass. A caller that waited while a whole pass began and ended has what it wanted:
    /// its own would only knock again at once.
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
            // Entries stay as they are until this phone is activated.
            return Ok(());
        };
        let now_ms = self.now_ms();
        let mut chosen = Vec::new();
        for entry in self.store.read(entries::all).await? {
            let EntryState::Waiting {
                tries,
                next_try_at_ms,
                problem,
            } = entry.state
            else {
                continue;
            };
            let due = backoff::is_due(now_ms, next_try_at_ms);
            let silent = problem.is_some_and(|p| p.code == Code::ServerUnreachable);
            let taken = match which {
                Which::Due => due,
                Which::NetworkIsBack => due || silent,
                Which::One(apoyo) => apoyo == entry.apoyo,
            };
            if taken {
                chosen.push((entry.apoyo, tries));
            }
        }
        let mut chosen = chosen.into_iter();
        while let Some((apoyo, tries)) = chosen.next() {
            let Err(problem) = self.send_one(&active, apoyo).await else {
                continue;
            };
            tracing::info!(%apoyo, code = %problem.code, "an apoyo was not sent");
            match self.settle(apoyo, tries, problem.clone()).await? {
                None => {}
                Some(Stopped::Deactivated) => break,
                Some(Stopped::Unreachable) => {
                    for (apoyo, tries) in chosen.by_ref() {
                        self.postpone(apoyo, tries, problem.clone()).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What a failure means for the entry, and for the pass.
    async fn settle(
        &self,
        apoyo: ApoyoId,
        tries: u32,
        problem: Problem,
    ) -> Result<Option<Stopped>, Problem> {
        if self.end_if_unknown(&problem).await? {
            self.postpone(apoyo, tries, problem).await?;
            return Ok(Some(Stopped::Deactivated));
        }
        match problem.code {
            Code::ServerUnreachable => {
                self.postpone(apoyo, tries, problem).await?;
                Ok(Some(Stopped::Unreachable))
            }
            // The phone's own trouble is no reason to give an apoyo up.
            Code::PhoneStorageFull | Code::PhoneStorageFault => Err(problem),
            code => {
                match code.remedy() {
                    Remedy::Later | Remedy::Mend => self.postpone(apoyo, tries, problem).await?,
                    Remedy::Person => {
                        self.store
                            .write(move |t| entries::set_refused(t, apoyo, &problem))
                            .await?;
                    }
                }
                Ok(None)
            }
        }
    }

    async fn postpone(&self, apoyo: ApoyoId, tries: u32, problem: Problem) -> Result<(), Problem> {
        let tries = tries.saturating_add(1);
        let pause = pause_ms(tries, problem.retry_after_s, self.ports.entropy.as_ref());
        let next_ms = self.now_ms() + pause;
        Ok(self
            .store
            .write(move |t| entries::set_waiting(t, apoyo, tries, next_ms, Some(&problem)))
            .await?)
    }

    async fn send_one(&self, active: &Active, apoyo: ApoyoId) -> Result<(), Problem> {
        let Some(outgoing) = self
            .store
            .read(move |c| entries::outgoing(c, apoyo))
            .await?
        else {
            return Ok(());
        };
        let mut outgoing = self.in_the_name_of(active, apoyo, outgoing).await?;
        let mut mendings = 0;
        let signed = loop {
            self.upload_missing(active, apoyo, &mut outgoing).await?;
            match self.api.put_apoyo(apoyo, &outgoing).await {
                Ok(signed) => break signed,
                Err(problem) if problem.code == Code::PartsMissing && mendings < MENDINGS => {
                    mendings += 1;
                    self.forget_uploaded(apoyo, &mut outgoing, &problem.missing)
                        .await?;
                }
                Err(problem) => return Err(problem),
            }
        };
        let signed = String::from_utf8(signed.to_vec()).map_err(|_| Code::AnswerMalformed)?;
        let receipt: SignedReceipt =
            serde_json::from_str(&signed).map_err(|_| Code::AnswerMalformed)?;
        self.verify(active, apoyo, &outgoing, &receipt).await?;
        let key = active.receipt_key;
        self.store
            .write(move |t| entries::set_receipted(t, apoyo, &signed, &key))
            .await?;
        tracing::info!(%apoyo, "receipted");
        // The receipt is safe already: pictures left in the log go with the next shrinking.
        if let Err(fault) = self.store.shrink().await {
            tracing::warn!(%fault, "the log was not emptied");
        }
        Ok(())
    }

    /// The receipt is believed only for exactly what was sent.
    async fn verify(
        &self,
        active: &Active,
        apoyo: ApoyoId,
        outgoing: &Outgoing,
        receipt: &SignedReceipt,
    ) -> Result<(), Problem> {
        receipt.verify(&active.receipt_key)?;
        let entry = self.entry(apoyo).await?;
        let promised = &receipt.receipt;
        let same = promised.apoyo == apoyo
            && promised.campaign == entry.campaign
            && promised.content == outgoing.content;
        if same {
            Ok(())
        } else {
            Err(Code::ReceiptInvalid.into())
        }
    }

    /// One part in memory at a time.
    async fn upload_missing(
        &self,
        active: &Active,
        apoyo: ApoyoId,
        outgoing: &mut Outgoing,
    ) -> Result<(), Problem> {
        let parts = u8::try_from(outgoing.parts.len()).unwrap_or(u8::MAX);
        for at in 0..outgoing.parts.len() {
            let done = outgoing.parts.iter().filter(|part| part.uploaded).count();
            self.set_progress(Some(Progress {
                apoyo,
                parts_done: u8::try_from(done).unwrap_or(u8::MAX),
                parts,
            }));
            let part = &mut outgoing.parts[at];
            if part.uploaded {
                continue;
            }
            let sha256 = part.sha256;
            if !self.api.has_blob(active.device, sha256).await? {
                let jpeg = self
                    .store
                    .read(move |c| parts::bytes(c, sha256))
                    .await?
                    .ok_or(Code::PhoneStorageFault)?;
                self.api.put_blob(active.device, sha256, jpeg).await?;
            }
            part.uploaded = true;
            self.store
                .write(move |t| entries::set_uploaded(t, apoyo, sha256, true))
                .await?;
        }
        self.set_progress(Some(Progress {
            apoyo,
            parts_done: parts,
            parts,
        }));
        Ok(())
    }

    /// The server says that it misses these, whatever this phone noted; all, where it names none.
    async fn forget_uploaded(
        &self,
        apoyo: ApoyoId,
        outgoing: &mut Outgoing,
        missing: &[Sha256Hash],
    ) -> Result<(), Problem> {
        for part in &mut outgoing.parts {
            if missing.is_empty() || missing.contains(&part.sha256) {
                part.uploaded = false;
                let sha256 = part.sha256;
                self.store
                    .write(move |t| entries::set_uploaded(t, apoyo, sha256, false))
                    .await?;
            }
        }
        Ok(())
    }

    /// An entry of an earlier activation of this phone is signed anew by the one in force.
    async fn in_the_name_of(
        &self,
        active: &Active,
        apoyo: ApoyoId,
        outgoing: Outgoing,
    ) -> Result<Outgoing, Problem> {
        if outgoing.device == active.device {
            return Ok(outgoing);
        }
        let mut submission: Submission =
            serde_json::from_slice(&outgoing.body).map_err(|_| Code::PhoneStorageFault)?;
        submission.manifest.device = active.device;
        let signed = self.signed_outgoing(apoyo, &submission).await?;
        let kept = signed.clone();
        self.store
            .write(move |t| entries::readdress(t, apoyo, &kept))
            .await?;
        Ok(signed)
    }

    fn set_progress(&self, progress: Option<Progress>) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }
}
