//! Verdicts, and who counts: of one person's claims within an exclusivity group the lowest
//! sequence, in whatever order they were settled.

use super::{
    counters::Standing,
    fault::Fault,
    values::{self, millis},
    writer::Within,
};
use crate::apoyos::{Person, Verdict};
use protocol::{
    apoyo::Status, campaign::Place, environment::Timestamp, ids::ApoyoId, reason::Reason,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// An apoyo as settling sees it.
struct Standpoint {
    sequence: i64,
    campaign: i64,
    group: i64,
    status: Status,
    reasons: Vec<Reason>,
    verdict: Option<String>,
    verdict_reasons: String,
    place: Option<Place>,
}

const COLUMNS: &str = "a.sequence, a.campaign, c.exclusivity_group, a.status, a.reasons, a.verdict,
    a.verdict_reasons, a.entidad, a.distrito_federal, a.distrito_local, a.municipio, a.seccion";

impl Standpoint {
    fn read(row: &Row<'_>) -> Result<Self, Fault> {
        let status: String = row.get(3)?;
        Ok(Self {
            sequence: row.get(0)?,
            campaign: row.get(1)?,
            group: row.get(2)?,
            status: Status::parse(&status).ok_or_else(|| Fault::unreadable("status"))?,
            reasons: values::reasons(&row.get::<_, String>(4)?)?,
            verdict: row.get(5)?,
            verdict_reasons: row.get(6)?,
            place: values::place(row, 7)?,
        })
    }

    fn standing(&self) -> Standing {
        Standing {
            campaign: self.campaign,
            status: self.status,
            reason: self.reasons.first().copied(),
            place: self.place,
        }
    }
}

/// Writes a verdict and everything that follows from it.
pub(super) fn settle(
    within: &mut Within<'_>,
    id: ApoyoId,
    verdict: &Verdict,
    now: Timestamp,
) -> Result<(), Fault> {
    let db = within.db;
    let mut apoyo = by_id(db, id)?.ok_or_else(|| Fault::Failed("a verdict on no apoyo".into()))?;
    let claim: Option<[u8; 32]> = db
        .prepare_cached("SELECT person FROM claims WHERE sequence = ?1")?
        .query_row([apoyo.sequence], |row| row.get(0))
        .optional()?;
    let (word, status, reasons, place, person) = match verdict {
        Verdict::InRoll(Person { tag, place }) => (
            "in_roll",
            Status::Preliminary,
            &[][..],
            Some(*place),
            Some(*tag),
        ),
        Verdict::InReview { reasons, place } => {
            ("in_review", Status::InReview, &reasons[..], *place, None)
        }
        Verdict::NotCounted { reasons, place } => (
            "not_counted",
            Status::NotCounted,
            &reasons[..],
            *place,
            None,
        ),
    };
    if person.is_none() && reasons.is_empty() {
        return Err(Fault::Failed("a verdict without a reason".into()));
    }
    let words = values::reason_words(reasons);
    if apoyo.verdict.as_deref() == Some(word)
        && apoyo.verdict_reasons == words
        && apoyo.place == place
        && claim == person
    {
        return Ok(());
    }
    let before = apoyo.standing();
    apoyo.place = place;
    write_verdict(db, &apoyo, word, &words)?;
    if let Some(person) = claim {
        // An earlier verdict took part in deciding who counts: as if it had never been.
        db.prepare_cached("DELETE FROM claims WHERE sequence = ?1")?
            .execute([apoyo.sequence])?;
        decide(within, apoyo.group, person, now)?;
    }
    stand(within, &mut apoyo, before, status, reasons.to_vec(), now)?;
    match person {
        Some(person) => claim_place(within, &mut apoyo, person, now),
        None => Ok(()),
    }
}

fn by_id(db: &Connection, id: ApoyoId) -> Result<Option<Standpoint>, Fault> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM apoyos a JOIN campaigns c ON c.number = a.campaign WHERE a.id = ?1"
    ))?;
    let mut rows = query.query([id.as_bytes()])?;
    rows.next()?.map(Standpoint::read).transpose()
}

