//! The roll: whether a new one may be the whole of it.

use crate::roll::{OfEntidad, RollCounts};
use credential::Entidad;

/// An area in which the new roll is noticeably smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shrunk {
    /// The entidad; `None`: the whole roll.
    pub entidad: Option<Entidad>,
    /// What the former roll has there.
    pub before: OfEntidad,
    /// What the new one has there.
    pub now: OfEntidad,
}

/// Where the new roll has more than `percent` less than the former one: in all, and in each
/// entidad. People of the lista nominal are compared by themselves, since a roll may be as long and
/// have struck all of them off.
pub fn shrunk(former: &RollCounts, new: &RollCounts, percent: u8) -> Vec<Shrunk> {
    let whole = Shrunk {
        entidad: None,
        before: former.total(),
        now: new.total(),
    };
    let each = former.by_entidad.iter().map(|(entidad, before)| Shrunk {
        entidad: Some(*entidad),
        before: *before,
        now: new.by_entidad.get(entidad).copied().unwrap_or_default(),
    });
    std::iter::once(whole)
        .chain(each)
        .filter(|area| {
            is_smaller(area.before.entries, area.now.entries, percent)
                || is_smaller(area.before.nominal, area.now.nominal, percent)
        })
        .collect()
}

fn is_smaller(before: u64, now: u64, percent: u8) -> bool {
    let kept = u128::from(100_u8.saturating_sub(percent));
    u128::from(now) * 100 < u128::from(before) * kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(u8, u64, u64)]) -> RollCounts {
        let by_entidad = of.iter().map(|(number, entries, nominal)| {
            let entidad = Entidad::from_number(*number).unwrap();
            let of_entidad = OfEntidad {
                entries: *entries,
                nominal: *nominal,
            };
            (entidad, of_entidad)
        });
        RollCounts {
            by_entidad: by_entidad.collect(),
        }
    }

    fn where_smaller(new: &RollCounts, percent: u8) -> Vec<Option<u8>> {
        let former = counts(&[(9, 1_000, 900), (14, 1_000, 900)]);
        let found = shrunk(&former, new, percent);
        let found = found.iter().map(|area| area.entidad);
        found.map(|entidad| entidad.map(Entidad::number)).collect()
    }

    #[test]
    fn a_truncated_roll_one_without_an_entidad_and_one_of_the_struck_off_are_noticed() {
        let nowhere: [Option<u8>; 0] = [];
        let (whole, cdmx, jalisco) = (None, Some(9), Some(14));
        assert_eq!(
            where_smaller(&counts(&[(9, 990, 891), (14, 990, 891)]), 1),
            nowhere
        );
        assert_eq!(
            where_smaller(&counts(&[(9, 989, 900), (14, 1_020, 950)]), 1),
            [cdmx]
        );
        assert_eq!(where_smaller(&counts(&[(9, 2_000, 1_800)]), 1), [jalisco]);
        assert_eq!(where_smaller(&counts(&[(9, 2_000, 1_800)]), 99), [jalisco]);
        assert_eq!(where_smaller(&counts(&[(9, 2_000, 1_800)]), 100), nowhere);
        assert_eq!(
            where_smaller(&counts(&[(9, 1_000, 0), (14, 1_000, 900)]), 1),
            [whole, cdmx]
        );
        assert_eq!(
            where_smaller(&RollCounts::default(), 1),
            [whole, cdmx, jalisco]
        );
    }
}
