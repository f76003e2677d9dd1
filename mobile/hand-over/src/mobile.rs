//! The system of a phone: the Kotlin or Swift half shows its picker or its share sheet.

use crate::{
    Error, File, HandedOver, How, NAME, Result,
    tray::Tray,
    wire::{Answered, Given, refusal},
};
use tauri::{
    AppHandle, Manager, Runtime,
    plugin::{PluginApi, PluginHandle, mobile::PluginInvokeError},
};

#[cfg(target_os = "ios")]
#[allow(unsafe_code, reason = "the Swift half is a foreign function")]
mod swift {
    use tauri::{
        Runtime,
        plugin::{PluginApi, PluginHandle, mobile::PluginInvokeError},
    };

    tauri::ios_plugin_binding!(init_plugin_hand_over);

    /// Joins it.
    pub fn half<R: Runtime>(api: &PluginApi<R, ()>) -> Result<PluginHandle<R>, PluginInvokeError> {
        api.register_ios_plugin(init_plugin_hand_over)
    }
}

/// Joins the platform's half, and removes a file that was shared before this start.
pub(crate) fn open<R: Runtime>(
    app: &AppHandle<R>,
    api: &PluginApi<R, ()>,
) -> std::result::Result<HandOver<R>, Box<dyn std::error::Error>> {
    #[cfg(target_os = "android")]
    let half = api.register_android_plugin("mx.apoyo.handover", "HandOverPlugin")?;
    #[cfg(target_os = "ios")]
    let half = swift::half(api)?;
    let tray = Tray::below(&app.path().app_cache_dir()?);
    // If it cannot be removed now, it is removed before the next file.
    let _ = tray.clear();
    Ok(HandOver { half, tray })
}

/// The system that takes files.
pub struct HandOver<R: Runtime> {
    half: PluginHandle<R>,
    tray: Tray,
}

impl<R: Runtime> HandOver<R> {
    /// Hands a file to the system and waits, without a time limit, until the person has decided.
    pub async fn give(&self, file: File, how: How) -> Result<HandedOver> {
        let given = Given {
            path: self.tray.lay(&file)?.to_string_lossy().into_owned(),
            name: file.name().to_owned(),
            kind: file.kind().to_owned(),
        };
        let answer = match how {
            How::Save => self.ask("save", given).await,
            How::Share => self.ask("share", given).await,
        };
        // Another app reads a shared file, perhaps later.
        if (how, &answer) != (How::Share, &Ok(HandedOver::Gone)) {
            let _ = self.tray.clear();
        }
        answer
    }

    async fn ask(&self, command: &str, given: Given) -> Result<HandedOver> {
        let answer = self.half.run_mobile_plugin_async(command, given).await;
        match answer {
            Ok(Answered { went }) => Ok(went),
            Err(PluginInvokeError::InvokeRejected(said)) => {
                Err(refusal(said.code.as_deref(), said.message))
            }
            Err(error) => Err(Error::Other(format!("{NAME} {command}: {error}"))),
        }
    }
}
