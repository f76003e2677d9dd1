//! The same server behind a real socket and real TLS, with a certificate authority of the story.

use crate::{
    phone::{LUPITA, Phone, code},
    server::Server,
};
use app_core::{
    Door, PhoneCode,
    adapters::ReqwestHttp,
    ports::{Http, Method, Ports, Request},
    views::{ActivationView, QueueState},
};
use bytes::Bytes;
use cards::Person;
use protocol::{
    devices::{KEY_HEADER, SIGNATURE_HEADER},
    seal,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use std::{
    io::{self, ErrorKind},
    net::Ipv4Addr,
    sync::{Arc, Mutex},
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
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    fn acceptor(&self) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// The media types of the bodies that came, by the prefix of their path.
type Kinds = Arc<Mutex<Vec<(String, String)>>>;

/// Puts `server` behind a socket, certified by `authority`. Returns its address and the media types.
async fn behind_tls(server: Arc<Server>, authority: &Authority) -> (String, Kinds) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let (acceptor, kinds) = (authority.acceptor(), Kinds::default());
    let seen = Arc::clone(&kinds);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (server, acceptor) = (Arc::clone(&server), acceptor.clone());
            // Some stories want a handshake that fails.
            tokio::spawn(serve(stream, acceptor, server, Arc::clone(&seen)));
        }
    });
    (address, kinds)
}

/// One connection: requests of HTTP/1.1, one after the other.
async fn serve(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    server: Arc<Server>,
    kinds: Kinds,
) -> io::Result<()> {
    let mut stream = BufReader::new(acceptor.accept(stream).await?);
    while let Some(request) = read_request(&mut stream, &kinds).await? {
        let head = request.method == Method::Head;
        let answer = server
            .send(request)
            .await
            .map_err(|lost| io::Error::other(lost.to_string()))?;
        let length = if head { 0 } else { answer.body.len() };
        let headers = format!(
            "HTTP/1.1 {} X\r\ncontent-length: {length}\r\n\r\n",
            answer.status
        );
        stream.write_all(headers.as_bytes()).await?;
        if !head {
            stream.write_all(&answer.body).await?;
        }
        stream.flush().await?;
    }
    Ok(())
}

async fn read_request(
    stream: &mut (impl AsyncBufReadExt + Unpin),
    kinds: &Kinds,
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
            "content-type" => kinds.lock().unwrap().push((path.clone(), value.to_owned())),
            KEY_HEADER => headers.push((KEY_HEADER, value.to_owned())),
            SIGNATURE_HEADER => headers.push((SIGNATURE_HEADER, value.to_owned())),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Some(Request {
        method,
        url: format!("http://127.0.0.1{path}"),
        headers,
        body: Bytes::from(body),
    }))
}

/// Lupita's phone, whose requests go over TLS to a server that `authority` certifies.
async fn phone_over_tls(authority: &Authority, believed: &Authority) -> (Phone, Kinds) {
    let mut phone = Phone::new().await;
    let (address, kinds) = behind_tls(Arc::clone(&phone.server), authority).await;
    phone.address = address;
    let ports = Ports {
        http: Arc::new(ReqwestHttp::trusting_only(believed.pem.as_bytes()).unwrap()),
        ..phone.ports()
    };
    phone.reopen_with(ports).await;
    (phone, kinds)
}

#[tokio::test]
async fn lupita_goes_the_whole_way_over_tls() {
    let authority = Authority::new();
    let (phone, kinds) = phone_over_tls(&authority, &authority).await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    phone.send().await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(
        matches!(state.apoyos[0].queue, QueueState::Receipted { .. }),
        "{:?}",
        state.apoyos[0].queue
    );
    let submitted: &Person = &LUPITA.person;
    let (_, payload) = &phone.server.submissions()[0];
    assert_eq!(payload.qr.expose(), submitted.qr().as_str());

    let kinds = kinds.lock().unwrap();
    let of = |path: &str| -> Vec<&str> {
        let sent = kinds.iter().filter(|(sent, _)| sent.starts_with(path));
        sent.map(|(_, kind)| kind.as_str()).collect()
    };
    assert_eq!(of("/v1/blobs/"), [seal::MEDIA_TYPE; 4]);
    assert_eq!(of("/v1/apoyos/"), ["application/json"]);
}

#[tokio::test]
async fn a_server_that_another_authority_certifies_hears_nothing() {
    let (known, unknown) = (Authority::new(), Authority::new());
    let (phone, _) = phone_over_tls(&unknown, &known).await;
    phone.accept_notice().await;
    let front = Door::PutActivationFront {
        source: app_core::doors::Source::Camera,
    };
    phone.show(front, &LUPITA.front).await.unwrap();
    let refused = phone.begin("lupita@ejemplo.mx").await;
    assert_eq!(code(refused), PhoneCode::ServerUnreachable);
    assert!(phone.server.inner().requests.is_empty());
    let state = phone.state().await;
    assert!(matches!(state.activation, ActivationView::Email { .. }));
}
