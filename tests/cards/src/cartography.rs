//! An invented electoral map: every sección belongs to one federal district, one local
//! district and one municipio.
//!
//! The number of federal districts of each entidad is the real one (300 in all). Their content is
//! invented by a rule, the same for every seed.

use credential::Entidad;
use protocol::campaigns::Place;

/// Federal districts of each entidad, in the order of their numbers.
const DISTRICTS: [u16; 32] = [
    3, 9, 2, 2, 8, 2, 13, 9, 22, 4, 15, 8, 7, 20, 40, 11, 5, 3, 14, 10, 16, 6, 4, 7, 7, 7, 6, 8, 3,
    19, 6, 4,
];

/// Secciones in each federal district.
const SECCIONES: u16 = 24;
/// Each federal district has two local districts.
const SECCIONES_OF_LOCAL: u16 = 12;
/// Three municipios share a federal district, so the middle one is in both local districts, as real
/// towns are.
const SECCIONES_OF_MUNICIPIO: u16 = 8;

/// The number of federal districts of this entidad.
pub fn federal_districts(entidad: Entidad) -> u16 {
    DISTRICTS[usize::from(entidad.number()) - 1]
}

/// The number of secciones of this entidad; they are numbered from 1.
pub fn secciones(entidad: Entidad) -> u16 {
    federal_districts(entidad) * SECCIONES
}

/// The place of a sección; `None` if the entidad does not have it.
pub fn place(entidad: Entidad, seccion: u16) -> Option<Place> {
    if seccion == 0 || seccion > secciones(entidad) {
        return None;
    }
    let nth = seccion - 1;
    Some(Place {
        entidad,
        distrito_federal: nth / SECCIONES + 1,
        distrito_local: nth / SECCIONES_OF_LOCAL + 1,
        municipio: nth / SECCIONES_OF_MUNICIPIO + 1,
        seccion,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_seccion_lies_in_one_district_and_every_district_has_some() {
        assert_eq!(DISTRICTS.iter().sum::<u16>(), 300);
        for entidad in Entidad::all() {
            let mut of_district = BTreeMap::<u16, u16>::new();
            for seccion in 1..=secciones(entidad) {
                let place = place(entidad, seccion).unwrap();
                assert_eq!((place.entidad, place.seccion), (entidad, seccion));
                *of_district.entry(place.distrito_federal).or_default() += 1;
            }
            assert_eq!(of_district.len(), usize::from(federal_districts(entidad)));
            assert!(of_district.values().all(|count| *count == SECCIONES));
        }
    }

    #[test]
    fn there_is_nothing_beyond_the_last_seccion() {
        let colima = Entidad::from_number(6).unwrap();
        assert!(place(colima, 0).is_none());
        assert!(place(colima, 48).is_some());
        assert!(place(colima, 49).is_none());
    }
}
