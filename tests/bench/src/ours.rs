//! This project's server as a contender: started from its release binary, with devices that are
//! activated like phones.

use crate::{
    load::Load,
    pictures::{LENGTHS, Template},
};
use anyhow::{Context, Result, bail, ensure};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use chrono::DateTime;
use credential::Model;
use protocol::{
    activation::{
        ActivationCode, ActivationCompleted, BeginActivation, CompleteActivation, Language,
    },
    apoyos::{Manifest, Part, PartName, Payload, SignatureKind, Submission},
    attestation::{AskChallenge, Attestation, ChallengeGiven},
    devices::{DevicePublicKey, KEY_HEADER, SIGNATURE_HEADER, request_bytes},
    environment::{Clock, SystemClock, SystemEntropy},
    ids::{ActivationId, ApoyoId, DeviceId, ProcessId, Sha256Hash},
    seal::{Binding, SealedPart, announced::SealingKeys, seal_bytes},
    work::WorkAsked,
};
use reqwest::Client;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

/// Length of a small picture.
const SMALL: usize = 2_048;

/// The campaign that everything is sent to.
pub const CAMPAIGN: &str = "bench";

/// A running server.
pub struct Ours {
    child: Child,
    /// Its address.
    pub url: String,
    data: PathBuf,
}

impl Ours {
    /// Starts `apoyo` on an empty folder, its validator paused.
    pub fn start(apoyo: &Path, data: &Path) -> Result<Self> {
        Self::start_on(apoyo, data, |_| Ok(()))
    }

    /// The same, with a preparation of the folder before the server runs.
    pub fn start_on(
        apoyo: &Path,
        data: &Path,
        prepare: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<Self> {
        let made = Command::new(apoyo)
            .arg("init")
            .arg("--data")
            .arg(data)
            .stdout(Stdio::null())
            .status()?;
        ensure!(
            made.success(),
            "apoyo init failed: the folder has to be empty"
        );
        let config = data.join("bench.toml");
        // One phone of the bench sends for thousands, so its own limits must not apply.
        std::fs::write(
            &config,
            "[limits]\nvalidators = 0\nuploads_per_device = 2048\n\
             unnamed_parts_per_device = 1000000\nunnamed_mib_per_device = 1000000\n\
             apoyos_per_device_per_day = 100000000\n",
        )?;
        let process = data.join("process.toml");
        std::fs::write(
            &process,
            "id = \"bench\"\nname = \"Bench\"\nkind = \"consulta_popular\"\nexclusivity = \"campaign\"\n",
        )?;
        let campaign = data.join("campaign.toml");
        let now = SystemClock.now();
        std::fs::write(
            &campaign,
            format!(
                "id = \"{CAMPAIGN}\"\nprocess = \"bench\"\ntitle = \"Bench\"\nrequester = \"Bench\"\n\
                 description = \"Bench\"\nrequired = 1000000\nopens_at = {}\ncloses_at = {}\n\
                 [demarcation]\nscope = \"pais\"\n",
                (now - chrono::Duration::days(1)).format("%Y-%m-%dT%H:%M:%SZ"),
                (now + chrono::Duration::days(9)).format("%Y-%m-%dT%H:%M:%SZ"),
            ),
        )?;
        for (noun, file) in [("process", &process), ("campaign", &campaign)] {
            let done = Command::new(apoyo)
                .args([noun, "create"])
                .arg(file)
                .arg("--data")
                .arg(data)
                .status()?;
            ensure!(done.success(), "apoyo {noun} create failed");
        }
        prepare(data)?;
        let mut child = Command::new(apoyo)
            .args(["serve", "--no-relay", "--listen", "127.0.0.1:0"])
            .args(["--operators", "127.0.0.1:0", "--data"])
            .arg(data)
            .arg("--config")
            .arg(&config)
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} does not start", apoyo.display()))?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let url = loop {
            let line = lines
                .next()
                .context("the server ended before it listened")??;
            if let Some(place) = line.find("http://") {
                break line[place..]
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .trim_end_matches('/')
                    .to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self {
            child,
            url,
            data: data.to_owned(),
        })
    }

