//! The events of a history and their weights.

use crate::chance::Chance;

/// One event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A phone goes on with its activation.
    Activate,
    /// A person gives an apoyo.
    Give,
    /// A phone sends the next item of its queue.
    Send,
    /// Mails are handed over.
    Mail,
    /// Apoyos are judged.
    Judge,
    /// A phone asks for the status of an apoyo.
    Ask,
    /// The clock moves on, or jumps.
    Clock,
    /// The relay changes its mood.
    Relay,
    /// Expired rows are deleted.
    Sweep,
    /// The disk will die at one of its next changes.
    Doom,
    /// The program dies between two changes of the disk.
    Kill,
    /// The next flush will fail.
    Flush,
    /// The disk is full, or has room again.
    Room,
    /// Child processes fail from now on, or work again.
    Reader,
}

impl Step {
    /// The next event, by weight.
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
