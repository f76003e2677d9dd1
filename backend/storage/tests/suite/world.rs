//! A data folder with people in it.

use async_trait::async_trait;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use bytes::Bytes;
use chrono::{TimeDelta, TimeZone, Utc};
use credential::Entidad;
use futures_util::{StreamExt, stream};
use protocol::{
    apoyos::{Part, PartName},
    campaigns::{Demarcation, Place, ProcessKind},
    environment::Timestamp,
    ids::{ActivationId, ApoyoId, DeviceId, Sha256Hash},
    receipt::{ReceiptPublicKey, SignedReceipt},
};
use std::{
    marker::PhantomData,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use storage::{
    StorageError,
    apoyos::{CardTags, NewApoyo, Person, Recorded, SignReceipt, Verdict},
    blobs::{BlobStore, Stored, local::LocalBlobs},
    campaigns::{Created, Exclusivity, NewCampaign, NewProcess},
    head::{HeadKey, HeadPlace},
    judging::{Basis, Pictures, Settled},
};
use tempfile::TempDir;

/// An engine that the stories are told on.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// Opens a data folder.
    async fn open(folder: &Path, blobs: Arc<dyn BlobStore>) -> Arc<dyn storage::Engine>;
}

/// A data folder, its store and its pictures.
pub struct World<E: Engine> {
    pub store: Arc<dyn storage::Engine>,
    pub blobs: Arc<LocalBlobs>,
    pub folder: TempDir,
    engine: PhantomData<E>,
}

/// The moment at which every story begins.
pub fn start() -> Timestamp {
    Utc.with_ymd_and_hms(2027, 3, 1, 12, 0, 0).unwrap() + TimeDelta::microseconds(123_456)
}

/// Seconds after the beginning.
pub fn after(seconds: i64) -> Timestamp {
    start() + TimeDelta::seconds(seconds)
}

/// The 16 bytes of an id with this number.
pub fn bytes16(number: u64) -> [u8; 16] {
    let hash = Sha256Hash::of(&number.to_be_bytes());
    hash.as_bytes()[..16].try_into().unwrap()
}

pub fn apoyo_id(number: u64) -> ApoyoId {
    ApoyoId::from_bytes(bytes16(number))
}

pub fn device_id(number: u64) -> DeviceId {
    DeviceId::from_bytes(bytes16(number))
}

pub fn activation_id(number: u64) -> ActivationId {
    ActivationId::from_bytes(bytes16(number))
}

pub fn place(entidad: u8, distrito: u16, seccion: u16) -> Place {
    Place {
        entidad: Entidad::from_number(entidad).unwrap(),
        distrito_federal: distrito,
        distrito_local: distrito + 100,
        municipio: 7,
        seccion,
    }
}

pub fn in_roll(person: u64, at: Place) -> Verdict {
    let tag = *Sha256Hash::of(&person.to_be_bytes()).as_bytes();
    Verdict::InRoll(Person { tag, place: at })
}

/// A signer with a different signature each time, because a receipt may be signed only once.
pub fn signer() -> SignReceipt {
    static SIGNED: AtomicU64 = AtomicU64::new(0);
    Arc::new(|receipt| {
        let nonce = SIGNED.fetch_add(1, Ordering::Relaxed).to_string();
        let mut bytes = receipt.signed_bytes();
        bytes.extend_from_slice(nonce.as_bytes());
        SignedReceipt {
            signature: Sha256Hash::of(&bytes).to_string(),
            receipt,
        }
    })
}

/// The receipt in the answer of a recorded apoyo.
pub fn receipt_of(recorded: &Recorded) -> SignedReceipt {
    match recorded {
        Recorded::First(bytes) | Recorded::Again(bytes) => serde_json::from_slice(bytes).unwrap(),
        other => panic!("no receipt in {other:?}"),
    }
}

/// The head of a server with this key.
pub fn head_place(folder: &Path, key: u8) -> HeadPlace {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[key; 32]).unwrap();
    let public = pair.public_key().as_ref().try_into().unwrap();
    HeadPlace {
        folder: folder.join("head"),
        key: HeadKey {
            sign: Arc::new(move |message| pair.sign(message).as_ref().try_into().unwrap()),
            public: ReceiptPublicKey::from_bytes(public),
        },
    }
}

/// Puts a picture in, in pieces as a network brings them.
pub async fn put(blobs: &dyn BlobStore, picture: &[u8]) -> Result<Stored, StorageError> {
    let pieces: Vec<_> = picture
        .chunks(16_000)
        .map(|c| Ok(Bytes::copy_from_slice(c)))
        .collect();
    blobs
        .put(
            Sha256Hash::of(picture),
            stream::iter(pieces).boxed(),
            1 << 20,
        )
        .await
}

