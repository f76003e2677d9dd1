//! Apoyos: recorded once, in order of arrival.

use super::{
    SqliteStorage, counters,
    fault::Fault,
    judging,
    numbering::{self, Given},
    pending, settle,
    tx::{NamedPictures, Tx},
    unopened,
    values::{self, millis, moment, unsigned},
};
use crate::{
    StorageError,
    apoyos::{Apoyos, NewApoyo, PendingApoyo, Recorded, SignReceipt, Verdict},
    blobs::Held,
    rules::{
        apoyos::{self, Earlier},
        tally::TallyKey,
    },
};
use async_trait::async_trait;
use bytes::Bytes;
use protocol::{
    apoyos::{ApoyoState, Status},
    environment::Timestamp,
    ids::{ApoyoId, DeviceId, Sha256Hash},
    receipt::{Folio, Receipt},
};
use rusqlite::{Connection, OptionalExtension, params};

/// The answer to an apoyo whose id is here already.
fn recorded(
    db: &Connection,
    id: ApoyoId,
    device: DeviceId,
    content: Sha256Hash,
) -> Result<Option<Recorded>, Fault> {
    let earlier = db
        .prepare_cached(
            "SELECT device, content, receipt FROM apoyos JOIN evidence USING (sequence) WHERE id = ?1",
        )?
        .query_row([id.as_bytes()], |row| {
            Ok(Earlier {
                device: DeviceId::from_bytes(row.get(0)?),
                content: Sha256Hash::from_bytes(row.get(1)?),
                receipt: row.get::<_, Vec<u8>>(2)?.into(),
            })
        })
        .optional()?;
    Ok(earlier.map(|earlier| earlier.answer(device, content)))
}

fn record(
    tx: &mut Tx<'_>,
    new: &NewApoyo,
    pictures: [Sha256Hash; 4],
    held: Held,
    sign: &SignReceipt,
) -> Result<Recorded, Fault> {
    let db = tx.db;
    if let Some(before) = recorded(db, new.id, new.device, new.content)? {
        return Ok(before);
    }
    let missing = apoyos::missing(&new.parts, held.lengths());
    if !missing.is_empty() {
        return Ok(Recorded::PartsMissing(missing));
    }
    let campaign: i64 = db
        .prepare_cached("SELECT number FROM campaigns WHERE id = ?1")?
        .query_row([new.campaign.as_str()], |row| row.get(0))
        .optional()?
        .ok_or_else(|| Fault::Failed("an apoyo for a campaign that does not exist".into()))?;
    // Rows are never removed and one thread writes, so the next number leaves no gap.
    let sequence = numbering::next(db)?;
    let number = unsigned(sequence)?;
    let receipt = Receipt {
        apoyo: new.id,
        campaign: new.campaign.clone(),
        folio: Folio::of_sequence(number),
        sequence: number,
        content: new.content,
        received_at: moment(millis(new.received_at))?,
    };
    let receipt =
        serde_json::to_vec(&sign(receipt)).map_err(|error| Fault::Failed(error.to_string()))?;
    db.prepare_cached(
        "INSERT INTO apoyos (sequence, id, campaign, device, content, received_at, status, reasons,
             changed_at, verdict_reasons)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'received', '', ?6, '')",
    )?
    .execute(params![
        sequence,
        new.id.as_bytes(),
        campaign,
        new.device.as_bytes(),
        new.content.as_bytes(),
        millis(new.received_at),
    ])?;
    let [front, back, selfie, drawn] = pictures.map(|hash| *hash.as_bytes());
    db.prepare_cached("INSERT INTO evidence VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?
        .execute(params![
            sequence,
            new.manifest,
            new.payload,
            new.signature,
            receipt,
            front,
            back,
            selfie,
            drawn,
            pending::card_bytes(&new.card)
        ])?;
    tx.given = Some(Given {
        number,
        receipt: Sha256Hash::of(&receipt),
    });
    tx.named = Some(NamedPictures {
        sequence,
        pictures,
        _held: held,
    });
    tx.deltas.add_apoyo(TallyKey::received(campaign));
    Ok(Recorded::First(receipt.into()))
}

