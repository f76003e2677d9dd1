//! The command line `apoyo`.
fn main() {}
