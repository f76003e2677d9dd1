//! The browser of a computer, which finds back over loopback (RFC 8252, section 7.3).
//!
//! While somebody is with a provider, one port of this machine is open to this machine alone.
//! It takes one form of address and answers one page; what it carries is worth nothing without
//! this phone's key.

use crate::ports::{Browser, NoBrowser, Returns};
use async_trait::async_trait;
use protocol::signin::{APP_LINK_PATH, ReturnWay, Returned};
use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// No browser's request for a page is longer.
const LONGEST_HEAD: usize = 16 * 1024;
/// Browsers open connections that they never use.
const PATIENCE: Duration = Duration::from_secs(5);

/// How an address is shown.
type Show = Box<dyn Fn(&str) -> Result<(), NoBrowser> + Send + Sync>;

/// The browser of this computer.
pub struct LoopbackBrowser {
    show: Show,
    returns: Arc<Returns>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl LoopbackBrowser {
    /// A browser that is opened by `show`.
    pub fn shown_by(show: impl Fn(&str) -> Result<(), NoBrowser> + Send + Sync + 'static) -> Self {
        Self {
            show: Box::new(show),
            returns: Arc::default(),
            listening: Mutex::default(),
        }
    }

    /// Where the page itself opens the browser, as in an ordinary browser.
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
        let returns = Arc::clone(&returns);
        connections.spawn(async move {
            let _ = tokio::time::timeout(PATIENCE, answer(stream, port, &returns)).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(mut stream: TcpStream, port: u16, returns: &Returns) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > LONGEST_HEAD || stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let query = std::str::from_utf8(&head)
        .ok()
        .and_then(|head| returned_query(head, port));
    let (status, page) = match query {
        Some(query) => {
            let page = page(query.split('&').any(|pair| pair == "lang=en"));
            returns.put(query.to_owned());
            ("200 OK", page)
        }
        None => ("404 Not Found", String::new()),
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\n\
         content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n\
         connection: close\r\n\r\n{page}",
        page.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

/// The query of a request that brings somebody back; `None` for any other. The name that was
/// asked for has to be this machine's: a page elsewhere can make its own name point here.
fn returned_query(head: &str, port: u16) -> Option<&str> {
    let (request, headers) = head.split_once("\r\n")?;
    let target = request.strip_prefix("GET ")?.split(' ').next()?;
    let query = target.strip_prefix(APP_LINK_PATH)?.strip_prefix('?')?;
    let host = headers.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then_some(value.trim())
    })?;
    let is_ours = host == format!("127.0.0.1:{port}");
    (is_ours && Returned::read(query).is_some()).then_some(query)
}

fn page(english: bool) -> String {
    let (lang, title, text) = match english {
        false => (
            "es-MX",
            "Vuelva a la app Apoyo",
            "Ya puede cerrar esta página y seguir en la app.",
        ),
        true => (
            "en",
            "Go back to the Apoyo app",
            "You can close this page and go on in the app.",
        ),
    };
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
        assert_eq!(Returned::read(&browser.returned().await), Some(returned));
        browser.expect_nothing();
    }
}