#[async_trait]
impl Apoyos for SqliteStorage {
    async fn record_apoyo(
        &self,
        new: NewApoyo,
        sign: SignReceipt,
    ) -> Result<Recorded, StorageError> {
        let pictures = apoyos::pictures(&new)
            .map_err(|wrong_parts| StorageError::Broken(wrong_parts.to_string()))?;
        let names: Vec<_> = new.parts.iter().map(|part| part.sha256).collect();
        // From here on no part is removed that is there now.
        let held = self.blobs.hold(&names).await?;
        self.write(move |tx| record(tx, &new, pictures, held, &sign))
            .await
    }

    async fn recorded(
        &self,
        id: ApoyoId,
        device: DeviceId,
        content: Sha256Hash,
    ) -> Result<Option<Recorded>, StorageError> {
        self.read(move |reader| recorded(&reader.db, id, device, content))
            .await
    }

    async fn apoyo_state(
        &self,
        id: ApoyoId,
    ) -> Result<Option<(DeviceId, ApoyoState)>, StorageError> {
        self.read(move |reader| {
            let mut query = reader.db.prepare_cached(
                "SELECT a.device, c.id, a.status, a.reasons, a.changed_at FROM apoyos a
                 JOIN campaigns c ON c.number = a.campaign WHERE a.id = ?1",
            )?;
            let mut rows = query.query([id.as_bytes()])?;
            let Some(row) = rows.next()? else {
                return Ok(None);
            };
            let status: String = row.get(2)?;
            let state = ApoyoState {
                apoyo: id,
                campaign: values::slug(&row.get::<_, String>(1)?)?,
                status: Status::parse(&status).ok_or_else(|| Fault::unreadable("status"))?,
                reasons: values::reasons(&row.get::<_, String>(3)?)?,
                changed_at: moment(row.get(4)?)?,
            };
            Ok(Some((DeviceId::from_bytes(row.get(0)?), state)))
        })
        .await
    }

    async fn receipt(&self, id: ApoyoId) -> Result<Option<Bytes>, StorageError> {
        self.read(move |reader| {
            let receipt: Option<Vec<u8>> = reader
                .db
                .prepare_cached(
                    "SELECT receipt FROM apoyos JOIN evidence USING (sequence) WHERE id = ?1",
                )?
                .query_row([id.as_bytes()], |row| row.get(0))
                .optional()?;
            Ok(receipt.map(Bytes::from))
        })
        .await
    }

    async fn pending_apoyos(
        &self,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<PendingApoyo>, StorageError> {
        let taken = self
            .read(move |reader| pending::by_turns(&reader.db, limit))
            .await?;
        self.readable(taken, now).await
    }

    async fn settle_apoyo(
        &self,
        id: ApoyoId,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        self.write(move |tx| {
            settle::settle(tx, id, &verdict, now)?;
            judging::forget_pause(tx.db, id)?;
            unopened::forget(tx.db, id)
        })
        .await
    }

    async fn unopened_apoyos(
        &self,
        after: u64,
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<PendingApoyo>, StorageError> {
        let read = self.read(move |reader| {
            let mut query = reader.db.prepare_cached(&format!(
                "SELECT {} JOIN unread_pictures u ON u.sequence = a.sequence
                 WHERE u.sequence > ?1 AND NOT EXISTS
                     (SELECT 1 FROM judging_pauses p WHERE p.sequence = u.sequence)
                 ORDER BY u.sequence LIMIT ?2",
                pending::COLUMNS
            ))?;
            let after = i64::try_from(after).unwrap_or(i64::MAX);
            pending::all(query.query(params![after, limit])?)
        });
        let taken = read.await?;
        self.readable(taken, now).await
    }

    async fn unopened_count(&self) -> Result<u64, StorageError> {
        self.read(|reader| unopened::count(&reader.db)).await
    }

    async fn holds_sealed_parts(&self) -> Result<bool, StorageError> {
        self.read(|reader| {
            Ok(reader.db.query_row(
                "SELECT EXISTS (SELECT 1 FROM evidence WHERE card IS NOT NULL)",
                [],
                |row| row.get(0),
            )?)
        })
        .await
    }

    async fn pending_count(&self) -> Result<u64, StorageError> {
        self.read(|reader| counters::pending(&reader.db)).await
    }

    async fn sweep_parts(&self, older_than: Timestamp) -> Result<u64, StorageError> {
        self.blobs.sweep(older_than, self).await
    }
}
