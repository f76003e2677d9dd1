//! Compares the name with the letters of CURP and clave de elector, by either rule for Ñ.

use super::{Finding, FindingCode, Source, Sources};
use crate::{mrz::Mrz, names::FullName};

/// One finding for all names and keys that do not match.
pub(super) fn check(sources: &Sources) -> Option<Finding> {
    let mut values = Vec::new();
    if let Some(name) = &sources.name {
        let readings = FullName::readings_of(&name.0).unwrap_or_default();
        let wrong = misfits(sources, &readings, false);
        if !wrong.is_empty() {
            values.push((Source::Front, name.0.clone()));
            values.extend(wrong);
        }
    }
    // A name that fills its line may be cut, and then lacks letters of the keys.
    if let Some(mrz) = sources.mrz.as_ref().filter(|mrz| !mrz.name_is_cut()) {
        let wrong = misfits(sources, &readings_of(mrz), true);
        if !wrong.is_empty() {
            values.push((Source::Mrz, mrz.lines()[2].clone()));
            for value in wrong {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
    }
    (!values.is_empty()).then_some(Finding {
        code: FindingCode::NameDiffers,
        values,
    })
}

/// The keys that match no reading of the name.
fn misfits(sources: &Sources, readings: &[FullName], without_enye: bool) -> Vec<(Source, String)> {
    let mut wrong = Vec::new();
    if let Some(curp) = &sources.curp {
        let fits = |name: &FullName| {
            curp.fits_name(name) || (without_enye && curp.fits_name_without_enye(name))
        };
        if !readings.iter().any(fits) {
            wrong.push((Source::Curp, curp.to_string()));
        }
    }
    if let Some(clave) = &sources.clave_elector {
        // The rule for the clave of a person with one surname is not published.
        let fits = |name: &FullName| {
            clave.fits_name(name)
                || (without_enye && clave.fits_name_without_enye(name))
                || readings.iter().all(|name| name.second().is_empty())
        };
        if !readings.iter().any(fits) {
            wrong.push((Source::ClaveElector, clave.to_string()));
        }
    }
    wrong
}

/// Every reading of the surnames: the MRZ does not tell where the first one ends.
fn readings_of(mrz: &Mrz) -> Vec<FullName> {
    let (surnames, given) = mrz.names();
    let words: Vec<&str> = surnames.split(' ').collect();
    (1..=words.len())
        .filter_map(|end| {
            FullName::new(&given, &words[..end].join(" "), &words[end..].join(" ")).ok()
        })
        .collect()
}
