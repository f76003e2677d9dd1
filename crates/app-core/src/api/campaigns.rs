//! The list of campaigns.

use super::{Api, Signer, parse, success};
use crate::{code::Problem, ports::Method};
use protocol::{
    activation::Language,
    campaigns::{CampaignList, CampaignQuery},
    ids::{DeviceId, Sha256Hash},
};

impl Api {
    /// `GET /v1/campaigns`.
    pub async fn campaigns(
        &self,
        device: DeviceId,
        query: CampaignQuery,
        language: Language,
    ) -> Result<CampaignList, Problem> {
        let mut path = "/v1/campaigns".to_owned();
        if let Some(entidad) = query.entidad {
            path.push_str(&format!("?entidad={}", entidad.number()));
            if let Some(seccion) = query.seccion {
                path.push_str(&format!("&seccion={seccion}"));
            }
        }
        let signature = self.sign(Method::Get, &path, &Sha256Hash::of(&[])).await?;
        let mut request = self.request(Method::Get, &path, Signer::Device(device), &signature);
        let language = match language {
            Language::EsMx => "es-MX",
            Language::En => "en",
        };
        request
            .headers
            .push(("accept-language", language.to_owned()));
        parse(&success(self.send(request).await?)?.body)
    }
}
