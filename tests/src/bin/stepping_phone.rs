//! `stepping-phone`: the real app-core in a process of its own, which stops at a given step so
//! that it can be killed there. For the stories about killed phones; nothing of it is shipped.
//!
//! `STOP_AT=step` or `STOP_AT=step:nth` names the step; the program prints `AT step` there and stops.
//! Without it the program runs to its end and, with `SHOW_STEPS=1`, prints each step to standard
//! error. Its last line is JSON.

use app_core::{Door, Problem};
use bytes::Bytes;
use clap::{Parser, ValueEnum};
use e2e::{
    citizen::{Citizen, Mailbox, Pictures},
    memory,
    stepping::StepWatch,
};
use serde_json::{Value, json};
use std::{
    error::Error,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

#[derive(Debug, Parser)]
struct Arguments {
    /// The command.
    what: What,
    #[arg(long)]
    server: String,
    #[arg(long)]
    store: PathBuf,
    #[arg(long, default_value = "agua")]
    campaign: String,
    /// A folder with front.jpg, back.jpg, selfie.jpg, signature.jpg and typed.json.
    #[arg(long)]
    pictures: PathBuf,
    #[arg(long, default_value = "lupita@ejemplo.mx")]
    email: String,
    #[arg(long, default_value = "outbox")]
    outbox: PathBuf,
    /// How many apoyos, for `fill`.
    #[arg(long, default_value_t = 1)]
    count: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// Activates the phone.
    Activate,
    /// Gives one apoyo, or goes on with an interrupted one, up to the receipt.
    Give,
    /// Begins a draft and discards it.
    Discard,
    /// Puts an apoyo in the queue and cancels it.
    Cancel,
    /// Deletes everything.
    Forget,
    /// Puts many apoyos in the queue.
    Fill,
    /// Opens the app and prints how long that took.
    Look,
    /// Sends the queue.
    SendAll,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    StepWatch::from_environment().install();
    let pictures = read(&arguments)?;
    let begun = Instant::now();
    let mut phone = Citizen::open(&arguments.server, &arguments.store).await?;
    phone.anyway = true;
    phone.patience = Duration::from_secs(60);
    let first = phone.state().await?;
    let opened_in_ms = begun.elapsed().as_millis();
    let said = match arguments.what {
        What::Activate => {
            let mailbox = Mailbox {
                outbox: &arguments.outbox,
                email: &arguments.email,
                patience: Duration::from_secs(60),
            };
            phone.activate(&pictures.front, mailbox).await?;
            json!({})
        }
        What::Give => {
            let apoyo = match first.apoyos.first() {
                Some(begun) => begun.apoyo,
                None => queue(&phone, &arguments, &pictures).await?,
            };
            json!({ "receipt": phone.receipt(apoyo).await? })
        }
        What::Discard => {
            phone
                .prepare(&arguments.campaign.parse()?, e2e::people::MODEL, &pictures)
                .await?;
            done(&phone, Door::DiscardDraft).await?
        }
        What::Cancel => {
            if let Some(left) = first.apoyos.first() {
                done(&phone, Door::Cancel { apoyo: left.apoyo }).await?;
            }
            let apoyo = queue(&phone, &arguments, &pictures).await?;
            done(&phone, Door::Cancel { apoyo }).await?
        }
        What::Forget => done(&phone, Door::ForgetEverything).await?,
        What::Fill => {
            for _ in 0..arguments.count {
                queue(&phone, &arguments, &pictures).await?;
            }
            json!({})
        }
        What::Look => json!({}),
        What::SendAll => {
            let before = memory::peak_kib()?;
            loop {
                let state: app_core::views::AppState = phone.door(Door::RunQueue, None).await?;
                let waiting = state.apoyos.iter().filter(|one| {
                    !matches!(one.queue, app_core::views::QueueState::Receipted { .. })
                });
                if waiting.count() == 0 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            json!({ "peak_before_kib": before })
        }
    };
    println!(
        "{}",
        json!({
            "had_draft": first.draft.is_some(),
            "had_apoyos": first.apoyos.len(),
            "opened_in_ms": opened_in_ms,
            "peak_kib": memory::peak_kib()?,
            "said": said,
        })
    );
    Ok(())
}

async fn queue(
    phone: &Citizen,
    arguments: &Arguments,
    pictures: &Pictures,
) -> Result<protocol::ids::ApoyoId, Box<dyn Error>> {
    let campaign = arguments.campaign.parse()?;
    phone
        .prepare(&campaign, e2e::people::MODEL, pictures)
        .await?;
    let typed: Value = serde_json::from_slice(&fs::read(arguments.pictures.join("typed.json"))?)?;
    let text = |name: &str| typed[name].as_str().map(|text| text.to_owned().into());
    let fields = Door::TypeFields {
        mrz: None,
        curp: text("curp"),
        clave_elector: None,
        name: text("name"),
    };
    done(phone, fields).await?;
    Ok(phone.send_prepared().await?)
}

async fn done(phone: &Citizen, door: Door) -> Result<Value, Problem> {
    phone.door(door, None).await
}

fn read(arguments: &Arguments) -> Result<Pictures, Box<dyn Error>> {
    let one = |name: &str| -> std::io::Result<Bytes> {
        Ok(fs::read(arguments.pictures.join(name))?.into())
    };
    Ok(Pictures {
        front: one("front.jpg")?,
        back: one("back.jpg")?,
        selfie: one("selfie.jpg")?,
        signature: one("signature.jpg")?,
    })
}
