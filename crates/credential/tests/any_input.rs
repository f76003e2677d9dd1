//! For any input: no parser panics, a parsed value is written back the same, and a changed character
//! is detected.

use chrono::{Days, NaiveDate};
use credential::{
    Cic, ClaveElector, Curp, Entidad, FullName, Mrz, OcrNumber, QrPayload, Rfc, Seccion, Sex,
    StructuredQr, mrz::MrzFields,
};
use proptest::prelude::*;

prop_compose! {
    fn name()(
        given in "[A-ZÑ]{1,8}( [A-ZÑ]{2,8})?",
        first in "(DE LA )?[A-ZÑ]{1,10}",
        second in "([A-ZÑ]{2,10})?",
    ) -> FullName {
        FullName::new(&given, &first, &second).expect("letters only")
    }
}

prop_compose! {
    fn birth()(days in 0u64..40_000) -> NaiveDate {
        NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day") + Days::new(days)
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,120}") {
        let _ = Curp::parse(&text);
        let _ = ClaveElector::parse(&text);
        let _ = Rfc::parse(&text);
        let _ = Mrz::parse_text(&text);
        let _ = Mrz::parse(&[&text, &text, &text]);
        let _ = QrPayload::parse(&text);
        let _ = FullName::readings_of(&text);
        let _ = Seccion::parse(&text);
        let _ = Curp::check_digit(&text);
        let _ = Rfc::check_digit(&text);
    }

    #[test]
    fn texts_of_nearly_the_right_form_are_read_or_refused(
        key in "[A-ZÑ0-9]{4}[0-9]{6}[HMX][A-Z]{2}[A-Z0-9Ñ]{5}",
        zone in "(IDMEX|1DMEX)[0-9<]{25}\n[0-9HM<]{30}\n[A-Z<«]{1,30}",
        address in "https?://qr\\.ine\\.mx/[0-9]{22,26}/[0-9]{8}/[A-Z]/[0-9]{6}",
    ) {
        let _ = Curp::parse(&key);
        let _ = Rfc::parse(&key);
        let _ = Mrz::parse_text(&zone);
        if let QrPayload::Structured(public) = QrPayload::parse(&address) {
            prop_assert_eq!(public.as_str(), address.as_str());
            prop_assert!(address[..].contains(public.ocr().as_str()));
        }
    }

    #[test]
    fn any_bytes_of_a_qr_are_understood_and_opaque_ones_kept(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let QrPayload::Opaque(kept) = QrPayload::from_bytes(&bytes) {
            prop_assert_eq!(kept, bytes);
        }
    }

    #[test]
    fn keys_of_a_person_read_back_and_a_changed_character_is_noticed(
        name in name(),
        birth in birth(),
        entidad in 0u8..=32,
        sex in prop::sample::select(vec![Sex::H, Sex::M]),
        at in 0usize..17,
        other in "[A-Z0-9]",
    ) {
        let entidad = Entidad::from_number(entidad).ok();
        let homonym = if birth < NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day") { '0' } else { 'A' };
        let curp = Curp::build(&name, birth, sex, entidad, homonym).expect("letters only");
        prop_assert_eq!(&curp.to_string().parse::<Curp>(), &Ok(curp.clone()));
        prop_assert_eq!((curp.birth(), curp.sex(), curp.birth_entidad()), (birth, sex, entidad));
        prop_assert!(curp.fits_name(&name));
        // The digit detects every change whose value times weight is not a multiple of ten.
        let mut changed = curp.to_string();
        changed.replace_range(at..=at, &other);
        if let Ok(read) = Curp::parse(&changed) {
            prop_assert_eq!(Curp::check_digit(&changed[..17]), changed.chars().last());
            prop_assert_eq!(read.as_str(), changed.as_str());
        }

        let clave = ClaveElector::build(&name, birth, entidad, sex, 123).expect("letters only");
        prop_assert_eq!(&clave.to_string().parse::<ClaveElector>(), &Ok(clave.clone()));
        prop_assert!(clave.fits_name(&name));

        let rfc = Rfc::from_name(&name, birth);
        prop_assert_eq!(&rfc.to_string().parse::<Rfc>(), &Ok(rfc.clone()));
        prop_assert!(rfc.fits(&name, birth));
    }

    #[test]
    fn a_card_reads_back_what_was_printed_on_it(
        name in name(),
        birth in birth(),
        numbers in ("[0-9]{9}", "[0-9]{9}", 1u16..=9999, 0u8..100, 0u32..100_000),
        years in 0i32..90,
    ) {
        let (cic, person, seccion, emission, folio) = numbers;
        let cic = Cic::parse(&cic).expect("nine digits");
        let seccion = Seccion::from_number(seccion).expect("in range");
        let ocr = OcrNumber::new(seccion, person.parse().expect("nine digits"));
        let expiry = NaiveDate::from_ymd_opt(2010 + years, 12, 31).expect("a day");
        let mrz = Mrz::build(&MrzFields { cic, ocr, birth, sex: Sex::H, expiry, emission, folio, name });
        prop_assert_eq!(&Mrz::parse_text(&mrz.to_string()), &Ok(mrz.clone()));
        prop_assert_eq!((mrz.cic(), mrz.ocr(), mrz.expiry(), mrz.emission()), (cic, ocr, expiry, Some(emission)));
        prop_assert!(mrz.composite_holds());

        let public = StructuredQr::build(ocr, emission, cic, birth, 'P', folio).expect("every field is right");
        prop_assert_eq!(&public.to_string().parse::<StructuredQr>(), &Ok(public.clone()));
        prop_assert_eq!((public.cic, public.ocr(), public.issued, public.seccion), (cic, ocr, birth, seccion));
    }
}
