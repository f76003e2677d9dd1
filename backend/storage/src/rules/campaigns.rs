//! Processes and campaigns: repetitions, within which group a person counts once, and where a
//! campaign is offered.

use crate::campaigns::{Created, Exclusivity, NewCampaign, NewProcess};
use protocol::{
    campaigns::{Campaign, CampaignQuery, Demarcation, Place},
    ids::{CampaignId, ProcessId},
};

/// The answer to a process whose slug is there already.
pub fn process_again(before: &NewProcess, new: &NewProcess) -> Created {
    same(before == new)
}

/// The answer to a campaign whose slug is there already. Moments are compared in milliseconds,
/// as they are stored. Every field is named, so that a new one which is not compared does not
/// compile.
pub fn campaign_again(before: &Campaign, new: &NewCampaign) -> Created {
    let NewCampaign {
        id: _,
        process,
        title,
        requester,
        description,
        demarcation,
        opens_at,
        closes_at,
        time_zone,
        required,
    } = new;
    same(
        before.process == *process
            && before.title == *title
            && before.requester == *requester
            && before.description == *description
            && before.demarcation == *demarcation
            && before.opens_at.timestamp_millis() == opens_at.timestamp_millis()
            && before.closes_at.timestamp_millis() == closes_at.timestamp_millis()
            && before.time_zone == *time_zone
            && before.required == *required,
    )
}

const fn same(same: bool) -> Created {
    if same {
        Created::Same
    } else {
        Created::Different
    }
}

/// The name of the group within which a person counts once.
pub fn exclusivity_group(
    exclusivity: Exclusivity,
    process: &ProcessId,
    campaign: &CampaignId,
) -> String {
    match exclusivity {
        Exclusivity::Process => format!("process/{process}"),
        Exclusivity::Campaign => format!("campaign/{campaign}"),
    }
}

/// Whether a campaign is offered to a person who asks with this query. `places`: every place
/// that the roll has for the sección of the query; without one, the entidad decides.
pub fn is_offered(demarcation: &Demarcation, query: CampaignQuery, places: &[Place]) -> bool {
    let Some(here) = query.entidad else {
        return true;
    };
    if !places.is_empty() {
        return places.iter().any(|place| demarcation.contains(place));
    }
    match *demarcation {
        Demarcation::Pais => true,
        Demarcation::Entidad { entidad }
        | Demarcation::DistritoFederal { entidad, .. }
        | Demarcation::DistritoLocal { entidad, .. }
        | Demarcation::Municipio { entidad, .. } => entidad == here,
    }
}
