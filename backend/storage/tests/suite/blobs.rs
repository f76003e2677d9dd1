//! Pictures in a folder: stored whole or not at all.

use crate::world::{pictures, put};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::{StreamExt, future::join_all, stream};
use protocol::{
    environment::{Clock, SystemClock},
    ids::Sha256Hash,
};
use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use storage::{
    StorageError,
    blobs::{BlobStore, NamedByRows, Stored, flush::Flush, local::LocalBlobs},
};

fn opened() -> (tempfile::TempDir, Arc<LocalBlobs>) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Arc::new(LocalBlobs::open(folder.path()).unwrap());
    (folder, blobs)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn picture(length: usize) -> Vec<u8> {
    (0..length).map(|place| (place * 31 % 251) as u8).collect()
}

#[tokio::test]
async fn a_picture_of_any_length_comes_back_as_it_went_in() {
    let (_folder, blobs) = opened();
    for length in [0, 1, 15_999, 235_000, 344_064, 344_065, 700_001] {
        let bytes = picture(length);
        let name = Sha256Hash::of(&bytes);
        assert_eq!(blobs.length(name).await.unwrap(), None);
        let stored = put(blobs.as_ref(), &bytes).await.unwrap();
        assert_eq!(
            stored,
            Stored::Whole {
                bytes: length as u64
            }
        );
        assert_eq!(blobs.length(name).await.unwrap(), Some(length as u64));
        assert_eq!(blobs.read(name).await.unwrap().unwrap(), bytes);
        let head = blobs.head(name, 10).await.unwrap().unwrap();
        assert_eq!(head, bytes[..length.min(10)]);
        blobs.make_durable(&[name]).await.unwrap();
        blobs.keep(&[name]).await.unwrap();
        blobs.keep(&[name]).await.unwrap();
        assert_eq!(blobs.read(name).await.unwrap().unwrap(), bytes, "kept");
        assert_eq!(blobs.length(name).await.unwrap(), Some(length as u64));
        blobs.remove(name).await.unwrap();
        assert!(
            blobs.length(name).await.unwrap().is_some(),
            "what is kept is not removed"
        );
    }
}

#[tokio::test]
async fn what_is_not_what_its_name_says_is_not_kept() {
    let (folder, blobs) = opened();
    for length in [1_000, 400_000] {
        let bytes = Bytes::from(picture(length));
        let name = Sha256Hash::of(&bytes);
        let whole = |bytes: &Bytes| stream::iter([Ok(bytes.clone())]).boxed();
        let other = blobs
            .put(Sha256Hash::of(b"x"), whole(&bytes), 1 << 20)
            .await
            .unwrap();
        assert_eq!(other, Stored::OtherHash);
        let long = blobs
            .put(name, whole(&bytes), length as u64 - 1)
            .await
            .unwrap();
        assert_eq!(long, Stored::TooLong);
        let cut = stream::iter([
            Ok(bytes.clone()),
            Err(io::ErrorKind::ConnectionReset.into()),
        ]);
        assert_eq!(
            blobs.put(name, cut.boxed(), 1 << 20).await.unwrap(),
            Stored::Interrupted
        );
        assert_eq!(blobs.length(name).await.unwrap(), None);
    }
    settled(folder.path()).await;
}

