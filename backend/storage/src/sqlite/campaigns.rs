//! Processes, campaigns and what is asked of them.

use super::{
    SqliteStorage, audit,
    fault::Fault,
    roll, secciones, tally,
    values::{self, millis, moment, signed, slug, unsigned},
};
use crate::{
    StorageError,
    audit::Deed,
    campaigns::{
        CampaignRules, Campaigns, Closed, Created, Exclusivity, NewCampaign, NewProcess, TallyPart,
    },
    rules::{campaigns as rule, tally::Level},
};
use async_trait::async_trait;
use protocol::{
    campaigns::{Campaign, CampaignQuery, Demarcation},
    environment::Timestamp,
    ids::CampaignId,
    tally::Tally,
    time_zone::TimeZoneName,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

const fn exclusivity_word(exclusivity: Exclusivity) -> &'static str {
    match exclusivity {
        Exclusivity::Process => "process",
        Exclusivity::Campaign => "campaign",
    }
}

fn exclusivity(word: &str) -> Result<Exclusivity, Fault> {
    match word {
        "process" => Ok(Exclusivity::Process),
        "campaign" => Ok(Exclusivity::Campaign),
        _ => Err(Fault::unreadable("exclusivity")),
    }
}

fn demarcation(json: &str) -> Result<Demarcation, Fault> {
    serde_json::from_str(json).map_err(|_| Fault::unreadable("demarcation"))
}

fn time_zone(name: Option<String>) -> Result<Option<TimeZoneName>, Fault> {
    name.map(|name| name.parse())
        .transpose()
        .map_err(|_| Fault::unreadable("time zone"))
}

fn create_process(db: &Connection, new: &NewProcess) -> Result<Created, Fault> {
    let before: Option<(String, String, String)> = db
        .prepare_cached("SELECT name, kind, exclusivity FROM processes WHERE id = ?1")?
        .query_row([new.id.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    if let Some((name, kind, word)) = before {
        let before = NewProcess {
            id: new.id.clone(),
            name,
            kind: values::from_word(kind, "kind")?,
            exclusivity: exclusivity(&word)?,
        };
        return Ok(rule::process_again(&before, new));
    }
    db.prepare_cached("INSERT INTO processes VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            new.id.as_str(),
            new.name,
            values::word(&new.kind)?,
            exclusivity_word(new.exclusivity)
        ])?;
    Ok(Created::New)
}

fn create_campaign(db: &Connection, new: &NewCampaign) -> Result<Created, Fault> {
    if let Some(before) = listed(db, "WHERE c.id = ?1", params![new.id.as_str()])?.pop() {
        return Ok(rule::campaign_again(&before, new));
    }
    let word: Option<String> = db
        .prepare_cached("SELECT exclusivity FROM processes WHERE id = ?1")?
        .query_row([new.process.as_str()], |row| row.get(0))
        .optional()?;
    let Some(word) = word else {
        return Ok(Created::NoProcess);
    };
    let group = rule::exclusivity_group(exclusivity(&word)?, &new.process, &new.id);
    db.prepare_cached("INSERT OR IGNORE INTO exclusivity_groups (name) VALUES (?1)")?
        .execute([&group])?;
    let demarcation = serde_json::to_string(&new.demarcation)
        .map_err(|error| Fault::Failed(error.to_string()))?;
    db.prepare_cached(
        "INSERT INTO campaigns (id, process, exclusivity_group, title, requester, description,
             demarcation, opens_at, closes_at, required, time_zone)
         VALUES (?1, ?2, (SELECT number FROM exclusivity_groups WHERE name = ?3),
             ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        new.id.as_str(),
        new.process.as_str(),
        group,
        new.title,
        new.requester,
        new.description,
        demarcation,
        millis(new.opens_at),
        millis(new.closes_at),
        signed(new.required)?,
        new.time_zone.as_ref().map(TimeZoneName::as_str),
    ])?;
    Ok(Created::New)
}

fn close(db: &Connection, id: &CampaignId, at: Timestamp) -> Result<Closed, Fault> {
    let closes: Option<i64> = db
        .prepare_cached("SELECT closes_at FROM campaigns WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    match closes {
        None => Ok(Closed::Unknown),
        Some(closes) if closes <= millis(at) => Ok(Closed::Before(moment(closes)?)),
        Some(_) => {
            db.prepare_cached("UPDATE campaigns SET closes_at = ?2 WHERE id = ?1")?
                .execute(params![id.as_str(), millis(at)])?;
            Ok(Closed::Now)
        }
    }
}

fn campaign(row: &Row<'_>) -> Result<Campaign, Fault> {
    Ok(Campaign {
        id: slug(&row.get::<_, String>(0)?)?,
        process: slug(&row.get::<_, String>(1)?)?,
        process_name: row.get(2)?,
        kind: values::from_word(row.get(3)?, "kind")?,
        title: row.get(4)?,
        requester: row.get(5)?,
        description: row.get(6)?,
        demarcation: demarcation(&row.get::<_, String>(7)?)?,
        opens_at: moment(row.get(8)?)?,
        closes_at: moment(row.get(9)?)?,
        required: unsigned(row.get(10)?)?,
        exclusivity: Some(exclusivity(&row.get::<_, String>(11)?)?),
        time_zone: time_zone(row.get(12)?)?,
    })
}

