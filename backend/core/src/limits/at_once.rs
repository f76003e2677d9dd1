//! How many things one phone or one network has going on at once.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// So many at once for each key. Only keys with something going on are remembered.
#[derive(Debug)]
pub struct AtOnce<K> {
    most: usize,
    running: Mutex<HashMap<K, usize>>,
}

/// One of a key's, until it is dropped.
#[derive(Debug)]
pub struct Running<K: Eq + Hash> {
    all: Arc<AtOnce<K>>,
    key: Option<K>,
}

impl<K: Eq + Hash> AtOnce<K> {
    /// At most so many for each key.
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
    /// One more of this key's; `None`: it has as many as it may. A key that is not known is not
    /// counted.
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
