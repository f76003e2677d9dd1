//! The load: phones that give one apoyo after the other in spite of all faults of the server.

use cards::Person;
use e2e::{
    people::{Pictures, SEED},
    wire::{Answer, Draft, Phone, Wire},
    world::{Setting, TestWorld, campaign, receipt_of},
};
use protocol::ids::{ApoyoId, CampaignId};
use std::{
    collections::BTreeMap,
    env,
    path::PathBuf,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

const SENDERS: u64 = 6;
/// People of each sender for each fault, more than it needs. Some give twice.
const PEOPLE_PER_FAULT: u64 = 4;
/// Further people for the beginning and the end.
const MORE_PEOPLE: u64 = 40;

/// A sequence of random numbers that depends only on its seed.
pub struct Draws(pub u64);

impl Draws {
    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A number from the environment.
pub fn number(name: &str, otherwise: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => otherwise,
    }
}

/// The state that the senders share with the story that causes the faults.
struct Shared {
    url: RwLock<String>,
    ends: AtomicBool,
    retries: AtomicU64,
    receipts: AtomicU64,
}

impl Shared {
    fn wire(&self) -> Wire {
        Wire::new(&self.url.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Uploads until the server has it. Only a success counts; after any other answer or none the upload
    /// is repeated, as a phone does.
    async fn upload(&self, phone: &Phone, part: &[u8]) {
        loop {
            if let Ok(answer) = self.wire().try_put_blob(phone, part).await {
                if answer.is_success() {
                    return;
                }
                assert!(answer.status >= 500, "{}: {}", answer.status, answer.text());
            }
            self.pause().await;
        }
    }

    async fn pause(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// An acknowledged apoyo, as the phone remembers it.
pub struct Kept {
    /// The receipt, byte for byte.
    pub receipt: Answer,
    /// Its place in the order of arrival.
    pub sequence: u64,
    /// The number of the person who gave it.
    pub person: u64,
    /// Its campaign.
    pub campaign: CampaignId,
}

/// The receipts of one sender.
pub type Ledger = BTreeMap<ApoyoId, Kept>;

/// A world with its phones under load.
pub struct Load {
    /// The phones, one for each ledger.
    pub phones: Vec<Phone>,
    shared: Arc<Shared>,
    senders: Vec<tokio::task::JoinHandle<Ledger>>,
}

impl Load {
    /// A world for this many faults, in this data folder if one is given.
    pub fn world(faults: u64, data: Option<PathBuf>) -> TestWorld {
        let people = SENDERS * people_of_a_sender(faults);
        Setting {
            also_in_roll: (0..people).map(|nth| citizen(10_000 + nth)).collect(),
            // Often enough that some faults fall into the moving of pictures.
            config: "[limits]\npictures_kept_together = 8\napoyos_per_device_per_day = 1000000\n\
                     unnamed_parts_per_device = 1000000\nunnamed_mib_per_device = 1000000\n"
                .to_owned(),
            data,
            ..Setting::default()
        }
        .start()
    }

    /// Activates the phones and lets them send.
    pub async fn start(world: &TestWorld, faults: u64, seed: u64) -> Self {
        let mut phones = Vec::new();
        for sender in 0..SENDERS {
            let email = format!("remitente{sender}@ejemplo.mx");
            phones.push(world.activate_as(&email, b"front").await);
        }
        let shared = Arc::new(Shared {
            url: RwLock::new(world.url()),
            ends: AtomicBool::new(false),
            retries: AtomicU64::new(0),
            receipts: AtomicU64::new(0),
        });
        let people = people_of_a_sender(faults);
        let senders = phones
            .iter()
            .zip(0..)
            .map(|(phone, sender)| {
                tokio::spawn(send(shared.clone(), phone.clone(), sender, people, seed))
            })
            .collect();
        Self {
            phones,
            shared,
            senders,
        }
    }

    /// The server has started again, perhaps on another port.
    pub fn goes_on_at(&self, url: String) {
        *self
            .shared
            .url
            .write()
            .unwrap_or_else(PoisonError::into_inner) = url;
    }

    /// Waits until the phones hold one receipt more: there is something to lose.
    pub async fn receipts_grow(&self) {
        let before = self.shared.receipts.load(Ordering::Relaxed);
        let begun = Instant::now();
        while self.shared.receipts.load(Ordering::Relaxed) == before {
            // A sender that has ended has lost its phone, or has no people left.
            if self.senders.iter().any(|sender| sender.is_finished()) {
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "no receipt comes"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Lets the senders finish. Returns the phones, their receipts, and the number of repeated tries.
    pub async fn finish(self) -> (Vec<Phone>, Vec<Ledger>, u64) {
        self.shared.ends.store(true, Ordering::Relaxed);
        let mut ledgers = Vec::new();
        for sender in self.senders {
            ledgers.push(sender.await.expect("a sender gets all its receipts"));
        }
        let retries = self.shared.retries.load(Ordering::Relaxed);
        (self.phones, ledgers, retries)
    }
}

fn people_of_a_sender(faults: u64) -> u64 {
    MORE_PEOPLE + PEOPLE_PER_FAULT * faults
}

fn citizen(index: u64) -> Person {
    let mut person = Person::synthetic(SEED, index);
    person.valid_through = 2_099;
    person
}

/// Gives one apoyo after the other until the load ends; the last one is finished.
async fn send(load: Arc<Shared>, phone: Phone, sender: u64, people: u64, seed: u64) -> Ledger {
    let mut draws = Draws(seed.wrapping_mul(0x9e37_79b9).wrapping_add(sender + 1));
    let mut kept = BTreeMap::new();
    let mut nth = 0;
    while !load.ends.load(Ordering::Relaxed) && nth < people {
        // Every fifth person has given before.
        let place = if nth > 5 && draws.below(5) == 0 {
            draws.below(nth)
        } else {
            nth
        };
        let index = 10_000 + sender * people + place;
        let person = citizen(index);
        let of = campaign(if draws.below(2) == 0 { "ana" } else { "bruno" });
        let draft = Draft::new(&of, person.model, &Pictures::tiny(&person, nth));
        let body = draft.body(&phone);
        let parts = draft.sealed_parts(&phone);
        let receipt = 'sent: loop {
            for part in &parts {
                load.upload(&phone, part).await;
            }
            // A server that died before its receipt may have lost pictures: it names them, and
            // they are sent again.
            loop {
                match load.wire().try_put_apoyo(&phone, draft.id, &body).await {
                    Ok(answer) if answer.is_success() => break 'sent answer,
                    Ok(answer) if answer.status == 409 => break,
                    Ok(answer) => assert!(answer.status >= 500, "{}", answer.text()),
                    Err(_) => {}
                }
                load.pause().await;
            }
        };
        load.receipts.fetch_add(1, Ordering::Relaxed);
        kept.insert(
            draft.id,
            Kept {
                sequence: receipt_of(&phone, &receipt).receipt.sequence,
                receipt,
                person: index,
                campaign: of,
            },
        );
        nth += 1;
        tokio::time::sleep(Duration::from_millis(100 + draws.below(200))).await;
    }
    kept
}
