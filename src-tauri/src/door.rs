//! The command that carries a door of app-core.

use crate::{body, captures, pieces::Pieces, ports::Opened};
use app_core::{Answer, Door, PhoneCode, Problem};
use protocol::code::Code;
use tauri::{
    AppHandle, State,
    ipc::{Request, Response},
};

/// The header that holds the door, as JSON in ASCII (anything else written `\uXXXX`).
const DOOR_HEADER: &str = "x-door";

/// Opens the door named in the header, with the body's bytes as its picture.
#[tauri::command]
pub async fn open_door(
    app: AppHandle,
    opened: State<'_, Opened>,
    pieces: State<'_, Pieces>,
    request: Request<'_>,
) -> Result<Response, Problem> {
    let door = door(&request)?;
    let picture = body::bytes_of(request.body(), &pieces)?;
    let from_a_file = captures::came_from_a_file(&door);
    let core = match &door {
        // It works without an open store too. Otherwise a locked store could never be deleted.
        Door::ForgetEverything => opened.app_to_forget().await?,
        _ => opened.app().await?,
    };
    let answer = core.open_door(door, picture).await;
    // Also where the picture was refused: the page has a copy of its own for a second try.
    if from_a_file {
        captures::forget(&app);
    }
    response(answer?)
}

fn response(answer: Answer) -> Result<Response, Problem> {
    match answer {
        Answer::Json(value) => json(&value.to_string()).map(Response::new),
        Answer::Picture(bytes) | Answer::File(bytes) => Ok(Response::new(bytes.to_vec())),
    }
}

/// JSON as the page reads it.
///
/// On Android Tauri registers a channel for every answer that begins with a bracket and never
/// releases it, so a live view would leak memory. JSON within a JSON string is sent in another way,
/// and `ui/citizen/src/native/tauri.ts` parses both.
fn json(text: &str) -> Result<String, Problem> {
    if cfg!(target_os = "android") {
        serde_json::to_string(text).map_err(|_| PhoneCode::PhoneStorageFault.into())
    } else {
        Ok(text.to_owned())
    }
}

fn door(request: &Request<'_>) -> Result<Door, Problem> {
    let header = request.headers().get(DOOR_HEADER);
    header
        .and_then(|value| serde_json::from_slice(value.as_bytes()).ok())
        .ok_or(Problem::in_field(Code::RequestMalformed, DOOR_HEADER))
}
