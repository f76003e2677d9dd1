//! `citizen`: gives one apoyo from files, through the real app-core, and prints its receipt.

use app_core::Problem;
use bytes::Bytes;
use clap::{Parser, builder::PossibleValuesParser};
use credential::Model;
use e2e::citizen::{Citizen, Mailbox, Pictures};
use protocol::{code::Code, ids::CampaignId, receipt::SignedReceipt};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

/// Gives one apoyo from files: activates (or reuses the store), sends, waits for the receipt.
///
/// Prints the signed receipt as one line of JSON and ends with 0. A refusal prints its code as
/// one line of JSON ({"code":"..."}) and ends with 3; wrong arguments end with 2.
#[derive(Debug, Parser)]
#[command(name = "citizen", version)]
struct Arguments {
    /// The server, as http://127.0.0.1:8080 or https://...
    #[arg(long)]
    server: String,
    /// The campaign's id
    #[arg(long)]
    campaign: CampaignId,
    /// Picture of the credential's front (JPEG or PNG)
    #[arg(long)]
    front: PathBuf,
    /// Picture of the credential's back
    #[arg(long)]
    back: PathBuf,
    /// Picture of the face
    #[arg(long)]
    selfie: PathBuf,
    /// Picture of the signature, dark on light
    #[arg(long)]
    signature: PathBuf,
    /// The address that the code is mailed to
    #[arg(long)]
    email: String,
    /// The server's folder of mails (DATA/outbox): the code is read there
    #[arg(long)]
    outbox: PathBuf,
    /// Where this phone keeps its things; a fresh one in a temporary folder without it
    #[arg(long)]
    store: Option<PathBuf>,
    /// The model of the credential
    #[arg(long, default_value = "G", value_parser = PossibleValuesParser::new(["C", "D", "E", "F", "G", "H"]))]
    model: String,
    /// Send pictures in spite of what is found in them
    #[arg(long)]
    anyway: bool,
    /// How many seconds a server that does not answer is waited for
    #[arg(long, default_value_t = 60)]
    timeout: u64,
}

/// Why there is no receipt.
enum Ended {
    /// The arguments are not usable.
    Usage(String),
    /// The app or the server refused.
    Refused(Problem),
}

impl From<Problem> for Ended {
    fn from(problem: Problem) -> Self {
        Ended::Refused(problem)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments).await {
        Ok(receipt) => match serde_json::to_string(&receipt) {
            Ok(line) => {
                println!("{line}");
                ExitCode::SUCCESS
            }
            Err(error) => usage(&error.to_string()),
        },
        Err(Ended::Usage(reason)) => usage(&reason),
        Err(Ended::Refused(problem)) => {
            println!("{}", serde_json::json!({ "code": problem.code }));
            eprintln!("citizen: {}", sentence(&problem));
            ExitCode::from(3)
        }
    }
}

fn usage(reason: &str) -> ExitCode {
    eprintln!("citizen: {reason}");
    ExitCode::from(2)
}

async fn run(arguments: &Arguments) -> Result<SignedReceipt, Ended> {
    let pictures = Pictures {
        front: read(&arguments.front)?,
        back: read(&arguments.back)?,
        selfie: read(&arguments.selfie)?,
        signature: read(&arguments.signature)?,
    };
    let model = Model::ALL
        .into_iter()
        .find(|model| format!("{model:?}") == arguments.model)
        .ok_or_else(|| Ended::Usage(format!("no model {}", arguments.model)))?;
    let fresh;
    let store = match &arguments.store {
        Some(store) => store.as_path(),
        None => {
            fresh = tempfile::tempdir().map_err(|error| Ended::Usage(error.to_string()))?;
            fresh.path()
        }
    };
    app_core::Config::new(store, &arguments.server, "")
        .map_err(|error| Ended::Usage(error.to_string()))?;

    let mut citizen = Citizen::open(&arguments.server, store).await?;
    citizen.patience = Duration::from_secs(arguments.timeout);
    citizen.anyway = arguments.anyway;
    if citizen.is_active().await? {
        eprintln!("this phone is activated already");
    } else {
        eprintln!("activating");
        let mailbox = Mailbox {
            outbox: &arguments.outbox,
            email: &arguments.email,
            patience: Duration::from_secs(30),
        };
        citizen.activate(&pictures.front, mailbox).await?;
    }
    eprintln!("preparing the apoyo");
    let apoyo = citizen.queue(&arguments.campaign, model, &pictures).await?;
    eprintln!("sending {apoyo}");
    let receipt = citizen.receipt(apoyo).await?;
    eprintln!("receipt {}", receipt.receipt.folio);
    Ok(receipt)
}

fn read(path: &Path) -> Result<Bytes, Ended> {
    fs::read(path)
        .map(Bytes::from)
        .map_err(|error| Ended::Usage(format!("{}: {error}", path.display())))
}

/// The sentence of the app's screens for this code.
fn sentence(problem: &Problem) -> String {
    const ENGLISH: &str = include_str!("../../../ui/design/strings/codes.en.json");
    if problem.code == Code::NotFound && problem.field.as_deref() == Some("outbox") {
        return "no mail with a code came".to_owned();
    }
    let said = serde_json::from_str::<serde_json::Value>(ENGLISH)
        .ok()
        .and_then(|all| Some(all.get(problem.code.as_str())?.as_str()?.to_owned()))
        .unwrap_or_else(|| problem.code.to_string());
    match &problem.field {
        Some(field) => format!("{said} ({field})"),
        None => said,
    }
}
