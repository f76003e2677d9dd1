//! The socket of the stories' server: HTTP/1.1 over TLS, certified by an authority of the stories.

use super::Server;
use app_core::ports::{Method, Request, Response};
use bytes::Bytes;
use chrono::DateTime;
use futures_util::FutureExt;
use protocol::devices::{KEY_HEADER, SIGNATURE_HEADER};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use std::{
    io::{self, ErrorKind},
    net::Ipv4Addr,
    panic::AssertUnwindSafe,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

/// An authority that certifies servers on this machine.
pub struct Authority {
    pub pem: String,
    acceptor: TlsAcceptor,
}

/// The authority that the phones of the stories trust.
pub static AUTHORITY: LazyLock<Authority> = LazyLock::new(Authority::new);

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let acceptor = acceptor(&Issuer::new(params, key));
        Self { pem, acceptor }
    }
}

/// Accepts TLS with a certificate of this issuer.
fn acceptor(issuer: &Issuer<'_, KeyPair>) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A listening server. Dropping it fails the story after a panic of the server, which would otherwise
/// only look like a broken connection.
pub struct Socket {
    /// `https://…`.
    pub address: String,
    /// The media types of the bodies that came, with their paths.
    pub kinds: Arc<Mutex<Vec<(String, String)>>>,
    panicked: Arc<AtomicBool>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        let panicked = self.panicked.load(Ordering::Relaxed);
        assert!(!panicked || thread::panicking(), "the server panicked");
    }
}

impl Socket {
    /// Puts `server` behind a socket, certified by `authority`.
    pub async fn of(server: Arc<Server>, authority: &Authority) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let socket = Self {
            address: format!("https://{}", listener.local_addr().unwrap()),
            kinds: Arc::default(),
            panicked: Arc::default(),
        };
        let acceptor = authority.acceptor.clone();
        let (kinds, panicked) = (Arc::clone(&socket.kinds), Arc::clone(&socket.panicked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = Connection {
                    server: Arc::clone(&server),
                    kinds: Arc::clone(&kinds),
                };
                let (acceptor, panicked) = (acceptor.clone(), Arc::clone(&panicked));
                tokio::spawn(async move {
                    let served = connection.serve(stream, acceptor);
                    // Some stories want a handshake that fails or a connection that breaks.
                    if AssertUnwindSafe(served).catch_unwind().await.is_err() {
                        panicked.store(true, Ordering::Relaxed);
                    }
                });
            }
        });
        socket
    }
}

struct Connection {
    server: Arc<Server>,
    kinds: Arc<Mutex<Vec<(String, String)>>>,
}

impl Connection {
    /// Requests of HTTP/1.1, one after the other.
    async fn serve(self, stream: TcpStream, acceptor: TlsAcceptor) -> io::Result<()> {
        let mut stream = BufReader::new(acceptor.accept(stream).await?);
        while let Some(request) = self.read(&mut stream).await? {
            let head = request.method == Method::Head;
            let answer = self
                .server
                .handle(request)
                .await
                .map_err(|lost| io::Error::other(lost.to_string()))?;
            stream.write_all(headers(&answer, head).as_bytes()).await?;
            if !head {
                stream.write_all(&answer.body).await?;
            }
            stream.flush().await?;
        }
        Ok(())
    }

    async fn read(
        &self,
        stream: &mut (impl AsyncBufReadExt + Unpin),
    ) -> io::Result<Option<Request>> {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace();
        let method = match words.next() {
            Some("GET") => Method::Get,
            Some("HEAD") => Method::Head,
            Some("PUT") => Method::Put,
            Some("POST") => Method::Post,
            Some("DELETE") => Method::Delete,
            _ => return Err(ErrorKind::InvalidData.into()),
        };
        let path = words.next().ok_or(ErrorKind::InvalidData)?.to_owned();
        let mut headers = Vec::new();
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            match name {
                "content-length" => length = value.parse().map_err(|_| ErrorKind::InvalidData)?,
                "content-type" => {
                    let mut kinds = self.kinds.lock().unwrap();
                    kinds.push((path.clone(), value.to_owned()));
                }
                KEY_HEADER => headers.push((KEY_HEADER, value.to_owned())),
                SIGNATURE_HEADER => headers.push((SIGNATURE_HEADER, value.to_owned())),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        Ok(Some(Request {
            method,
            url: path,
            headers,
            body: Bytes::from(body),
        }))
    }
}

fn headers(answer: &Response, head: bool) -> String {
    let length = if head { 0 } else { answer.body.len() };
    let date = answer.date_ms.and_then(DateTime::from_timestamp_millis);
    let date = date.map(|date| format!("date: {}\r\n", date.format("%a, %d %b %Y %H:%M:%S GMT")));
    format!(
        "HTTP/1.1 {} X\r\ncontent-length: {length}\r\n{}\r\n",
        answer.status,
        date.unwrap_or_default(),
    )
}
