//! Pages of tallies that are written once for everybody, and the list of campaigns.

use bytes::Bytes;
use protocol::{activation::Language, campaigns::Campaign, ids::CampaignId};
use quick_cache::sync::Cache;
use server_core::Core;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use storage::StorageError;
use tokio::sync::Mutex;

/// Pages that are kept; a campaign has one in each language.
const MOST: usize = 1_000;
/// How long the list of campaigns is shown before it is read again.
const LIST_KEPT: Duration = Duration::from_secs(1);

/// A page and the tag of the tally that it shows.
type Written = (String, Bytes);

/// What is kept.
pub struct KeptPages {
    pages: Cache<(CampaignId, &'static str), Written>,
    list: Mutex<Option<(Instant, Arc<Vec<Campaign>>)>>,
}

impl Default for KeptPages {
    fn default() -> Self {
        Self {
            pages: Cache::new(MOST),
            list: Mutex::default(),
        }
    }
}

impl KeptPages {
    /// The page with this tag; written where another one is kept, or none.
    pub fn page(
        &self,
        campaign: &CampaignId,
        language: Language,
        etag: &str,
        write: impl FnOnce() -> String,
    ) -> Bytes {
        let key = match language {
            Language::EsMx => (campaign.clone(), "es"),
            Language::En => (campaign.clone(), "en"),
        };
        if let Some((kept, text)) = self.pages.get(&key)
            && kept == etag
        {
            return text;
        }
        let text = Bytes::from(write());
        self.pages.insert(key, (etag.to_owned(), text.clone()));
        text
    }

    /// Every campaign, as it was a second ago at most. Those who ask meanwhile wait for one read.
    pub async fn campaigns(&self, core: &Core) -> Result<Arc<Vec<Campaign>>, StorageError> {
        let mut list = self.list.lock().await;
        if let Some((since, campaigns)) = list.as_ref()
            && since.elapsed() < LIST_KEPT
        {
            return Ok(campaigns.clone());
        }
        let campaigns = Arc::new(core.storage.public_campaigns().await?);
        *list = Some((Instant::now(), campaigns.clone()));
        Ok(campaigns)
    }
}
