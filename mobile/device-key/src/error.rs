//! Why the key store did not do what it was asked.

/// Never holds key material, nor what was to be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The key is gone for good, or was invalidated by the phone: a new one has to be made.
    #[error("the key is lost")]
    Lost,
    /// The key store cannot be asked now (locked phone, locked keyring); later it can.
    #[error("the key store is out of reach: {0}")]
    Locked(String),
    /// There is no room; what there was is still there.
    #[error("no room left")]
    Full,
    /// Anything else; the reason is for the log.
    #[error("{0}")]
    Other(String),
}

/// What every method answers.
pub type Result<T> = std::result::Result<T, Error>;
