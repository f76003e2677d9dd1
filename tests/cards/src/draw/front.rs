//! The front of the card, with the person's data.

use super::{
    face as portrait,
    paper::{Text, face, label, notice, sheet, stamp, value},
    signature,
};
use crate::person::Person;
use chrono::Datelike;
use credential::Model;

/// The portrait, scaled to a box of this width, over a plain background.
fn picture(person: &Person, x: f64, y: f64, width: f64, background: &str) -> String {
    let scale = width / portrait::WIDTH;
    format!(
        concat!(
            r#"<svg x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" viewBox="0 0 {w} {h}">"#,
            r#"<rect width="{w}" height="{h}" fill="{background}"/>{portrait}</svg>"#
        ),
        x = x,
        y = y,
        width = width,
        height = portrait::HEIGHT * scale,
        w = portrait::WIDTH,
        h = portrait::HEIGHT,
        background = background,
        portrait = portrait::portrait(person),
    )
}

/// An invented emblem: rings and rays.
fn emblem(x: f64, y: f64, radius: f64) -> String {
    let mut rays = String::new();
    for nth in 0..24 {
        let (sin, cos) = (f64::from(nth) * std::f64::consts::TAU / 24.0).sin_cos();
        rays += &format!(
            "M{:.2} {:.2}L{:.2} {:.2}",
            x + cos * radius * 0.55,
            y + sin * radius * 0.55,
            x + cos * radius,
            y + sin * radius
        );
    }
    format!(
        concat!(
            r##"<g fill="none" stroke="#8c2f5e" stroke-width=".28"><circle cx="{x}" cy="{y}" r="{r:.2}"/>"##,
            r##"<circle cx="{x}" cy="{y}" r="{half:.2}"/><path d="{rays}"/></g>"##
        ),
        x = x,
        y = y,
        r = radius,
        half = radius * 0.55,
        rays = rays
    )
}

fn heading() -> String {
    let band = concat!(
        r##"<path fill="#b5467f" fill-opacity=".85" d="M52 0H85.6V3.6C73 8.6 66 2.2 52 0z"/>"##,
        r##"<path fill="#6b5a9c" fill-opacity=".35" d="M60 0H85.6V7.2C78 9.4 70 3.4 60 0z"/>"##
    );
    let title = Text {
        x: 11.5,
        y: 4.9,
        size: 2.7,
        bold: true,
        fill: "#4a2340",
    };
    let subtitle = Text {
        x: 11.5,
        y: 8.2,
        size: 2.35,
        bold: false,
        fill: "#4a2340",
    };
    [
        band.to_owned(),
        emblem(6.6, 5.6, 3.4),
        title.svg("INSTITUTO DE MUESTRAS"),
        subtitle.svg("CREDENCIAL PARA VOTAR"),
    ]
    .concat()
}

/// The fields of every model, at their places.
fn person_fields(person: &Person) -> String {
    let name = &person.name;
    let mut svg = label(32.5, 13.6, "NOMBRE");
    let lines = [name.first(), name.second(), name.given()];
    for (line, y) in lines
        .iter()
        .filter(|line| !line.is_empty())
        .zip([16.6, 19.6, 22.6])
    {
        svg += &value(32.5, y, line);
    }
    svg += &label(71.5, 13.6, "SEXO");
    svg += &value(77.0, 13.6, &person.sex.letter().to_string());
    svg += &label(32.5, 25.8, "DOMICILIO");
    for (line, y) in person.address.iter().zip([28.5, 31.1, 33.7]) {
        svg += &Text {
            x: 32.5,
            y,
            size: 2.05,
            bold: false,
            fill: "#1c1a1e",
        }
        .svg(line);
    }
    svg += &label(32.5, 37.0, "CLAVE DE ELECTOR");
    svg += &key(51.5, 37.1, &person.clave_elector().to_string());
    svg += &label(32.5, 40.8, "CURP");
    svg += &key(38.6, 40.9, &person.curp().to_string());
    svg += &label(67.2, 40.7, "AÑO DE REGISTRO");
    svg += &key(67.2, 43.1, &registered(person));
    svg
}

