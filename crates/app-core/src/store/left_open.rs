//! Encrypts what the first version of the store held unencrypted.
//!
//! The second migration could not do it, because SQL does not have the secret. It renamed the old
//! tables to `left_open_*`. This file moves their rows into the new tables and drops them, in one
//! transaction. It spells out the old shapes and uses none of today's types, which will change.

use super::{
    Rows, StoreFault,
    cipher::RecordAddress,
    entries::{open_body, open_part_row},
    from_json, to_json,
};
use protocol::ids::ApoyoId;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Value, json};

/// Moves the old rows. Returns whether there were any.
pub(crate) fn encrypt(rows: &Rows<'_>) -> Result<bool, StoreFault> {
    let there: bool = rows.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'left_open_phone')",
        [],
        |row| row.get(0),
    )?;
    if !there {
        return Ok(false);
    }
    phone(rows)?;
    pictures(rows)?;
    campaigns(rows)?;
    draft(rows)?;
    entries(rows)?;
    rows.execute_batch(
        "DROP TABLE left_open_entry_part; DROP TABLE left_open_entry;
         DROP TABLE left_open_draft_part; DROP TABLE left_open_draft;
         DROP TABLE left_open_campaigns; DROP TABLE left_open_activation_front;
         DROP TABLE left_open_picture; DROP TABLE left_open_phone;",
    )?;
    Ok(true)
}

fn old(text: &str) -> Result<Value, StoreFault> {
    from_json(text, "what the first version wrote")
}

fn phone(rows: &Rows<'_>) -> Result<(), StoreFault> {
    let found = rows
        .query_row(
            "SELECT language, notice_version, notice_accepted_at, entidad, seccion, activation
             FROM left_open_phone",
            [],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, Option<String>>(1)?,
                    row.get::<_, Option<i64>>(2)?,
                    row.get::<_, Option<u8>>(3)?,
                    row.get::<_, Option<u16>>(4)?,
                    row.get::<_, String>(5)?,
                ))
            },
        )
        .optional()?;
    let Some((language, version, accepted_at, entidad, seccion, activation)) = found else {
        return Ok(());
    };
    let mut activation = old(&activation)?;
    let mut active = None;
    if activation["stage"] == "active" {
        if let Some(fields) = activation.as_object_mut() {
            fields.remove("stage");
        }
        active = Some(to_json(&activation)?);
    }
    let mut private = json!({ "entidad": entidad, "seccion": seccion });
    if active.is_none() {
        private["activation"] = activation;
    }
    rows.execute(
        "INSERT INTO phone (id, language, notice_version, notice_accepted_at, active, record)
         VALUES (1, ?1, ?2, ?3, ?4, ?5)",
        params![
            language,
            version,
            accepted_at,
            active,
            rows.seal_json(RecordAddress::only("phone", "record"), &private)?
        ],
    )?;
    Ok(())
}

/// The data of a picture: the first five columns of both tables that name one.
fn about_picture(row: &Row<'_>) -> rusqlite::Result<(String, String, u32, u32, Vec<u8>)> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
    ))
}

fn pictures(rows: &Rows<'_>) -> Result<(), StoreFault> {
    let mut statement = rows.prepare(
        "SELECT sha256, jpeg FROM left_open_picture WHERE sha256 IN (
           SELECT sha256 FROM left_open_activation_front
           UNION SELECT sha256 FROM left_open_draft_part)",
    )?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let (sha256, jpeg): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let address = RecordAddress {
            table: "picture",
            row: &sha256,
            column: "record",
        };
        rows.execute(
            "INSERT INTO picture (sha256, bytes, record) VALUES (?1, ?2, ?3)",
            params![
                sha256,
                jpeg.len() as i64,
                rows.cipher().seal(address, &jpeg)?
            ],
        )?;
    }
    let front = rows
        .query_row(
            "SELECT source, findings, width, height, sha256 FROM left_open_activation_front",
            [],
            about_picture,
        )
        .optional()?;
    if let Some(front) = front {
        let address = RecordAddress::only("activation_front", "record");
        rows.execute(
            "INSERT INTO activation_front (id, sha256, record) VALUES (1, ?1, ?2)",
            params![front.4, rows.seal_json(address, &known(&front)?)?],
        )?;
    }
    Ok(())
}

fn known(
    (source, findings, width, height, sha256): &(String, String, u32, u32, Vec<u8>),
) -> Result<Value, StoreFault> {
    let hex: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(json!({
        "source": old(source)?,
        "findings": old(findings)?,
        "width": width,
        "height": height,
        "sha256": hex,
    }))
}

fn campaigns(rows: &Rows<'_>) -> Result<(), StoreFault> {
    let found = rows
        .query_row(
            "SELECT list, asked, fetched_at FROM left_open_campaigns",
            [],
            |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            },
        )
        .optional()?;
    let Some((list, asked, fetched_at)) = found else {
        return Ok(());
    };
    let known = json!({ "list": old(&list)?, "asked": old(&asked)?, "fetched_at_ms": fetched_at });
    rows.execute(
        "INSERT INTO campaigns (id, record) VALUES (1, ?1)",
        params![rows.seal_json(RecordAddress::only("campaigns", "record"), &known)?],
    )?;
    Ok(())
}

