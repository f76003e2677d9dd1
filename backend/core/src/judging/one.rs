//! Judges one apoyo: its pictures, the roll, the campaign's rules.

use super::{
    judge::{Picture, judge},
    look::look_at,
    not_now::NotNow,
};
use crate::{core::Core, ports::OpenPicture};
use futures_util::FutureExt;
use protocol::reason::Reason;
use std::panic::AssertUnwindSafe;
use storage::{
    apoyos::{PendingApoyo, Verdict},
    judging::Pictures,
    rules::settle::VerdictKind,
};

/// A verdict, and what it rests on.
#[derive(Debug)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The version of the roll that was in force before the person was looked up; 0 without one.
    pub roll: u64,
    /// What became of its pictures.
    pub pictures: Pictures,
}

/// Whether pictures are opened that were opened before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// They are opened.
    Opens,
    /// What was seen in them holds, where that is known.
    KeepsWhatWasSeen,
}

/// Judges one apoyo. An apoyo whose bytes make the program panic must not stop those behind it: it
/// goes to a reviewer.
pub async fn judge_one(
    core: &Core,
    pictures: &dyn OpenPicture,
    apoyo: &PendingApoyo,
    look: Look,
) -> Result<Judged, NotNow> {
    // Before the person is looked up: if another roll comes into force in between, the verdict is
    // refused when it is written.
    let in_force = core.storage.roll_version().await?;
    let roll = in_force.map_or(0, |roll| roll.version);
    let verdict = AssertUnwindSafe(verdict_of(core, pictures, apoyo, look))
        .catch_unwind()
        .await;
    let (verdict, pictures) = verdict.unwrap_or_else(|_| Ok(for_a_person()))?;
    Ok(Judged {
        verdict,
        roll,
        pictures,
    })
}

fn for_a_person() -> (Verdict, Pictures) {
    let verdict = Verdict::InReview {
        reasons: vec![Reason::SinRevisionAutomatica],
        place: None,
    };
    (verdict, Pictures::Opened)
}

async fn verdict_of(
    core: &Core,
    pictures: &dyn OpenPicture,
    apoyo: &PendingApoyo,
    look: Look,
) -> Result<(Verdict, Pictures), NotNow> {
    // It came before parts were sealed and was not judged then: a reviewer has to look.
    let Some(card) = &apoyo.card else {
        return Ok(for_a_person());
    };
    let Some(rules) = core.storage.campaign_rules(&apoyo.campaign).await? else {
        return Ok(for_a_person());
    };
    let seen = match look {
        Look::Opens => None,
        Look::KeepsWhatWasSeen => seen_before(apoyo),
    };
    let (picture, pictures) = match seen {
        Some(picture) => (picture, Pictures::AsBefore),
        None => match look_at(core, pictures, apoyo, card).await? {
            Picture::Unopened => (Picture::Unopened, Pictures::Unopened),
            picture => (picture, Pictures::Opened),
        },
    };
    let found = core.storage.find_in_roll(card.roll_key).await?;
    let mut verdict = judge(picture, found.as_ref(), &rules, apoyo.received_at);
    // Asked for those only who count: each question is one of the few that the tagger answers.
    if let (Verdict::InRoll(person), Some(entry)) = (&mut verdict, &found) {
        let tag = core
            .tagger
            .person_tag(&rules.exclusivity_group, &entry.person);
        person.tag = tag.await.map_err(NotNow::Tagger)?;
    }
    Ok((verdict, pictures))
}

/// What an earlier verdict says of the pictures; `None`: it says nothing.
fn seen_before(apoyo: &PendingApoyo) -> Option<Picture> {
    let before = apoyo.before.as_ref()?;
    if apoyo.unopened {
        return Some(Picture::Unopened);
    }
    // The roll alone was against it, or nothing was: the picture showed what the phone sent.
    if before.kind != VerdictKind::InReview {
        return Some(Picture::Same);
    }
    match before.reasons.first()? {
        Reason::QrNoCoincide => Some(Picture::Other),
        Reason::QrLecturasDistintas => Some(Picture::Contradicted),
        reason @ (Reason::QrNoLegible
        | Reason::CredencialNoValida
        | Reason::FotoNoValida
        | Reason::FirmaNoValida) => Some(Picture::Unreadable(*reason)),
        _ => None,
    }
}
