//! Limits of concurrent requests per phone and per network.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A limit of concurrent requests per key. Only active keys are in memory.
#[derive(Debug)]
pub struct AtOnce<K> {
    most: usize,
    running: Mutex<HashMap<K, usize>>,
}

/// One request of a key, until it is dropped.
#[derive(Debug)]
pub struct Running<K: Eq + Hash> {
    all: Arc<AtOnce<K>>,
    key: Option<K>,
}

impl<K: Eq + Hash> AtOnce<K> {
    /// Allows this many to each key.
    pub fn of(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            running: Mutex::default(),
        })
    }

    fn running(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Copy + Eq + Hash> AtOnce<K> {
    /// Counts one more request of this key; `None`: it is at its limit. An unknown key is not counted.
    pub fn enter(self: &Arc<Self>, key: Option<K>) -> Option<Running<K>> {
        if let Some(key) = key {
            let mut running = self.running();
            let count = running.entry(key).or_default();
            if *count >= self.most {
                return None;
            }
            *count += 1;
        }
        Some(Running {
            all: Arc::clone(self),
            key,
        })
    }
}

impl<K: Eq + Hash> Drop for Running<K> {
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        let mut running = self.all.running();
        if let Some(count) = running.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                running.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_and_gets_them_back() {
        let turns = AtOnce::of(2);
        let first = turns.enter(Some(1)).unwrap();
        let second = turns.enter(Some(1)).unwrap();
        assert!(turns.enter(Some(1)).is_none());
        assert!(turns.enter(Some(2)).is_some() && turns.enter(None).is_some());
        drop(first);
        let third = turns.enter(Some(1)).unwrap();
        drop((second, third));
        assert!(turns.running().is_empty(), "nothing is remembered");
    }
}
