//! The edge: all code that knows HTTP. The handlers are in [`routes`], by topic.

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
