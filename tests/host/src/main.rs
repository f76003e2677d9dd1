//! The citizen UI in an ordinary browser.
fn main() {}
