//! The app without a screen: what a person does, and what the phone remembers.
//!
//! [`doors`] is the list of everything that a person can do, [`views`] what the screen is told.
#![forbid(unsafe_code)]

pub mod doors;
pub mod views;
