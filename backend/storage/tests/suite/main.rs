//! The contract of the storage, told as stories and run on every engine, and stories of the engine's
//! own faults.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod activation;
mod apoyos;
mod audit;
mod blobs;
mod campaigns;
mod judging;
mod limits;
mod mail;
mod measure;
mod objects;
mod objects_faults;
mod pauses;
mod roll;
mod rules_property;
mod sampling;
mod signin;
mod sqlite_disk;
mod sqlite_faults;
mod sqlite_flips;
mod sqlite_head;
mod sqlite_kill;
mod sqlite_open;
mod stories;
mod tally_property;
mod world;

use async_trait::async_trait;
use std::{path::Path, sync::Arc};
use storage::{blobs::BlobStore, sqlite::SqliteStorage};

/// SQLite.
pub struct Sqlite;

#[async_trait]
impl world::Engine for Sqlite {
    async fn open(folder: &Path, blobs: Arc<dyn BlobStore>) -> Arc<dyn storage::Engine> {
        Arc::new(SqliteStorage::open(folder, blobs).await.unwrap())
    }
}