fn draft(rows: &Rows<'_>) -> Result<(), StoreFault> {
    let found = rows
        .query_row(
            "SELECT campaign, begun_at, model, hint, qr, mrz, curp, clave_elector, name, confirmed,
                    signature_kind
             FROM left_open_draft",
            [],
            |row| {
                let text = |at: usize| row.get::<_, Option<String>>(at);
                Ok((
                    row.get::<_, String>(0)?,
                    text(2)?,
                    text(10)?,
                    json!({
                        "begun_at_ms": row.get::<_, i64>(1)?,
                        "hint": text(3)?,
                        "qr": text(4)?,
                        "typed": {
                            "mrz": text(5)?,
                            "curp": text(6)?,
                            "clave_elector": text(7)?,
                            "name": text(8)?,
                        },
                        "confirmed": row.get::<_, bool>(9)?,
                    }),
                ))
            },
        )
        .optional()?;
    let Some((campaign, model, kind, mut record)) = found else {
        return Ok(());
    };
    record["campaign"] = old(&campaign)?;
    record["model"] = model.as_deref().map(old).transpose()?.into();
    record["signature_kind"] = kind.as_deref().map(old).transpose()?.into();
    rows.execute(
        "INSERT INTO draft (id, record) VALUES (1, ?1)",
        params![rows.seal_json(RecordAddress::only("draft", "record"), &record)?],
    )?;
    let mut statement = rows.prepare(
        "SELECT source, findings, width, height, sha256, name FROM left_open_draft_part",
    )?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let name: String = row.get(5)?;
        let picture = about_picture(row)?;
        let address = RecordAddress {
            table: "draft_part",
            row: name.as_bytes(),
            column: "record",
        };
        rows.execute(
            "INSERT INTO draft_part (name, sha256, record) VALUES (?1, ?2, ?3)",
            params![name, picture.4, rows.seal_json(address, &known(&picture)?)?],
        )?;
    }
    Ok(())
}

/// Moves the entries. Receipts stay as they are. Entries that are still to be sent wait encrypted
/// until they are sealed. Refused ones wait too, and the server may refuse them again.
fn entries(rows: &Rows<'_>) -> Result<(), StoreFault> {
    let mut statement =
        rows.prepare("SELECT apoyo, title, requester, body FROM left_open_entry")?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let apoyo = row.get::<_, Vec<u8>>(0)?;
        let apoyo = <[u8; 16]>::try_from(apoyo)
            .map(ApoyoId::from_bytes)
            .map_err(|_| StoreFault::Corrupt("an id"))?;
        let about = json!({
            "title": row.get::<_, String>(1)?,
            "requester": row.get::<_, String>(2)?,
        });
        let address = RecordAddress {
            table: "entry",
            row: apoyo.as_bytes(),
            column: "about",
        };
        let about = rows.seal_json(address, &about)?;
        let body = row
            .get::<_, Option<Vec<u8>>>(3)?
            .map(|body| rows.cipher().seal(open_body(&apoyo), &body))
            .transpose()?;
        rows.execute(
            "INSERT INTO entry (apoyo, campaign, about, queued_at, place, state, device, body,
                                content, signature, tries, next_try_at, problem, receipt,
                                receipt_key, status)
             SELECT apoyo, campaign, ?2, queued_at, place,
                    CASE state WHEN 'receipted' THEN state ELSE 'unsealed' END, device, ?3,
                    content, signature, tries, next_try_at, problem, receipt, receipt_key, status
             FROM left_open_entry WHERE apoyo = ?1",
            params![apoyo.as_bytes(), about, body],
        )?;
        entry_parts(rows, apoyo)?;
    }
    Ok(())
}

fn entry_parts(rows: &Rows<'_>, apoyo: ApoyoId) -> Result<(), StoreFault> {
    let mut statement = rows.prepare(
        "SELECT name, sha256, jpeg FROM left_open_entry_part JOIN left_open_picture USING (sha256)
         WHERE apoyo = ?1",
    )?;
    let mut found = statement.query([apoyo.as_bytes()])?;
    while let Some(row) = found.next()? {
        let (name, sha256): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let jpeg: Vec<u8> = row.get(2)?;
        let address = RecordAddress {
            table: "entry_part",
            row: &open_part_row(&apoyo, &name),
            column: "sealed",
        };
        rows.execute(
            "INSERT INTO entry_part (apoyo, name, sha256, sealed) VALUES (?1, ?2, ?3, ?4)",
            params![
                apoyo.as_bytes(),
                name,
                sha256,
                rows.cipher().seal(address, &jpeg)?
            ],
        )?;
    }
    Ok(())
}
