//! The tagger's socket: its rate, its record, and the questions that it refuses.

use backend::tags::{Desk, Elsewhere, Record, serve, verify};
use protocol::environment::{SystemClock, SystemEntropy};
use server_core::{keys::PersonKey, ports::Tagger};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
};

const GROUP: &str = "process/presidencia";

/// A tagger with this rate per second, and its socket.
fn tagger(per_second: u32) -> (tempfile::TempDir, Elsewhere) {
    let folder = tempfile::tempdir().unwrap();
    let key = PersonKey::open_or_make(folder.path(), &SystemEntropy).unwrap();
    let record = Record::open(folder.path()).unwrap();
    let socket = folder.path().join("tags.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let desk = Desk::new(key, record, Arc::new(SystemClock), per_second);
    tokio::spawn(serve(listener, Arc::new(desk)));
    (folder, Elsewhere::at(socket))
}

#[tokio::test]
async fn a_server_that_was_taken_over_gets_so_many_names_in_a_second_and_each_is_noted() {
    let (folder, ask) = tagger(200);
    let begun = Instant::now();
    let all = (0..100_u8).map(|person| {
        let ask = &ask;
        async move { ask.person_tag(GROUP, &[person; 16]).await.unwrap() }
    });
    let tags = futures_util::future::join_all(all).await;
    let took = begun.elapsed();
    assert!(
        took >= Duration::from_millis(490),
        "100 questions in {took:?}"
    );
    let key = PersonKey::open_or_make(folder.path(), &SystemEntropy).unwrap();
    assert_eq!(tags[7], key.person_tag(GROUP, &[7; 16]));
    let (questions, _) = verify(&folder.path().join("tags.log")).unwrap();
    assert_eq!(questions, 100);
    let second = Record::open(folder.path());
    assert!(second.is_err(), "two taggers write no record together");
}

#[tokio::test]
async fn what_is_no_question_is_not_answered_and_stops_nobody() {
    let (folder, ask) = tagger(1_000);
    let long = vec![b'a'; 5_000];
    for rubbish in [
        &b"\n"[..],
        b"{}\n",
        b"{\"group\":\"x\",\"person\":\"00\"}\n",
        &long,
    ] {
        let mut stream = UnixStream::connect(folder.path().join("tags.sock"))
            .await
            .unwrap();
        // It may close the connection before it has read everything.
        let _ = stream.write_all(rubbish).await;
        let _ = stream.shutdown().await;
        let mut told = Vec::new();
        let _ = stream.read_to_end(&mut told).await;
        assert!(told.is_empty());
    }
    ask.person_tag(GROUP, &[1; 16]).await.unwrap();
    assert_eq!(verify(&folder.path().join("tags.log")).unwrap().0, 1);
}
