//! Campaigns open to this citizen: asked of the server, kept for when there is none.
//!
//! Windows are the server's to check: the phone shows dates and decides nothing by them.

use crate::{
    app::App,
    store::campaigns::{self as stored, Known},
    views::CampaignsView,
};
use chrono::DateTime;
use protocol::{
    activation::Language,
    campaign::{Campaign, CampaignQuery},
    code::{Code, Problem},
    ids::CampaignId,
};
use std::sync::PoisonError;

/// For this long an answer is taken as fresh: somebody who types a search asks once.
const FRESH_MS: i64 = 30_000;
/// For this long a failure is not repeated.
const FAILED_MS: i64 = 4_000;

/// The last question to the server, in this run of the app.
#[derive(Debug, Clone)]
pub(crate) struct LastAsked {
    at_ms: i64,
    asked: CampaignQuery,
    problem: Option<Problem>,
}

impl App {
    /// [`crate::Door::Campaigns`].
    pub(crate) async fn campaigns(&self, search: &str) -> Result<CampaignsView, Problem> {
        let phone = self.phone().await?;
        let query = CampaignQuery {
            entidad: phone.entidad,
            seccion: phone.entidad.and(phone.seccion),
        };
        let problem = self.refresh_campaigns(query, phone.language).await?;
        let known = self.store.read(stored::load).await?;
        let Some(known) = known.filter(|known| same(&known.asked, &query)) else {
            // Nothing is known for this place: an empty list would say that there is none.
            return Err(problem.unwrap_or_else(|| Code::ServerUnreachable.into()));
        };
        let words: Vec<String> = fold(search).split_whitespace().map(str::to_owned).collect();
        let open = u32::try_from(known.list.campaigns.len()).unwrap_or(u32::MAX);
        let mut campaigns = known.list.campaigns;
        campaigns.retain(|campaign| matches(campaign, &words));
        campaigns.sort_by_key(|campaign| campaign.closes_at);
        Ok(CampaignsView {
            campaigns,
            open,
            fetched_at: DateTime::from_timestamp_millis(known.fetched_at_ms),
            problem,
        })
    }

    /// One campaign: as last known, or as the server says now.
    pub(crate) async fn campaign(&self, id: &CampaignId) -> Result<Campaign, Problem> {
        if let Some(found) = self.known_campaign(id).await? {
            return Ok(found);
        }
        let view = self.campaigns("").await?;
        match (
            view.campaigns.into_iter().find(|c| c.id == *id),
            view.problem,
        ) {
            (Some(found), _) => Ok(found),
            (None, Some(problem)) => Err(problem),
            (None, None) => Err(Code::CampaignUnknown.into()),
        }
    }

    async fn known_campaign(&self, id: &CampaignId) -> Result<Option<Campaign>, Problem> {
        let known = self.store.read(stored::load).await?;
        Ok(known.and_then(|known| known.list.campaigns.into_iter().find(|c| c.id == *id)))
    }

    /// Asks the server unless it was just asked. Why it could not be asked, where it could not.
    async fn refresh_campaigns(
        &self,
        query: CampaignQuery,
        language: Language,
    ) -> Result<Option<Problem>, Problem> {
        let Ok(active) = self.active().await else {
            return Ok(Some(Code::NotActivated.into()));
        };
        let now_ms = self.now_ms();
        let last = self
            .campaigns_asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(last) = last.filter(|last| same(&last.asked, &query)) {
            let enough = if last.problem.is_none() {
                FRESH_MS
            } else {
                FAILED_MS
            };
            if (0..enough).contains(&(now_ms - last.at_ms)) {
                return Ok(last.problem);
            }
        }
        let problem = match self.api.campaigns(active.device, query, language).await {
            Ok(list) => {
                self.learn_sealing_keys(list.sealing.as_ref()).await?;
                let known = Known {
                    list,
                    asked: query,
                    fetched_at_ms: now_ms,
                };
                self.store.write(move |t| stored::save(t, &known)).await?;
                None
            }
            Err(problem) => {
                self.end_if_unknown(&problem).await?;
                Some(problem)
            }
        };
        *self
            .campaigns_asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(LastAsked {
            at_ms: now_ms,
            asked: query,
            problem: problem.clone(),
        });
        Ok(problem)
    }

    /// The next question goes to the server.
    pub(crate) fn forget_asked_campaigns(&self) {
        *self
            .campaigns_asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn same(one: &CampaignQuery, other: &CampaignQuery) -> bool {
    one.entidad == other.entidad && one.seccion == other.seccion
}

/// Whether every word is in the title, the requester or the description.
fn matches(campaign: &Campaign, words: &[String]) -> bool {
    let text = fold(&format!(
        "{} {} {} {}",
        campaign.title, campaign.requester, campaign.description, campaign.process_name
    ));
    words.iter().all(|word| text.contains(word.as_str()))
}

/// Lower case without the accents of Spanish; ñ stays a letter of its own.
fn fold(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|c| !matches!(c, '\u{301}' | '\u{308}' | '\u{300}'))
        .map(|c| match c {
            'á' | 'à' | 'ä' => 'a',
            'é' | 'è' | 'ë' => 'e',
            'í' | 'ì' | 'ï' => 'i',
            'ó' | 'ò' | 'ö' => 'o',
            'ú' | 'ù' | 'ü' => 'u',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_ignores_case_and_accents_but_not_the_enye() {
        assert_eq!(fold("AGUA Pública"), fold("agua publica"));
        assert_eq!(fold("Pingu\u{308}ino"), "pinguino");
        assert_ne!(fold("año"), fold("ano"));
    }
}
