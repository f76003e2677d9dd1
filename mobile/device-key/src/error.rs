//! Faults of the key store.

/// Why the key store refused a request. Never holds key material or the message to sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The key is gone for good, or was invalidated by the phone: a new one has to be made.
    #[error("the key is lost")]
    Lost,
    /// The key store cannot be asked now (locked phone, locked keyring); later it can.
    #[error("the key store is out of reach: {0}")]
    Locked(String),
    /// There is no room; the old key and secret are untouched.
    #[error("no room left")]
    Full,
    /// Any other fault; the reason is for the log.
    #[error("{0}")]
    Other(String),
}

/// The result of every method.
pub type Result<T> = std::result::Result<T, Error>;
