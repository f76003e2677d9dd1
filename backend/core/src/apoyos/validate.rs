//! The cheap checks before the receipt. Pure: the same request always gets the same answer. The
//! campaign's window is a check of its own.

use crate::{
    blobs::{MAX_PART, MIN_PART},
    rules::is_notice_version,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use credential::{clave_elector::ClaveElector, curp::Curp, mrz::Mrz, qr::payload::StructuredQr};
use memchr::memmem;
use protocol::{
    apoyos::{Manifest, PartName, Payload, Submission},
    code::{Code, Problem},
    environment::Timestamp,
    ids::{ApoyoId, DeviceId, Sha256Hash},
};
use std::collections::BTreeSet;
use storage::campaigns::CampaignRules;

/// The longest version of the app.
const MAX_APP: usize = 64;
/// The longest full name.
const MAX_NAME: usize = 200;

/// The longest manifest, with its white space, because it is stored for ever.
const MAX_EVIDENCE: usize = 8 * 1024;
/// The longest sealed fields: about four times those of the fullest credential.
const MAX_PAYLOAD: usize = 32 * 1024;

/// A request that passed the checks.
#[derive(Debug)]
pub struct Checked {
    /// The manifest: what the apoyo consists of.
    pub manifest: Manifest,
    /// The request's body without the text of the payload, which is stored separately. With that
    /// text put back in its place these are the bytes that the device signed.
    pub evidence: Vec<u8>,
    /// The payload's bytes, sealed.
    pub payload: Vec<u8>,
}

/// Checks that this body is an apoyo with this id from this device.
pub fn check(id: ApoyoId, device: DeviceId, body: &[u8]) -> Result<Checked, Problem> {
    let submission: Submission =
        serde_json::from_slice(body).map_err(|_| Problem::new(Code::RequestMalformed))?;
    let Submission { manifest, payload } = submission;
    let longest = payload.len().div_ceil(4) * 3;
    if body.len() - payload.len() > MAX_EVIDENCE || longest > MAX_PAYLOAD {
        return Err(Problem::new(Code::RequestMalformed));
    }
    check_manifest(&manifest, id, device)?;

    let bytes = URL_SAFE_NO_PAD
        .decode(&payload)
        .map_err(|_| Problem::in_field(Code::ManifestInvalid, "payload"))?;
    if Sha256Hash::of(&bytes) != manifest.payload {
        return Err(Problem::in_field(Code::ManifestInvalid, "payload"));
    }
    Ok(Checked {
        manifest,
        evidence: without(body, payload.as_bytes())?,
        payload: bytes,
    })
}

fn check_manifest(manifest: &Manifest, id: ApoyoId, device: DeviceId) -> Result<(), Problem> {
    let wrong = |field| Err(Problem::in_field(Code::ManifestInvalid, field));
    if manifest.apoyo != id {
        return wrong("apoyo");
    }
    if manifest.device != device {
        return wrong("device");
    }
    if manifest.app.is_empty() || manifest.app.len() > MAX_APP {
        return wrong("app");
    }
    let names: BTreeSet<PartName> = manifest.parts.iter().map(|part| part.name).collect();
    let hashes: BTreeSet<Sha256Hash> = manifest.parts.iter().map(|part| part.sha256).collect();
    let lengths = manifest
        .parts
        .iter()
        .all(|part| (MIN_PART..=MAX_PART).contains(&part.bytes));
    let four = PartName::ALL.len();
    if manifest.parts.len() != four || names.len() != four || hashes.len() != four || !lengths {
        return wrong("parts");
    }
    Ok(())
}

/// Returns the public QR as the phone read it, if all fields are well formed.
pub fn check_fields(payload: &Payload) -> Result<StructuredQr, Problem> {
    if !is_notice_version(&payload.notice_version) {
        return Err(Problem::in_field(Code::ManifestInvalid, "notice_version"));
    }
    let claimed = StructuredQr::parse(payload.qr.expose())
        .map_err(|_| Problem::in_field(Code::QrMalformed, "qr"))?;
    let wrong = |field| Err(Problem::in_field(Code::FieldInvalid, field));
    if payload
        .curp
        .as_ref()
        .is_some_and(|curp| Curp::parse(curp.expose()).is_err())
    {
        return wrong("curp");
    }
    if payload
        .clave_elector
        .as_ref()
        .is_some_and(|clave| ClaveElector::parse(clave.expose()).is_err())
    {
        return wrong("clave_elector");
    }
    if payload
        .mrz
        .as_ref()
        .is_some_and(|lines| Mrz::parse(&lines.expose().each_ref().map(String::as_str)).is_err())
    {
        return wrong("mrz");
    }
    if payload
        .name
        .as_ref()
        .is_some_and(|name| name.expose().chars().count() > MAX_NAME)
    {
        return wrong("name");
    }
    Ok(claimed)
}

/// `body` without the one place where `text` is.
fn without(body: &[u8], text: &[u8]) -> Result<Vec<u8>, Problem> {
    // Linear in the body: a body that repeats almost the same text costs no more than any other.
    let begins = memmem::find(body, text).ok_or(Problem::new(Code::RequestMalformed))?;
    let (before, rest) = body.split_at(begins);
    let (_, after) = rest.split_at(text.len());
    Ok([before, after].concat())
}

/// Whether the campaign receives apoyos at this moment.
pub fn check_window(rules: &CampaignRules, now: Timestamp) -> Result<(), Code> {
    if now < rules.opens_at {
        Err(Code::CampaignNotOpen)
    } else if now >= rules.closes_at {
        Err(Code::CampaignClosed)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
