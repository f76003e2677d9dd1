//! Work that waits for the disk, on a thread that serves no request.

use crate::engine::OpenError;

/// Runs work that waits for the disk where no request is served.
pub(crate) async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, OpenError>
where
    T: Send + 'static,
    E: Into<OpenError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(OpenError::Unusable("opening was interrupted".into())),
    }
}
