//! Ports: traits that the crate of the doors implements.

mod events;
mod mail;
mod pictures;
mod tagger;
mod vouching;

pub use events::{Events, NoEvents};
pub use mail::{Handed, MailCarrier};
pub use pictures::{NotRead, OpenPicture, PlaceInPicture, ReadBack, SeenCode};
pub use tagger::Tagger;
pub use vouching::{Account, Answered, Asking, Providers, Secrets, SigninFault, Vouching};
