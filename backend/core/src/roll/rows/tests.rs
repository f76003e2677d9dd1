use super::*;
use proptest::prelude::*;

const HEADER: &str = "identificador,cic,emision,clave_elector,curp,nombre,primer_apellido,\
    segundo_apellido,entidad,distrito_federal,distrito_local,municipio,seccion,situacion,vigencia";
const ONE: &str = "854574252,172987423,01,PQTNMR04060403M706,PETM040604MBSQNRG0,MARIA,PEQUEÑO,TINTERO,3,1,1,1,4,LISTA_NOMINAL,2032";
const TWO: &str = "268787815,791021412,03,PRTLMG87011610H103,POTM870116HDGRLG38,MIGUEL ANGEL,PRONOMBRE,TELON,10,2,4,6,48,LISTA_NOMINAL,2035";

/// Entries, and rejects with their lines.
type Read = (u64, Vec<(u64, Reject)>);

fn read(bytes: &[u8]) -> Result<Read, FileFault> {
    let (mut good, mut bad) = (0, Vec::new());
    let lines = read_rows(bytes, |row| {
        match row.read {
            Ok(_) => good += 1,
            Err(reject) => bad.push((row.number, reject)),
        }
        true
    })?;
    assert_eq!(lines, good + bad.len() as u64);
    Ok((good, bad))
}

fn file(lines: &[&str]) -> Vec<u8> {
    lines.join("\n").into_bytes()
}

#[test]
fn what_could_swallow_a_line_is_a_fault_of_the_file() {
    let lone = include_bytes!("../../../tests/rolls/roll-lone-quote.csv");
    let swallowed = include_bytes!("../../../tests/rolls/roll-swallowed-neighbour-strict.csv");
    assert!(matches!(read(lone), Err(FileFault::OpenQuote(12))));
    assert!(matches!(read(swallowed), Err(FileFault::OpenQuote(3))));
    // More cases of the same kind.
    let with = |name: &str| file(&[HEADER, ONE, &TWO.replace("TELON", name), ONE]);
    for open in [
        "\"TELON",
        "\"TELON\"\"",
        "\"",
        "\"\"\"",
        "\"TE\nLON\"",
        "\"TE\r\nLON\"",
    ] {
        assert!(
            matches!(read(&with(open)), Err(FileFault::OpenQuote(3))),
            "{open:?}"
        );
    }
    for control in [
        "TE\0LON",
        "TE\rLON",
        "TE\u{b}LON",
        "TE\u{c}LON",
        "TE\u{2028}LON",
        "TE\u{85}LON",
        "\"TE\rLON\"",
        "TE\u{1a}LON",
    ] {
        assert!(
            matches!(read(&with(control)), Err(FileFault::Control(3))),
            "{control:?}"
        );
    }
    assert!(matches!(
        read(&with(&"A".repeat(70_000))),
        Err(FileFault::LongLine(3))
    ));
    let mac = file(&[HEADER, ONE, TWO])
        .iter()
        .map(|byte| if *byte == b'\n' { b'\r' } else { *byte })
        .collect::<Vec<_>>();
    assert!(matches!(read(&mac), Err(FileFault::Control(1))));
    let open_header = file(&[&HEADER.replace("curp", "\"curp"), ONE]);
    assert!(matches!(read(&open_header), Err(FileFault::OpenQuote(1))));
}

#[test]
fn a_header_says_one_place_for_each_column() {
    let twice = include_bytes!("../../../tests/rolls/roll-duplicate-header.csv");
    assert!(matches!(read(twice), Err(FileFault::ColumnTwice("cic"))));
    for (header, column) in [
        (HEADER.replace("nombre", "CIC "), "cic"),
        (HEADER.replace("nombre", "\"curp\""), "curp"),
        (format!("{HEADER},vigen\u{200b}cia"), "vigencia"),
        (format!("{HEADER},ＣＵＲＰ"), "curp"),
    ] {
        let told = read(&file(&[&header, ONE]));
        assert!(
            matches!(told, Err(FileFault::ColumnTwice(it)) if it == column),
            "{header}"
        );
    }
    for missing in ["", "\n\n", "{}", "a,b\n1,2", "identificador"] {
        assert!(
            matches!(read(missing.as_bytes()), Err(FileFault::NoColumn(_))),
            "{missing}"
        );
    }
    let told = read(&file(&[&HEADER.replace("seccion", "sec"), ONE]));
    assert!(matches!(told, Err(FileFault::NoColumn("seccion"))));
    let told = read(&file(&[
        &HEADER.replace("seccion", "sec").replace(',', ";"),
        ONE,
    ]));
    assert!(matches!(told, Err(FileFault::NoColumn("seccion"))));
}

