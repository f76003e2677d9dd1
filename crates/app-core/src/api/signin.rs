//! Sign-ins with a provider.

use super::{Api, Signer, json, parse, success};
use crate::{
    code::Problem,
    ports::{Method, Request},
};
use bytes::Bytes;
use protocol::{
    ids::SigninId,
    signin::{BeginSignin, Providers, RedeemTicket, SigninBegun, SigninProved, SigninTicket},
};

impl Api {
    /// `GET /v1/signins`, unsigned: the answer is the same for every phone.
    pub async fn providers(&self) -> Result<Providers, Problem> {
        let request = Request {
            method: Method::Get,
            url: format!("{}/v1/signins", self.server),
            headers: Vec::new(),
            body: Bytes::new(),
        };
        parse(&success(self.send(request).await?)?.body)
    }

    /// `POST /v1/signins`.
    pub async fn begin_signin(&self, begin: &BeginSignin) -> Result<SigninBegun, Problem> {
        let body = json(begin)?;
        self.call(Method::Post, "/v1/signins", Signer::New, body)
            .await
    }

    /// `POST /v1/signins/{id}/redeem`.
    pub async fn redeem_ticket(
        &self,
        signin: SigninId,
        ticket: SigninTicket,
    ) -> Result<SigninProved, Problem> {
        let path = format!("/v1/signins/{signin}/redeem");
        let body = json(&RedeemTicket { ticket })?;
        self.call(Method::Post, &path, Signer::New, body).await
    }
}