    /// The server's process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Activates a phone, reading the code from the outbox folder.
    pub async fn activate(&self, client: &Client, number: usize) -> Result<Device> {
        let random = random();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref())?;
        let email = format!("bench{number}@ejemplo.mx");
        let activation = ActivationId::random(&SystemEntropy);
        let asked: ChallengeGiven = client
            .post(format!("{}/v1/challenges", self.url))
            .body(serde_json::to_vec(&AskChallenge { activation })?)
            .send()
            .await?
            .json()
            .await?;
        let work = asked.work.map(WorkAsked::solve).transpose()?;
        let begin = serde_json::to_vec(&BeginActivation {
            activation,
            email: email.clone().into(),
            device_key: DevicePublicKey::from_point(key.public_key().as_ref())?,
            front: Sha256Hash::of(b"front"),
            notice_version: "0123456789abcdef".to_owned(),
            language: Language::EsMx,
            attestation: Attestation::Software,
            work,
            signin: None,
        })?;
        let device = Device {
            id: "new".to_owned(),
            key: Arc::new(key),
            sealing: None,
        };
        let answer = device
            .send(client, &self.url, "POST", "/v1/activations", begin.into())
            .await?;
        ensure!(
            answer.status().is_success(),
            "activation: {}",
            answer.text().await?
        );
        let code = self.code(&email).await?;
        let complete = serde_json::to_vec(&CompleteActivation {
            code,
            attempt: Sha256Hash::of(activation.as_bytes()),
        })?;
        let device = Device {
            id: activation.to_string(),
            ..device
        };
        let path = format!("/v1/activations/{activation}/complete");
        let answer = device
            .send(client, &self.url, "POST", &path, complete.into())
            .await?;
        ensure!(
            answer.status().is_success(),
            "complete: {}",
            answer.text().await?
        );
        let completed: ActivationCompleted = answer.json().await?;
        Ok(Device {
            sealing: Some(completed.sealing.keys),
            id: completed.device.to_string(),
            ..device
        })
    }

    /// This many phones, as if they had been activated like `one`, by writing their rows at once.
    pub fn multiply(&self, one: &Device, count: usize) -> Result<Vec<Device>> {
        let mut db = rusqlite::Connection::open(self.data.join("apoyo.db"))?;
        db.busy_timeout(Duration::from_secs(10))?;
        let tx = db.transaction()?;
        let mut phones = Vec::with_capacity(count);
        for _ in 0..count {
            let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
            let id = DeviceId::random(&SystemEntropy);
            let point: &[u8] = key.public_key().as_ref();
            tx.execute(
                "INSERT INTO devices (id, key, activation, front, mail_tag, notice_version,
                     activated_at) VALUES (?1, ?2, ?1, ?1, ?1, '0123456789abcdef', 0)",
                (id.as_bytes(), point),
            )?;
            phones.push(Device {
                id: id.to_string(),
                key: Arc::new(key),
                sealing: one.sealing.clone(),
            });
        }
        tx.commit()?;
        Ok(phones)
    }

    async fn code(&self, email: &str) -> Result<ActivationCode> {
        for _ in 0..200 {
            for entry in std::fs::read_dir(self.data.join("outbox"))
                .into_iter()
                .flatten()
                .flatten()
            {
                let mail = std::fs::read_to_string(entry.path()).unwrap_or_default();
                if mail.contains(email) {
                    let code = mail
                        .split_whitespace()
                        .filter(|word| word.len() == 9)
                        .find_map(|word| word.parse().ok());
                    if let Some(code) = code {
                        return Ok(code);
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("no mail with a code came")
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An activated phone.
#[derive(Clone)]
pub struct Device {
    id: String,
    key: Arc<EcdsaKeyPair>,
    sealing: Option<SealingKeys>,
}

impl Device {
    /// A part as a phone seals it, which is not measured.
    fn sealed(&self, apoyo: ApoyoId, part: SealedPart, plain: &[u8]) -> Result<Bytes> {
        let process: ProcessId = CAMPAIGN.parse()?;
        let binding = Binding {
            process: &process,
            apoyo,
            part,
        };
        let keys = self
            .sealing
            .as_ref()
            .context("a phone that was activated")?;
        let sealed = seal_bytes(keys.key(part.purpose()), &binding, plain, &SystemEntropy)?;
        Ok(sealed.into())
    }

    fn sign(&self, method: &str, path: &str, body: &Sha256Hash) -> Result<String> {
        let signature = self
            .key
            .sign(&random(), &request_bytes(method, path, body))?;
        Ok(URL_SAFE_NO_PAD.encode(signature))
    }

    async fn send(
        &self,
        client: &Client,
        url: &str,
        method: &str,
        path: &str,
        body: Bytes,
    ) -> Result<reqwest::Response> {
        let signature = self.sign(method, path, &Sha256Hash::of(&body))?;
        Ok(client
            .request(method.parse()?, format!("{url}{path}"))
            .header(KEY_HEADER, &self.id)
            .header(SIGNATURE_HEADER, signature)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await?)
    }

    /// A signed request with one sealed picture that no apoyo names.
    pub fn picture(&self, picture: Bytes) -> Result<Ready> {
        let apoyo = ApoyoId::random(&SystemEntropy);
        let part = SealedPart::Picture(PartName::Front);
        self.upload(self.sealed(apoyo, part, &picture)?)
    }

    fn upload(&self, picture: Bytes) -> Result<Ready> {
        let path = format!("/v1/blobs/{}", Sha256Hash::of(&picture));
        let hash = Sha256Hash::of(&picture);
        Ok(Ready {
            signature: self.sign("PUT", &path, &hash)?,
            key: self.id.clone(),
            path,
            body: picture,
            kind: "application/octet-stream",
        })
    }

    /// A whole apoyo: four pictures and its manifest, signed ahead.
    pub fn apoyo(&self, template: &Template, number: u64) -> Result<Vec<Ready>> {
        let picture = |place: u64, length| template.unique(number * 4 + place, length);
        self.apoyo_of(number, picture)
    }

    /// The same with small pictures, for load that must cost less to make than to receive.
    pub fn small_apoyo(&self, number: u64) -> Result<Vec<Ready>> {
        self.apoyo_of(number, |place, _| {
            let mut picture = vec![0x55; SMALL];
            picture[..8].copy_from_slice(&(number * 4 + place).to_be_bytes());
            picture.into()
        })
    }

    fn apoyo_of(&self, number: u64, picture: impl Fn(u64, usize) -> Bytes) -> Result<Vec<Ready>> {
        let apoyo = ApoyoId::random(&SystemEntropy);
        let mut requests = Vec::with_capacity(5);
        let mut parts = Vec::with_capacity(4);
        for (place, (name, length)) in PartName::ALL.into_iter().zip(LENGTHS).enumerate() {
            let picture = picture(place as u64, length);
            let picture = self.sealed(apoyo, SealedPart::Picture(name), &picture)?;
            parts.push(Part {
                name,
                sha256: Sha256Hash::of(&picture),
                bytes: picture.len() as u64,
            });
            requests.push(self.upload(picture)?);
        }
        let fields = serde_json::to_vec(&Payload {
            captured_at: DateTime::UNIX_EPOCH,
            notice_version: "0123456789abcdef".to_owned(),
            language: Language::EsMx,
            signature_kind: SignatureKind::Drawn,
            findings: Vec::new(),
            model: Model::G,
            qr: format!(
                "http://qr.ine.mx/0001{:09}00{:09}/20230415/P/000001",
                number, number
            )
            .into(),
            mrz: None,
            curp: None,
            clave_elector: None,
            name: None,
        })?;
        let payload = self.sealed(apoyo, SealedPart::Fields, &fields)?;
        let submission = serde_json::to_vec(&Submission {
            manifest: Manifest {
                apoyo,
                process: CAMPAIGN.parse()?,
                campaign: CAMPAIGN.parse()?,
                device: self.id.parse::<DeviceId>()?,
                parts,
                payload: Sha256Hash::of(&payload),
                app: "bench".to_owned(),
            },
            payload: URL_SAFE_NO_PAD.encode(payload),
        })?;
        let path = format!("/v1/apoyos/{apoyo}");
        let signature = self.sign("PUT", &path, &Sha256Hash::of(&submission))?;
        requests.push(Ready {
            signature,
            key: self.id.clone(),
            path,
            body: submission.into(),
            kind: "application/json",
        });
        Ok(requests)
    }
}

/// A signed request.
#[derive(Clone)]
pub struct Ready {
    key: String,
    signature: String,
    path: String,
    /// The body.
    pub body: Bytes,
    kind: &'static str,
}

impl Ready {
    /// Sends it; returns the status, and the seconds of `Retry-After`.
    pub async fn ask(&self, client: &Client, url: &str) -> Result<(u16, Option<u64>)> {
        let answer = client
            .put(format!("{url}{}", self.path))
            .header(KEY_HEADER, &self.key)
            .header(SIGNATURE_HEADER, &self.signature)
            .header("content-type", self.kind)
            .body(self.body.clone())
            .send()
            .await?;
        let status = answer.status().as_u16();
        let after = answer.headers().get("retry-after");
        let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
        answer.bytes().await?;
        Ok((status, after))
    }

    /// Sends it and reads the answer to its end.
    pub async fn send(
        self,
        client: &Client,
        url: &str,
        body: impl Into<reqwest::Body>,
    ) -> Result<()> {
        let answer = client
            .put(format!("{url}{}", self.path))
            .header(KEY_HEADER, self.key)
            .header(SIGNATURE_HEADER, self.signature)
            .header("content-type", self.kind)
            .header("content-length", self.body.len())
            .body(body)
            .send()
            .await?;
        let status = answer.status();
        let text = answer.bytes().await?;
        ensure!(
            status.is_success(),
            "{status}: {}",
            String::from_utf8_lossy(&text)
        );
        Ok(())
    }
}

/// Sends whole apoyos, `at_once` at a time: pictures one after the other, then the manifest, as
/// the app does.
pub async fn race(client: &Client, url: &str, at_once: usize, apoyos: Vec<Vec<Ready>>) -> Load {
    let (client, url) = (client.clone(), url.to_owned());
    crate::load::run(at_once, apoyos, move |requests: Vec<Ready>| {
        let (client, url) = (client.clone(), url.clone());
        async move {
            for request in requests {
                let body = request.body.clone();
                request.send(&client, &url, body).await?;
            }
            Ok(())
        }
    })
    .await
}

#[expect(clippy::disallowed_methods, reason = "keys of a bench are nobody's")]
fn random() -> SystemRandom {
    SystemRandom::new()
}
