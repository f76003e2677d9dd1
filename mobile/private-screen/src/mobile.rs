//! The screen of a phone: the Kotlin or Swift half covers it.

use crate::Shown;
use serde::Serialize;
use std::io;
use tauri::{
    Runtime,
    plugin::{PluginApi, PluginHandle, mobile::PluginInvokeError},
};

#[cfg(target_os = "ios")]
#[allow(unsafe_code, reason = "the Swift half is a foreign function")]
mod swift {
    use tauri::{
        Runtime,
        plugin::{PluginApi, PluginHandle, mobile::PluginInvokeError},
    };

    tauri::ios_plugin_binding!(init_plugin_private_screen);

    /// Joins it.
    pub fn half<R: Runtime>(api: &PluginApi<R, ()>) -> Result<PluginHandle<R>, PluginInvokeError> {
        api.register_ios_plugin(init_plugin_private_screen)
    }
}

pub(crate) fn open<R: Runtime>(
    api: &PluginApi<R, ()>,
) -> Result<PrivateScreen<R>, PluginInvokeError> {
    #[cfg(target_os = "android")]
    let half = api.register_android_plugin("mx.apoyo.privatescreen", "PrivateScreenPlugin")?;
    #[cfg(target_os = "ios")]
    let half = swift::half(api)?;
    Ok(PrivateScreen { half })
}

/// The app's screen.
pub struct PrivateScreen<R: Runtime> {
    half: PluginHandle<R>,
}

/// How the bars are drawn.
#[derive(Serialize)]
struct Bars {
    /// On dark or on light paper; as the system does it where that is not said.
    dark: Option<bool>,
}

impl<R: Runtime> PrivateScreen<R> {
    /// Says what is shown.
    pub async fn set(&self, shown: Shown) -> tauri::Result<()> {
        self.ask("set", shown).await
    }

    /// Draws the system's bars for a dark or a light page; `None` as the system's theme is.
    pub async fn bars(&self, dark: Option<bool>) -> tauri::Result<()> {
        self.ask("bars", Bars { dark }).await
    }

    async fn ask(&self, command: &str, told: impl Serialize) -> tauri::Result<()> {
        let answer: Result<(), _> = self.half.run_mobile_plugin_async(command, told).await;
        // Only on Android has the plugin's error a place among Tauri's own.
        answer.map_err(|error| io::Error::other(error.to_string()).into())
    }
}
