//! The engine's own affairs.

use super::{SqliteStorage, identity, inspection, lock, recovery};
use crate::{
    StorageError,
    audit::Operator,
    engine::{DataId, Engine, OpenError, ServingLock},
};
use async_trait::async_trait;
use protocol::ids::Sha256Hash;
use std::sync::PoisonError;

#[async_trait]
impl Engine for SqliteStorage {
    async fn lock_for_serving(&self) -> Result<ServingLock, OpenError> {
        lock::serving(&self.folder)
    }

    async fn recover_blobs(&self, _serving: &ServingLock) -> Result<u64, StorageError> {
        recovery::recover_blobs(self).await
    }

    async fn identity(&self) -> Result<(DataId, bool), StorageError> {
        identity::identity(self).await
    }

    async fn bind(&self) -> Result<(), StorageError> {
        identity::bind(self).await
    }

    fn act_for(&self, operator: Operator) {
        *self.operator.lock().unwrap_or_else(PoisonError::into_inner) = Some(operator);
    }

    fn broken(&self) -> Option<String> {
        self.broken.reason()
    }

    async fn until_broken(&self) -> String {
        self.broken.wait().await
    }

    async fn integrity_faults(&self) -> Result<Vec<String>, StorageError> {
        inspection::integrity_faults(self).await
    }

    async fn sample_pictures(&self, apoyos: u32) -> Result<Vec<Sha256Hash>, StorageError> {
        inspection::sample_pictures(self, apoyos).await
    }
}
