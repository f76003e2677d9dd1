//! The roll of these people as CSV: UTF-8, commas between columns, one line each.

use crate::person::Person;
use std::io::{self, Write};

/// The first line.
pub const HEADER: &str = "identificador,cic,emision,clave_elector,curp,nombre,primer_apellido,\
segundo_apellido,entidad,distrito_federal,distrito_local,municipio,seccion,situacion,vigencia";

/// Writes the line of one person, with its line end.
pub fn write_line(out: &mut impl Write, person: &Person) -> io::Result<()> {
    let place = &person.place;
    // The names have neither commas nor quotes, so no field has to be quoted.
    writeln!(
        out,
        "{},{},{:02},{},{},{},{},{},{},{},{},{},{},{},{}",
        person.identificador,
        person.cic,
        person.emission,
        person.clave_elector(),
        person.curp(),
        person.name.given(),
        person.name.first(),
        person.name.second(),
        place.entidad.number(),
        place.distrito_federal,
        place.distrito_local,
        place.municipio,
        place.seccion,
        person.standing.word(),
        person.valid_through,
    )
}

impl Person {
    /// Their line in the roll, without a line end.
    pub fn roll_line(&self) -> String {
        let mut line = Vec::with_capacity(160);
        write_line(&mut line, self).expect("a Vec takes all that is written to it");
        line.pop();
        String::from_utf8(line).expect("made of text only")
    }
}
