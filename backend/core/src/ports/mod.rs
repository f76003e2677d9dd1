//! What the outside does for this crate, as traits that the doors' crate implements.

mod events;
mod gate;
mod mail;
mod pictures;
mod room;
mod vouching;

pub use events::{Events, NoEvents};
pub use mail::{Handed, MailCarrier};
pub use pictures::{OpenPicture, ReadBack};
pub use room::FreeSpace;
pub use vouching::{
    Account, Answered, AskedProvider, Asking, Providers, Secrets, SigninFault, Vouching,
};
