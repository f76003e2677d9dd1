//! Mail: written into the outbox with what it tells of, handed over until the carrier has it,
//! and noted when it comes back.

pub mod address;
pub mod bounces;
pub mod letter;
pub mod outbox;
pub mod report;