#[test]
fn what_spreadsheets_write_is_read() {
    let semicolon = include_bytes!("../../../tests/rolls/roll-semicolon.csv");
    let trailing = include_bytes!("../../../tests/rolls/roll-trailing-comma-in-rows.csv");
    let utf16 = |big: bool, mark: bool| {
        let text = format!("{HEADER}\r\n{ONE}\r\n{TWO}");
        let units = mark
            .then_some(0xfeff)
            .into_iter()
            .chain(text.encode_utf16());
        let bytes = |unit: u16| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        };
        units.flat_map(bytes).collect::<Vec<u8>>()
    };
    for (what, bytes, good) in [
        ("semicolons", semicolon.to_vec(), 5),
        ("a surplus column", trailing.to_vec(), 5),
        // More cases of the same kind.
        (
            "tabs",
            file(&[HEADER, ONE, TWO])
                .iter()
                .map(|b| if *b == b',' { b'\t' } else { *b })
                .collect(),
            2,
        ),
        (
            "sep=",
            file(&["sep=;", &HEADER.replace(',', ";"), &ONE.replace(',', ";")]),
            1,
        ),
        ("UTF-16", utf16(false, true), 2),
        ("UTF-16, big end first", utf16(true, true), 2),
        (
            "a mark",
            [b"\xef\xbb\xbf", &file(&[HEADER, ONE])[..]].concat(),
            1,
        ),
        (
            "blank rows",
            file(&[
                HEADER,
                ONE,
                TWO,
                "",
                "   ",
                ",,,,,,,,,,,,,,",
                "\"\",\"\"",
                "\r",
                "",
            ]),
            2,
        ),
        (
            "a surplus column in the header",
            file(&[&format!("{HEADER},,"), ONE, &format!("{TWO}, ,\"\"")]),
            2,
        ),
        (
            "every field quoted",
            file(&[HEADER, &format!("\"{}\"", ONE.replace(',', "\",\""))]),
            1,
        ),
        (
            "a name with a comma and quotes",
            file(&[HEADER, &ONE.replace("MARIA", "\"MARIA, \"\"LA\"\"\"")]),
            1,
        ),
        ("no line break at the end", file(&[HEADER, ONE]), 1),
        ("two at the end", file(&[HEADER, ONE, "", ""]), 1),
    ] {
        match read(&bytes) {
            Ok((found, bad)) => assert_eq!((found, bad), (good, Vec::new()), "{what}"),
            Err(fault) => panic!("{what}: {fault}"),
        }
    }
    // Without a byte order mark, UTF-16 cannot be told from other bytes.
    assert!(matches!(
        read(&utf16(false, false)),
        Err(FileFault::Control(1))
    ));
    let mut half = utf16(false, true);
    half.pop();
    assert!(matches!(read(&half), Err(FileFault::Encoding(3))));
}

#[test]
fn a_line_that_contradicts_itself_is_rejected_with_its_number() {
    let lines = [
        HEADER,
        ONE,
        &ONE.replace("PQTNMR040604", "PQTNMR040605"),
        &ONE.replace("03M706", "03H706"),
        &ONE.replace("0403M706", "0404M706"),
        &TWO.replace("TELON", "TE\"LON"),
        &TWO.replace("TELON", "\"TE\"LON"),
        &format!("{TWO},X"),
        &TWO.replacen(',', "", 1),
        "",
        &TWO.replace("268787815", "٢٦٨٧٨٧٨١٥"),
    ];
    let (good, bad) = read(&file(&lines)).unwrap();
    assert_eq!(good, 2);
    assert_eq!(
        bad,
        [
            (3, Reject::Contradiction("birth date")),
            (4, Reject::Contradiction("sex")),
            (5, Reject::Contradiction("birth entidad")),
            (6, Reject::Quote),
            (7, Reject::Quote),
            (8, Reject::Columns),
            (9, Reject::Columns),
        ]
    );
}

/// Lines of a file as a person counts them: those with something other than quotes and delimiters.
fn lines_in(text: &[u8], delimiter: u8) -> u64 {
    let blank = |line: &[u8]| {
        line.iter()
            .all(|b| b.is_ascii_whitespace() || *b == delimiter || *b == b'"')
            && line.iter().filter(|b| **b == b'"').count() % 2 == 0
    };
    text.split(|byte| *byte == b'\n')
        .filter(|line| !blank(line))
        .count() as u64
}

proptest! {
    /// For any bytes, lines in are entries and rejects, or the file is refused.
    #[test]
    fn no_line_is_swallowed(body in proptest::collection::vec(
        prop_oneof![
            Just(ONE.as_bytes().to_vec()),
            Just(TWO.as_bytes().to_vec()),
            Just(b"\n".to_vec()),
            Just(b"\"".to_vec()),
            Just(b"\r".to_vec()),
            Just(b",".to_vec()),
            proptest::collection::vec(any::<u8>(), 0..6),
        ],
        0..24,
    )) {
        let body = body.concat();
        let bytes = [HEADER.as_bytes(), b"\n", &body].concat();
        if let Ok((good, bad)) = read(&bytes) {
            prop_assert_eq!(good + bad.len() as u64, lines_in(&body, b','));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }
}
