//! The edge: everything that knows HTTP. What it knows of a topic is in [`routes`].

pub mod body;
pub mod forwarded;
pub mod json;
pub mod listen;
pub mod network;
pub mod newcomer;
pub mod path;
pub mod patience;
pub mod problem;
pub mod ready;
pub mod routes;
pub mod sentences;
pub mod signed;
pub mod trace;
pub mod unread;
