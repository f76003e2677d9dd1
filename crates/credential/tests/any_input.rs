//! Whatever comes in: nothing panics, what is read is written back the same, and a changed
//! character is noticed.

use chrono::{Days, NaiveDate};
use credential::{
    Cic, ClaveElector, Curp, Entidad, FullName, Mrz, OcrNumber, QrPayload, Rfc, Seccion, Sex,
    StructuredQr,
    mrz::{MrzFields, picture::read_zone},
    photo::{self, Limits, ShapeError, jpeg_shape},
    qr::{Budget, decode_luma},
    reading::FindingCode,
};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
use proptest::prelude::*;
use std::{io::Cursor, sync::LazyLock};

/// One of each picture format, whole.
static PICTURES: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let picture = DynamicImage::from(GrayImage::from_fn(48, 40, |x, y| {
        image::Luma([(x * 37 % 97 + y * 3) as u8])
    }));
    let mut png = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .expect("written to memory");
    let jpeg = photo::reencode(&png, 2048, 88).expect("a good PNG").bytes;
    [png, jpeg]
});

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
        // The digit notices every change whose value times weight is no multiple of ten.
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

    #[test]
    fn any_beginning_of_a_file_has_a_shape_or_a_reason(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = jpeg_shape(&bytes);
        let jpeg = [&b"\xff\xd8\xff"[..], &bytes].concat();
        prop_assert_ne!(jpeg_shape(&jpeg).map(|_| ()), Err(ShapeError::NotJpeg));
        let _ = photo::open_picture(&jpeg, Limits::EVIDENCE);
    }

    #[test]
    fn a_picture_that_was_cut_or_altered_is_opened_or_refused(
        which in 0usize..2,
        cut in 0.0f64..1.0,
        change in (0.0f64..1.0, any::<u8>()),
    ) {
        let whole = &PICTURES[which];
        let place = |share: f64| (share * whole.len() as f64) as usize;
        let short = &whole[..place(cut)];
        prop_assert!(jpeg_shape(short) != Err(ShapeError::Broken));
        let _ = photo::open_picture(short, Limits::EVIDENCE);
        let _ = photo::check_signature(short);
        let mut altered = whole.clone();
        altered[place(change.0)] = change.1;
        if let Ok(picture) = photo::open_picture(&altered, Limits::EVIDENCE) {
            let _ = decode_luma(&picture.to_luma8(), Budget::still());
        }
    }

    #[test]
    fn a_picture_of_any_size_and_texture_has_no_zone_and_costs_nothing_but_time(
        width in 0u32..400,
        height in 0u32..300,
        seed in any::<u32>(),
        (stripe, turn, dark) in (1u32..12, 0u32..3, 0u8..200),
    ) {
        let mut state = seed | 1;
        let picture = GrayImage::from_fn(width, height, |x, y| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let along = match turn {
                0 => x / stripe + y / (stripe * 3),
                1 => y / stripe + x / (stripe * 20),
                _ => (x + y) / stripe,
            };
            let noise = (state >> 28) as u8;
            image::Luma([if along % 2 == 0 { dark } else { 220 } + noise])
        });
        let code = [(1.0, 2.0), (f32::NAN, 0.0), (-4.0, 1e9), (0.0, 0.0)];
        let zone = read_zone(&picture, &[code], &|| false);
        prop_assert!(zone.is_none_or(|zone| zone.trusted().is_none()));
    }

    #[test]
    fn a_picture_of_any_size_and_texture_is_looked_at_for_faces(
        width in 1u32..400,
        height in 1u32..400,
        (seed, coarse) in (any::<u32>(), 1u32..40),
        (low, high) in (0u32..200, 1u32..256),
    ) {
        // Patches of chance: from noise to shapes as large as a face.
        let picture = RgbImage::from_fn(width, height, |x, y| {
            let mut state = seed ^ (x / coarse).wrapping_mul(0x9E37_79B9) ^ (y / coarse).wrapping_mul(0x85EB_CA6B);
            state ^= state >> 15;
            state = state.wrapping_mul(0x2C1B_3C6D);
            state ^= state >> 12;
            let grey = (low + state % high).min(255) as u8;
            image::Rgb([grey, grey, grey / 2])
        });
        for seen in [photo::look_at_face(&picture), photo::check_selfie(&picture)] {
            let numbers = seen.face.map_or([0.5; 4], |face| [face.middle.0, face.width, face.light, face.balance]);
            prop_assert!(numbers.iter().all(|number| number.is_finite()), "{seen:?}");
            let none = FindingCode::NoFace;
            prop_assert_eq!(seen.face.is_none(), seen.findings.contains(&none), "{:?}", seen);
        }
    }
}
