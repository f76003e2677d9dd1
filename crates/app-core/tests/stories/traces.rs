//! What a copy of a phone's folder reveals.

use crate::phone::Scene;
use std::path::Path;

/// The first bytes of every JPEG, and those before its tables.
const JPEG: [&[u8]; 3] = [
    b"\xff\xd8\xff\xe0\x00\x10JFIF",
    b"\xff\xd8\xff\xdb\x00",
    b"\xff\xdb\x00\x43\x00",
];

/// All data of this person that must not be found, with their names.
pub fn of(scene: &Scene) -> Vec<(String, Vec<u8>)> {
    let person = &scene.person;
    let mut traces: Vec<(String, Vec<u8>)> = [
        ("CURP", person.curp().as_str().to_owned()),
        ("CIC", person.cic.as_str().to_owned()),
        ("QR", person.qr().as_str().to_owned()),
        ("name", person.name.given_first()),
        ("clave", person.clave_elector().as_str().to_owned()),
        ("address", "lupita@ejemplo.mx".to_owned()),
        ("masked address", "•••@ejemplo.mx".to_owned()),
        ("campaign", "¿Agua pública?".to_owned()),
        ("requester", "Ríos Vivos".to_owned()),
    ]
    .into_iter()
    .map(|(what, text)| (what.to_owned(), text.into_bytes()))
    .collect();
    traces.extend(JPEG.map(|bytes| ("JPEG".to_owned(), bytes.to_vec())));
    traces
}

/// Fails if any file of the folder contains one of these.
#[track_caller]
pub fn none_in(folder: &Path, traces: &[(String, Vec<u8>)], when: &str) {
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        seen += bytes.len();
        for (what, trace) in traces {
            assert!(
                !bytes.windows(trace.len()).any(|window| window == trace),
                "{when}: the {what} stands in {}",
                path.file_name().unwrap().display()
            );
        }
    }
    assert!(seen > 0, "there is a store to look at");
}
