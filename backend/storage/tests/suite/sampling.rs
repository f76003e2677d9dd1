//! Review sampling.

use crate::world::{Engine, World, apoyo_id, start};
use chrono::TimeDelta;
use storage::sampling::{SampledCount, Signals};

const QUIET: Signals = Signals {
    sampled: false,
    phone_quota: 2,
};

pub async fn beyond_a_phones_quota_apoyos_are_sampled_and_keep_their_status<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    for number in 1..=4 {
        world.give(number, "agua-1").await;
        let before = world.store.apoyo_state(apoyo_id(number)).await.unwrap();
        // The worker may die between this and the verdict, and does both again.
        for _ in 0..3 {
            let drawn = world.store.sample_for_review(apoyo_id(number), QUIET).await;
            drawn.unwrap();
        }
        let after = world.store.apoyo_state(apoyo_id(number)).await.unwrap();
        assert_eq!(before, after);
        let count = world.store.sampled_count().await.unwrap();
        assert_eq!(
            (count.sampled, count.phone_quota),
            (0, number.saturating_sub(2))
        );
    }
}

pub async fn a_picked_one_is_sampled_once_and_another_day_counts_from_zero<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let picked = Signals {
        sampled: true,
        phone_quota: 0,
    };
    world.give(1, "agua-1").await;
    world.give(2, "agua-1").await;
    for number in [1, 2, 2] {
        let drawn = world
            .store
            .sample_for_review(apoyo_id(number), picked)
            .await;
        drawn.unwrap();
    }
    let both = SampledCount {
        sampled: 2,
        phone_quota: 2,
    };
    assert_eq!(world.store.sampled_count().await.unwrap(), both);
    let swept = |days| {
        world
            .store
            .sweep_phone_days(start() + TimeDelta::days(days))
    };
    assert_eq!(swept(7).await.unwrap(), 0);
    assert_eq!(swept(8).await.unwrap(), 1);
    assert_eq!(world.store.sampled_count().await.unwrap(), both);
    assert!(
        world
            .store
            .sample_for_review(apoyo_id(9), picked)
            .await
            .is_err()
    );
}
