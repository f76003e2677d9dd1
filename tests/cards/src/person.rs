//! Invented people, complete enough for a card, a roll and a photograph.

use crate::{cartography, chance::Chance, words};
use chrono::{Datelike, Days, Months, NaiveDate};
use credential::{
    Cic, ClaveElector, Curp, Entidad, FullName, Identificador, Model, Mrz, OcrNumber, Seccion, Sex,
    StructuredQr, mrz::MrzFields,
};
use protocol::campaigns::Place;
use std::fmt;

/// The first day of birth.
const FIRST_BIRTH: (i32, u32, u32) = (1940, 1, 1);
/// The days of birth from then on, up to 30 December 2007, so that everybody is of age when the last
/// card is issued.
const BIRTH_DAYS: u64 = 24_835;
const HOMONYMS: u64 = 10;
const ENTIDADES: u64 = 32;
/// The number of people of one seed whose CURPs and claves differ by construction.
pub const DISTINCT_PEOPLE: u64 = BIRTH_DAYS * ENTIDADES * HOMONYMS;
const NINE_DIGITS: u64 = 1_000_000_000;

/// A person's situation in the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In the lista nominal: the apoyo counts.
    ListaNominal,
    /// In the padrón only.
    Padron,
    /// Struck off.
    Baja,
}

impl Standing {
    /// The word in the roll's column `situacion`.
    pub const fn word(self) -> &'static str {
        match self {
            Standing::ListaNominal => "LISTA_NOMINAL",
            Standing::Padron => "PADRON",
            Standing::Baja => "BAJA",
        }
    }
}

/// The percentages of people who are not in the lista nominal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// In the padrón only.
    pub padron: f64,
    /// Struck off.
    pub baja: f64,
}

impl Shares {
    /// Everybody is in the lista nominal.
    pub const NONE: Shares = Shares {
        padron: 0.0,
        baja: 0.0,
    };
}

/// An invented person. Card, roll line and QR follow changes of the fields.
#[derive(Clone, PartialEq)]
pub struct Person {
    /// The seed this person was drawn from.
    pub seed: u64,
    /// Which person of that seed.
    pub index: u64,
    /// The name.
    pub name: FullName,
    /// As printed on the front.
    pub sex: Sex,
    /// The day of birth.
    pub birth: NaiveDate,
    /// The entidad of birth, not where they vote.
    pub birth_entidad: Entidad,
    /// The homonym digit of people with the same letters and birth, 0 to 9.
    pub homonym: u8,
    /// Where they vote.
    pub place: Place,
    /// Street and number, neighbourhood, town: as printed.
    pub address: [String; 3],
    /// The number of the card.
    pub cic: Cic,
    /// The number of the person.
    pub identificador: Identificador,
    /// The number of earlier cards.
    pub emission: u8,
    /// The day the card was issued.
    pub issued: NaiveDate,
    /// The last year in which it is valid.
    pub valid_through: i32,
    /// The model of the card that this person holds.
    pub model: Model,
    /// Their situation in the roll.
    pub standing: Standing,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({} of seed {})", self.index, self.seed)
    }
}

/// A distinct number for each index below `modulus`: `factor` is coprime to every modulus used here, and
/// the seed only moves the start.
fn permuted(seed: u64, index: u64, purpose: &str, factor: u64, modulus: u64) -> u64 {
    let start = Chance::new(seed, 0, purpose).below(modulus);
    let step = u128::from(index % modulus) * u128::from(factor);
    ((step + u128::from(start)) % u128::from(modulus)) as u64
}

fn name_of(chance: &mut Chance, sex: Sex) -> FullName {
    let given = chance.pick(if sex == Sex::H {
        words::MEN
    } else {
        words::WOMEN
    });
    let first = chance.pick(words::SURNAMES);
    let second = if chance.percent(2.0) {
        ""
    } else {
        chance.pick(words::SURNAMES)
    };
    FullName::new(given, first, second).expect("the lists hold nothing but names")
}

fn model_and_issue(chance: &mut Chance, birth: NaiveDate) -> (Model, NaiveDate) {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a real day");
    let of_age = birth
        .checked_add_months(Months::new(18 * 12))
        .expect("within the calendar");
    let old_models = of_age < day(2017, 1, 1) && chance.percent(35.0);
    let abroad = chance.percent(20.0);
    let (model, from, to) = match (old_models, abroad) {
        (true, false) => (Model::E, day(2017, 1, 1), day(2019, 11, 30)),
        (true, true) => (Model::F, day(2017, 1, 1), day(2019, 11, 30)),
        (false, false) => (Model::G, day(2020, 1, 1), day(2025, 12, 31)),
        (false, true) => (Model::H, day(2020, 1, 1), day(2025, 12, 31)),
    };
    let from = from.max(of_age);
    let days = (to - from).num_days().max(0) as u64 + 1;
    (model, from + Days::new(chance.below(days)))
}

fn place_of(chance: &mut Chance, born_in: Entidad) -> Place {
    let entidad = if chance.percent(80.0) {
        born_in
    } else {
        Entidad::from_number(chance.below(ENTIDADES) as u8 + 1).expect("1 to 32")
    };
    let seccion = chance.below(u64::from(cartography::secciones(entidad))) as u16 + 1;
    cartography::place(entidad, seccion).expect("drawn from those that exist")
}