/// Half-way uploads are removed in the background.
async fn settled(folder: &Path) {
    for _ in 0..100 {
        if files(folder).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("something was left: {:?}", files(folder));
}

#[tokio::test]
async fn a_phone_that_disappears_half_way_leaves_nothing() {
    let (folder, blobs) = opened();
    let bytes = picture(300_000);
    let name = Sha256Hash::of(&bytes);
    let first = Bytes::from(bytes[..200_000].to_vec());
    let hanging = stream::iter([Ok(first.clone()), Ok(first)])
        .chain(stream::pending())
        .boxed();
    assert_eq!(blobs.arriving(), 0);
    let mut upload = blobs.put(name, hanging, 1 << 20);
    let waited = tokio::time::timeout(Duration::from_millis(200), &mut upload);
    assert!(waited.await.is_err());
    assert_eq!(blobs.arriving(), 1, "others are waited for");
    drop(upload);
    assert_eq!(blobs.arriving(), 0, "who has gone is waited for by nobody");
    settled(folder.path()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_picture_from_twenty_connections_is_one_file() {
    let (folder, blobs) = opened();
    let bytes = picture(200_000);
    let puts = (0..20).map(|_| {
        let (blobs, bytes) = (Arc::clone(&blobs), bytes.clone());
        tokio::spawn(async move { put(blobs.as_ref(), &bytes).await.unwrap() })
    });
    let stored: Vec<_> = join_all(puts)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let whole = Stored::Whole { bytes: 200_000 };
    assert_eq!(stored.iter().filter(|one| **one == whole).count(), 1);
    assert_eq!(
        stored.iter().filter(|one| **one == Stored::There).count(),
        19
    );
    assert_eq!(files(folder.path()).len(), 1);
}

/// These are named by rows.
struct Rows(Vec<Sha256Hash>);

#[async_trait]
impl NamedByRows for Rows {
    async fn named(&self, names: &[Sha256Hash]) -> Result<HashSet<Sha256Hash>, StorageError> {
        let named = names.iter().filter(|name| self.0.contains(name));
        Ok(named.copied().collect())
    }
}

#[tokio::test]
async fn after_a_crash_named_pictures_are_kept_and_nothing_is_deleted() {
    for flush in [Flush::FileSystem, Flush::EachFile] {
        let folder = tempfile::tempdir().unwrap();
        let blobs = LocalBlobs::open_with(folder.path(), Some(flush)).unwrap();
        let names: Vec<_> = pictures(1)
            .iter()
            .map(|(_, bytes)| Sha256Hash::of(bytes))
            .collect();
        for (_, bytes) in pictures(1) {
            put(&blobs, &bytes).await.unwrap();
        }
        blobs.make_durable(&names[..2]).await.unwrap();
        blobs.keep(&names[..1]).await.unwrap();
        // The first came in again after it was kept; this copy may not have reached the disk.
        fs::write(
            folder.path().join("incoming").join(names[0].to_string()),
            b"",
        )
        .unwrap();
        fs::write(folder.path().join("incoming/0123.7#1"), b"half").unwrap();
        drop(blobs);
        let before = files(folder.path()).len();
        let blobs = LocalBlobs::open_with(folder.path(), Some(flush)).unwrap();
        let aside = blobs.recover(&Rows(names[..2].to_vec())).await.unwrap();
        assert_eq!(
            aside, 4,
            "two pictures that no row names, half an upload, and a copy of a kept one"
        );
        for (place, (_, bytes)) in pictures(1).into_iter().enumerate() {
            let found = blobs.read(names[place]).await.unwrap();
            assert_eq!(found, (place < 2).then(|| Bytes::from(bytes.clone())));
            let lost = folder.path().join("lost+found");
            let lost = fs::read(lost.join(names[place].to_string())).ok();
            let expected = [Some(vec![]), None, Some(bytes.clone()), Some(bytes)];
            assert_eq!(lost, expected[place], "what was there is there");
        }
        assert!(files(&folder.path().join("incoming")).is_empty());
        assert_eq!(files(folder.path()).len(), before);
    }
}

#[tokio::test]
async fn parts_that_no_row_comes_to_name_are_swept_from_a_running_server() {
    let (folder, blobs) = opened();
    let pictures = [b"MUESTRA 1", b"MUESTRA 2", b"MUESTRA 3", b"MUESTRA 4"];
    let names = pictures.map(|bytes| Sha256Hash::of(bytes));
    let [named, about_to_be_named, kept, forgotten] = names;
    for bytes in pictures {
        put(blobs.as_ref(), bytes).await.unwrap();
    }
    fs::write(folder.path().join("incoming/0123#1"), b"half").unwrap();
    blobs.keep(&[kept]).await.unwrap();
    let held = blobs.hold(&[about_to_be_named]).await.unwrap();
    let rows = Rows(vec![named]);
    let now = SystemClock.now();
    let hour = TimeDelta::hours(1);
    assert_eq!(
        blobs.sweep(now - hour, &rows).await.unwrap(),
        0,
        "too young"
    );
    assert_eq!(blobs.sweep(now + hour, &rows).await.unwrap(), 2);
    for name in names {
        let there = blobs.length(name).await.unwrap().is_some();
        assert_eq!(there, name != forgotten);
    }
    assert!(!blobs.has_arrived(forgotten));
    // A picture that was swept comes in like any other.
    let stored = put(blobs.as_ref(), pictures[3]).await.unwrap();
    assert_eq!(stored, Stored::Whole { bytes: 9 });
    drop(held);
    assert_eq!(blobs.sweep(now + hour, &rows).await.unwrap(), 2);
}

#[tokio::test]
async fn a_picture_that_came_in_before_the_last_start_is_not_replaced() {
    let (folder, blobs) = opened();
    put(blobs.as_ref(), b"MUESTRA 1").await.unwrap();
    drop(blobs);
    let blobs = LocalBlobs::open(folder.path()).unwrap();
    let stored = put(&blobs, b"MUESTRA 1").await.unwrap();
    assert_eq!(stored, Stored::There);
}

#[tokio::test]
async fn a_picture_that_a_row_is_about_to_name_is_not_removed() {
    let (folder, blobs) = opened();
    let [one, other] = [b"MUESTRA 1", b"MUESTRA 2"].map(|bytes| Sha256Hash::of(bytes));
    put(blobs.as_ref(), b"MUESTRA 1").await.unwrap();
    let held = blobs.hold(&[one, other]).await.unwrap();
    assert_eq!(held.lengths(), [Some(9), None]);
    blobs.remove(one).await.unwrap();
    assert_eq!(blobs.length(one).await.unwrap(), Some(9));
    blobs.keep(&[one]).await.unwrap();
    // A second upload of it is not stored again.
    put(blobs.as_ref(), b"MUESTRA 1").await.unwrap();
    assert_eq!(files(folder.path()).len(), 1);
}
