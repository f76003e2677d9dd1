//! What was written and not flushed when the program died is flushed before it is promised again.
//!
//! Seed 43 found it: an activation was on its way to the disk when a flush failed and the program
//! ended. The next one read it as written and acknowledged it when the phone asked again; then the
//! power was cut, and it was gone.

use crate::{Log, base::Base, ledger, steady::Idle, world::World};
use std::sync::Arc;
use volatile_disk::Loss;

/// Changes within which the last flush of an apoyo or an activation lies.
const CHANGES: u64 = 24;

async fn world(base: &Base, nth: u64, idle: &Arc<Idle>) -> World {
    let mut world = World::begin(base, nth, Log::default(), Arc::clone(idle)).await;
    world.calm = true;
    world
}

/// The second phone goes on with its activation, or sends what it has; the program dies at the nth
/// change of the disk, the phone asks again and hears an answer, and the power is cut after that.
async fn dies_then_answers_then_loses_power(world: &mut World, nth: u64) {
    world.disk.die_at(nth, false);
    goes_on(world).await;
    if world.is_ended() {
        world.restart(Loss::Nothing).await;
        goes_on(world).await;
    }
    world.restart(Loss::Everything).await;
}

async fn goes_on(world: &mut World) {
    match world.phones[1].active() {
        None => world.activate(1).await,
        Some(_) => world.send(1).await,
    }
}

#[test]
fn what_a_phone_hears_after_a_crash_outlives_the_next_loss_of_power() {
    let Some(base) = Base::new().unwrap() else {
        return eprintln!("NOT TESTED: a disk is mounted by root only");
    };
    let idle = Arc::new(Idle::default());
    let runtime = idle.runtime().unwrap();
    runtime.block_on(async {
        for nth in 1..=CHANGES {
            // An activation, before any apoyo is there.
            let mut world = world(&base, nth, &idle).await;
            dies_then_answers_then_loses_power(&mut world, nth).await;
            // The code, which needs the activation.
            world.mail().await;
            world.activate(1).await;
            assert!(world.phones[1].active().is_some(), "change {nth}");
            // An apoyo.
            let now = protocol::environment::Clock::now(&*world.around.clock);
            let dice = Arc::clone(&world.around.dice);
            world.phones[1].give(now, &mut world.chance, &dice);
            for _ in 0..4 {
                world.send(1).await;
            }
            dies_then_answers_then_loses_power(&mut world, nth).await;
            world.finish().await;
            ledger::settle_accounts(&world).await;
            world.end();
        }
    });
}
