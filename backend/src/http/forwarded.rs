//! `X-Forwarded-For` from an unnamed peer: most probably a proxy that the operator forgot to name, so that
//! all citizens behind it count as one network. The log warns once a minute, and `apoyo doctor` later.

use super::network::Peer;
use crate::app::{LastWarned, Proxies};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use server_core::Core;
use std::{net::IpAddr, sync::Arc};
use storage::limits::Noticed;

/// Warns, and lets the request pass.
pub async fn notice(
    State(core): State<Arc<Core>>,
    State(proxies): State<Proxies>,
    State(last): State<LastWarned>,
    request: Request,
    next: Next,
) -> Response {
    if let Some(what) = unnamed(&request, &proxies)
        && last.is_due(core.now().timestamp())
    {
        tracing::warn!(
            what = what.as_str(),
            "X-Forwarded-For came from a peer that limits.trusted_proxies does not name: it is \
             not believed, and all who come through that peer count as one network"
        );
        core.events.count("forwarded", what.as_str());
        let core = core.clone();
        tokio::spawn(async move {
            if let Err(error) = core.storage.note_noticed(what, core.now()).await {
                tracing::warn!(%error, "what was noticed is not written down");
            }
        });
    }
    next.run(request).await
}

/// The sender of the header, if it is not a named proxy.
fn unnamed(request: &Request, proxies: &Proxies) -> Option<Noticed> {
    request.headers().get("x-forwarded-for")?;
    let peer = request.extensions().get::<Peer>()?.0.ip().to_canonical();
    if proxies.0.iter().any(|net| net.contains(&peer)) {
        return None;
    }
    let is_near = match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    };
    Some(match is_near {
        true => Noticed::ForwardedByNeighbour,
        false => Noticed::ForwardedByStranger,
    })
}
