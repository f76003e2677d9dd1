//! One person in `people.json`.

use crate::{
    Person,
    photograph::{Level, Size},
};
use credential::Model;
use serde::Serialize;

/// The data of a synthetic person for tests and for people with a phone.
#[derive(Serialize)]
pub(super) struct Entry {
    index: u64,
    nombre: String,
    primer_apellido: String,
    segundo_apellido: String,
    sexo: char,
    nacimiento: String,
    curp: String,
    clave_elector: String,
    cic: String,
    identificador: String,
    emision: String,
    ocr: String,
    entidad: u8,
    distrito_federal: u16,
    distrito_local: u16,
    municipio: u16,
    seccion: u16,
    situacion: &'static str,
    vigencia: i32,
    model: Model,
    qr: String,
    mrz: [String; 3],
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Files>,
}

/// The pictures of one person, by their names within the folder.
#[derive(Serialize)]
pub(super) struct Files {
    #[serde(flatten)]
    pub scans: Option<Scans>,
    pub photographs: Vec<Photograph>,
}

/// The pictures without a camera.
#[derive(Serialize)]
pub(super) struct Scans {
    pub front: String,
    pub back: String,
    pub selfie: String,
    pub signature: String,
}

/// One photograph of one face.
#[derive(Serialize)]
pub(super) struct Photograph {
    pub face: &'static str,
    pub level: u8,
    pub size: &'static str,
    pub file: String,
    /// On a back: the corners of the public QR in pixels, top left first, clockwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_qr: Option<[(f64, f64); 4]>,
    #[serde(skip)]
    pub kind: (Level, Size),
    #[serde(skip)]
    pub seed: u64,
    /// The moment of a shaky hand, for a frame of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<u64>,
}

impl Entry {
    pub fn of(person: &Person, model: Model, files: Option<Files>) -> Self {
        let place = &person.place;
        Self {
            index: person.index,
            nombre: person.name.given().to_owned(),
            primer_apellido: person.name.first().to_owned(),
            segundo_apellido: person.name.second().to_owned(),
            sexo: person.sex.letter(),
            nacimiento: person.birth.to_string(),
            curp: person.curp().to_string(),
            clave_elector: person.clave_elector().to_string(),
            cic: person.cic.to_string(),
            identificador: person.identificador.to_string(),
            emision: format!("{:02}", person.emission),
            ocr: person.ocr_number().to_string(),
            entidad: place.entidad.number(),
            distrito_federal: place.distrito_federal,
            distrito_local: place.distrito_local,
            municipio: place.municipio,
            seccion: place.seccion,
            situacion: person.standing.word(),
            vigencia: person.valid_through,
            model,
            qr: person.qr().as_str().to_owned(),
            mrz: person.mrz().lines().clone(),
            files,
        }
    }
}
