//! The edge: everything that knows HTTP and no topic.

pub mod health;
pub mod known_devices;
pub mod limits;
pub mod listen;
pub mod metrics;
pub mod newcomer;
pub mod openapi;
pub mod problem;
pub mod router;
pub mod sentences;
pub mod signed;
pub mod trace;
