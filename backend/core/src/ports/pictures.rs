//! Reading a picture in a process that may die of it.

use async_trait::async_trait;
use bytes::Bytes;
use credential::qr::payload::StructuredQr;
use std::io;

/// The QR that was read again from the picture of the back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadBack {
    /// These public QRs.
    Codes(Vec<StructuredQr>),
    /// Two readers read different texts.
    Contradicted,
    /// No code was found, or the picture could not be opened.
    Nothing,
}

/// Opens pictures. A picture is the most hostile input there is: the implementation must survive
/// anything that a decoder does with it.
#[async_trait]
pub trait OpenPicture: Send + Sync {
    /// Reads the public QRs. An error means that no process could be made, and the same picture may
    /// be tried later. Any fault of the picture itself is [`ReadBack::Nothing`].
    async fn read(&self, picture: Bytes) -> io::Result<ReadBack>;
}
