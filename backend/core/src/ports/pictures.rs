//! The reading of a picture by something that may die of it.

use async_trait::async_trait;
use bytes::Bytes;
use credential::QrPayload;
use std::io;

/// The results of two independent readers of the picture of the back. [`crate::judging`] decides on their
/// meaning, not the process that opens the picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadBack {
    /// The codes that the first reader read.
    pub first: Vec<SeenCode>,
    /// The codes that the second reader read.
    pub second: Vec<SeenCode>,
    /// Whether the second reader finished. It gives up on a picture that is full of finder patterns.
    pub second_finished: bool,
}

impl ReadBack {
    /// Both readers read this one code and went through the whole picture.
    pub fn agreed(code: SeenCode) -> Self {
        Self {
            first: vec![code.clone()],
            second: vec![code],
            second_finished: true,
        }
    }

    /// Neither reader found a code in the whole picture.
    pub fn nothing() -> Self {
        Self {
            second_finished: true,
            ..Self::default()
        }
    }
}

/// A code in the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenCode {
    /// Its content. The bytes of [`QrPayload::Opaque`] may be left out.
    pub payload: QrPayload,
    /// The box around it.
    pub place: PlaceInPicture,
}

/// A box in a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaceInPicture {
    /// Its left side.
    pub left: f32,
    /// Its upper side.
    pub top: f32,
    /// Its right side.
    pub right: f32,
    /// Its lower side.
    pub bottom: f32,
}

impl PlaceInPicture {
    /// The box around these points.
    pub fn around(points: impl IntoIterator<Item = (f32, f32)>) -> Self {
        let none = Self {
            left: f32::INFINITY,
            top: f32::INFINITY,
            right: f32::NEG_INFINITY,
            bottom: f32::NEG_INFINITY,
        };
        points.into_iter().fold(none, |grown, (x, y)| Self {
            left: grown.left.min(x),
            top: grown.top.min(y),
            right: grown.right.max(x),
            bottom: grown.bottom.max(y),
        })
    }

    /// Whether the middle of one of the two is within the other.
    pub fn is_same(self, other: Self) -> bool {
        self.holds(other.centre()) || other.holds(self.centre())
    }

    fn centre(self) -> (f32, f32) {
        (
            f32::midpoint(self.left, self.right),
            f32::midpoint(self.top, self.bottom),
        )
    }

    fn holds(self, (x, y): (f32, f32)) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }
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
    /// Reads the codes of a picture with two readers. An error says that the reading did not come to
    /// its end: it is tried again later, and never taken for a picture without codes.
    async fn read(&self, picture: Bytes) -> Result<ReadBack, NotRead>;
}
