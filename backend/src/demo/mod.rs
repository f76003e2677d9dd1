//! What only `serve --demo` has: a mailbox to look into.

pub mod outbox;
