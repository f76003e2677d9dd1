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
use storage::apoyos::{PendingApoyo, Verdict};

/// A verdict, and whether its pictures were opened for it.
#[derive(Debug)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The pictures were not opened: their key is not here.
    pub unopened: bool,
}

/// Judges one apoyo. An apoyo whose bytes make the program panic must not stop those behind it: it
/// goes to a reviewer.
pub async fn judge_one(
    core: &Core,
    pictures: &dyn OpenPicture,
    apoyo: &PendingApoyo,
) -> Result<Judged, NotNow> {
    AssertUnwindSafe(verdict_of(core, pictures, apoyo))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Ok(for_a_person(Reason::SinRevisionAutomatica)))
}

fn for_a_person(reason: Reason) -> Judged {
    Judged {
        verdict: Verdict::InReview {
            reasons: vec![reason],
            place: None,
        },
        unopened: false,
    }
}

async fn verdict_of(
    core: &Core,
    pictures: &dyn OpenPicture,
    apoyo: &PendingApoyo,
) -> Result<Judged, NotNow> {
    // It came before parts were sealed and was not judged then: a reviewer has to look.
    let Some(card) = &apoyo.card else {
        return Ok(for_a_person(Reason::SinRevisionAutomatica));
    };
    let Some(rules) = core.storage.campaign_rules(&apoyo.campaign).await? else {
        return Ok(for_a_person(Reason::SinRevisionAutomatica));
    };
    let picture = look_at(core, pictures, apoyo, card).await?;
    let found = core.storage.find_in_roll(card.roll_key).await?;
    let mut verdict = judge(picture, found.as_ref(), &rules, apoyo.received_at);
    // Asked for those only who count: each question is one of the few that the tagger answers.
    if let (Verdict::InRoll(person), Some(entry)) = (&mut verdict, &found) {
        let tag = core
            .tagger
            .person_tag(&rules.exclusivity_group, &entry.person);
        person.tag = tag.await.map_err(NotNow::Tagger)?;
    }
    Ok(Judged {
        verdict,
        unopened: picture == Picture::Unopened,
    })
}
