//! Pictures in an object store: the contract can be kept without a folder, by an asynchronous store.

use crate::world::*;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::{TryStreamExt, stream::BoxStream};
use object_store::{
    Error, ObjectMeta, ObjectStore, ObjectStoreExt, memory::InMemory, path::Path as ObjectPath,
};
use protocol::{
    environment::{Clock, SystemClock, Timestamp},
    ids::Sha256Hash,
};
use std::{io, sync::Arc, time::Duration};
use storage::{
    Engine as _, Settings, StorageError,
    apoyos::{Apoyos, Recorded},
    blobs::{BlobStore, Held, NamedByRows, Stored},
    sqlite::SqliteStorage,
};

/// Objects under `incoming/` until they are kept, then under `kept/`. They are durable when a call
/// returns.
#[derive(Default)]
pub struct Objects(Arc<InMemory>);

fn fault(error: Error) -> StorageError {
    StorageError::Broken(error.to_string())
}

fn at(folder: &str, name: Sha256Hash) -> ObjectPath {
    ObjectPath::from(format!("{folder}/{name}"))
}

impl Objects {
    /// A simulated network delay.
    async fn travel(&self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    async fn find(&self, name: Sha256Hash) -> Result<Option<ObjectMeta>, StorageError> {
        for folder in ["incoming", "kept"] {
            self.travel().await;
            match self.0.head(&at(folder, name)).await {
                Ok(found) => return Ok(Some(found)),
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(fault(error)),
            }
        }
        Ok(None)
    }

    async fn delete(&self, name: Sha256Hash) -> Result<(), StorageError> {
        self.travel().await;
        match self.0.delete(&at("incoming", name)).await {
            Err(error) if !matches!(error, Error::NotFound { .. }) => Err(fault(error)),
            _ => Ok(()),
        }
    }

    async fn incoming(&self) -> Result<Vec<(Sha256Hash, Timestamp)>, StorageError> {
        let listed = self.0.list(Some(&ObjectPath::from("incoming")));
        let found: Vec<_> = listed.try_collect().await.map_err(fault)?;
        let named = found.into_iter().filter_map(|object| {
            let name = object.location.filename()?.parse().ok()?;
            Some((name, object.last_modified))
        });
        Ok(named.collect())
    }
}

#[async_trait]
impl BlobStore for Objects {
    async fn put(
        &self,
        name: Sha256Hash,
        body: BoxStream<'static, Result<Bytes, io::Error>>,
        max_bytes: u64,
    ) -> Result<Stored, StorageError> {
        let Ok(chunks) = body.try_collect::<Vec<_>>().await else {
            return Ok(Stored::Interrupted);
        };
        let bytes = chunks.concat();
        if bytes.len() as u64 > max_bytes {
            return Ok(Stored::TooLong);
        }
        if Sha256Hash::of(&bytes) != name {
            return Ok(Stored::OtherHash);
        }
        if self.find(name).await?.is_some() {
            return Ok(Stored::There);
        }
        let length = bytes.len() as u64;
        self.travel().await;
        let put = self.0.put(&at("incoming", name), bytes.into()).await;
        put.map_err(fault)?;
        Ok(Stored::Whole { bytes: length })
    }
    async fn length(&self, name: Sha256Hash) -> Result<Option<u64>, StorageError> {
        Ok(self.find(name).await?.map(|found| found.size))
    }
    async fn head(&self, name: Sha256Hash, limit: u64) -> Result<Option<Bytes>, StorageError> {
        let whole = self.read(name).await?;
        Ok(whole.map(|bytes| bytes.slice(..bytes.len().min(limit as usize))))
    }
    async fn read(&self, name: Sha256Hash) -> Result<Option<Bytes>, StorageError> {
        let Some(found) = self.find(name).await? else {
            return Ok(None);
        };
        let read = self.0.get(&found.location).await.map_err(fault)?;
        Ok(Some(read.bytes().await.map_err(fault)?))
    }
    async fn remove(&self, name: Sha256Hash) -> Result<(), StorageError> {
        self.delete(name).await
    }
    async fn hold(&self, names: &[Sha256Hash]) -> Result<Held, StorageError> {
        // No object is removed while an apoyo is on its way; a real store would note a lease.
        Ok(Held::new(self.lengths(names).await?, ()))
    }
    async fn make_durable(&self, _: &[Sha256Hash]) -> Result<(), StorageError> {
        self.travel().await;
        Ok(())
    }
    async fn keep(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        for name in names {
            self.travel().await;
            let (from, to) = (at("incoming", *name), at("kept", *name));
            match self.0.rename(&from, &to).await {
                Err(error) if !matches!(error, Error::NotFound { .. }) => return Err(fault(error)),
                _ => {}
            }
        }
        Ok(())
    }
    async fn recover(&self, named: &dyn NamedByRows) -> Result<u64, StorageError> {
        let found = self.incoming().await?;
        let names: Vec<_> = found.iter().map(|(name, _)| *name).collect();
        let named = named.named(&names).await?;
        self.keep(&named.iter().copied().collect::<Vec<_>>())
            .await?;
        Ok((names.len() - named.len()) as u64)
    }
    async fn sweep(
        &self,
        older_than: Timestamp,
        named: &dyn NamedByRows,
    ) -> Result<u64, StorageError> {
        let mut found = self.incoming().await?;
        found.retain(|(_, written)| *written < older_than);
        let names: Vec<_> = found.iter().map(|(name, _)| *name).collect();
        let named = named.named(&names).await?;
        let mut removed = 0;
        for name in names.into_iter().filter(|name| !named.contains(name)) {
            self.delete(name).await?;
            removed += 1;
        }
        Ok(removed)
    }
}

/// Records apoyos: two whole batches are kept, the rest waits. Then another process goes on.
async fn an_object_store_keeps_the_evidence() {
    let world = World::<crate::Sqlite>::with_campaigns().await;
    let World { store, folder, .. } = world;
    drop(store);
    let objects = Arc::new(Objects::default());
    let settings = Settings {
        kept_together: 8,
        ..Settings::default()
    };
    let open = || SqliteStorage::open_with(folder.path(), objects.clone(), settings);
    let store = open().await.unwrap();
    for number in 1..=5 {
        for (_, bytes) in pictures(number) {
            put(objects.as_ref(), &bytes).await.unwrap();
        }
        let new = new_apoyo(number, number, "agua-1");
        let recorded = store.record_apoyo(new, signer()).await.unwrap();
        assert!(matches!(recorded, Recorded::First(_)));
    }
    let missing = store.record_apoyo(new_apoyo(6, 6, "agua-1"), signer());
    assert!(matches!(missing.await.unwrap(), Recorded::PartsMissing(parts) if parts.len() == 4));
    put(objects.as_ref(), b"a picture of no apoyo")
        .await
        .unwrap();
    let soon = SystemClock.now() + TimeDelta::seconds(60);
    assert_eq!(store.sweep_parts(soon).await.unwrap(), 1);
    assert_eq!(
        objects.incoming().await.unwrap().len(),
        4,
        "the fifth waits"
    );
    drop(store);

    put(objects.as_ref(), b"another picture of no apoyo")
        .await
        .unwrap();
    let store = open().await.unwrap();
    let serving = store.lock_for_serving().await.unwrap();
    assert_eq!(store.recover_blobs(&serving).await.unwrap(), 1);
    assert_eq!(objects.incoming().await.unwrap().len(), 1);
    for number in 1..=5 {
        for (_, bytes) in pictures(number) {
            let read = objects.read(Sha256Hash::of(&bytes)).await.unwrap();
            assert_eq!(read.unwrap(), bytes);
        }
    }
    assert_eq!(store.broken(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_keeps_the_evidence_in_an_object_store() {
    an_object_store_keeps_the_evidence().await;
}

#[tokio::test]
async fn a_command_with_one_thread_keeps_the_evidence_in_an_object_store() {
    an_object_store_keeps_the_evidence().await;
}
