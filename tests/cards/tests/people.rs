//! Who these people are: repeatable, distinct, and whole.

use cards::{Person, Shares, Standing, person::DISTINCT_PEOPLE, roll};
use credential::{ClaveElector, Curp, Mrz, Sex, StructuredQr};
use std::collections::HashSet;

#[test]
fn person_seven_is_the_same_whether_ten_are_drawn_or_a_thousand() {
    let of_ten: Vec<_> = Person::all(3).take(10).collect();
    let of_a_thousand: Vec<_> = Person::all(3).take(1_000).collect();
    assert!(of_ten[7] == of_a_thousand[7]);
    assert_eq!(of_ten[7].roll_line(), Person::synthetic(3, 7).roll_line());
    assert_ne!(of_ten[7].roll_line(), Person::synthetic(4, 7).roll_line());
}

#[test]
fn no_two_of_ten_thousand_share_a_key() {
    let mut seen = HashSet::new();
    for person in Person::all(11).take(10_000) {
        for key in [
            format!("curp {}", person.curp()),
            format!("clave {}", person.clave_elector()),
            format!("cic {}", person.cic),
            format!("identificador {}", person.identificador),
        ] {
            assert!(seen.insert(key), "person {} repeats a key", person.index);
        }
    }
    assert_eq!(seen.len(), 40_000);
}

#[test]
fn every_key_of_a_thousand_is_read_by_the_rules_that_the_app_has() {
    for person in Person::all(5).take(1_000) {
        let curp = Curp::parse(&person.curp().to_string()).expect("a CURP of the right form");
        assert_eq!(curp.birth(), person.birth);
        ClaveElector::parse(&person.clave_elector().to_string()).expect("a clave of that form");
        let qr = StructuredQr::parse(person.qr().as_str()).expect("the usual form");
        assert_eq!((qr.cic, qr.ocr()), (person.cic, person.ocr_number()));
        assert_eq!(qr.issued, person.issued);
        let mrz = person.mrz();
        let [a, b, c] = mrz.lines().each_ref().map(String::as_str);
        let read = Mrz::parse(&[a, b, c]).expect("three lines of thirty");
        assert!(read.composite_holds());
        assert_eq!((read.cic(), read.ocr()), (person.cic, person.ocr_number()));
        assert_eq!(read.sex(), Some(person.sex));
    }
}

#[test]
fn everybody_is_of_age_when_their_card_is_issued() {
    for index in (0..DISTINCT_PEOPLE).step_by(7_919) {
        let person = Person::synthetic(1, index);
        let age = person.issued.years_since(person.birth);
        assert!(age.is_some_and(|years| years >= 18), "person {index}");
    }
}

#[test]
fn the_sets_hold_what_trips_programs() {
    let people: Vec<_> = Person::all(1).take(2_000).collect();
    let some = |test: &dyn Fn(&Person) -> bool| people.iter().any(test);
    assert!(some(&|p| p.name.first().contains('Ñ')));
    assert!(some(&|p| p.name.second().is_empty()));
    assert!(some(&|p| p.name.first().starts_with("DE ")));
    assert!(some(&|p| p.name.given().starts_with("MARIA ")));
    assert!(some(&|p| p.birth.to_string().as_str() >= "2000"));
    assert!(some(&|p| p.sex == Sex::H) && some(&|p| p.sex == Sex::M));
    let entidades: HashSet<_> = people.iter().map(|p| p.place.entidad).collect();
    assert_eq!(entidades.len(), 32);
}

#[test]
fn the_roll_has_a_header_and_the_shares_that_were_asked_for() {
    let shares = Shares {
        padron: 3.0,
        baja: 2.0,
    };
    let mut out = Vec::new();
    for person in Person::all(9).take(10_000) {
        roll::write_line(&mut out, &person.with_standing(shares)).unwrap();
    }
    let text = format!("{}\n{}", roll::HEADER, String::from_utf8(out).unwrap());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap().len(), 15);
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 10_000);
    let count = |standing: Standing| records.iter().filter(|r| &r[13] == standing.word()).count();
    assert!((220..380).contains(&count(Standing::Padron)));
    assert!((130..270).contains(&count(Standing::Baja)));
    assert!(Person::synthetic(9, 0).standing == Standing::ListaNominal);
}

#[test]
fn nobody_is_named_in_a_log() {
    let person = Person::synthetic(1, 0);
    assert_eq!(format!("{person:?}"), "Person(0 of seed 1)");
}
