//! The live view: its frames are analysed and not stored.
//!
//! This file decides whether a frame is good, and whether enough good frames came in a row to take
//! the picture automatically. A screen only shows it.

use crate::{
    app::App,
    capture::blocking,
    card::open,
    code::Problem,
    doors::Aim,
    views::{FrameAdvice, FrameLook},
};
use bytes::Bytes;
use credential::QrKind;
use image::RgbImage;
use protocol::environment::Clock;
use std::sync::{Arc, PoisonError, atomic::Ordering};
use vision::{
    photo::{self, Advice, Point, Side},
    qr::{Budget, DecodedCode, Session},
};

/// Good frames in a row before the picture is taken automatically: about half a second, long enough
/// to see it coming.
const IN_A_ROW: u8 = 3;
/// Largest movement of a corner between two frames, in widths of the frame, of a card that is held
/// still. A faster card will be blurred in the picture.
const STILL: f32 = 0.03;
/// Milliseconds for reading the codes of one frame: ten frames come per second, and the other checks
/// need time too.
const READING_MS: i64 = 50;

impl App {
    /// [`crate::Door::Look`].
    pub(crate) async fn look(&self, aim: Aim, frame: Bytes) -> Result<FrameLook, Problem> {
        let finder = &self.viewfinder;
        let mine = finder.newest.fetch_add(1, Ordering::Relaxed) + 1;
        self.require_notice().await?;
        let _looking = finder.looking.lock().await;
        let last = finder
            .last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .filter(|(before, _)| *before == aim)
            .map(|(_, look)| look);
        if finder.newest.load(Ordering::Relaxed) != mine
            && let Some(last) = last
        {
            return Ok(last);
        }
        let (live, clock) = (Arc::clone(&finder.live), Arc::clone(&self.ports.clock));
        let look = blocking(move || {
            // Only one analysis at a time holds this mutex.
            let mut live = live.lock().unwrap_or_else(PoisonError::into_inner);
            let mut look = look(aim, &frame, &mut live, clock.as_ref())?;
            count(&mut look, last.as_ref(), aim);
            Ok(look)
        })
        .await?;
        *finder.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((aim, look.clone()));
        Ok(look)
    }
}

/// Counts the good frames in a row, and decides whether they are enough.
fn count(look: &mut FrameLook, last: Option<&FrameLook>, aim: Aim) {
    let before = last
        // Taking a picture ends the row.
        .filter(|last| !last.take && is_still(last, look))
        .map_or(0, |last| last.steady);
    look.steady = if look.good {
        (before + 1).min(look.steady_needed)
    } else {
        0
    };
    // A face is photographed only when the person presses the shutter.
    look.take = aim != Aim::Selfie && look.steady >= look.steady_needed;
}

fn is_still(last: &FrameLook, look: &FrameLook) -> bool {
    let (Some(one), Some(other)) = (&last.card, &look.card) else {
        return last.card.is_some() == look.card.is_some();
    };
    one.iter()
        .zip(other)
        .all(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1]) < STILL)
}

/// Analyses one frame of the live view, together with the earlier frames of the same back.
fn look(
    aim: Aim,
    frame: &[u8],
    live: &mut Session,
    clock: &dyn Clock,
) -> Result<FrameLook, Problem> {
    let picture = open(frame)?.into_rgb8();
    if aim != Aim::Back {
        live.forget();
    }
    Ok(match aim {
        Aim::Selfie => face(&picture),
        Aim::Front => card(&picture, Side::Front, &[]),
        Aim::Back => {
            let grey = image::imageops::grayscale(&picture);
            let begun = clock.now();
            let late = || (clock.now() - begun).num_milliseconds() > READING_MS;
            let codes = live.read_frame(&grey, Budget::frame().stopping_when(&late));
            card(&picture, Side::Back, &codes)
        }
    })
}

