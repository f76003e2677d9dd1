//! Ports: traits that the crate of the doors implements.

mod events;
mod gate;
mod mail;
mod pictures;
mod providers;
mod room;
mod tagger;
mod vouching;

pub use events::{Events, NoEvents};
pub use mail::{Handed, MailCarrier};
pub use pictures::{NotRead, OpenPicture, PlaceInPicture, ReadBack, SeenCode};
pub use providers::{AskedProvider, Providers};
pub use room::FreeSpace;
pub use tagger::Tagger;
pub use vouching::{Account, Answered, Asking, Secrets, SigninFault, Vouching};
