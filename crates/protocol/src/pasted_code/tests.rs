use super::*;

fn code(text: &str) -> Option<String> {
    find(text).map(|found| String::from_utf8(found.to_vec()).unwrap())
}

/// Pasted texts and the codes in them.
#[test]
fn a_code_is_found_in_what_people_paste() {
    let pasted = [
        "Su código: 7K2M Q9RX gracias",
        "tel. 5555-1234; código 7K2M-Q9RX",
        // More cases of the same kind.
        "código 7K2M-Q9RX; tel. 5555-1234",
        "Hola, mi code es 7k2mq9rx",
        "7K2M-Q9RX.",
        "«7K2M–Q9RX»",
        "\u{200e}7K2M\u{2011}Q9RX\u{200f}",
        "7\u{ad}K2M\u{a0}Q9RX\u{200b}",
        "７Ｋ２Ｍ－Ｑ９ＲＸ",
        "7K2M Q9RX\n\nEl código sirve 24 horas, hasta el 28 11 2026",
        "(7K2M−Q9RX)",
        "Reenviado: su codigo es 7K2M-Q9RX. Su código es 7K2M-Q9RX, no lo comparta.",
        "código:7K2M-Q9RX",
        "٧K٢M-Q٩RX",
    ];
    for text in pasted {
        assert_eq!(code(text).as_deref(), Some("7K2MQ9RX"), "{text:?}");
    }
    assert_eq!(code("Su código: KXMQ-RTBZ").as_deref(), Some("KXMQRTBZ"));
    assert_eq!(code("código 1234-5678").as_deref(), Some("12345678"));
}

#[test]
fn what_can_be_two_codes_or_none_is_refused() {
    for text in [
        "7K2M-Q9RX o 8K2M-Q9RX",
        "estimada persona",
        "Para mi mamá",
        "tel. 5555-1234 o 5555-4321",
        "7K2M-Q9R",
        "7K2M, Q9RX",
        "",
        &"7K2M-Q9RX ".repeat(3_000),
    ] {
        assert_eq!(code(text), None, "{text:.40}");
    }
}
