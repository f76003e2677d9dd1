//! Mail: queued in the outbox in the transaction that it reports, handed over until the carrier has
//! taken it, and marked when it bounces.

pub mod address;
pub mod bounces;
pub mod letter;
pub mod outbox;
pub mod report;
