//! Cuts connections whose peer reads answers more slowly than [`Patience`] allows.

use super::patience::Patience;
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// A connection with a time limit for writing.
#[derive(Debug)]
pub struct CutsUnread<S> {
    stream: S,
    patience: Patience,
    /// Since when bytes wait, and the moment of the time limit.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<S> CutsUnread<S> {
    /// A connection before its first write.
    pub fn of(stream: S) -> Self {
        Self::with(Patience::default(), stream)
    }

    fn with(patience: Patience, stream: S) -> Self {
        Self {
            stream,
            patience,
            waiting: None,
        }
    }

    fn judge(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                let waited = self.waiting.take().map(|(since, _)| since.elapsed());
                self.patience.moved(bytes, waited.unwrap_or_default());
                written
            }
            Poll::Ready(Err(_)) => written,
            Poll::Pending => {
                let patience = self.patience;
                let (_, end) = self.waiting.get_or_insert_with(|| {
                    let now = Instant::now();
                    (now, Box::pin(sleep_until(now + patience.left())))
                });
                match end.as_mut().poll(context) {
                    Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for CutsUnread<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for CutsUnread<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.judge(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// A hundredth of the real patience.
    const PATIENCE: Patience = Patience::of(Duration::from_millis(150), 1_600 * 1024);

    #[tokio::test]
    async fn who_never_reads_is_cut_and_who_reads_slowly_is_not() {
        let (ours, mut theirs) = tokio::io::duplex(1_024);
        let mut ours = CutsUnread::with(PATIENCE, ours);
        let began = Instant::now();
        let answer = vec![7; 1024 * 1024];
        let error = ours.write_all(&answer).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "{:?}",
            began.elapsed()
        );
        let mut byte = [0];
        theirs.read_exact(&mut byte).await.unwrap();

        let (ours, mut theirs) = tokio::io::duplex(16 * 1024);
        let mut ours = CutsUnread::with(PATIENCE, ours);
        let reader = tokio::spawn(async move {
            let mut read = vec![0; 64 * 1024];
            for _ in 0..16 {
                tokio::time::sleep(Duration::from_millis(20)).await;
                theirs.read_exact(&mut read).await.unwrap();
            }
        });
        ours.write_all(&answer).await.unwrap();
        reader.await.unwrap();
    }

    #[tokio::test]
    async fn a_byte_now_and_then_is_not_reading() {
        let (ours, mut theirs) = tokio::io::duplex(1_024);
        let mut ours = CutsUnread::with(PATIENCE, ours);
        let reader = tokio::spawn(async move {
            let mut byte = [0];
            loop {
                tokio::time::sleep(Duration::from_millis(50)).await;
                if theirs.read_exact(&mut byte).await.is_err() {
                    break;
                }
            }
        });
        let began = Instant::now();
        assert!(ours.write_all(&[7; 64 * 1024]).await.is_err());
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "{:?}",
            began.elapsed()
        );
        reader.abort();
    }
}
