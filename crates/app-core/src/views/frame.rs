//! The live view, as the screen shows it.

use serde::{Deserialize, Serialize};

/// What was seen in one frame of the live view.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FrameLook {
    /// The advice to show.
    pub advice: FrameAdvice,
    /// The card's corners as fractions of the frame's width and height, clockwise.
    pub card: Option<[[f32; 2]; 4]>,
    /// The QR's corners as fractions of the frame's width and height, clockwise from top left.
    pub corners: Option<[[f32; 2]; 4]>,
    /// Whether the public QR was read in this frame.
    pub qr_read: bool,
    /// Whether the frame is good enough for a picture.
    pub good: bool,
    /// Number of good frames in a row, including this one.
    pub steady: u8,
    /// Number of good frames in a row after which the picture is taken automatically.
    pub steady_needed: u8,
    /// Whether to take the picture now, unless the citizen has switched that off.
    pub take: bool,
}

/// The advice for a person who is aiming: one thing at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FrameAdvice {
    /// No card is seen.
    AimAtCard,
    /// "Acerque".
    ComeCloser,
    /// Too near: part of the card is outside.
    MoveBack,
    /// Blurred by movement or focus.
    HoldStill,
    /// Too dark.
    TooDark,
    /// Too bright.
    TooBright,
    /// "Hay reflejo".
    Glare,
    /// "Hay sombra".
    Shadow,
    /// "No se ve el código".
    NoQr,
    /// "Voltee la credencial".
    TurnCardOver,
    /// A copy or a screen, not the card; a picture of a face, not a face.
    NotOriginal,
    /// "Descubra sus ojos".
    EyesCovered,
    /// Another person is in the picture.
    OnlyYou,
    /// The frame is good.
    Good,
}
