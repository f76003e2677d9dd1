//! The app without a screen: what a person does, and what the phone remembers.
#![forbid(unsafe_code)]

pub mod views;
