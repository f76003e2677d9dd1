//! What the roll in force says.

use super::{
    SqliteStorage,
    fault::Fault,
    readers::Reader,
    roll_files::{self, in_force},
    roll_import::Import,
    values::{self, situacion},
};
use crate::{
    StorageError,
    roll::{Roll, RollEntry, RollImport, RollVersion},
};
use async_trait::async_trait;
use credential::Entidad;
use protocol::campaigns::Place;
use rusqlite::{Connection, params};

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

#[async_trait]
impl Roll for SqliteStorage {
    fn import_roll(&self) -> Result<Box<dyn RollImport>, StorageError> {
        Ok(Box::new(Import::begin(&self.folder, self.operator())?))
    }

    async fn roll_version(&self) -> Result<Option<RollVersion>, StorageError> {
        self.read(|reader| Ok(in_force(&reader.db)?.map(|(_, version)| version)))
            .await
    }

    async fn find_in_roll(&self, key: [u8; 16]) -> Result<Option<RollEntry>, StorageError> {
        self.read(move |reader| find(reader, key)).await
    }
}
