//! The public counts of secciones: only of large enough cells, taken at most once an hour, and stored so
//! that a restart does not take them earlier.

use super::{
    SqliteStorage,
    fault::Fault,
    tally,
    values::{self, millis, moment, unsigned},
};
use crate::{
    StorageError,
    rules::tally::{Level, is_due_again, publishable},
};
use protocol::{
    apoyos::Status,
    environment::Timestamp,
    ids::CampaignId,
    tally::{Counts, PlaceCounts, Tally},
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// A federal district: its entidad and its number.
type Distrito = (u8, u16);

/// The campaign's tally with the published secciones of a district.
pub(super) async fn tally_of(
    storage: &SqliteStorage,
    id: &CampaignId,
    distrito: Distrito,
    now: Timestamp,
) -> Result<Option<Tally>, StorageError> {
    let (campaign, tally) = {
        let id = id.clone();
        storage
            .read_public(move |reader| {
                let campaign = number(&reader.db, &id)?;
                Ok((
                    campaign,
                    tally::of_level(&reader.db, &id, Level::Total, now)?,
                ))
            })
            .await?
    };
    let Some((campaign, mut tally)) = campaign.zip(tally) else {
        return Ok(None);
    };
    let known = storage
        .read_public(move |reader| published(&reader.db, campaign, distrito))
        .await?;
    let (at, places) = match known {
        Some((at, places)) if !is_due_again(Some(at), now) => (at, places),
        // A district without apoyos is not stored, because a stranger may ask for districts that do
        // not exist.
        _ if !has_any(storage, campaign, distrito).await? => (now, Vec::new()),
        _ => {
            storage
                .write(move |tx| publish(tx.db, campaign, distrito, now))
                .await?
        }
    };
    tally.by_seccion = places;
    tally.secciones_at = Some(at);
    Ok(Some(tally))
}

async fn has_any(
    storage: &SqliteStorage,
    campaign: i64,
    (entidad, distrito): Distrito,
) -> Result<bool, StorageError> {
    storage
        .read_public(move |reader| {
            Ok(reader
                .db
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM counters WHERE campaign = ?1
                     AND level = 'distrito' AND entidad = ?2 AND distrito = ?3 AND apoyos > 0)",
                )?
                .query_row(params![campaign, entidad, distrito], |row| row.get(0))?)
        })
        .await
}

fn number(db: &Connection, id: &CampaignId) -> Result<Option<i64>, Fault> {
    Ok(db
        .prepare_cached("SELECT number FROM campaigns WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?)
}

/// The last published counts, and when they were taken.
fn published(
    db: &Connection,
    campaign: i64,
    (entidad, distrito): Distrito,
) -> Result<Option<(Timestamp, Vec<PlaceCounts>)>, Fault> {
    let row: Option<(i64, String)> = db
        .prepare_cached(
            "SELECT taken_at, places FROM published_secciones
             WHERE campaign = ?1 AND entidad = ?2 AND distrito = ?3",
        )?
        .query_row(params![campaign, entidad, distrito], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    row.map(|(at, places)| {
        let places = serde_json::from_str(&places).map_err(|_| Fault::unreadable("places"))?;
        Ok((moment(at)?, places))
    })
    .transpose()
}

/// Takes the counts, unless another request has done that meanwhile.
fn publish(
    db: &Connection,
    campaign: i64,
    place: Distrito,
    now: Timestamp,
) -> Result<(Timestamp, Vec<PlaceCounts>), Fault> {
    if let Some((at, places)) = published(db, campaign, place)?
        && !is_due_again(Some(at), now)
    {
        return Ok((at, places));
    }
    let places = publishable(counted(db, campaign, place)?);
    let text = serde_json::to_string(&places).map_err(|error| Fault::Failed(error.to_string()))?;
    let (entidad, distrito) = place;
    db.prepare_cached("INSERT OR REPLACE INTO published_secciones VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![campaign, entidad, distrito, millis(now), text])?;
    Ok((now, places))
}

/// The live counts of a district's secciones.
fn counted(
    db: &Connection,
    campaign: i64,
    (entidad, distrito): Distrito,
) -> Result<Vec<PlaceCounts>, Fault> {
    let name = values::entidad(entidad)?;
    let mut query = db.prepare_cached(
        "SELECT seccion, status, apoyos FROM counters
         WHERE campaign = ?1 AND level = 'seccion' AND entidad = ?2 AND distrito = ?3
         AND apoyos > 0",
    )?;
    let mut rows = query.query(params![campaign, entidad, distrito])?;
    let mut places: BTreeMap<u16, PlaceCounts> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let seccion = row.get(0)?;
        let status: String = row.get(1)?;
        let status = Status::parse(&status).ok_or_else(|| Fault::unreadable("status"))?;
        let place = places.entry(seccion).or_insert(PlaceCounts {
            entidad: name,
            distrito_federal: Some(distrito),
            seccion: Some(seccion),
            counts: Counts::default(),
        });
        tally::add(&mut place.counts, status, unsigned(row.get(2)?)?);
    }
    Ok(places.into_values().collect())
}
