//! Requests of a phone that has no name yet. They are counted towards their network before the
//! server does any work for them.

use super::{
    body, json::read_json, network::network_of, problem::RefusalAnswer, signed::SignatureHeaders,
};
use crate::app::Proxies;
use axum::{
    extract::{FromRef, FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use bytes::Bytes;
use protocol::ids::Sha256Hash;
use serde::de::DeserializeOwned;
use server_core::{
    Core,
    asking::{Admitted, FromHolder, FromStranger, admit},
};
use std::sync::Arc;

/// A request that was counted, but not read.
#[derive(Debug)]
pub struct Counted(pub Admitted);

impl<S: Send + Sync> FromRequestParts<S> for Counted
where
    Arc<Core>: FromRef<S>,
    Proxies: FromRef<S>,
{
    type Rejection = RefusalAnswer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, RefusalAnswer> {
        let proxies = Proxies::from_ref(state);
        let network = network_of(&parts.extensions, &parts.headers, &proxies.0);
        Ok(Self(admit(&Arc::<Core>::from_ref(state), network)?))
    }
}

/// A request in the name of an activation with a body of at most `MAX` bytes, read but not counted. The
/// core counts it towards its network unless the phone that began the activation signed it.
#[derive(Debug)]
pub struct HolderRequest<const MAX: usize>(FromHolder<Bytes>);

impl<const MAX: usize> HolderRequest<MAX> {
    /// The request's body, parsed as JSON.
    pub fn json<T: DeserializeOwned>(self) -> Result<FromHolder<T>, RefusalAnswer> {
        let asked = read_json(&self.0.asked)?;
        Ok(self.asking(asked))
    }

    /// A request without a body.
    pub fn without_body(self) -> FromHolder<()> {
        self.asking(())
    }

    fn asking<T>(self, asked: T) -> FromHolder<T> {
        FromHolder {
            network: self.0.network,
            proof: self.0.proof,
            asked,
        }
    }
}

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for HolderRequest<MAX>
where
    Proxies: FromRef<S>,
{
    type Rejection = RefusalAnswer;

    async fn from_request(request: Request, state: &S) -> Result<Self, RefusalAnswer> {
        let (parts, body) = request.into_parts();
        let proxies = Proxies::from_ref(state);
        let signature = SignatureHeaders::of(&parts)?;
        let asked = body::read_whole(&parts.headers, body, MAX).await?;
        Ok(Self(FromHolder {
            network: network_of(&parts.extensions, &parts.headers, &proxies.0),
            proof: signature.over(Sha256Hash::of(&asked)),
            asked,
        }))
    }
}

/// A request with a signature and a body of at most `MAX` bytes, counted and read. It is not proved
/// yet: the core compares its signature with the key that it expects.
#[derive(Debug)]
pub struct NewcomerRequest<const MAX: usize>(FromStranger<Bytes>);

impl<const MAX: usize> NewcomerRequest<MAX> {
    /// The request's body, parsed as JSON.
    pub fn json<T: DeserializeOwned>(self) -> Result<FromStranger<T>, RefusalAnswer> {
        let asked = read_json(&self.0.asked)?;
        Ok(self.asking(asked))
    }

    /// A request without a body.
    pub fn without_body(self) -> FromStranger<()> {
        self.asking(())
    }

    fn asking<T>(self, asked: T) -> FromStranger<T> {
        FromStranger {
            admitted: self.0.admitted,
            proof: self.0.proof,
            asked,
        }
    }
}

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for NewcomerRequest<MAX>
where
    Arc<Core>: FromRef<S>,
    Proxies: FromRef<S>,
{
    type Rejection = RefusalAnswer;

    async fn from_request(request: Request, state: &S) -> Result<Self, RefusalAnswer> {
        let (mut parts, body) = request.into_parts();
        let Counted(admitted) = Counted::from_request_parts(&mut parts, state).await?;
        let signature = SignatureHeaders::of(&parts)?;
        let asked = body::read_whole(&parts.headers, body, MAX).await?;
        Ok(Self(FromStranger {
            admitted,
            proof: signature.over(Sha256Hash::of(&asked)),
            asked,
        }))
    }
}
