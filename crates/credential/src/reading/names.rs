//! Whether the name gives the letters of the keys, under either rule for Ñ.

use super::{Finding, FindingCode, Source, Sources};
use crate::{mrz::Mrz, names::FullName};

/// One finding for all names and keys that do not fit together.
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
    // A name that fills its line may have lost letters that the keys have.
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

/// The keys that no reading of the name gives.
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
        // What the clave of somebody with one surname looks like is not published.
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

/// Where the first surname ends is not written in the zone: every way of understanding it.
fn readings_of(mrz: &Mrz) -> Vec<FullName> {
    let (surnames, given) = mrz.names();
    let words: Vec<&str> = surnames.split(' ').collect();
    (1..=words.len())
        .filter_map(|end| {
            FullName::new(&given, &words[..end].join(" "), &words[end..].join(" ")).ok()
        })
        .collect()
}