/// Four pictures of an apoyo: small, and different for each number.
pub fn pictures(number: u64) -> Vec<(PartName, Vec<u8>)> {
    PartName::ALL
        .into_iter()
        .map(|name| (name, format!("MUESTRA {name:?} {number}").into_bytes()))
        .collect()
}

/// The keyed hashes of a person's credential.
pub fn card(number: u64) -> CardTags {
    let (mut roll_key, mut qr) = ([1; 16], [2; 16]);
    roll_key[8..].copy_from_slice(&number.to_be_bytes());
    qr[8..].copy_from_slice(&number.to_be_bytes());
    CardTags { roll_key, qr }
}

/// An apoyo with its parts listed, whether or not they were put in.
pub fn new_apoyo(number: u64, pictures_of: u64, campaign: &str) -> NewApoyo {
    let parts = pictures(pictures_of)
        .into_iter()
        .map(|(name, bytes)| Part {
            name,
            sha256: Sha256Hash::of(&bytes),
            bytes: bytes.len() as u64,
        })
        .collect();
    NewApoyo {
        id: apoyo_id(number),
        campaign: campaign.parse().unwrap(),
        device: device_id(1),
        content: Sha256Hash::of(format!("content {number}").as_bytes()),
        manifest: format!("manifest {number}").into_bytes(),
        payload: format!("payload {number}").into_bytes(),
        card: card(number),
        signature: vec![7; 64],
        parts,
        received_at: start(),
    }
}

pub fn new_campaign(id: &str, process: &str) -> NewCampaign {
    NewCampaign {
        id: id.parse().unwrap(),
        process: process.parse().unwrap(),
        title: format!("Título de {id}"),
        requester: format!("Solicitante de {id}"),
        description: "De qué se trata.".into(),
        demarcation: Demarcation::Pais,
        opens_at: start() - TimeDelta::days(1),
        closes_at: start() + TimeDelta::days(1),
        time_zone: None,
        required: 866_593,
    }
}

impl<E: Engine> World<E> {
    /// An empty folder.
    pub async fn empty() -> Self {
        Self::at(tempfile::tempdir().unwrap()).await
    }

    /// An existing data folder.
    pub async fn at(folder: TempDir) -> Self {
        let blobs = Arc::new(LocalBlobs::open(&folder.path().join("blobs")).unwrap());
        let store = E::open(folder.path(), blobs.clone()).await;
        Self {
            store,
            blobs,
            folder,
            engine: PhantomData,
        }
    }

    /// A process in which a person counts once (`agua-1`, `agua-2`), and one in which they
    /// count once in each campaign (`ley-1`).
    pub async fn with_campaigns() -> Self {
        let world = Self::empty().await;
        world.create_campaigns().await;
        world
    }

    pub async fn create_campaigns(&self) {
        for (process, exclusivity, campaigns) in [
            ("agua", Exclusivity::Process, &["agua-1", "agua-2"][..]),
            ("ley", Exclusivity::Campaign, &["ley-1", "ley-2"][..]),
        ] {
            let new = NewProcess {
                id: process.parse().unwrap(),
                name: format!("Proceso {process}"),
                kind: ProcessKind::ConsultaPopular,
                exclusivity,
            };
            assert_eq!(self.store.create_process(new).await.unwrap(), Created::New);
            for id in campaigns {
                let new = new_campaign(id, process);
                assert_eq!(self.store.create_campaign(new).await.unwrap(), Created::New);
            }
        }
    }

    /// Everything closed and opened again.
    pub async fn reopened(self) -> Self {
        let Self {
            store,
            blobs,
            folder,
            ..
        } = self;
        assert_eq!(Arc::strong_count(&store), 1, "the store is not held open");
        drop((store, blobs));
        Self::at(folder).await
    }

    /// Puts the pictures of an apoyo in.
    pub async fn upload(&self, pictures_of: u64) {
        for (_, bytes) in pictures(pictures_of) {
            let stored = put(self.blobs.as_ref(), &bytes).await.unwrap();
            assert!(matches!(stored, Stored::Whole { .. } | Stored::There));
        }
    }

    /// Pictures and apoyo.
    pub async fn give(&self, number: u64, campaign: &str) -> Recorded {
        self.upload(number).await;
        self.store
            .record_apoyo(new_apoyo(number, number, campaign), signer())
            .await
            .unwrap()
    }

    /// A verdict by the roll alone.
    pub async fn settle_unopened(&self, number: u64, verdict: Verdict) {
        let basis = Basis {
            roll: 0,
            pictures: Pictures::Unopened,
            run: None,
        };
        let settled = self
            .store
            .settle_by_roll(apoyo_id(number), verdict, basis, after(60))
            .await
            .unwrap();
        assert_eq!(settled, Settled::Written);
    }

    pub async fn settle(&self, number: u64, verdict: Verdict) {
        self.store
            .settle_apoyo(apoyo_id(number), verdict, after(60))
            .await
            .unwrap();
    }
}
