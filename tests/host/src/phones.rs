//! The simulated phones: one app and one folder for each name.

use app_core::{App, Config, PhoneCode, Problem, adapters, config::BadServer};
use protocol::code::Code;
use std::{collections::HashMap, path::PathBuf, sync::Arc};
use tokio::sync::Mutex;

/// Most phones at a time: each has an open database and a running task.
const MOST_PHONES: usize = 256;

/// The phones by name, opened on first use.
pub struct Phones {
    data: PathBuf,
    server: String,
    open: Mutex<HashMap<String, Arc<App>>>,
}

impl Phones {
    /// A set without open phones.
    pub fn new(data: PathBuf, server: &str) -> Result<Self, BadServer> {
        Config::new(&data, server, "")?;
        Ok(Self {
            data,
            server: server.to_owned(),
            open: Mutex::default(),
        })
    }

    /// The app of this phone. If it cannot be opened (a full disk, a broken store), the next
    /// request tries again.
    pub async fn app(&self, name: &str) -> Result<Arc<App>, Problem> {
        if !is_name(name) {
            return Err(Problem::in_field(Code::RequestMalformed, "x-phone"));
        }
        let mut open = self.open.lock().await;
        if let Some(app) = open.get(name) {
            return Ok(Arc::clone(app));
        }
        if open.len() >= MOST_PHONES {
            return Err(Code::TooManyRequests.into());
        }
        let folder = self.data.join(name);
        let ports = adapters::computer(&folder).map_err(|_| PhoneCode::ServerUnreachable)?;
        let config = Config::new(folder, &self.server, env!("CARGO_PKG_VERSION"))
            .map_err(|_| PhoneCode::ServerUnreachable)?;
        let app = Arc::new(App::open(ports, config).await?);
        let sender = Arc::clone(&app);
        tokio::spawn(async move { sender.background().await });
        open.insert(name.to_owned(), Arc::clone(&app));
        Ok(app)
    }
}

/// 1 to 32 of `a-z`, `0-9` and `-`: it becomes the name of a folder.
fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phones_name_is_a_plain_folder() {
        for good in ["demo", "ana", "a-1", &"x".repeat(32)] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "..", "Ana", "a/b", "a b", "ñ", &"x".repeat(33)] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }
}
