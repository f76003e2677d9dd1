//! Processes and their campaigns.

use crate::StorageError;
use async_trait::async_trait;
use credential::Entidad;
pub use protocol::campaigns::Exclusivity;
use protocol::{
    campaigns::{Campaign, CampaignQuery, Demarcation, ProcessKind},
    environment::Timestamp,
    ids::{CampaignId, ProcessId},
    tally::Tally,
    time_zone::TimeZoneName,
};

/// A new process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProcess {
    /// Its slug.
    pub id: ProcessId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: ProcessKind,
    /// The group within which a person counts once.
    pub exclusivity: Exclusivity,
}

/// A new campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCampaign {
    /// Its slug.
    pub id: CampaignId,
    /// The process it belongs to.
    pub process: ProcessId,
    /// What it asks for, in a line.
    pub title: String,
    /// The requester (solicitante).
    pub requester: String,
    /// What it is about.
    pub description: String,
    /// From where apoyos count.
    pub demarcation: Demarcation,
    /// The first moment at which apoyos are received.
    pub opens_at: Timestamp,
    /// The first moment at which they no longer are.
    pub closes_at: Timestamp,
    /// The zone that its days are of; without it Mexico City's.
    pub time_zone: Option<TimeZoneName>,
    /// How many the law asks for.
    pub required: u64,
}

/// The outcome of creating a process or campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It is new.
    New,
    /// It exists with the same content; the database is unchanged.
    Same,
    /// The slug belongs to another one; the database is unchanged.
    Different,
    /// The process of a new campaign does not exist.
    NoProcess,
}

/// The outcome of closing a campaign before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It receives nothing from that moment on.
    Now,
    /// It had closed already, at this moment; the database is unchanged.
    Before(Timestamp),
    /// There is no such campaign.
    Unknown,
}

/// The part of a campaign that receiving and counting an apoyo depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignRules {
    /// Its slug.
    pub id: CampaignId,
    /// The process it belongs to.
    pub process: ProcessId,
    /// The group within which a person counts once: the slug of the process or of the campaign,
    /// with its kind in front (`process/...`, `campaign/...`).
    pub exclusivity_group: String,
    /// From where apoyos count.
    pub demarcation: Demarcation,
    /// The first moment at which apoyos are received.
    pub opens_at: Timestamp,
    /// The first moment at which they no longer are.
    pub closes_at: Timestamp,
}

/// The places in a public tally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TallyPart {
    /// Every entidad.
    Entidades,
    /// Every federal district.
    Distritos,
    /// The secciones of one federal district with enough apoyos, as last published, at most once an hour
    /// ([`crate::rules::tally::is_due_again`]).
    Secciones {
        /// The entidad.
        entidad: Entidad,
        /// Its federal district.
        distrito: u16,
    },
}

/// Processes, campaigns and their tallies.
#[async_trait]
pub trait Campaigns {
    /// Creates a process.
    async fn create_process(&self, new: NewProcess) -> Result<Created, StorageError>;
    /// Creates a campaign, with an empty tally.
    async fn create_campaign(&self, new: NewCampaign) -> Result<Created, StorageError>;
    /// Closes a campaign at this moment, which is before its time. What was received counts.
    async fn close_campaign(&self, id: &CampaignId, at: Timestamp) -> Result<Closed, StorageError>;
    /// Lists campaigns that receive apoyos at `now`, the one that closes first in front. With a `query`, only
    /// those whose demarcation holds the place (a sección that the roll does not know is
    /// answered with the entidad's campaigns).
    async fn open_campaigns(
        &self,
        now: Timestamp,
        query: CampaignQuery,
    ) -> Result<Vec<Campaign>, StorageError>;
    /// Lists every campaign, open or not, in order of creation.
    async fn all_campaigns(&self) -> Result<Vec<Campaign>, StorageError>;
    /// Looks up a campaign's rules.
    async fn campaign_rules(&self, id: &CampaignId) -> Result<Option<CampaignRules>, StorageError>;
    /// The number of moves of the campaign's counters; `None`: the campaign does not exist.
    async fn tally_version(&self, id: &CampaignId) -> Result<Option<u64>, StorageError>;
    /// The public tally with one level of places, on threads for public reads only.
    async fn public_tally(
        &self,
        id: &CampaignId,
        part: TallyPart,
        now: Timestamp,
    ) -> Result<Option<Tally>, StorageError>;
    /// Every campaign, on the threads for public reads.
    async fn public_campaigns(&self) -> Result<Vec<Campaign>, StorageError>;
    /// The whole and exact tally, down to secciones, for operators. It comes from counters, so its cost does
    /// not grow with the number of apoyos.
    async fn tally(&self, id: &CampaignId, now: Timestamp) -> Result<Option<Tally>, StorageError>;
    /// The tally recounted from the apoyos themselves, for `doctor`: must equal [`Self::tally`].
    async fn recount(&self, id: &CampaignId, now: Timestamp)
    -> Result<Option<Tally>, StorageError>;
}
