//! The verdict of the automatic checks on one apoyo. Pure.
//!
//! Duplicates are not part of it: they are decided by order of arrival when the verdict is written.

use chrono::{Datelike, FixedOffset};
use protocol::{environment::Timestamp, reason::Reason};
use storage::{
    apoyos::{Person, Verdict},
    campaigns::CampaignRules,
    roll::{RollEntry, Situacion},
};

/// Central Mexico, where the year of a vigencia ends.
const MEXICO_OFFSET_S: i32 = -6 * 3600;

/// The QR in the picture of the back, compared with the one that the phone sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// The picture shows the same QR.
    Same,
    /// The picture shows another QR.
    Other,
    /// Two readers read different texts in the picture.
    Contradicted,
    /// The picture shows no QR, or one of the pictures does not open; with the reason.
    Unreadable(Reason),
    /// The picture is not opened yet: its key is not here.
    Unopened,
}

/// The verdict of the automatic checks. The person's pseudonym is not known here: it is zeros.
pub fn judge(
    picture: Picture,
    found: Option<&RollEntry>,
    rules: &CampaignRules,
    received_at: Timestamp,
) -> Verdict {
    let in_roll = roll_reasons(found, rules, received_at);
    let place = found.map(|entry| entry.place);
    // A picture without the QR proves nothing about the person in the roll: a reviewer has to
    // look first, and sees the roll's reasons too.
    let picture = match picture {
        Picture::Unreadable(reason) => Some(reason),
        Picture::Other => Some(Reason::QrNoCoincide),
        Picture::Contradicted => Some(Reason::QrLecturasDistintas),
        // A picture that is not opened yet does not count against the person: the apoyo is judged again
        // when it is opened.
        Picture::Same | Picture::Unopened => None,
    };
    match (picture, found) {
        (Some(picture), _) => Verdict::InReview {
            reasons: std::iter::once(picture).chain(in_roll).collect(),
            place,
        },
        (None, Some(entry)) if in_roll.is_empty() => Verdict::InRoll(Person {
            tag: [0; 32],
            place: entry.place,
        }),
        (None, _) => Verdict::NotCounted {
            reasons: in_roll,
            place,
        },
    }
}

fn roll_reasons(
    found: Option<&RollEntry>,
    rules: &CampaignRules,
    received_at: Timestamp,
) -> Vec<Reason> {
    let Some(entry) = found else {
        return vec![Reason::NoEncontrado];
    };
    let mut reasons = Vec::new();
    match entry.situacion {
        Situacion::ListaNominal => {}
        Situacion::Padron => reasons.push(Reason::EnPadronNoLista),
        Situacion::Baja => reasons.push(Reason::Baja),
    }
    if !rules.demarcation.contains(&entry.place) {
        reasons.push(Reason::FueraDeAmbito);
    }
    if i32::from(entry.vigencia) < year_in_mexico(received_at) {
        reasons.push(Reason::CredencialVencida);
    }
    reasons
}

fn year_in_mexico(moment: Timestamp) -> i32 {
    FixedOffset::east_opt(MEXICO_OFFSET_S)
        .map_or(moment.year(), |offset| moment.with_timezone(&offset).year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use credential::Entidad;
    use protocol::campaigns::{Demarcation, Place};

    const TAG: [u8; 32] = [0; 32];

    fn entry(situacion: Situacion, entidad: u8, vigencia: u16) -> RollEntry {
        RollEntry {
            key: [1; 16],
            person: [2; 16],
            place: Place {
                entidad: Entidad::from_number(entidad).unwrap(),
                distrito_federal: 3,
                distrito_local: 4,
                municipio: 5,
                seccion: 1,
            },
            situacion,
            vigencia,
        }
    }

    /// An apoyo from Jalisco, received on the given day.
    fn verdict(picture: Picture, found: Option<RollEntry>, day: &str) -> Verdict {
        let jalisco = Entidad::from_number(14).unwrap();
        let moment = |text: &str| text.parse::<Timestamp>().unwrap();
        let rules = CampaignRules {
            id: "agua".parse().unwrap(),
            process: "consultas".parse().unwrap(),
            exclusivity_group: "campaign/agua".to_owned(),
            demarcation: Demarcation::Entidad { entidad: jalisco },
            opens_at: moment("2026-01-01T00:00:00Z"),
            closes_at: moment("2030-01-01T00:00:00Z"),
        };
        judge(picture, found.as_ref(), &rules, moment(day))
    }

    #[test]
    fn each_reason_has_its_case() {
        use Reason::*;
        let (same, other) = (Picture::Same, Picture::Other);
        let unreadable = Picture::Unreadable(QrNoLegible);
        let (lista, padron, baja) = (Situacion::ListaNominal, Situacion::Padron, Situacion::Baja);
        let day = "2027-06-01T12:00:00Z";

        let good = entry(lista, 14, 2033);
        let counted = Verdict::InRoll(Person {
            tag: TAG,
            place: good.place,
        });
        assert_eq!(verdict(same, Some(good), day), counted);
        assert_eq!(verdict(Picture::Unopened, Some(good), day), counted);

        for (picture, found, in_review, reasons) in [
            (same, None, false, vec![NoEncontrado]),
            (
                same,
                Some(entry(padron, 14, 2033)),
                false,
                vec![EnPadronNoLista],
            ),
            (same, Some(entry(baja, 14, 2033)), false, vec![Baja]),
            (
                same,
                Some(entry(lista, 9, 2033)),
                false,
                vec![FueraDeAmbito],
            ),
            (
                same,
                Some(entry(lista, 14, 2026)),
                false,
                vec![CredencialVencida],
            ),
            (
                same,
                Some(entry(baja, 9, 2026)),
                false,
                vec![Baja, FueraDeAmbito, CredencialVencida],
            ),
            (other, Some(good), true, vec![QrNoCoincide]),
            (other, None, true, vec![QrNoCoincide, NoEncontrado]),
            (unreadable, Some(good), true, vec![QrNoLegible]),
            (
                Picture::Contradicted,
                Some(good),
                true,
                vec![QrLecturasDistintas],
            ),
            (
                unreadable,
                Some(entry(baja, 14, 2033)),
                true,
                vec![QrNoLegible, Baja],
            ),
        ] {
            let place = found.map(|entry| entry.place);
            let expected = match in_review {
                true => Verdict::InReview { reasons, place },
                false => Verdict::NotCounted { reasons, place },
            };
            assert_eq!(verdict(picture, found, day), expected);
        }
    }

    #[test]
    fn a_credential_of_2027_is_valid_until_the_last_hour_of_2027_in_mexico() {
        let found = Some(entry(Situacion::ListaNominal, 14, 2027));
        let at = |day| matches!(verdict(Picture::Same, found, day), Verdict::InRoll(_));
        assert!(at("2028-01-01T05:59:59Z"));
        assert!(!at("2028-01-01T06:00:00Z"));
    }
}