/// Keys of eighteen characters, narrow enough for a neighbour on the same line.
fn key(x: f64, y: f64, words: &str) -> String {
    Text {
        x,
        y,
        size: 2.05,
        bold: true,
        fill: "#1c1a1e",
    }
    .svg(words)
}

/// E and F: entidad, municipio and sección in numbers, labels before their values.
fn fields_of_2014(person: &Person) -> String {
    let place = &person.place;
    let pairs = [
        (
            32.5,
            45.2,
            "ESTADO",
            format!("{:02}", place.entidad.number()),
        ),
        (47.5, 45.2, "MUNICIPIO", format!("{:03}", place.municipio)),
        (65.5, 45.2, "SECCIÓN", format!("{:04}", place.seccion)),
        (32.5, 48.5, "LOCALIDAD", "0001".to_owned()),
        (50.5, 48.5, "EMISIÓN", person.issued.year().to_string()),
        (66.5, 48.5, "VIGENCIA", person.valid_through.to_string()),
    ];
    let mut svg = String::new();
    for (x, y, name, text) in pairs {
        svg += &label(x, y, name);
        svg += &key(x + 1.0 + name.chars().count() as f64 * 1.1, y + 0.1, &text);
    }
    svg
}

/// G and H: labels above their values.
fn fields_of_2019(person: &Person) -> String {
    let pairs = [
        (
            32.5,
            "FECHA DE NACIMIENTO",
            person.birth.format("%d/%m/%Y").to_string(),
        ),
        (54.5, "SECCIÓN", format!("{:04}", person.place.seccion)),
        (
            64.5,
            "VIGENCIA",
            format!("{} - {}", person.issued.year(), person.valid_through),
        ),
    ];
    let mut svg = String::new();
    for (x, name, text) in pairs {
        svg += &label(x, 45.6, name);
        svg += &value(x, 48.5, &text);
    }
    svg
}

fn registered(person: &Person) -> String {
    format!("{} {:02}", person.birth.year() + 18, person.emission)
}

/// The whole front.
pub(super) fn svg(person: &Person, model: Model) -> String {
    let newer = model.has_opaque_qrs();
    let abroad = matches!(model, Model::F | Model::H);
    let (from, to, lines) = if newer {
        ("#f7e9f0", "#e6e4f4", "#c77fa6")
    } else {
        ("#f3f0e6", "#e9e0ee", "#9aa07c")
    };
    let mut content = sheet(from, to, lines);
    content += &heading();
    content += &picture(
        person,
        4.2,
        12.2,
        25.6,
        if newer { "#eceaf1" } else { "#e7ebf0" },
    );
    content += r##"<rect x="4.2" y="12.2" width="25.6" height="32" fill="none" stroke="#8c2f5e" stroke-width=".25"/>"##;
    content += &person_fields(person);
    content += &if newer {
        fields_of_2019(person)
    } else {
        fields_of_2014(person)
    };
    content += &format!(
        r#"<g opacity=".45">{}</g>"#,
        picture(person, 74.4, 17.2, 8.0, "none")
    );
    if newer {
        // The newer models have the signature under the portrait.
        content += &format!(
            r#"<g transform="translate(5 44.8) scale(.075)">{}</g>"#,
            signature::strokes(person, "#16162a", 5.0)
        );
    }
    if abroad {
        content += &Text {
            x: 32.5,
            y: 51.9,
            size: 1.65,
            bold: true,
            fill: "#6b5a9c",
        }
        .svg("DESDE EL EXTRANJERO");
    }
    content += &notice(58.5, 51.9);
    content += &stamp(44.5, 36.5, 14.0, 0.24);
    face(&content)
}
