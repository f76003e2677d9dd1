//! What can happen, and how often it does.

use crate::chance::Chance;

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A phone goes on with its activation.
    Activate,
    /// Somebody gives their apoyo.
    Give,
    /// A phone sends the next thing of its queue.
    Send,
    /// Mails go out.
    Mail,
    /// Apoyos are judged.
    Judge,
    /// A phone asks what became of an apoyo.
    Ask,
    /// The clock goes on, or jumps.
    Clock,
    /// The relay changes its mood.
    Relay,
    /// What is over is forgotten.
    Sweep,
    /// The disk will die at one of its next changes.
    Doom,
    /// The program dies between two of them.
    Kill,
    /// The next flush will fail.
    Flush,
    /// The disk is full, or has room again.
    Room,
    /// No process can be made, or it can again.
    Reader,
}

impl Step {
    /// The next one, each as often as its weight says.
    pub fn drawn(chance: &mut Chance) -> Self {
        chance.weighed(&[
            (8, Step::Activate),
            (10, Step::Give),
            (26, Step::Send),
            (8, Step::Mail),
            (10, Step::Judge),
            (3, Step::Ask),
            (4, Step::Clock),
            (3, Step::Relay),
            (2, Step::Sweep),
            (6, Step::Doom),
            (3, Step::Kill),
            (2, Step::Flush),
            (3, Step::Room),
            (2, Step::Reader),
        ])
    }
}
