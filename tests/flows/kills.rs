//! `kill -9` at any moment: what was receipted stays, and no person is counted twice.
//!
//! `cargo xtask kills` is the long form; `SEED=n` repeats a run's moments.

use cards::Person;
use e2e::{
    people::{Pictures, SEED},
    rows::Rows,
    wire::{Answer, Draft, Phone, Wire},
    world::{Setting, TestWorld, campaign, receipt_of},
};
use protocol::{
    apoyo::{ApoyoState, Status},
    ids::{ApoyoId, CampaignId},
    reason::Reason,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

const SENDERS: u64 = 6;
/// People of each sender for each kill: more than can be asked meanwhile. Some give twice.
const PEOPLE_PER_KILL: u64 = 4;
/// And so many to begin and to end with.
const MORE_PEOPLE: u64 = 40;

/// A short sequence of numbers that is the same for the same seed.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text.parse().expect("a number"),
        Err(_) => otherwise,
    }
}

/// What the senders share with who kills.
struct Load {
    url: RwLock<String>,
    ends: AtomicBool,
    receipts: AtomicU64,
    retries: AtomicU64,
}

impl Load {
    fn wire(&self) -> Wire {
        Wire::new(&self.url.read().expect("nobody panics with it"))
    }

    /// Uploads until the server has it. Whatever a dying server says, only a success counts;
    /// every other answer or silence is asked again, as a phone does.
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
struct Kept {
    receipt: Answer,
    sequence: u64,
    person: u64,
    campaign: CampaignId,
}

fn citizen(index: u64) -> Person {
    let mut person = Person::synthetic(SEED, index);
    person.valid_through = 2_099;
    person
}

/// Gives one apoyo after the other until the load ends; the last one is finished.
async fn send(
    load: Arc<Load>,
    phone: Phone,
    sender: u64,
    people: u64,
    seed: u64,
) -> BTreeMap<ApoyoId, Kept> {
    let mut draws = Draws(seed.wrapping_mul(0x9e37_79b9).wrapping_add(sender + 1));
    let mut kept = BTreeMap::new();
    let mut nth = 0;
    while !load.ends.load(Ordering::Relaxed) && nth < people {
        // Every fifth one is somebody who gave before.
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
            // A server that died before it promised anything may have lost pictures: they are
            // named and sent again.
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

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_killed_again_and_again_and_keeps_its_promises() {
    let (kills, seed) = (number("KILLS", 12), number("SEED", 2_027));
    let people = MORE_PEOPLE + PEOPLE_PER_KILL * kills;
    let roll = (0..SENDERS * people).map(|nth| citizen(10_000 + nth));
    let mut world = Setting {
        also_in_roll: roll.collect(),
        // Often enough that some die while pictures are moved.
        config: "[limits]\npictures_kept_together = 8\n".to_owned(),
        ..Setting::default()
    }
    .start();
    let mut phones = Vec::new();
    for sender in 0..SENDERS {
        let email = format!("remitente{sender}@ejemplo.mx");
        phones.push(world.activate_as(&email, b"front").await);
    }
    let load = Arc::new(Load {
        url: RwLock::new(world.url()),
        ends: AtomicBool::new(false),
        receipts: AtomicU64::new(0),
        retries: AtomicU64::new(0),
    });
    let begun = Instant::now();
    let senders: Vec<_> = phones
        .iter()
        .zip(0..)
        .map(|(phone, sender)| {
            tokio::spawn(send(load.clone(), phone.clone(), sender, people, seed))
        })
        .collect();

    let mut draws = Draws(seed);
    for _ in 0..kills {
        tokio::time::sleep(Duration::from_millis(draws.below(900))).await;
        tokio::task::block_in_place(|| {
            world.kill();
            // Every third time it dies again while it recovers.
            if draws.below(3) == 0 {
                let after = Duration::from_millis(draws.below(80));
                let died = world.launch().die_while_starting(after);
                died.expect("a child can be started and killed");
            }
            world.start();
        });
        *load.url.write().expect("nobody panics with it") = world.url();
    }
    load.ends.store(true, Ordering::Relaxed);
    let mut ledger = Vec::new();
    for sender in senders {
        ledger.push(
            sender
                .await
                .expect("a sender gets all its receipts in the end"),
        );
    }
    let under_load = begun.elapsed();

    // Once more, on a quiet machine, and everything is judged.
    world.kill();
    world.start();
    wait_for_verdicts(&world).await;
    let lost = compare(&world, &phones, &ledger).await;
    let apoyos: usize = ledger.iter().map(BTreeMap::len).sum();
    let twice = counted_twice(&world, &phones, &ledger).await;
    println!(
        "{kills} kills, seed {seed}: {apoyos} apoyos receipted in {under_load:.1?} with {} \
         retries; {lost} acknowledged apoyos lost, {twice} people counted twice; {:.1?} in all",
        load.retries.load(Ordering::Relaxed),
        begun.elapsed()
    );
    assert_eq!((lost, twice), (0, 0));
    assert_eq!(
        Rows::lost_blobs(world.data()),
        0,
        "evidence of a receipt is gone"
    );
    assert_eq!(
        world.rows().apoyos,
        apoyos as u64,
        "no row without a receipt in the end"
    );
}

async fn wait_for_verdicts(world: &TestWorld) {
    let mut last = (u64::MAX, Instant::now());
    loop {
        let pending = world.rows().pending;
        if pending == 0 {
            return;
        }
        if pending < last.0 {
            last = (pending, Instant::now());
        }
        assert!(
            last.1.elapsed() < Duration::from_secs(60),
            "the worker stands still at {pending}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// How many receipts the server does not keep any more.
async fn compare(world: &TestWorld, phones: &[Phone], ledger: &[BTreeMap<ApoyoId, Kept>]) -> usize {
    let mut lost = 0;
    let mut sequences = BTreeSet::new();
    for (phone, kept) in phones.iter().zip(ledger) {
        for (id, one) in kept {
            let path = format!("/v1/apoyos/{id}/receipt");
            let answer = world.wire().get_signed(phone, &path).await;
            if answer.status != 200 || answer.body != one.receipt.body {
                lost += 1;
            }
            assert!(
                sequences.insert(one.sequence),
                "{} was given twice",
                one.sequence
            );
        }
    }
    let all: BTreeSet<u64> = (1..=sequences.len() as u64).collect();
    assert_eq!(sequences, all, "the order of arrival has no gaps");
    lost
}

/// How many people count more than once, asked apoyo by apoyo and compared with the tallies.
async fn counted_twice(
    world: &TestWorld,
    phones: &[Phone],
    ledger: &[BTreeMap<ApoyoId, Kept>],
) -> usize {
    // By person: sequence, campaign, state.
    let mut given = BTreeMap::<u64, Vec<(u64, CampaignId, ApoyoState)>>::new();
    for (phone, kept) in phones.iter().zip(ledger) {
        for (id, one) in kept {
            let path = format!("/v1/apoyos/{id}");
            let state: ApoyoState = world.wire().get_signed(phone, &path).await.json(200);
            let row = (one.sequence, one.campaign.clone(), state);
            given.entry(one.person).or_default().push(row);
        }
    }
    let mut twice = 0;
    let mut preliminary = BTreeMap::<CampaignId, u64>::new();
    for apoyos in given.values_mut() {
        apoyos.sort_by_key(|(sequence, ..)| *sequence);
        let counted = apoyos
            .iter()
            .filter(|(.., state)| state.status == Status::Preliminary);
        twice += usize::from(counted.count() > 1);
        let (_, first, state) = &apoyos[0];
        assert_eq!(
            state.status,
            Status::Preliminary,
            "the first counts: {:?}",
            state.reasons
        );
        *preliminary.entry(first.clone()).or_default() += 1;
        for (_, later, state) in &apoyos[1..] {
            let reason = match later == first {
                true => Reason::DuplicadoMismoSolicitante,
                false => Reason::DuplicadoOtroSolicitante,
            };
            assert_eq!(state.reasons, [reason]);
        }
    }
    for name in ["ana", "bruno"] {
        let total = world.tally(&campaign(name)).await.total;
        let expected = preliminary.remove(&campaign(name)).unwrap_or_default();
        assert_eq!(total.preliminary, expected, "the tally of {name}");
    }
    twice
}
