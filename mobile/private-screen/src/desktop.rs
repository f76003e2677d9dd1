//! The twin of a computer, which has nothing to hide a window from.

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
    /// Makes the screen private, or open again. Nothing on a computer.
    pub async fn set(&self, _private: bool) -> tauri::Result<()> {
        Ok(())
    }
}
