//! The browser of a computer, which returns over loopback (RFC 8252, section 7.3).
//!
//! During a sign-in one port is open, to this machine alone. It answers one address with one page. A
//! stolen answer is useless without this phone's key.

use crate::ports::{Browser, NoBrowser, Returns};
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode, body::Incoming, header, server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use protocol::signin::{APP_LINK_PATH, ReturnWay, Returned};
use std::{
    convert::Infallible,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// Longest request that is read, in bytes: browsers send far less for a page.
const LONGEST_HEAD: usize = 16 * 1024;
/// Longest life of one connection: browsers open some that they never use.
const PATIENCE: Duration = Duration::from_secs(5);

const SPANISH: &str = include_str!("../../../../ui/design/strings/loopback.es-MX.json");
const ENGLISH: &str = include_str!("../../../../ui/design/strings/loopback.en.json");

/// Shows an address to the person.
type Show = Box<dyn Fn(&str) -> Result<(), NoBrowser> + Send + Sync>;

/// The browser of this computer.
pub struct LoopbackBrowser {
    show: Show,
    returns: Arc<Returns>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl LoopbackBrowser {
    /// A browser that `show` opens.
    pub fn shown_by(show: impl Fn(&str) -> Result<(), NoBrowser> + Send + Sync + 'static) -> Self {
        Self {
            show: Box::new(show),
            returns: Arc::default(),
            listening: Mutex::default(),
        }
    }

    /// For screens in an ordinary browser: the page itself opens the address.
    pub fn opened_by_the_page() -> Self {
        Self::shown_by(|_| Ok(()))
    }

    fn listen_with(&self, task: Option<JoinHandle<()>>) {
        let mut listening = self
            .listening
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = std::mem::replace(&mut *listening, task) {
            before.abort();
        }
    }
}

impl Drop for LoopbackBrowser {
    fn drop(&mut self) {
        self.listen_with(None);
    }
}

#[async_trait]
impl Browser for LoopbackBrowser {
    async fn expect_return(&self) -> Result<ReturnWay, NoBrowser> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(|error| NoBrowser(error.to_string()))?;
        let port = listener
            .local_addr()
            .map_err(|error| NoBrowser(error.to_string()))?
            .port();
        self.returns.clear();
        let returns = Arc::clone(&self.returns);
        self.listen_with(Some(tokio::spawn(listen(listener, port, returns))));
        Ok(ReturnWay::Loopback { port })
    }

    async fn open(&self, url: &str) -> Result<(), NoBrowser> {
        (self.show)(url)
    }

    async fn returned(&self) -> String {
        self.returns.next().await
    }

    fn expect_nothing(&self) {
        self.listen_with(None);
    }
}

async fn listen(listener: TcpListener, port: u16, returns: Arc<Returns>) {
    // Ends with this task: no connection outlives the sign-in.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, port, Arc::clone(&returns)));
        while connections.try_join_next().is_some() {}
    }
}

/// Answers one request, and closes the connection.
async fn serve(stream: TcpStream, port: u16, returns: Arc<Returns>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = answer(&request, port, &returns);
        async move { Ok::<_, Infallible>(answer) }
    });
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    // A connection that breaks or takes too long needs no handling: the browser asks again.
    let _ = tokio::time::timeout(PATIENCE, connection).await;
}

fn answer<B>(request: &Request<B>, port: u16, returns: &Returns) -> Response<Full<Bytes>> {
    let (status, page) = match returned_query(request, port) {
        Some(query) => {
            let english = query.split('&').any(|pair| pair == "lang=en");
            returns.put(query.to_owned());
            (StatusCode::OK, page(english))
        }
        None => (StatusCode::NOT_FOUND, String::new()),
    };
    let mut response = Response::new(Full::new(Bytes::from(page)));
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        let value = header::HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

/// The query of a request that comes back from a provider; `None` for any other request. The
/// `Host` has to be this machine, because a foreign page can let its own name resolve to it.
fn returned_query<B>(request: &Request<B>, port: u16) -> Option<&str> {
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    let is_ours = request.method() == Method::GET
        && request.uri().path() == APP_LINK_PATH
        && host == format!("127.0.0.1:{port}");
    let query = request.uri().query().filter(|_| is_ours)?;
    Returned::read(query).is_some().then_some(query)
}

/// The page's sentences.
#[derive(serde::Deserialize)]
struct Sentences {
    title: String,
    text: String,
}

fn page(english: bool) -> String {
    let (lang, json) = match english {
        false => ("es-MX", SPANISH),
        true => ("en", ENGLISH),
    };
    let Sentences { title, text } =
        serde_json::from_str(json).expect("a test of this file reads both catalogues");
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{code::Code, ids::SigninId};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn ask(port: u16, request: String) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn the_browser_brings_back_what_the_server_wrote_and_nothing_else() {
        let browser = LoopbackBrowser::opened_by_the_page();
        let Ok(ReturnWay::Loopback { port }) = browser.expect_return().await else {
            panic!("a computer listens");
        };
        let returned = Returned {
            signin: SigninId::from_bytes([3; 16]),
            outcome: Err(Code::SigninDenied),
        };
        let query = returned.query();
        let get =
            |target: &str, host: &str| format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let ours = format!("127.0.0.1:{port}");
        for foreign in [
            get("/", &ours),
            get("/app/signin?signin=x", &ours),
            get(&format!("/app/signin?{query}"), "evil.example"),
            format!("POST /app/signin?{query} HTTP/1.1\r\nHost: {ours}\r\n\r\n"),
        ] {
            let answer = ask(port, foreign.clone()).await;
            assert!(answer.starts_with("HTTP/1.1 404"), "{foreign}: {answer}");
        }
        let good = get(&format!("/app/signin?{query}&lang=en"), &ours);
        let answer = ask(port, good).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Go back"));
        assert!(answer.contains("connection: close"), "{answer}");
        assert_eq!(Returned::read(&browser.returned().await), Some(returned));
        browser.expect_nothing();
    }

    #[tokio::test]
    async fn a_request_that_never_ends_is_cut_off() {
        let browser = LoopbackBrowser::opened_by_the_page();
        let Ok(ReturnWay::Loopback { port }) = browser.expect_return().await else {
            panic!("a computer listens");
        };
        let endless = format!("GET /{} HTTP/1.1\r\n", "x".repeat(2 * LONGEST_HEAD));
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        // The other end may close the connection before it has read everything, or during that.
        let _ = stream.write_all(endless.as_bytes()).await;
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(2 * PATIENCE, stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "the connection stays open");
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }

    #[test]
    fn the_page_speaks_both_languages_and_needs_no_escaping() {
        for (english, lang, json) in [(false, "es-MX", SPANISH), (true, "en", ENGLISH)] {
            let page = page(english);
            assert!(page.contains(&format!("<html lang=\"{lang}\">")), "{page}");
            let said: Sentences = serde_json::from_str(json).unwrap();
            for sentence in [said.title, said.text] {
                assert!(!sentence.contains(['<', '>', '&', '"']), "{sentence}");
            }
        }
    }
}
