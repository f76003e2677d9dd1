//! The state of the app, which most doors answer, joined from every topic's part.

use crate::{
    app::App,
    code::Problem,
    store::{draft, entries, parts, phone, secret},
    views::AppState,
};
use std::sync::PoisonError;

impl App {
    /// [`crate::Door::State`].
    pub async fn state(&self) -> Result<AppState, Problem> {
        let (phone, front, draft, entries, lost) = self
            .store
            .read(|rows| {
                Ok((
                    phone::load(rows)?,
                    parts::activation_front(rows)?,
                    draft::load(rows)?,
                    entries::list(rows)?,
                    secret::lost(rows)?,
                ))
            })
            .await?;
        let progress = *self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let conditions = self.conditions_of(&phone);
        let mut apoyos: Vec<_> = entries
            .iter()
            .map(|entry| crate::queue::view(entry, progress, &conditions))
            .collect();
        apoyos.reverse();
        Ok(AppState {
            language: phone.language,
            entidad: phone.entidad,
            seccion: phone.seccion,
            draft: draft.map(|d| crate::draft::view(&d, &phone, front.is_some(), self.today())),
            activation: self.activation_view(phone, front),
            apoyos,
            wifi_only: conditions.wifi_only,
            network: conditions.network,
            lost,
            app_version: self.config.app_version.clone(),
        })
    }
}
