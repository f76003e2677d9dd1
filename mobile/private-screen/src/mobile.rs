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

/// The drawing of the bars.
#[derive(Serialize)]
struct Bars {
    /// Dark or light; the system's theme if it is missing.
    dark: Option<bool>,
}

impl<R: Runtime> PrivateScreen<R> {
    /// Sets the kind of the current screen.
    pub async fn set(&self, shown: Shown) -> tauri::Result<()> {
        self.ask("set", shown).await
    }

    /// Draws the system's bars for a dark or a light page; `None` for the system's theme.
    pub async fn bars(&self, dark: Option<bool>) -> tauri::Result<()> {
        self.ask("bars", Bars { dark }).await
    }

    async fn ask(&self, command: &str, told: impl Serialize) -> tauri::Result<()> {
        let answer: Result<(), _> = self.half.run_mobile_plugin_async(command, told).await;
        // Only on Android does Tauri's error have a variant for the plugin's.
        answer.map_err(|error| io::Error::other(error.to_string()).into())
    }
}
