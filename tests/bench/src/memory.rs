//! Memory during many uploads, and the latency of the tally meanwhile.

use crate::{
    load::{self, Load},
    ours::{Device, Ours},
    pictures::{LENGTHS, Template},
    process,
};
use anyhow::Result;
use bytes::Bytes;
use futures_util::stream;
use reqwest::{Body, Client};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// The peak memory while `work` ran, in bytes.
async fn peak<T>(pid: u32, work: impl Future<Output = T>) -> (T, u64) {
    let done = Arc::new(AtomicBool::new(false));
    let watcher = {
        let done = done.clone();
        tokio::task::spawn_blocking(move || {
            let mut highest = 0;
            while !done.load(Ordering::Relaxed) {
                highest = highest.max(process::resident(pid));
                std::thread::sleep(Duration::from_millis(20));
            }
            highest
        })
    };
    let result = work.await;
    done.store(true, Ordering::Relaxed);
    (result, watcher.await.unwrap_or(0))
}

/// Megabytes per upload while `count` uploads trickle in over two seconds.
pub async fn per_slow_upload(
    server: &Ours,
    client: &Client,
    device: &Device,
    template: &Template,
    count: usize,
) -> Result<f64> {
    let before = process::resident(server.pid());
    let jobs = (0..count as u64)
        .map(|number| device.picture(template.unique(u64::MAX / 8 - number, LENGTHS[0])))
        .collect::<Result<Vec<_>>>()?;
    let (client, url) = (client.clone(), server.url.clone());
    let (load, highest) = peak(
        server.pid(),
        load::run(count, jobs, move |job: crate::ours::Ready| {
            let (client, url) = (client.clone(), url.clone());
            async move {
                let chunks: Vec<Bytes> = job
                    .body
                    .chunks(15_000)
                    .map(Bytes::copy_from_slice)
                    .collect();
                let body =
                    Body::wrap_stream(stream::unfold(chunks.into_iter(), |mut chunks| async {
                        let chunk = chunks.next()?;
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        Some((Ok::<_, std::io::Error>(chunk), chunks))
                    }));
                job.send(&client, &url, body).await
            }
        }),
    )
    .await;
    expect_no_failures(&load)?;
    Ok(highest.saturating_sub(before) as f64 / count as f64 / 1e6)
}

/// Megabytes of the whole server during `count` uploads at full speed.
pub async fn at_fast_uploads(
    server: &Ours,
    client: &Client,
    device: &Device,
    template: &Template,
    count: usize,
) -> Result<f64> {
    let jobs = (0..count as u64 * 4)
        .map(|number| device.picture(template.unique(u64::MAX / 16 - number, LENGTHS[0])))
        .collect::<Result<Vec<_>>>()?;
    let (client, url) = (client.clone(), server.url.clone());
    let (load, highest) = peak(
        server.pid(),
        load::run(count, jobs, move |job: crate::ours::Ready| {
            let (client, url) = (client.clone(), url.clone());
            async move {
                let body = job.body.clone();
                job.send(&client, &url, body).await
            }
        }),
    )
    .await;
    expect_no_failures(&load)?;
    Ok(highest as f64 / 1e6)
}

/// Latencies of the tally, asked for every 5 ms, until `work` ends.
pub async fn tally_while<T>(server: &Ours, work: impl Future<Output = T>) -> (T, Load) {
    let done = Arc::new(AtomicBool::new(false));
    let asking = {
        let done = done.clone();
        let url = format!(
            "{}/v1/campaigns/{}/tally",
            server.url,
            crate::ours::CAMPAIGN
        );
        // On a thread of its own. Among sixty-four senders an answer would wait for its turn, and the
        // wait would be measured.
        std::thread::spawn(move || ask(&url, &done))
    };
    let result = work.await;
    done.store(true, Ordering::Relaxed);
    let load = asking.join().unwrap_or_else(|_| Ok(Load::default()));
    let load = load.unwrap_or_else(|error| Load {
        failures: vec![error.to_string()],
        ..Load::default()
    });
    (result, load)
}

fn ask(url: &str, done: &AtomicBool) -> Result<Load> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let client = Client::new();
        let mut load = Load::default();
        while !done.load(Ordering::Relaxed) {
            let begun = Instant::now();
            let answer = client.get(url).send().await;
            match answer.and_then(reqwest::Response::error_for_status) {
                Ok(answer) => match answer.bytes().await {
                    Ok(_) => load.latencies.push(begun.elapsed()),
                    Err(error) => load.failures.push(error.to_string()),
                },
                Err(error) => load.failures.push(error.to_string()),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(load)
    })
}

fn expect_no_failures(load: &Load) -> Result<()> {
    anyhow::ensure!(
        load.failures.is_empty(),
        "{} uploads failed: {}",
        load.failures.len(),
        load.failures[0]
    );
    Ok(())
}
