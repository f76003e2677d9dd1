//! Ports: traits that the crate of the doors implements.

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
