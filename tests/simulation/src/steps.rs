//! The steps of a history.

use crate::{happening::Step, outside::Mood, world::World};
use chrono::TimeDelta;
use protocol::environment::Clock as _;
use server_core::{
    judging::{NotNow, round},
    mail::outbox::hand_over_due,
};
use std::sync::Arc;
use storage::apoyos::PARTS_KEPT_HOURS;

impl World {
    pub(crate) async fn take(&mut self, step: Step) {
        let phone = self.chance.below(self.phones.len() as u64) as usize;
        match step {
            Step::Activate => self.activate(phone).await,
            Step::Give => {
                let now = self.around.clock.now();
                let dice = Arc::clone(&self.around.dice);
                if self.phones[phone].apoyos.len() < 6 {
                    self.phones[phone].give(now, &mut self.chance, &dice);
                }
            }
            Step::Send => {
                for _ in 0..=self.chance.below(6) {
                    if self.is_ended() {
                        break;
                    }
                    self.send(phone).await;
                }
            }
            Step::Mail => self.mail().await,
            Step::Judge => self.judge().await,
            Step::Ask => self.ask(phone).await,
            Step::Clock => {
                let jump = self.chance.weighed(&[
                    (8, TimeDelta::minutes(7)),
                    (2, TimeDelta::hours(1)),
                    (2, TimeDelta::hours(-1)),
                    (1, TimeDelta::days(3)),
                    (1, TimeDelta::days(3_650)),
                    (1, TimeDelta::days(-3_650)),
                ]);
                self.around.clock.pass(jump);
                self.note(format!("    it is {}", self.around.clock.now()));
            }
            Step::Relay => {
                let mood = self.chance.weighed(&[
                    (4, Mood::Well),
                    (2, Mood::Down),
                    (2, Mood::Forgetful),
                    (1, Mood::Refusing),
                ]);
                self.around.relay.becomes(mood);
                self.note(format!("    {mood:?}"));
            }
            Step::Sweep => self.sweep().await,
            Step::Doom => {
                let (nth, done) = (1 + self.chance.below(60), self.chance.once_in(2));
                self.disk.die_at(nth, done);
            }
            Step::Kill => {
                let loss = self.chance.loss();
                self.restart(loss).await;
            }
            Step::Flush => {
                self.flush_fails = true;
                self.disk.fail_next_flush();
            }
            Step::Room => {
                self.full = !self.full;
                self.disk.set_full(self.full);
            }
            Step::Reader => {
                let away = self.chance.once_in(2);
                self.reader.set_away(away);
            }
        }
    }

    pub(crate) async fn mail(&mut self) {
        let (core, relay) = (self.core(), &self.around.relay);
        let before = relay.arrived().len();
        let sent = hand_over_due(&core, relay).await;
        let arrived = (relay.arrived().len() - before) as u64;
        self.settle_down(&core).await;
        if sent.is_err() || relay.mood() == Mood::Forgetful {
            self.forgotten += arrived;
        }
        if let Err(error) = sent {
            self.allow("mails", error.into());
        }
    }

    pub(crate) async fn judge(&mut self) {
        let core = self.core();
        let judged = round(&core, &self.reader).await;
        self.settle_down(&core).await;
        match judged {
            Ok(_) | Err(NotNow::Process(_) | NotNow::Tagger(_) | NotNow::Item(_)) => {}
            Err(NotNow::Storage(error)) => self.allow("judging", error.into()),
        }
    }

    async fn sweep(&mut self) {
        let (core, now) = (self.core(), self.around.clock.now());
        self.phones.iter_mut().for_each(|phone| phone.swept = true);
        let older_than = now - TimeDelta::hours(PARTS_KEPT_HOURS);
        let swept = async {
            core.storage.sweep_activations(now).await?;
            core.storage.sweep_signins(now).await?;
            core.storage.sweep_phone_days(now).await?;
            core.storage.sweep_parts(older_than).await
        };
        let swept = swept.await;
        self.settle_down(&core).await;
        if let Err(error) = swept {
            self.allow("sweeping", error.into());
        }
    }
}
