//! The command that gives a file to the system: a receipt, a sealed apoyo.

use crate::pieces::{Given, Pieces};
use app_core::{
    PhoneCode, Problem,
    doors::{HandOverHow, HandedOver},
};
use protocol::code::Code;
use tauri::{AppHandle, State};
use tauri_plugin_hand_over::{self as plugin, File, HandOverExt, How};

/// Hands a file to the system and returns its fate. A screen may say "saved" only after
/// [`HandedOver::Gone`]; after a refusal the file was not handed over.
///
/// `file` is base64 or came in pieces, `kind` is a media type; without `how` the file is saved.
#[tauri::command]
pub async fn hand_over(
    app: AppHandle,
    pieces: State<'_, Pieces>,
    name: String,
    kind: String,
    file: Given,
    how: Option<HandOverHow>,
) -> Result<HandedOver, Problem> {
    let bytes = pieces.bytes(file)?;
    let file = File::new(&name, &kind, bytes)
        .map_err(|bad| Problem::in_field(Code::RequestMalformed, bad.field()))?;
    let how = match how.unwrap_or(HandOverHow::Save) {
        HandOverHow::Save => How::Save,
        HandOverHow::Share => How::Share,
    };
    match app.hand_over().give(file, how).await {
        Ok(plugin::HandedOver::Gone) => Ok(HandedOver::Gone),
        Ok(plugin::HandedOver::Cancelled) => Ok(HandedOver::Cancelled),
        Ok(plugin::HandedOver::None) => Ok(HandedOver::None),
        Err(plugin::Error::Full) => Err(PhoneCode::PhoneStorageFull.into()),
        Err(plugin::Error::Other(_)) => Err(PhoneCode::PhoneStorageFault.into()),
    }
}
