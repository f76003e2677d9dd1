//! The back of the card, with the machine-readable parts.

use super::{
    paper::{Text, face, label, notice, sheet, stamp},
    signature,
};
use crate::{
    barcode::{Area, code128, pdf417, qr},
    chance::Chance,
    person::Person,
};
use credential::Model;

/// The font size: OCR-B advances 0.723 of it, and the standard has a letter every 2.54 mm.
const MRZ_SIZE: f64 = 2.54 / 0.723;
const MRZ_LEFT: f64 = (super::CARD_WIDTH - 30.0 * 2.54) / 2.0;
/// The baselines of the three lines.
const MRZ_LINES: [f64; 3] = [40.2, 45.6, 51.0];

/// 97 modules a side, which is hard to read but can be printed.
const DENSE_VERSION: i16 = 20;
/// Below the version's 858, because random bytes that are digits are encoded in another mode, and each
/// change of mode takes a few bits.
const DENSE_BYTES: usize = 840;

fn mrz(person: &Person) -> String {
    let mut svg = String::from(
        r##"<rect y="34.6" width="85.6" height="19.4" fill="#fff" fill-opacity=".8"/>"##,
    );
    for (line, y) in person.mrz().lines().iter().zip(MRZ_LINES) {
        svg += &format!(
            r##"<text x="{MRZ_LEFT:.3}" y="{y}" font-family="OCR B" font-size="{MRZ_SIZE:.4}" fill="#0d0d0f">{}</text>"##,
            line.replace('<', "&lt;")
        );
    }
    svg
}

fn cic_bars(person: &Person, place: Area) -> String {
    let digits = Text {
        x: place.x + 2.0,
        y: place.y + place.height + 2.1,
        size: 2.0,
        bold: false,
        fill: "#111",
    };
    code128::svg(person.cic.as_str(), place) + &digits.svg(&format!("IDMEX{}", person.cic))
}

fn pen(person: &Person, x: f64, y: f64, scale: f64) -> String {
    let line = signature::HEIGHT * scale + y;
    format!(
        concat!(
            r##"<path d="M{x} {line:.2}h{long:.2}" stroke="#666" stroke-width=".15"/>"##,
            r#"<g transform="translate({x} {y}) scale({scale})">{strokes}</g>"#
        ),
        x = x,
        y = y,
        line = line,
        long = signature::WIDTH * scale,
        scale = scale,
        strokes = signature::strokes(person, "#16162a", 4.0)
    )
}

/// The place of the public QR on a card of this model.
pub(super) fn public_code(model: Model) -> Area {
    let (x, y, side) = if model.has_opaque_qrs() {
        (24.4, 13.2, 12.0)
    } else {
        (5.2, 6.4, 14.0)
    };
    Area {
        x,
        y,
        width: side,
        height: side,
    }
}

/// E and F: the public QR at the left, the block of PDF417 to its right.
fn codes_of_2014(person: &Person) -> String {
    let mut chance = Chance::new(person.seed, person.index, "pdf417");
    [
        qr::svg(
            person.qr().as_str().as_bytes(),
            qr::Kind::Public,
            public_code(Model::E),
        ),
        pdf417::svg(
            &mut chance,
            9,
            26,
            Area {
                x: 25.5,
                y: 5.0,
                width: 56.0,
                height: 12.5,
            },
        ),
        cic_bars(
            person,
            Area {
                x: 33.0,
                y: 20.6,
                width: 26.0,
                height: 5.2,
            },
        ),
        pen(person, 64.0, 20.4, 0.064),
        label(66.0, 29.6, "FIRMA DEL ELECTOR"),
        label(4.2, 24.0, "PARA MARCAR EL VOTO"),
        squares(4.2, 24.9, 6),
    ]
    .concat()
}

/// G and H: the small public QR, and two dense ones with random content.
fn codes_of_2019(person: &Person) -> String {
    let side = |x, y, side| Area {
        x,
        y,
        width: side,
        height: side,
    };
    let mut chance = Chance::new(person.seed, person.index, "dense");
    let dense = qr::Kind::Dense(DENSE_VERSION);
    [
        qr::svg(
            person.qr().as_str().as_bytes(),
            qr::Kind::Public,
            public_code(Model::G),
        ),
        qr::svg(&chance.bytes(DENSE_BYTES), dense, side(40.2, 5.6, 20.6)),
        qr::svg(&chance.bytes(DENSE_BYTES), dense, side(63.0, 5.6, 20.6)),
        cic_bars(
            person,
            Area {
                x: 6.4,
                y: 5.2,
                width: 28.5,
                height: 4.2,
            },
        ),
        label(4.2, 15.0, "LUGAR PARA"),
        label(4.2, 17.2, "MARCAR EL VOTO"),
        squares(4.2, 18.4, 5),
    ]
    .concat()
}

/// The empty boxes that are punched at elections.
fn squares(x: f64, y: f64, count: usize) -> String {
    (0..count * 2)
        .map(|nth| {
            format!(
                r##"<rect x="{:.2}" y="{:.2}" width="2.6" height="2.6" fill="none" stroke="#8c2f5e" stroke-width=".18"/>"##,
                x + (nth % count) as f64 * 3.2,
                y + (nth / count) as f64 * 3.2
            )
        })
        .collect()
}

/// The whole back.
pub(super) fn svg(person: &Person, model: Model) -> String {
    let newer = model.has_opaque_qrs();
    let mut content = if newer {
        sheet("#fbf6f9", "#ecebf6", "#d9b3c8")
    } else {
        sheet("#f9f8f2", "#f1ecf2", "#c3c6ad")
    };
    // Under the codes, so that it does not cover them. The newer models have no room for the large
    // stamp, so they have a level one below the codes.
    content += &stamp(43.0, 27.0, 17.0, 0.22);
    if newer {
        content += &Text {
            x: 46.0,
            y: 33.2,
            size: 6.4,
            bold: true,
            fill: "#d65a8f",
        }
        .svg("MUESTRA");
    }
    content += &if newer {
        codes_of_2019(person)
    } else {
        codes_of_2014(person)
    };
    content += &notice(4.2, 32.9);
    if matches!(model, Model::F | Model::H) {
        content += &Text {
            x: if newer { 4.2 } else { 55.0 },
            y: if newer { 29.8 } else { 32.9 },
            size: 1.9,
            bold: true,
            fill: "#6b5a9c",
        }
        .svg("DESDE EL EXTRANJERO");
    }
    content += &mrz(person);
    face(&content)
}
