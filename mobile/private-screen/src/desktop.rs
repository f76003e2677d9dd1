//! The twin for a computer, which has neither a window to hide nor bars to draw.

use crate::Shown;
use std::marker::PhantomData;
use tauri::{Runtime, plugin::PluginApi};

pub(crate) fn open<R: Runtime>(_api: &PluginApi<R, ()>) -> tauri::Result<PrivateScreen<R>> {
    Ok(PrivateScreen { of: PhantomData })
}

/// The app's screen.
pub struct PrivateScreen<R: Runtime> {
    of: PhantomData<fn() -> R>,
}

impl<R: Runtime> PrivateScreen<R> {
    /// Does nothing on a computer.
    pub async fn set(&self, _shown: Shown) -> tauri::Result<()> {
        Ok(())
    }

    /// Does nothing on a computer.
    pub async fn bars(&self, _dark: Option<bool>) -> tauri::Result<()> {
        Ok(())
    }
}
