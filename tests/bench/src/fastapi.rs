//! FastAPI with PostgreSQL as a contender: the same work in one multipart request.

use crate::{
    load::Load,
    pictures::{LENGTHS, Template},
};
use anyhow::{Context, Result, ensure};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use bytes::Bytes;
use protocol::ids::Sha256Hash;
use reqwest::{
    Client,
    multipart::{Form, Part},
};
use std::{
    fmt::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

const APP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rivals/fastapi");

/// PostgreSQL and two uvicorn workers.
pub struct FastApi {
    database: Child,
    web: Option<Child>,
    /// Its address.
    pub url: String,
}

impl FastApi {
    /// Installs what is missing into a virtual environment, makes a cluster, starts both.
    pub async fn start(folder: &Path, client: &Client) -> Result<Self> {
        let python = environment(&folder.join("../bench-venv"))?;
        let data = folder.join("postgres");
        let port = free_port()?;
        let database = start_postgres(&data, port)?;
        let mut started = Self {
            database,
            web: None,
            url: format!("http://127.0.0.1:{}", free_port()?),
        };
        let pictures = folder.join("fastapi");
        std::fs::create_dir_all(&pictures)?;
        let web_port = started
            .url
            .rsplit(':')
            .next()
            .unwrap_or_default()
            .to_owned();
        tokio::time::sleep(Duration::from_secs(3)).await;
        started.web = Some(
            Command::new(python)
                .args([
                    "-m",
                    "uvicorn",
                    "app:app",
                    "--workers",
                    "2",
                    "--log-level",
                    "warning",
                    "--loop",
                    "uvloop",
                ])
                .args(["--http", "httptools", "--port", &web_port])
                .current_dir(APP)
                .env("RIVAL_FOLDER", &pictures)
                .env(
                    "RIVAL_DATABASE",
                    format!("postgresql://postgres@127.0.0.1:{port}/postgres"),
                )
                .stdout(Stdio::null())
                .spawn()?,
        );
        for _ in 0..100 {
            if client
                .get(format!("{}/tally/bench", started.url))
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return Ok(started);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        anyhow::bail!("FastAPI did not start")
    }

    /// The roots of its two process trees.
    pub fn pids(&self) -> Vec<u32> {
        self.web
            .iter()
            .map(Child::id)
            .chain([self.database.id()])
            .collect()
    }
}

impl Drop for FastApi {
    fn drop(&mut self) {
        // SIGTERM, so that workers and back ends end too.
        for child in self.web.iter_mut().chain([&mut self.database]) {
            let _ = Command::new("kill")
                .args(["-TERM", &child.id().to_string()])
                .status();
            let _ = child.wait();
        }
    }
}

fn environment(folder: &Path) -> Result<PathBuf> {
    let python = folder.join("bin/python");
    if !python.exists() {
        ensure!(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(folder)
                .status()?
                .success(),
            "python3 -m venv failed"
        );
    }
    let installed = Command::new(&python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
        ])
        .arg(format!("{APP}/requirements.txt"))
        .status()?;
    ensure!(installed.success(), "pip install failed");
    Ok(std::path::absolute(python)?)
}

/// A program of PostgreSQL, as the user `postgres` if this process is root: it refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    if rustix::process::geteuid().is_root() {
        let mut command = Command::new("setpriv");
        command
            .args([
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                "--",
            ])
            .arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn start_postgres(data: &Path, port: u16) -> Result<Child> {
    let bin = std::fs::read_dir("/usr/lib/postgresql")
        .context("PostgreSQL (package postgresql) is needed for this contender")?
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .max()
        .context("no PostgreSQL")?;
    std::fs::create_dir_all(data)?;
    if rustix::process::geteuid().is_root() {
        ensure!(
            Command::new("chown")
                .arg("postgres")
                .arg(data)
                .status()?
                .success(),
            "chown failed"
        );
    }
    let made = as_postgres(&bin.join("initdb"))
        .args([
            "--auth=trust",
            "--encoding=UTF8",
            "--username=postgres",
            "-D",
        ])
        .arg(data)
        .stdout(Stdio::null())
        .status()?;
    ensure!(made.success(), "initdb failed");
    Ok(as_postgres(&bin.join("postgres"))
        .arg("-D")
        .arg(data)
        .args([
            "-p",
            &port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "shared_buffers=256MB",
        ])
        .args(["-c", "fsync=on", "-c", "synchronous_commit=on", "-k"])
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// One submission, signed ahead.
pub struct Submission {
    manifest: String,
    signature: String,
    key: String,
    pictures: Vec<Bytes>,
}

/// Submissions with unique pictures for each number.
pub fn prepare(template: &Template, numbers: std::ops::Range<u64>) -> Result<Vec<Submission>> {
    #[expect(clippy::disallowed_methods, reason = "keys of a bench are nobody's")]
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)?;
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref())?;
    numbers
        .map(|number| {
            let pictures: Vec<Bytes> =
                (0..).zip(LENGTHS).map(|(place, length)| template.unique(number * 4 + place, length)).collect();
            let parts: Vec<String> = pictures.iter().map(|picture| Sha256Hash::of(picture).to_string()).collect();
            let manifest =
                serde_json::json!({ "id": format!("{number:032x}"), "campaign": "bench", "parts": parts }).to_string();
            let signature = key.sign(&random, manifest.as_bytes())?;
            Ok(Submission { signature: hex(signature.as_ref()), key: hex(key.public_key().as_ref()), manifest, pictures })
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Sends whole submissions, `at_once` at a time.
pub async fn race(
    client: &Client,
    url: &str,
    at_once: usize,
    submissions: Vec<Submission>,
) -> Load {
    let (client, url) = (client.clone(), format!("{url}/submissions"));
    crate::load::run(at_once, submissions, move |submission: Submission| {
        let (client, url) = (client.clone(), url.clone());
        async move {
            let mut form = Form::new().text("manifest", submission.manifest);
            for (name, picture) in ["front", "back", "selfie", "signature"]
                .into_iter()
                .zip(submission.pictures)
            {
                let length = picture.len() as u64;
                let part =
                    Part::stream_with_length(picture, length).file_name(format!("{name}.jpg"));
                form = form.part(name, part.mime_str("image/jpeg")?);
            }
            let answer = client
                .post(url)
                .header("device-signature", submission.signature)
                .header("device-key", submission.key)
                .multipart(form)
                .send()
                .await?;
            let status = answer.status();
            let text = answer.text().await?;
            ensure!(status.is_success(), "{status}: {text}");
            Ok(())
        }
    })
    .await
}
