//! Connections: a bounded number, with small buffers and a time limit for headers.

use super::{network::Peer, patience::PATIENCE, unread::CutsUnread};
use crate::app::Proxies;
use axum::{Router, body::Body, response::Response};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use server_core::limits::{at_once::AtOnce, network::Network};
use std::{convert::Infallible, future::Future, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};
use tower::ServiceExt;

/// The buffer of a connection, for bytes that a handler has not read yet. A slow upload costs this
/// much memory instead of its length.
const BUFFER: usize = 96 * 1024;
/// How long a stopping server waits for requests that are under way.
const FAREWELL: Duration = Duration::from_secs(20);

/// Limits of concurrent connections.
#[derive(Debug, Clone)]
pub struct Connections {
    /// For all clients; more wait in the system's queue.
    pub at_once: usize,
    /// For one network; more are closed. The operator's own proxies and this machine are not counted.
    pub per_network: usize,
    /// The operator's proxies.
    pub proxies: Proxies,
}

/// The router for one connection, with the peer's address in each request.
fn answering(
    router: Router,
    peer: Peer,
) -> impl hyper::service::Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send>
{
    service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request)
    })
}

impl Connections {
    /// The network that this peer's connections count for.
    fn counted(&self, peer: SocketAddr) -> Option<Network> {
        let peer = peer.ip().to_canonical();
        let ours = peer.is_loopback() || self.proxies.0.iter().any(|net| net.contains(&peer));
        (!ours).then(|| Network::containing(peer))
    }
}

/// Serves until `stop`, then lets running requests end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: Connections,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(connections.at_once));
    let networks = AtOnce::of(connections.per_network);
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place.map_err(io::Error::other)?,
            () = &mut stop => break,
        };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, or the peer went away in the queue: both pass.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let Some(of_network) = networks.enter(connections.counted(peer)) else {
            // Closed at once and unread, because an answer would cost what the limit saves.
            drop(stream);
            continue;
        };
        // Without it small answers wait for the peer's acknowledgement.
        let _ = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .max_buf_size(BUFFER)
            .serve_connection(
                TokioIo::new(CutsUnread::of(stream)),
                answering(router.clone(), Peer(peer)),
            );
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop((place, of_network));
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("stopping although some requests did not end");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    #[test]
    fn connections_are_counted_by_network_but_for_the_operators_own() {
        let connections = Connections {
            at_once: 10,
            per_network: 2,
            proxies: Proxies([ipnet::IpNet::from_str("10.0.0.0/8").unwrap()].into()),
        };
        let counted = |peer: &str| connections.counted(peer.parse().unwrap());
        for ours in [
            "127.0.0.1:1",
            "[::1]:1",
            "10.1.2.3:1",
            "[::ffff:10.1.2.3]:1",
        ] {
            assert_eq!(counted(ours), None, "{ours}");
        }
        let (neighbour, other) = (counted("203.0.113.9:1"), counted("203.0.114.9:1"));
        assert_eq!(neighbour, counted("203.0.113.200:4711"));
        let networks = AtOnce::of(connections.per_network);
        let held = (networks.enter(neighbour), networks.enter(neighbour));
        assert!(held.0.is_some() && held.1.is_some());
        assert!(networks.enter(neighbour).is_none());
        assert!(networks.enter(other).is_some());
    }
}
