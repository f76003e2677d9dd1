//! The end of a history: all faults end, and the phones finish.

use crate::world::World;
use chrono::TimeDelta;

/// The rounds after which the phones must have finished.
const ROUNDS: usize = 80;

impl World {
    pub(crate) async fn finish(&mut self) {
        self.note("everything is well");
        self.becomes_well().await;
        for _ in 0..ROUNDS {
            if self.is_done().await {
                return;
            }
            for phone in 0..self.phones.len() {
                self.activate(phone).await;
                for _ in 0..5 {
                    self.send(phone).await;
                }
            }
            self.mail().await;
            self.judge().await;
            self.around.clock.pass(TimeDelta::minutes(20));
        }
        panic!("it does not come to its end although everything is well");
    }

    async fn is_done(&self) -> bool {
        let told = self.phones.iter().all(|phone| {
            let promised = phone.apoyos.iter().all(|apoyo| apoyo.promise.is_some());
            phone.active().is_some() && promised
        });
        let waiting = self.core().storage.pending_count().await;
        told && waiting.expect("the disk is well") == 0
    }
}
