//! The campaigns that people of these stories back, and the processes they belong to.

use protocol::ids::{CampaignId, ProcessId};

/// Name, kind and exclusivity of each process.
pub const PROCESSES: [(&str, &str, &str); 4] = [
    ("presidencia", "candidatura_presidencia", "process"),
    ("senado", "candidatura_senaduria", "process"),
    ("consultas", "consulta_popular", "campaign"),
    ("fechas", "iniciativa_ciudadana", "campaign"),
];

const PAIS: &str = r#"{ scope = "pais" }"#;
const CDMX: &str = r#"{ scope = "entidad", entidad = 9 }"#;
const OPEN: (&str, &str) = ("2020-01-01T00:00:00Z", "2095-01-01T00:00:00Z");
const OVER: (&str, &str) = ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z");
const AHEAD: (&str, &str) = ("2094-01-01T00:00:00Z", "2095-01-01T00:00:00Z");

/// Name, process, demarcation and window of each campaign.
pub const CAMPAIGNS: [(&str, &str, &str, (&str, &str)); 8] = [
    ("ana", "presidencia", PAIS, OPEN),
    ("bruno", "presidencia", PAIS, OPEN),
    ("carla", "senado", CDMX, OPEN),
    ("agua", "consultas", PAIS, OPEN),
    ("bosques", "consultas", PAIS, OPEN),
    ("terminada", "fechas", PAIS, OVER),
    ("futura", "fechas", PAIS, AHEAD),
    ("por-cerrar", "fechas", PAIS, OPEN),
];

/// The id of one of the world's campaigns: `ana` and `bruno` want to be President (one apoyo
/// rules the other out), `carla` wants to be senator for Mexico City, `agua` and `bosques` are
/// consultations (one may back both), `terminada` is over, `futura` is not open yet.
pub fn campaign(name: &str) -> CampaignId {
    assert!(
        CAMPAIGNS.iter().any(|(id, ..)| *id == name),
        "no campaign {name}"
    );
    name.parse().expect("the names above are slugs")
}

/// The process of one of the world's campaigns.
pub fn process_of(campaign: &CampaignId) -> ProcessId {
    CAMPAIGNS
        .iter()
        .find(|(id, ..)| *id == campaign.as_str())
        .map_or("consultas", |(_, process, ..)| process)
        .parse()
        .expect("the names above are slugs")
}