fn card(picture: &RgbImage, side: Side, codes: &[DecodedCode]) -> FrameLook {
    let seen = photo::check_card_frame(picture, side, codes);
    let public = codes.iter().find(|code| code.kind() == QrKind::Structured);
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let across = |(x, y): Point| [(x / width).clamp(0.0, 1.0), (y / height).clamp(0.0, 1.0)];
    let qr_read = public.is_some();
    let advice = shown(seen.advice);
    FrameLook {
        advice,
        card: seen.card().map(|card| card.outline.corners.map(across)),
        corners: public.map(|code| code.corners.map(across)),
        qr_read,
        good: advice == FrameAdvice::Good && (qr_read || side == Side::Front),
        steady: 0,
        steady_needed: IN_A_ROW,
        take: false,
    }
}

fn face(picture: &RgbImage) -> FrameLook {
    let advice = shown(photo::check_face_frame(picture).advice);
    FrameLook {
        advice,
        card: None,
        corners: None,
        qr_read: false,
        good: advice == FrameAdvice::Good,
        steady: 0,
        steady_needed: IN_A_ROW,
        take: false,
    }
}

const fn shown(advice: Advice) -> FrameAdvice {
    match advice {
        Advice::AimAtCard => FrameAdvice::AimAtCard,
        Advice::ComeCloser => FrameAdvice::ComeCloser,
        Advice::MoveBack => FrameAdvice::MoveBack,
        Advice::HoldStill => FrameAdvice::HoldStill,
        Advice::TooDark => FrameAdvice::TooDark,
        Advice::TooBright => FrameAdvice::TooBright,
        Advice::Glare => FrameAdvice::Glare,
        Advice::Shadow => FrameAdvice::Shadow,
        Advice::NoQr => FrameAdvice::NoQr,
        Advice::TurnCardOver => FrameAdvice::TurnCardOver,
        Advice::NotOriginal => FrameAdvice::NotOriginal,
        Advice::EyesCovered => FrameAdvice::EyesCovered,
        Advice::OnlyYou => FrameAdvice::OnlyYou,
        Advice::Good => FrameAdvice::Good,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good_at(x: f32) -> FrameLook {
        FrameLook {
            advice: FrameAdvice::Good,
            card: Some([[x, 0.1], [0.9, 0.1], [0.9, 0.8], [x, 0.8]]),
            corners: None,
            qr_read: true,
            good: true,
            steady: 0,
            steady_needed: IN_A_ROW,
            take: false,
        }
    }

    /// Whether each of these frames takes the picture.
    fn taken(aim: Aim, frames: Vec<FrameLook>) -> Vec<bool> {
        let mut last: Option<FrameLook> = None;
        frames
            .into_iter()
            .map(|mut look| {
                count(&mut look, last.as_ref(), aim);
                let take = look.take;
                last = Some(look);
                take
            })
            .collect()
    }

    #[test]
    fn three_good_frames_of_a_card_that_lies_still_take_the_picture_once() {
        let frames = vec![good_at(0.1), good_at(0.11), good_at(0.1), good_at(0.1)];
        assert_eq!(taken(Aim::Back, frames), [false, false, true, false]);
    }

    #[test]
    fn a_card_that_moves_or_a_bad_frame_begins_the_row_anew() {
        let bad = FrameLook {
            good: false,
            advice: FrameAdvice::Glare,
            ..good_at(0.1)
        };
        let frames = vec![good_at(0.1), good_at(0.1), bad, good_at(0.1), good_at(0.1)];
        assert!(!taken(Aim::Front, frames).contains(&true));
        let frames = vec![good_at(0.1), good_at(0.1), good_at(0.3), good_at(0.5)];
        assert!(!taken(Aim::Front, frames).contains(&true));
    }

    #[test]
    fn a_face_is_never_taken_by_itself() {
        assert!(!taken(Aim::Selfie, vec![good_at(0.1); 9]).contains(&true));
    }
}
