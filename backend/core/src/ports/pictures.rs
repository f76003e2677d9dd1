//! The reading of a picture by something that may die of it.

use async_trait::async_trait;
use bytes::Bytes;
use credential::qr::payload::StructuredQr;
use std::io;

/// What was read again from the picture of the back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadBack {
    /// These public QRs.
    Codes(Vec<StructuredQr>),
    /// What one reader read there another one reads differently.
    Contradicted,
    /// None, or the picture could not be opened.
    Nothing,
}

/// Opens pictures. A picture is the most hostile thing that comes in: the one who opens it must
/// survive whatever a decoder does with it.
#[async_trait]
pub trait OpenPicture: Send + Sync {
    /// Reads the public QRs. An error means that nothing was tried (no process could be made):
    /// try again later. Whatever goes wrong with the picture itself is [`ReadBack::Nothing`].
    async fn read(&self, picture: Bytes) -> io::Result<ReadBack>;
}
