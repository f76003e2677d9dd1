//! A sealed apoyo as a file ([`protocol::apoyo_file`]), to send it from somewhere else.

use crate::{
    app::App,
    code::{PhoneCode, Problem},
    store::{entries, phone::Active},
};
use bytes::Bytes;
use protocol::{
    apoyo_file::{ApoyoFile, Format, SignedBody},
    code::Code,
    ids::ApoyoId,
};

impl App {
    /// [`crate::Door::Export`]. The entry stays in the queue. If it is sent both ways, the server
    /// answers both with the same receipt.
    pub(crate) async fn export(&self, apoyo: ApoyoId) -> Result<Bytes, Problem> {
        let entry = self.entry(apoyo).await?;
        if !entry.state.may_export() {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        self.check_key().await?;
        let active = self.active().await?;
        let file = self.file_of(&active, apoyo).await?;
        // The file may arrive from elsewhere at any time, so the entry can no longer be cancelled.
        self.store
            .write(move |rows| entries::went_elsewhere(rows, apoyo))
            .await?;
        Ok(file.to_bytes().into())
    }

    async fn file_of(&self, active: &Active, apoyo: ApoyoId) -> Result<ApoyoFile, Problem> {
        let gone = || Problem::new(Code::ApoyoUnknown);
        let outgoing = self
            .store
            .read(move |rows| entries::outgoing(rows, apoyo))
            .await?
            .ok_or_else(gone)?;
        let outgoing = self.in_the_name_of(active, apoyo, outgoing).await?;
        let mut parts = Vec::with_capacity(outgoing.parts.len());
        for part in &outgoing.parts {
            let name = part.name;
            let sealed = self
                .store
                .read(move |rows| entries::part_bytes(rows, apoyo, name))
                .await?
                .ok_or_else(gone)?;
            parts.push(SignedBody {
                signature: self.api.sign_blob(part.sha256).await?.to_vec(),
                body: sealed.to_vec(),
            });
        }
        Ok(ApoyoFile {
            format: Format::V1,
            apoyo,
            device: outgoing.device,
            parts,
            manifest: SignedBody {
                signature: outgoing.signature.to_vec(),
                body: outgoing.body.to_vec(),
            },
        })
    }
}
