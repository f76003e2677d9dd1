//! `apoyo apoyo import FILE…`: imports apoyos that phones without a network saved as files.

use super::{Failure, block_on};
use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Subcommand;
use protocol::{
    apoyo_file::{ApoyoFile, FileRequest},
    code::Problem,
    devices::{KEY_HEADER, SIGNATURE_HEADER},
    ids::DeviceId,
    seal,
};
use std::{fs, path::PathBuf, time::Duration};

/// The longest time for one part, over a slow network.
const PATIENCE: Duration = Duration::from_secs(180);

#[derive(Debug, Subcommand)]
pub enum Apoyo {
    /// Send apoyos that phones saved as files. Prints one receipt per line.
    ///
    /// The files are sealed and signed on the phone: a carrier or an importer cannot read
    /// or change anything in them. They are sent to the server as the phone would have,
    /// and every check is the server's. The same file twice, or the phone itself later, gets
    /// the same receipt.
    #[command(after_help = "Example: apoyo apoyo import *.apoyo --server http://127.0.0.1:8080")]
    Import {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The running server.
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        server: String,
    },
}

impl Apoyo {
    pub fn run(self) -> Result<(), Failure> {
        let Apoyo::Import { files, server } = self;
        let server = server.trim_end_matches('/');
        block_on(async {
            let client = reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .timeout(PATIENCE)
                .build()?;
            let mut refused = Vec::new();
            for path in &files {
                let name = path.display();
                let bytes = fs::read(path).with_context(|| name.to_string())?;
                match import(&client, server, &bytes).await? {
                    Ok(receipt) => println!("{receipt}"),
                    // A bad file does not affect the others.
                    Err(problem) => refused.push(format!("{name}: {problem}")),
                }
            }
            match refused.is_empty() {
                true => Ok(()),
                false => Err(Failure::Refused(refused.join("\n"))),
            }
        })
    }
}

/// The receipt, or the server's refusal.
async fn import(
    client: &reqwest::Client,
    server: &str,
    bytes: &[u8],
) -> Result<Result<String, Problem>, Failure> {
    let file = match ApoyoFile::parse(bytes) {
        Ok(file) => file,
        Err(code) => return Ok(Err(Problem::in_field(code, "file"))),
    };
    let mut receipt = String::new();
    for request in file.requests() {
        match put(client, server, file.device, &request).await? {
            Ok(answer) => receipt = answer,
            Err(problem) => return Ok(Err(problem)),
        }
    }
    Ok(Ok(receipt))
}

async fn put(
    client: &reqwest::Client,
    server: &str,
    device: DeviceId,
    request: &FileRequest<'_>,
) -> Result<Result<String, Problem>, Failure> {
    let manifest = request.path.starts_with("/v1/apoyos/");
    let kind = match manifest {
        true => "application/json",
        false => seal::MEDIA_TYPE,
    };
    let answer = client
        .put(format!("{server}{}", request.path))
        .header(KEY_HEADER, device.to_string())
        .header(
            SIGNATURE_HEADER,
            URL_SAFE_NO_PAD.encode(&request.put.signature),
        )
        .header("content-type", kind)
        .body(request.put.body.clone())
        .send()
        .await?;
    let good = answer.status().is_success();
    let text = answer.text().await?;
    if good {
        return Ok(Ok(text));
    }
    let problem =
        serde_json::from_str(&text).context("the answer is not one of an apoyo server")?;
    Ok(Err(problem))
}