/// Campaigns by a condition that this file writes.
fn listed(
    db: &Connection,
    which: &str,
    with: impl rusqlite::Params,
) -> Result<Vec<Campaign>, Fault> {
    let mut query = db.prepare_cached(&format!(
        "SELECT c.id, c.process, p.name, p.kind, c.title, c.requester, c.description,
                c.demarcation, c.opens_at, c.closes_at, c.required, p.exclusivity, c.time_zone
         FROM campaigns c JOIN processes p ON p.id = c.process {which}"
    ))?;
    let mut rows = query.query(with)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(campaign(row)?);
    }
    Ok(found)
}

#[async_trait]
impl Campaigns for SqliteStorage {
    async fn create_process(&self, new: NewProcess) -> Result<Created, StorageError> {
        let operator = self.operator();
        self.write(move |tx| {
            let created = create_process(tx.db, &new)?;
            if created == Created::New {
                let deed = Deed::of("process.create", new.id.as_str());
                audit::record(tx.db, operator.as_ref(), deed)?;
            }
            Ok(created)
        })
        .await
    }

    async fn create_campaign(&self, new: NewCampaign) -> Result<Created, StorageError> {
        let operator = self.operator();
        self.write(move |tx| {
            let created = create_campaign(tx.db, &new)?;
            if created == Created::New {
                let deed = Deed::of("campaign.create", new.id.as_str());
                audit::record(tx.db, operator.as_ref(), deed)?;
            }
            Ok(created)
        })
        .await
    }

    async fn close_campaign(&self, id: &CampaignId, at: Timestamp) -> Result<Closed, StorageError> {
        let (id, operator) = (id.clone(), self.operator());
        self.write(move |tx| {
            let closed = close(tx.db, &id, at)?;
            if closed == Closed::Now {
                let deed = Deed::of("campaign.close", id.as_str());
                audit::record(tx.db, operator.as_ref(), deed)?;
            }
            Ok(closed)
        })
        .await
    }

    async fn open_campaigns(
        &self,
        now: Timestamp,
        query: CampaignQuery,
    ) -> Result<Vec<Campaign>, StorageError> {
        self.read(move |reader| {
            let places = match (query.entidad, query.seccion) {
                (Some(entidad), Some(seccion)) => roll::places(reader, entidad, seccion)?,
                _ => Vec::new(),
            };
            let mut open = listed(
                &reader.db,
                "WHERE c.opens_at <= ?1 AND ?1 < c.closes_at ORDER BY c.closes_at, c.number",
                params![millis(now)],
            )?;
            open.retain(|campaign| rule::is_offered(&campaign.demarcation, query, &places));
            Ok(open)
        })
        .await
    }

    async fn all_campaigns(&self) -> Result<Vec<Campaign>, StorageError> {
        self.read(|reader| listed(&reader.db, "ORDER BY c.number", []))
            .await
    }

    async fn campaign_rules(&self, id: &CampaignId) -> Result<Option<CampaignRules>, StorageError> {
        let id = id.clone();
        self.read(move |reader| {
            let mut query = reader.db.prepare_cached(
                "SELECT g.name, c.demarcation, c.opens_at, c.closes_at, c.process FROM campaigns c
                 JOIN exclusivity_groups g ON g.number = c.exclusivity_group WHERE c.id = ?1",
            )?;
            let mut rows = query.query([id.as_str()])?;
            let Some(row) = rows.next()? else {
                return Ok(None);
            };
            Ok(Some(CampaignRules {
                exclusivity_group: row.get(0)?,
                demarcation: demarcation(&row.get::<_, String>(1)?)?,
                opens_at: moment(row.get(2)?)?,
                closes_at: moment(row.get(3)?)?,
                process: slug(&row.get::<_, String>(4)?)?,
                id,
            }))
        })
        .await
    }

    async fn tally_version(&self, id: &CampaignId) -> Result<Option<u64>, StorageError> {
        let id = id.clone();
        self.read_public(move |reader| tally::version(&reader.db, &id))
            .await
    }

    async fn public_tally(
        &self,
        id: &CampaignId,
        part: TallyPart,
        now: Timestamp,
    ) -> Result<Option<Tally>, StorageError> {
        let level = match part {
            TallyPart::Entidades => Level::Entidad,
            TallyPart::Distritos => Level::Distrito,
            TallyPart::Secciones { entidad, distrito } => {
                return secciones::tally_of(self, id, (entidad.number(), distrito), now).await;
            }
        };
        let id = id.clone();
        self.read_public(move |reader| tally::of_level(&reader.db, &id, level, now))
            .await
    }

    async fn public_campaigns(&self) -> Result<Vec<Campaign>, StorageError> {
        self.read_public(|reader| listed(&reader.db, "ORDER BY c.number", []))
            .await
    }

    async fn tally(&self, id: &CampaignId, now: Timestamp) -> Result<Option<Tally>, StorageError> {
        let id = id.clone();
        self.read(move |reader| tally::counted(&reader.db, &id, now))
            .await
    }

    async fn recount(
        &self,
        id: &CampaignId,
        now: Timestamp,
    ) -> Result<Option<Tally>, StorageError> {
        let id = id.clone();
        self.read(move |reader| tally::recounted(&reader.db, &id, now))
            .await
    }
}
