//! The faults of a picture, one word each, so that a person sees the true reason.

/// Why a picture cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Neither a JPEG nor a PNG, judged by its content.
    #[error("neither a JPEG nor a PNG")]
    NotAPicture,
    /// A HEIC or AVIF, as phones write them; its pixels are patented or need a large decoder.
    #[error("a HEIC or AVIF picture")]
    Heic,
    /// More pixels than accepted.
    #[error("the picture has too many pixels")]
    TooLarge,
    /// More bytes than accepted.
    #[error("the file of the picture is too long")]
    TooManyBytes,
    /// Its end is missing.
    #[error("the picture is cut off")]
    Truncated,
    /// The file is not well formed.
    #[error("the picture is broken")]
    Broken,
}
