//! Uploads the parts of one entry by hash, none of them twice.

use super::{policy::Which, sender::Unsent};
use crate::{
    app::App,
    code::{PhoneCode, Problem},
    entry::Outgoing,
    running::Progress,
    steps,
    store::{entries, phone::Active},
};
use protocol::{
    apoyos::Submission,
    ids::{ApoyoId, Sha256Hash},
};
use std::sync::PoisonError;

impl App {
    /// Uploads the missing parts, with one part in memory at a time.
    pub(super) async fn upload_missing(
        &self,
        active: &Active,
        apoyo: ApoyoId,
        outgoing: &mut Outgoing,
        which: Which,
    ) -> Result<(), Unsent> {
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
            if !which.may_use(&self.conditions().await?) {
                return Err(Unsent::Held);
            }
            let (name, sha256) = (part.name, part.sha256);
            let there = self.api.has_blob(active.device, sha256).await?;
            steps::at("send.part_asked");
            if !there {
                let sealed = self
                    .store
                    .read(move |rows| entries::part_bytes(rows, apoyo, name))
                    .await?
                    .ok_or(Unsent::Cancelled)?;
                self.api.put_blob(active.device, sha256, sealed).await?;
                steps::at("send.part_sent");
            }
            part.uploaded = true;
            let still_there = self
                .store
                .write(move |rows| entries::set_uploaded(rows, apoyo, sha256, true))
                .await?;
            if !still_there {
                return Err(Unsent::Cancelled);
            }
            steps::at("send.part_noted");
        }
        self.set_progress(Some(Progress {
            apoyo,
            parts_done: parts,
            parts,
        }));
        Ok(())
    }

    /// The server reports these parts as missing, so they are uploaded again; all of them if it
    /// names none.
    pub(super) async fn forget_uploaded(
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
                    .write(move |rows| entries::set_uploaded(rows, apoyo, sha256, false))
                    .await?;
            }
        }
        Ok(())
    }

    /// Signs an entry of an earlier activation again, with the device in force.
    pub(super) async fn in_the_name_of(
        &self,
        active: &Active,
        apoyo: ApoyoId,
        outgoing: Outgoing,
    ) -> Result<Outgoing, Problem> {
        if outgoing.device == active.device {
            return Ok(outgoing);
        }
        let mut submission: Submission =
            serde_json::from_slice(&outgoing.body).map_err(|_| PhoneCode::PhoneStorageFault)?;
        submission.manifest.device = active.device;
        let signed = self.signed_outgoing(apoyo, &submission).await?;
        let kept = signed.clone();
        self.store
            .write(move |rows| entries::readdress(rows, apoyo, &kept))
            .await?;
        Ok(signed)
    }

    pub(super) fn set_progress(&self, progress: Option<Progress>) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }
}
