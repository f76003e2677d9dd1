//! The system's browser and its way back into the app: over loopback on a computer, on a phone by a
//! link of the server, which the system opens only in this app.

use app_core::ports::Browser;
use std::sync::Arc;

#[cfg(desktop)]
pub use computer::browser;
#[cfg(mobile)]
pub use phone::{browser, listen, with_links};

#[cfg(desktop)]
mod computer {
    use super::{Arc, Browser};
    use app_core::{adapters::LoopbackBrowser, ports::NoBrowser};

    /// The browser of this computer.
    pub fn browser(_: &tauri::AppHandle) -> Arc<dyn Browser> {
        Arc::new(LoopbackBrowser::shown_by(|url| {
            open::that_detached(url).map_err(|error| NoBrowser(error.to_string()))
        }))
    }
}

#[cfg(mobile)]
mod phone {
    use super::{Arc, Browser};
    use app_core::ports::{NoBrowser, Returns};
    use async_trait::async_trait;
    use protocol::signin::{APP_LINK_PATH, ReturnWay};
    use tauri::{App, AppHandle, Manager, Url, Wry};
    use tauri_plugin_deep_link::DeepLinkExt;
    use tauri_plugin_opener::OpenerExt;

    /// The queries of links, also of those that came before the app was opened.
    struct Links(Arc<Returns>);

    /// The browser of this phone.
    struct LinkBrowser {
        handle: AppHandle,
        returns: Arc<Returns>,
    }

    /// The browser of this phone. Call [`listen`] first.
    pub fn browser(handle: &AppHandle) -> Arc<dyn Browser> {
        Arc::new(LinkBrowser {
            handle: handle.clone(),
            returns: Arc::clone(&handle.state::<Links>().0),
        })
    }

    /// Listens to links, also to the link that may have started the app.
    pub fn listen(app: &App) {
        let returns = Arc::new(Returns::default());
        app.manage(Links(Arc::clone(&returns)));
        let links = app.deep_link();
        for url in links.get_current().ok().flatten().unwrap_or_default() {
            put(&returns, &url);
        }
        links.on_open_url(move |event| {
            for url in event.urls() {
                put(&returns, &url);
            }
        });
    }

    /// Takes a link. Any app may open one; app-core accepts only that of its own sign-in.
    fn put(returns: &Returns, url: &Url) {
        if url.scheme() == "https" && url.path() == APP_LINK_PATH {
            returns.put(url.query().unwrap_or_default().to_owned());
        }
    }

    /// Whether a link belongs to the server of this build. `tauri.conf.json` does not have this rule,
    /// because it does not know the server.
    pub fn with_links(context: &mut tauri::Context<Wry>, server: &str) {
        let url = Url::parse(server).ok();
        let Some(host) = url.as_ref().and_then(Url::host_str) else {
            return;
        };
        let links = serde_json::json!({
            "mobile": [{ "scheme": ["https"], "host": host, "pathPrefix": [APP_LINK_PATH] }]
        });
        let plugins = &mut context.config_mut().plugins.0;
        plugins.insert("deep-link".to_owned(), links);
    }

    #[async_trait]
    impl Browser for LinkBrowser {
        async fn expect_return(&self) -> Result<ReturnWay, NoBrowser> {
            self.returns.clear();
            Ok(ReturnWay::AppLink)
        }

        async fn open(&self, url: &str) -> Result<(), NoBrowser> {
            let opener = self.handle.opener();
            let opened = opener.open_url(url, None::<&str>);
            opened.map_err(|error| NoBrowser(error.to_string()))
        }

        async fn returned(&self) -> String {
            self.returns.next().await
        }
    }
}
