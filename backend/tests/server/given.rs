//! The apoyos that a phone of the stories sends.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::apoyos::{Manifest, Submission};

/// An apoyo before it is sent.
#[derive(Clone)]
pub struct Apoyo {
    pub manifest: Manifest,
    pub payload: Vec<u8>,
}

impl Apoyo {
    pub fn path(&self) -> String {
        format!("/v1/apoyos/{}", self.manifest.apoyo)
    }

    pub fn body(&self) -> Vec<u8> {
        serde_json::to_vec(&Submission {
            manifest: self.manifest.clone(),
            payload: URL_SAFE_NO_PAD.encode(&self.payload),
        })
        .unwrap()
    }
}

/// The process of this campaign.
pub fn process_of(campaign: &str) -> &'static str {
    match campaign {
        "naranjo" | "roble" => "presidencia",
        _ => "consultas",
    }
}

/// The headers of a JPEG of this size, with unique content.
pub fn picture(width: u16, height: u16, unlike: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xc0, 0, 11, 8];
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend([1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    bytes.extend(unlike.iter().map(|byte| byte & 0x7f));
    // At least as long as the tables of a picture.
    bytes.extend([0x55; 600]);
    bytes.extend([0xff, 0xd9]);
    bytes
}
