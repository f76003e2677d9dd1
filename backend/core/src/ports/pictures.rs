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
    /// None: the reader went through the picture to its end, or the picture is not one.
    Nothing,
}

/// Why a picture was not read. It says nothing of the picture that could be held against a
/// citizen.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// No process could be made: the fault is not of this picture.
    #[error("no process could be made that opens pictures: {0}")]
    NotStarted(#[from] io::Error),
    /// It took too long.
    #[error("reading the picture took too long")]
    TooSlow,
    /// The process was killed, ended with an error, or did not answer as it should.
    #[error("the process that opens the picture did not end well: {0}")]
    Died(String),
}

/// Opens pictures. A picture is the most hostile thing that comes in: the one who opens it must
/// survive whatever a decoder does with it.
#[async_trait]
pub trait OpenPicture: Send + Sync {
    /// Reads the public QRs. An error says that the reading did not come to its end: it is tried
    /// again later, and never taken for [`ReadBack::Nothing`].
    async fn read(&self, picture: Bytes) -> Result<ReadBack, NotRead>;
}