fn address_of(chance: &mut Chance, place: Place, model: Model) -> [String; 3] {
    let street = format!("{} {}", chance.pick(words::STREETS), 1 + chance.below(420));
    let colonia = format!(
        "{} {:05}",
        chance.pick(words::COLONIAS),
        chance.below(1_000)
    );
    let town = if matches!(model, Model::F | Model::H) {
        "CIUDAD IMAGINARIA, EXTRANJERO".to_owned()
    } else {
        format!(
            "MUNICIPIO {:03}, {}.",
            place.municipio,
            place.entidad.curp_letters()
        )
    };
    [street, colonia, town]
}

impl Person {
    /// Person number `index` of this seed; it does not depend on how many others are drawn.
    ///
    /// No two of the first [`DISTINCT_PEOPLE`] of a seed share a CURP, a clave de elector, a
    /// CIC or an identificador. Everybody is in the lista nominal.
    pub fn synthetic(seed: u64, index: u64) -> Person {
        let mut chance = Chance::new(seed, index, "person");
        let chance = &mut chance;
        // The combination of day of birth, entidad and homonym is distinct for each index, so CURPs
        // and claves differ without storing them.
        let mut drawn = permuted(seed, index, "birth", 5_915_587, DISTINCT_PEOPLE);
        let homonym = (drawn % HOMONYMS) as u8;
        drawn /= HOMONYMS;
        let birth_entidad = Entidad::from_number((drawn % ENTIDADES) as u8 + 1).expect("1 to 32");
        drawn /= ENTIDADES;
        let (year, month, day) = FIRST_BIRTH;
        let first_birth = NaiveDate::from_ymd_opt(year, month, day).expect("a real day");
        let birth = first_birth + Days::new(drawn);
        let sex = if chance.percent(51.0) { Sex::M } else { Sex::H };
        let (model, issued) = model_and_issue(chance, birth);
        let place = place_of(chance, birth_entidad);
        let nine = |purpose, factor| {
            let number = permuted(seed, index, purpose, factor, NINE_DIGITS);
            format!("{number:09}")
        };
        Person {
            seed,
            index,
            name: name_of(chance, sex),
            sex,
            birth,
            birth_entidad,
            homonym,
            place,
            address: address_of(chance, place, model),
            cic: Cic::parse(&nine("cic", 618_033_989)).expect("nine digits"),
            identificador: Identificador::parse(&nine("identificador", 414_213_563))
                .expect("nine digits"),
            emission: chance.below(4) as u8,
            issued,
            valid_through: issued.year() + 10,
            model,
            standing: Standing::ListaNominal,
        }
    }

    /// All the people of a seed, one after the other, without end.
    pub fn all(seed: u64) -> impl Iterator<Item = Person> {
        (0..).map(move |index| Person::synthetic(seed, index))
    }

    /// The same person, whose situation is drawn by these shares.
    pub fn with_standing(mut self, shares: Shares) -> Person {
        let drawn = Chance::new(self.seed, self.index, "standing").unit() * 100.0;
        self.standing = if drawn < shares.baja {
            Standing::Baja
        } else if drawn < shares.baja + shares.padron {
            Standing::Padron
        } else {
            Standing::ListaNominal
        };
        self
    }

    /// Their CURP.
    pub fn curp(&self) -> Curp {
        let homonym = if self.birth_year() < 2000 { b'0' } else { b'A' } + self.homonym;
        Curp::build(
            &self.name,
            self.birth,
            self.sex,
            Some(self.birth_entidad),
            char::from(homonym),
        )
        .expect("every drawn name, birth and entidad makes a CURP")
    }

    /// Their clave de elector.
    pub fn clave_elector(&self) -> ClaveElector {
        let last = Chance::new(self.seed, self.index, "clave").below(10) as u16 * 100;
        ClaveElector::build(
            &self.name,
            self.birth,
            Some(self.birth_entidad),
            self.sex,
            last + u16::from(self.homonym),
        )
        .expect("every drawn name, birth and entidad makes a clave")
    }

    /// Sección and identificador: the OCR number.
    pub fn ocr_number(&self) -> OcrNumber {
        let seccion = Seccion::from_number(self.place.seccion).expect("secciones start at 1");
        OcrNumber::new(seccion, self.identificador)
    }

    /// The text of their card's public QR.
    pub fn qr(&self) -> StructuredQr {
        let query = Chance::new(self.seed, self.index, "query").below(1_000_000) as u32;
        StructuredQr::build(
            self.ocr_number(),
            self.emission,
            self.cic,
            self.issued,
            'P',
            query,
        )
        .expect("every drawn number and date makes an address")
    }

    /// The three lines at the foot of the card's back.
    pub fn mrz(&self) -> Mrz {
        Mrz::build(&MrzFields {
            cic: self.cic,
            ocr: self.ocr_number(),
            birth: self.birth,
            sex: self.sex,
            expiry: NaiveDate::from_ymd_opt(self.valid_through, 12, 31)
                .expect("every year has a last day"),
            emission: self.emission,
            folio: Chance::new(self.seed, self.index, "folio").below(100_000) as u32,
            name: self.name.clone(),
        })
    }

    pub(crate) fn birth_year(&self) -> i32 {
        self.birth.year()
    }
}
