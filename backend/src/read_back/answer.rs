//! The child's answer to its parent: one line of JSON.

use credential::QrPayload;
use serde::{Deserialize, Serialize};
use server_core::ports::{NotRead, PlaceInPicture, ReadBack, SeenCode};

/// The child's answer.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// The codes that our reader read.
    pub first: Vec<Seen>,
    /// The codes that the second reader read.
    pub second: Vec<Seen>,
    /// Whether the second reader finished.
    pub second_finished: bool,
}

/// A code in the picture.
#[derive(Debug, Serialize, Deserialize)]
pub struct Seen {
    /// Its text; none for bytes in an unknown character set.
    pub text: Option<String>,
    /// The box around it: left, top, right, bottom.
    pub place: [f32; 4],
}

impl Seen {
    /// A code with its corners, in the picture's pixels.
    pub fn new(payload: &QrPayload, corners: impl IntoIterator<Item = (f32, f32)>) -> Self {
        let place = PlaceInPicture::around(corners);
        Self {
            text: match payload {
                QrPayload::Structured(public) => Some(public.as_str().to_owned()),
                QrPayload::Short(text) | QrPayload::Foreign(text) => Some(text.clone()),
                QrPayload::Opaque(_) => None,
            },
            place: [place.left, place.top, place.right, place.bottom],
        }
    }

    fn understood(&self) -> SeenCode {
        let [left, top, right, bottom] = self.place;
        SeenCode {
            payload: match &self.text {
                Some(text) => QrPayload::parse(text),
                None => QrPayload::Opaque(Vec::new()),
            },
            place: PlaceInPicture {
                left,
                top,
                right,
                bottom,
            },
        }
    }
}

/// The child's answer is not believed further than a picture is: its texts are parsed again. An
/// answer that cannot be parsed is not one: the child has not come to its end.
pub fn understand(answer: &[u8]) -> Result<ReadBack, NotRead> {
    let answer: Answer =
        serde_json::from_slice(answer).map_err(|error| NotRead::Died(error.to_string()))?;
    let codes = |seen: &[Seen]| seen.iter().map(Seen::understood).collect();
    Ok(ReadBack {
        first: codes(&answer.first),
        second: codes(&answer.second),
        second_finished: answer.second_finished,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_that_babbles_has_not_read() {
        for babble in ["", "{}", "[1]", r#"{"codes":["https://example.org"]}"#] {
            let understood = understand(babble.as_bytes());
            assert!(matches!(understood, Err(NotRead::Died(_))), "{babble}");
        }
    }

    #[test]
    fn what_the_child_saw_arrives_as_it_was_seen() {
        let public = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";
        let corners = [(3.0, 4.0), (30.0, 5.0), (31.0, 40.0), (2.0, 39.0)];
        let answer = Answer {
            first: [QrPayload::parse(public), QrPayload::Opaque(vec![1, 2])]
                .iter()
                .map(|payload| Seen::new(payload, corners))
                .collect(),
            second: vec![Seen::new(&QrPayload::parse("https://ejemplo.mx"), corners)],
            second_finished: true,
        };
        let read = understand(&serde_json::to_vec(&answer).unwrap()).unwrap();
        let payloads: Vec<_> = read.first.iter().chain(&read.second).collect();
        assert_eq!(payloads[0].payload, QrPayload::parse(public));
        assert_eq!(payloads[1].payload, QrPayload::Opaque(Vec::new()));
        assert_eq!(payloads[2].payload, QrPayload::parse("https://ejemplo.mx"));
        assert!(read.second_finished);
        let place = PlaceInPicture::around(corners);
        assert!(payloads.iter().all(|code| code.place == place));
    }
}
