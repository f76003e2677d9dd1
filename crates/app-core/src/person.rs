//! The citizen's settings: language, and where they vote.

use crate::{
    app::App,
    code::Problem,
    views::{AppState, EntidadName},
};
use credential::Entidad;
use protocol::{activation::Language, code::Code};

impl App {
    /// [`crate::Door::SetLanguage`].
    pub(crate) async fn set_language(&self, language: Language) -> Result<AppState, Problem> {
        self.change_phone(move |phone| phone.language = language)
            .await?;
        // Some texts of the server are in the language of the request.
        self.forget_asked_campaigns();
        self.state().await
    }

    /// [`crate::Door::Entidades`].
    pub(crate) fn entidades(&self) -> Vec<EntidadName> {
        Entidad::all()
            .map(|number| EntidadName {
                number,
                name: number.name().to_owned(),
            })
            .collect()
    }

    /// [`crate::Door::SetDemarcation`].
    pub(crate) async fn set_demarcation(
        &self,
        entidad: Option<Entidad>,
        seccion: Option<u16>,
    ) -> Result<AppState, Problem> {
        if seccion.is_some_and(|seccion| !(1..=9_999).contains(&seccion)) {
            return Err(Problem::in_field(Code::FieldInvalid, "seccion"));
        }
        self.change_phone(move |phone| {
            phone.entidad = entidad;
            phone.seccion = seccion;
        })
        .await?;
        self.state().await
    }
}