fn write_verdict(
    db: &Connection,
    apoyo: &Standpoint,
    word: &str,
    reasons: &str,
) -> Result<(), Fault> {
    let place = apoyo.place;
    db.prepare_cached(
        "UPDATE apoyos SET verdict = ?2, verdict_reasons = ?3, entidad = ?4, distrito_federal = ?5,
             distrito_local = ?6, municipio = ?7, seccion = ?8 WHERE sequence = ?1",
    )?
    .execute(params![
        apoyo.sequence,
        word,
        reasons,
        place.map(|place| place.entidad.number()),
        place.map(|place| place.distrito_federal),
        place.map(|place| place.distrito_local),
        place.map(|place| place.municipio),
        place.map(|place| place.seccion),
    ])?;
    Ok(())
}

/// Moves an apoyo to a status, and the tally with it.
fn stand(
    within: &mut Within<'_>,
    apoyo: &mut Standpoint,
    before: Standing,
    status: Status,
    reasons: Vec<Reason>,
    now: Timestamp,
) -> Result<(), Fault> {
    if apoyo.status != status || apoyo.reasons != reasons {
        within
            .db
            .prepare_cached(
                "UPDATE apoyos SET status = ?2, reasons = ?3, changed_at = ?4 WHERE sequence = ?1",
            )?
            .execute(params![
                apoyo.sequence,
                status.as_str(),
                values::reason_words(&reasons),
                millis(now)
            ])?;
        apoyo.status = status;
        apoyo.reasons = reasons;
    }
    within.moves.shift_from(before, apoyo.standing());
    Ok(())
}

/// Enters a claim. Behind the one that counts it is a duplicate, and nobody else is touched;
/// before it, everybody's standing is decided anew.
fn claim_place(
    within: &mut Within<'_>,
    apoyo: &mut Standpoint,
    person: [u8; 32],
    now: Timestamp,
) -> Result<(), Fault> {
    let db = within.db;
    db.prepare_cached("INSERT INTO claims VALUES (?1, ?2, ?3, 0)")?
        .execute(params![apoyo.group, person, apoyo.sequence])?;
    let counted: Option<(i64, i64)> = db
        .prepare_cached(
            "SELECT sequence, campaign FROM claims JOIN apoyos USING (sequence)
             WHERE exclusivity_group = ?1 AND person = ?2 AND counted = 1",
        )?
        .query_row(params![apoyo.group, person], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    match counted {
        Some((first, campaign)) if first < apoyo.sequence => {
            let before = apoyo.standing();
            let reason = duplicate(apoyo.campaign, campaign);
            stand(within, apoyo, before, Status::NotCounted, vec![reason], now)
        }
        _ => decide(within, apoyo.group, person, now),
    }
}

const fn duplicate(campaign: i64, counted_campaign: i64) -> Reason {
    if campaign == counted_campaign {
        Reason::DuplicadoMismoSolicitante
    } else {
        Reason::DuplicadoOtroSolicitante
    }
}

/// Decides over all claims of a person within a group: the lowest sequence counts.
fn decide(
    within: &mut Within<'_>,
    group: i64,
    person: [u8; 32],
    now: Timestamp,
) -> Result<(), Fault> {
    let db = within.db;
    let mut claims = Vec::new();
    {
        let mut query = db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM claims JOIN apoyos a USING (sequence)
             JOIN campaigns c ON c.number = a.campaign
             WHERE claims.exclusivity_group = ?1 AND person = ?2 ORDER BY a.sequence"
        ))?;
        let mut rows = query.query(params![group, person])?;
        while let Some(row) = rows.next()? {
            claims.push(Standpoint::read(row)?);
        }
    }
    let Some((first, first_campaign)) = claims.first().map(|row| (row.sequence, row.campaign))
    else {
        return Ok(());
    };
    // The one that no longer counts goes first: never are there two, not even for a moment.
    db.prepare_cached(
        "UPDATE claims SET counted = 0 WHERE exclusivity_group = ?1 AND person = ?2
         AND counted = 1 AND sequence <> ?3",
    )?
    .execute(params![group, person, first])?;
    db.prepare_cached("UPDATE claims SET counted = 1 WHERE sequence = ?1 AND counted = 0")?
        .execute([first])?;
    for mut apoyo in claims {
        let (status, reasons) = if apoyo.sequence == first {
            (Status::Preliminary, Vec::new())
        } else {
            (
                Status::NotCounted,
                vec![duplicate(apoyo.campaign, first_campaign)],
            )
        };
        let before = apoyo.standing();
        stand(within, &mut apoyo, before, status, reasons, now)?;
    }
    Ok(())
}
