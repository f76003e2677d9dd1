//! Campaigns that are open to this citizen: fetched from the server, and stored for use without a
//! network.
//!
//! The server checks the windows. The phone only shows their dates.

use crate::{
    app::App,
    code::{PhoneCode, Problem},
    running::LastAsked,
    store::campaigns::{self as stored, Known},
    views::CampaignsView,
};
use chrono::DateTime;
use protocol::{
    activation::Language,
    campaigns::{Campaign, CampaignQuery},
    code::Code,
    ids::CampaignId,
};
use std::sync::PoisonError;

/// Milliseconds for which an answer is fresh: typing a search makes one request.
const FRESH_MS: i64 = 30_000;
/// Milliseconds for which a failed request is not repeated.
const FAILED_MS: i64 = 4_000;

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
            // No campaigns are stored for this entidad and sección. An empty list would mean
            // that there are none.
            return Err(problem.unwrap_or_else(|| PhoneCode::ServerUnreachable.into()));
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

    /// One campaign: the stored one, or the server's.
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

    /// Fetches the campaigns unless they are fresh. Returns the problem if fetching failed.
    async fn refresh_campaigns(
        &self,
        query: CampaignQuery,
        language: Language,
    ) -> Result<Option<Problem>, Problem> {
        let Ok(active) = self.active().await else {
            return Ok(Some(PhoneCode::NotActivated.into()));
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
                self.is_known().await?;
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

    /// The next search fetches from the server.
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

/// Whether every word is in the title, the requester, the description or the process's name.
fn matches(campaign: &Campaign, words: &[String]) -> bool {
    let text = fold(&format!(
        "{} {} {} {}",
        campaign.title, campaign.requester, campaign.description, campaign.process_name
    ));
    words.iter().all(|word| text.contains(word.as_str()))
}

/// The text as words are compared: lower case, without the accents of Spanish. Ñ is a letter of
/// its own.
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
