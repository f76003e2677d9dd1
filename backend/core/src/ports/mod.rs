//! What the outside does for this crate, as traits that the doors' crate implements.

mod events;
mod mail;
mod pictures;
mod vouching;

pub use events::{Events, NoEvents};
pub use mail::{Handed, MailCarrier};
pub use pictures::{OpenPicture, PlaceInPicture, ReadBack, SeenCode};
pub use vouching::{Account, Answered, Asking, Providers, Secrets, SigninFault, Vouching};
