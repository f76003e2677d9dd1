//! What the roll in force says.

use super::{
    SqliteStorage, audit,
    fault::Fault,
    readers::Reader,
    roll_files::{self, bring_into_force, former, in_force},
    roll_import::{self, Import},
    values::{self, signed, situacion, unsigned},
};
use crate::{
    StorageError,
    audit::Deed,
    roll::{OfEntidad, Roll, RollCounts, RollEntry, RollImport, RollVersion},
};
use async_trait::async_trait;
use credential::Entidad;
use protocol::{campaigns::Place, environment::Timestamp};
use rusqlite::{Connection, params};
use std::path::Path;

fn current(reader: &mut Reader) -> Result<Option<&Connection>, Fault> {
    roll_files::current(&reader.db, &reader.folder, &mut reader.roll)
}

/// Every place with this sección, in the roll in force.
pub(super) fn places(
    reader: &mut Reader,
    entidad: Entidad,
    seccion: u16,
) -> Result<Vec<Place>, Fault> {
    let Some(db) = current(reader)? else {
        return Ok(Vec::new());
    };
    let mut query = db.prepare_cached(
        "SELECT entidad, distrito_federal, distrito_local, municipio, seccion FROM places
         WHERE entidad = ?1 AND seccion = ?2",
    )?;
    let mut rows = query.query(params![entidad.number(), seccion])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.extend(values::place(row, 0)?);
    }
    Ok(found)
}

fn find(reader: &mut Reader, key: [u8; 16]) -> Result<Option<RollEntry>, Fault> {
    let Some(db) = current(reader)? else {
        return Ok(None);
    };
    let mut query = db.prepare_cached(
        "SELECT e.person, e.situacion, e.vigencia, p.entidad, p.distrito_federal,
                p.distrito_local, p.municipio, p.seccion
         FROM entries e JOIN places p ON p.number = e.place WHERE e.key = ?1",
    )?;
    let mut rows = query.query([key])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(RollEntry {
        key,
        person: row.get(0)?,
        place: values::place(row, 3)?.ok_or_else(|| Fault::unreadable("place"))?,
        situacion: situacion(row.get(1)?)?,
        vigencia: row.get(2)?,
    }))
}

fn counts(db: &Connection) -> Result<RollCounts, Fault> {
    let counted: bool = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'counts')",
        [],
        |row| row.get(0),
    )?;
    let mut query = db.prepare(match counted {
        true => "SELECT entidad, entries, nominal FROM counts",
        // A roll that an earlier version of this program has written.
        false => {
            "SELECT p.entidad, count(*), sum(e.situacion = 0) FROM entries e
             JOIN places p ON p.number = e.place GROUP BY p.entidad"
        }
    })?;
    let mut rows = query.query([])?;
    let mut counts = RollCounts::default();
    while let Some(row) = rows.next()? {
        let of_entidad = OfEntidad {
            entries: unsigned(row.get(1)?)?,
            nominal: unsigned(row.get(2)?)?,
        };
        let entidad = values::entidad(row.get(0)?)?;
        counts.by_entidad.insert(entidad, of_entidad);
    }
    Ok(counts)
}

fn go_back(db: &Connection, folder: &Path, now: Timestamp) -> Result<Option<RollVersion>, Fault> {
    let (Some(in_force), Some(former)) = (in_force(db)?, former(db)?) else {
        return Ok(None);
    };
    // A roll that cannot be read must not come into force.
    if let Err(error) = roll_files::open(&roll_files::file(folder, former.file)) {
        let told = format!("the former roll cannot be opened: {error}");
        return Err(Fault::Failed(told));
    }
    let (number, entries) = (in_force.number + 1, former.version.entries);
    let source = &former.version.source;
    bring_into_force(db, number, former.file, signed(entries)?, source, now)?;
    Ok(roll_files::in_force(db)?.map(|now| now.version))
}

#[async_trait]
impl Roll for SqliteStorage {
    fn import_roll(&self) -> Result<Box<dyn RollImport>, StorageError> {
        Ok(Box::new(Import::begin(&self.folder, self.operator())?))
    }

    async fn roll_version(&self) -> Result<Option<RollVersion>, StorageError> {
        self.read(|reader| Ok(in_force(&reader.db)?.map(|in_force| in_force.version)))
            .await
    }

    async fn roll_counts(&self) -> Result<Option<RollCounts>, StorageError> {
        self.read(|reader| current(reader)?.map(counts).transpose())
            .await
    }

    async fn go_back_to_former_roll(
        &self,
        now: Timestamp,
    ) -> Result<Option<RollVersion>, StorageError> {
        let _alone = roll_import::alone(&self.folder)?;
        let (folder, operator) = (self.folder.clone(), self.operator());
        self.write(move |tx| {
            let back = go_back(tx.db, &folder, now)?;
            if let Some(roll) = &back {
                let subject = format!("version {}, {} entries", roll.version, roll.entries);
                audit::record(tx.db, operator.as_ref(), Deed::of("roll.back", subject))?;
            }
            Ok(back)
        })
        .await
    }

    async fn find_in_roll(&self, key: [u8; 16]) -> Result<Option<RollEntry>, StorageError> {
        self.read(move |reader| find(reader, key)).await
    }
}
