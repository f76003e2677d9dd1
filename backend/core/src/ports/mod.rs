//! Ports: traits that the crate of the doors implements.

mod events;
mod gate;
mod mail;
mod pictures;
mod room;
mod tagger;
mod vouching;

pub use events::{Events, NoEvents};
pub use mail::{Handed, MailCarrier};
pub use pictures::{NotRead, OpenPicture, PlaceInPicture, ReadBack, SeenCode};
pub use room::FreeSpace;
pub use tagger::Tagger;
pub use vouching::{
    Account, Answered, AskedProvider, Asking, Providers, Secrets, SigninFault, Vouching,
};
