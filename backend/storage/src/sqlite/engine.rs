//! The engine's own affairs.

use super::{SqliteStorage, identity, inspection, lock, numbering, recovery};
use crate::{
    StorageError,
    audit::Operator,
    engine::{DataId, Engine, OpenError, ServingLock},
    head::{Followed, HeadPlace, HeadRefused, Recovered},
    rules::numbering::Numbering,
};
use async_trait::async_trait;
use protocol::ids::Sha256Hash;
use std::sync::PoisonError;

#[async_trait]
impl Engine for SqliteStorage {
    async fn lock_for_serving(&self) -> Result<ServingLock, OpenError> {
        lock::serving(&self.folder)
    }

    async fn follow_head(
        &self,
        _serving: &ServingLock,
        place: &HeadPlace,
    ) -> Result<Followed, HeadRefused> {
        numbering::follow(self, place).await
    }

    async fn recover_numbers(
        &self,
        _serving: &ServingLock,
        place: &HeadPlace,
        above: Option<u64>,
    ) -> Result<Recovered, HeadRefused> {
        numbering::recover(self, place, above).await
    }

    async fn numbering(&self) -> Result<Numbering, StorageError> {
        numbering::numbering(self).await
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
