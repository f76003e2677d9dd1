//! The settings of the app, which a shell decides.

use std::path::PathBuf;

/// The shell's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The app's own folder. Only one process may use it at a time.
    pub folder: PathBuf,
    /// The server's URL, without a slash at its end.
    pub server: String,
    /// The app's version, as it is shown and sent.
    pub app_version: String,
    /// Limit of the store in pages of 4 KiB, to simulate a full disk. `None` for no limit.
    pub store_pages: Option<u32>,
}

/// A server address that the app refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither https nor http on this machine")]
pub struct BadServer(String);

impl Config {
    /// Settings without a limit. Personal data leaves the machine under TLS only: plain http is
    /// for a server on the same machine.
    pub fn new(
        folder: impl Into<PathBuf>,
        server: &str,
        app_version: &str,
    ) -> Result<Self, BadServer> {
        let server = server.trim_end_matches('/');
        let bad = || BadServer(server.to_owned());
        let url = reqwest::Url::parse(server).map_err(|_| bad())?;
        let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let carried = match url.scheme() {
            "https" => true,
            "http" => here,
            _ => false,
        };
        // The part before an `@` looks like a host, but it is a user name.
        if !carried || !url.username().is_empty() || url.password().is_some() {
            return Err(bad());
        }
        Ok(Self {
            folder: folder.into(),
            server: server.to_owned(),
            app_version: app_version.to_owned(),
            store_pages: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_leaves_the_machine_under_tls_only() {
        for good in [
            "https://apoyo.ejemplo.mx",
            "https://apoyo.ejemplo.mx:8443/",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "http://localhost",
        ] {
            assert!(Config::new("x", good, "1").is_ok(), "{good}");
        }
        for bad in [
            "",
            "https://",
            "ftp://ejemplo.mx",
            "http://ejemplo.mx",
            "http://127.0.0.1.evil.tld",
            "http://localhost.evil.tld:80",
            "http://127.0.0.1@evil.tld",
            "http://localhost:80@evil.tld",
            "https://quien@apoyo.ejemplo.mx",
        ] {
            assert!(Config::new("x", bad, "1").is_err(), "{bad}");
        }
    }
}
