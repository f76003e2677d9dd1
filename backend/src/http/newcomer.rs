//! Requests of somebody who has no device yet: counted towards their network before anything
//! else is done for them, and signed by a key that the handler knows of.

use super::{
    limits,
    problem::Refusal,
    signed::{NEW, Proof, RequestLine},
};
use crate::{limits::network::Network, server::Server};
use axum::{
    extract::{FromRequest, Request},
    http::request::Parts,
};
use bytes::Bytes;
use protocol::{code::Code, device::DevicePublicKey, ids::Sha256Hash};
use std::sync::Arc;

/// Counts a request towards its network; answers how much of its allowance is used up.
pub fn count_request(server: &Server, parts: &Parts) -> Result<f64, Refusal> {
    let proxies = &server.config.limits.trusted_proxies;
    let network = Network::of(&parts.extensions, &parts.headers, proxies);
    server
        .limiters
        .request(&server.keys, network)
        .inspect_err(|_| server.metrics.count("limited", "network"))
}

/// A request with a body of at most `MAX` bytes, counted and read. Nothing of it is proved before
/// the handler has asked [`Self::signed_by`].
#[derive(Debug)]
pub struct NewcomerRequest<const MAX: usize> {
    /// The body.
    pub body: Bytes,
    /// Who says to have sent it.
    pub proof: Proof,
    /// What was signed beside the body.
    pub line: RequestLine,
}

impl<const MAX: usize> NewcomerRequest<MAX> {
    /// Whether it comes in this name; [`NEW`] where the server has none for the key yet.
    pub fn in_name(&self, name: &str) -> Result<(), Code> {
        match self.proof.key == name {
            true => Ok(()),
            false => Err(Code::SignatureInvalid),
        }
    }

    /// Whether this key signed it.
    pub fn signed_by(&self, key: &DevicePublicKey) -> Result<(), Code> {
        self.proof
            .verify(key, &self.line, &Sha256Hash::of(&self.body))
    }

    /// Whether a key that has no name yet signed it.
    pub fn signed_by_new(&self, key: &DevicePublicKey) -> Result<(), Code> {
        self.in_name(NEW)?;
        self.signed_by(key)
    }
}

impl<const MAX: usize> FromRequest<Arc<Server>> for NewcomerRequest<MAX> {
    type Rejection = Refusal;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        count_request(server, &parts)?;
        Ok(Self {
            proof: Proof::of(&parts.headers)?,
            body: limits::read_whole(&parts.headers, body, MAX).await?,
            line: RequestLine::of(&parts),
        })
    }
}
