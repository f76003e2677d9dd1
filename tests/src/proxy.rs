//! A bad network between phone and server: a relay that cuts connections on demand.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The treatment of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// All bytes are relayed.
    Calm,
    /// A connection is refused as soon as it is made.
    Away,
    /// Each connection ends after this many bytes from the phone.
    CutUp(u64),
    /// The request arrives; the answer is lost and the connection ends.
    SwallowAnswer,
}

/// A relay on its own port. Its target may change while phones keep its address.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    target: Mutex<SocketAddr>,
    mood: Mutex<Mood>,
    /// The number of connections until the mood ends.
    left: AtomicUsize,
    up: AtomicU64,
    /// The value of `up` at which a connection is cut once.
    cut_at: AtomicU64,
    cut: AtomicUsize,
}

impl Proxy {
    /// A relay to `target`.
    pub async fn to(target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            target: Mutex::new(target),
            mood: Mutex::new(Mood::Calm),
            left: AtomicUsize::new(usize::MAX),
            up: AtomicU64::new(0),
            cut_at: AtomicU64::new(u64::MAX),
            cut: AtomicUsize::new(0),
        });
        let task = tokio::spawn(accept(listener, shared.clone()));
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// Where phones connect to.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes the target.
    pub fn lead_to(&self, target: SocketAddr) {
        *self.shared.target.lock().expect("nobody panics with it") = target;
    }

    /// All connections from now on are treated like this.
    pub fn be(&self, mood: Mood) {
        self.be_for(mood, usize::MAX);
    }

    /// The next `connections` are treated like this, later ones go through.
    pub fn be_for(&self, mood: Mood, connections: usize) {
        *self.shared.mood.lock().expect("nobody panics with it") = mood;
        self.shared.left.store(connections, Ordering::SeqCst);
    }

    /// Cuts one connection after this many more bytes from phones, counted over all connections.
    pub fn cut_once_after(&self, bytes: u64) {
        let at = self.bytes_up() + bytes;
        self.shared.cut_at.store(at, Ordering::SeqCst);
    }

    /// Bytes that phones sent through it so far.
    pub fn bytes_up(&self) -> u64 {
        self.shared.up.load(Ordering::SeqCst)
    }

    /// Connections that it cut.
    pub fn cuts(&self) -> usize {
        self.shared.cut.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn mood_of_next(&self) -> Mood {
        let mood = *self.mood.lock().expect("nobody panics with it");
        let taken = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| match left {
                0 => None,
                usize::MAX => Some(usize::MAX),
                some => Some(some - 1),
            });
        if taken.is_ok() { mood } else { Mood::Calm }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((phone, _)) = listener.accept().await {
        let shared = shared.clone();
        tokio::spawn(async move {
            // The story observes how a connection ends; the result of this task is not needed.
            let _ = relay(phone, &shared).await;
        });
    }
}

async fn relay(phone: TcpStream, shared: &Shared) -> io::Result<()> {
    let mood = shared.mood_of_next();
    if mood == Mood::Away {
        shared.cut.fetch_add(1, Ordering::SeqCst);
        return reset(phone);
    }
    let target = *shared.target.lock().expect("nobody panics with it");
    let server = match TcpStream::connect(target).await {
        Ok(server) => server,
        Err(_) => return reset(phone),
    };
    phone.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_phone, mut to_phone) = phone.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let allowed = match mood {
        Mood::CutUp(bytes) => bytes,
        _ => u64::MAX,
    };
    let up = async {
        let mut sent = 0;
        let mut buffer = [0; 16 * 1024];
        loop {
            let read = from_phone.read(&mut buffer).await?;
            if read == 0 {
                to_server.shutdown().await?;
                return Ok::<bool, io::Error>(false);
            }
            let together = shared.cut_at.load(Ordering::SeqCst);
            let left = together.saturating_sub(shared.up.load(Ordering::SeqCst));
            let pass = (allowed - sent).min(left).min(read as u64) as usize;
            to_server.write_all(&buffer[..pass]).await?;
            shared.up.fetch_add(pass as u64, Ordering::SeqCst);
            sent += pass as u64;
            if left <= read as u64 {
                shared.cut_at.store(u64::MAX, Ordering::SeqCst);
                return Ok(true);
            }
            if pass < read || sent == allowed {
                return Ok(true);
            }
        }
    };
    let down = async {
        let mut buffer = [0; 16 * 1024];
        loop {
            let read = from_server.read(&mut buffer).await?;
            if read == 0 {
                return Ok::<bool, io::Error>(false);
            }
            if mood == Mood::SwallowAnswer {
                return Ok(true);
            }
            to_phone.write_all(&buffer[..read]).await?;
        }
    };
    tokio::pin!(up, down);
    let cut = tokio::select! {
        cut = &mut up => match cut? {
            true => true,
            // The phone has sent everything; the answer may still come.
            false => down.await?,
        },
        cut = &mut down => cut?,
    };
    if cut {
        shared.cut.fetch_add(1, Ordering::SeqCst);
    }
    Ok(())
}

/// Ends a connection without an answer.
fn reset(phone: TcpStream) -> io::Result<()> {
    phone.set_zero_linger()?;
    drop(phone);
    Ok(())
}
