//! Takes in an apoyo. The answer is its receipt, the same bytes each time.

use super::{
    opened::{OUTSIDE_BYTES, check_pictures, open_fields},
    validate::{Checked, check, check_window},
};
use crate::{asking::Signed, core::Core, limits::Limited, refusal::Refusal};
use bytes::Bytes;
use protocol::{
    apoyos::Part,
    code::{Code, Problem},
    environment::Timestamp,
    ids::{ApoyoId, DeviceId, Sha256Hash},
};
use std::sync::Arc;
use storage::{
    StorageError,
    apoyos::{CardTags, NewApoyo, Recorded},
};

/// Why an apoyo is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum SubmitRefused {
    /// It is malformed, or the pictures in the store do not belong to it.
    #[error("the apoyo is not well formed: {0}")]
    Invalid(Problem),
    /// The campaign does not exist.
    #[error("there is no such campaign")]
    CampaignUnknown,
    /// The campaign does not receive apoyos at this moment, as this word says.
    #[error("outside of the campaign's window: {0}")]
    Window(Code),
    /// The id belongs to another apoyo.
    #[error("the id belongs to another apoyo")]
    IdReused,
    /// The phone is at its limit of apoyos for the day.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// Pictures have not arrived.
    #[error("{} pictures have not arrived", .0.len())]
    PartsMissing(Vec<Sha256Hash>),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<Problem> for SubmitRefused {
    fn from(problem: Problem) -> Self {
        Self::Invalid(problem)
    }
}

impl From<SubmitRefused> for Refusal {
    fn from(why: SubmitRefused) -> Self {
        match why {
            SubmitRefused::Invalid(problem) => problem.into(),
            SubmitRefused::CampaignUnknown => Code::CampaignUnknown.into(),
            SubmitRefused::Window(code) => code.into(),
            SubmitRefused::IdReused => Code::ApoyoIdReused.into(),
            SubmitRefused::Limited(why) => why.into(),
            SubmitRefused::PartsMissing(missing) => Refusal::parts_missing(missing),
            SubmitRefused::Storage(error) => error.into(),
        }
    }
}

/// Records an apoyo and returns its signed receipt. It takes the bytes of the request as they
/// came, because those are the evidence that the phone signed.
pub async fn submit(
    core: &Core,
    id: ApoyoId,
    request: Signed<Bytes>,
) -> Result<Bytes, SubmitRefused> {
    let received_at = core.now();
    let device = request.device.id;
    let checked = check(id, device, &request.asked)?;
    let card = match may_be_new(core, &checked, received_at).await {
        Ok(card) => card,
        // A phone that lost the answer asks again, perhaps after the campaign has closed or a key
        // was put away. An apoyo that is recorded always gets its receipt again.
        Err(refusal) => {
            let recorded = core.storage.recorded(id, device, request.hash).await?;
            if let Some(recorded) = recorded {
                return answer(core, recorded);
            }
            give_up_parts(core, device, &checked.manifest.parts, &refusal).await;
            return Err(refusal);
        }
    };

    let manifest = checked.manifest;
    let names: Vec<_> = manifest.parts.iter().map(|part| part.sha256).collect();
    let keys = core.keys.clone();
    let recorded = core
        .storage
        .record_apoyo(
            NewApoyo {
                id,
                campaign: manifest.campaign,
                device,
                content: request.hash,
                manifest: checked.evidence,
                payload: checked.payload,
                card,
                signature: request.signature,
                parts: manifest.parts,
                received_at,
            },
            Arc::new(move |receipt| keys.sign_receipt(receipt)),
        )
        .await;
    match &recorded {
        Ok(Recorded::First(_)) => core.limits.parts.named(names),
        _ => core.limits.apoyos.give_back(device, received_at),
    }
    answer(core, recorded?)
}

/// Forgets the parts of an apoyo that is refused for good, so that they do not count against the phone
/// for two days.
async fn give_up_parts(core: &Core, device: DeviceId, parts: &[Part], refusal: &SubmitRefused) {
    let is_final = match refusal {
        SubmitRefused::Invalid(_) | SubmitRefused::CampaignUnknown | SubmitRefused::IdReused => {
            true
        }
        SubmitRefused::Window(code) => *code == Code::CampaignClosed,
        SubmitRefused::Limited(_) | SubmitRefused::PartsMissing(_) | SubmitRefused::Storage(_) => {
            false
        }
    };
    if !is_final {
        return;
    }
    let names = parts.iter().map(|part| part.sha256);
    for name in core.limits.parts.owed_by(device, names) {
        match core.blobs.remove(name).await {
            Ok(()) => core.limits.parts.named([name]),
            // The part is swept later.
            Err(error) => tracing::warn!(%error, "a part of a refused apoyo was not removed"),
        }
    }
}

fn answer(core: &Core, recorded: Recorded) -> Result<Bytes, SubmitRefused> {
    match recorded {
        Recorded::First(receipt) => {
            core.events.count("apoyo", "first");
            core.wakers.apoyos.notify_one();
            Ok(receipt)
        }
        Recorded::Again(receipt) => {
            core.events.count("apoyo", "again");
            Ok(receipt)
        }
        Recorded::Reused => Err(SubmitRefused::IdReused),
        Recorded::PartsMissing(missing) => Err(SubmitRefused::PartsMissing(missing)),
    }
}

/// The checks of a new apoyo: its campaign, its fields, and the headers of its pictures.
async fn may_be_new(
    core: &Core,
    checked: &Checked,
    received_at: Timestamp,
) -> Result<CardTags, SubmitRefused> {
    let manifest = &checked.manifest;
    let rules = core.storage.campaign_rules(&manifest.campaign).await?;
    let rules = rules.ok_or(SubmitRefused::CampaignUnknown)?;
    let window = check_window(&rules, received_at);
    // It may be later than the server has counted, and the campaign may be over: the phone waits
    // until an operator has said what time it is.
    let maybe = core.clock.doubt().and_then(|doubt| doubt.maybe);
    if maybe.is_some_and(|maybe| check_window(&rules, maybe) != window) {
        return Err(SubmitRefused::Window(Code::ClockDoubtful));
    }
    window.map_err(SubmitRefused::Window)?;
    if rules.process != manifest.process {
        return Err(Problem::in_field(Code::ManifestInvalid, "process").into());
    }
    let sealing = core.sealing();
    let claimed = open_fields(&sealing, manifest, &checked.payload)?;
    let names: Vec<Sha256Hash> = manifest.parts.iter().map(|part| part.sha256).collect();
    let stored = core.blobs.beginnings(&names, OUTSIDE_BYTES).await?;
    let missing = check_pictures(&sealing, manifest, &stored)?;
    if !missing.is_empty() {
        return Err(SubmitRefused::PartsMissing(missing));
    }
    // Last, so that only apoyos that will be recorded are counted.
    core.limits
        .apoyos
        .take(checked.manifest.device, received_at)
        .inspect_err(|_| core.events.count("apoyo", "ceiling"))?;
    Ok(CardTags {
        roll_key: core.keys.roll_key(&claimed.cic, &claimed.identificador),
        qr: core.keys.card_qr(claimed.as_str()),
    })
}
