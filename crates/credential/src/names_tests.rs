use super::*;

fn words_of(given: &str, first: &str, second: &str) -> [String; 3] {
    let name = FullName::new(given, first, second).unwrap();
    [name.first_word(), name.second_word(), name.given_word()].map(str::to_owned)
}

#[test]
fn frequent_given_names_and_particles_are_passed_over() {
    assert_eq!(
        words_of("José Antonio", "Ficticio", "Modelo"),
        ["FICTICIO", "MODELO", "ANTONIO"]
    );
    assert_eq!(
        words_of("María de los Ángeles", "de la Cruz", "y Paz"),
        ["CRUZ", "PAZ", "ANGELES"]
    );
    assert_eq!(
        words_of("Ma. Luisa", "van der Prueba", ""),
        ["PRUEBA", "", "LUISA"]
    );
    // Alone, the frequent name is the name.
    assert_eq!(words_of("María", "Muestra", "Muestra")[2], "MARIA");
    assert_eq!(words_of("José María", "Muestra", "Muestra")[2], "MARIA");
    assert_eq!(words_of("Luz", "La", "Y"), ["LA", "Y", "LUZ"]);
}

#[test]
fn letters_of_a_word() {
    assert_eq!(inner_vowel("PRUEBA"), 'U');
    assert_eq!(inner_vowel("SBT"), 'X');
    assert_eq!(inner_consonant("EA", Enye::AsN), 'X');
    assert_eq!(inner_consonant("OÑATE", Enye::AsX), 'X');
    assert_eq!(inner_consonant("OÑATE", Enye::AsN), 'N');
    assert_eq!(key_letter("ÑANDU", 0, Enye::AsX), 'X');
    assert_eq!(inner_consonant("O'HARA", Enye::AsN), 'X');
}

#[test]
fn a_decomposed_enye_is_an_enye() {
    let name = FullName::new("nin\u{303}o", "Pin\u{303}a", "Gu\u{308}ell").unwrap();
    assert_eq!(name.surnames_first(), "PIÑA GUELL NIÑO");
}

#[test]
fn what_is_no_name_is_refused() {
    assert_eq!(FullName::new("", "A", "B").unwrap_err(), NameError::Missing);
    assert_eq!(FullName::new("A", " ", "").unwrap_err(), NameError::Missing);
    assert_eq!(
        FullName::new("A$", "B", "").unwrap_err(),
        NameError::Character
    );
    assert_eq!(
        FullName::new("A", "---", "").unwrap_err(),
        NameError::Character
    );
    assert_eq!(
        FullName::new(&"A".repeat(151), "B", "").unwrap_err(),
        NameError::TooLong
    );
    assert_eq!(FullName::new("A", "", "B").unwrap().first(), "B");
}

#[test]
fn one_line_is_understood_in_every_way() {
    let readings = FullName::readings_of("Roberta Prueba Ejemplo").unwrap();
    let as_said = FullName::new("Roberta", "Prueba", "Ejemplo").unwrap();
    let as_listed = FullName::new("Ejemplo", "Roberta", "Prueba").unwrap();
    assert!(readings.contains(&as_said) && readings.contains(&as_listed));
    assert!(FullName::readings_of("Roberta").is_err());
}
