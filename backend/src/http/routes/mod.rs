//! The handlers, one file per topic. A handler reads the request, calls the core, and encodes the
//! core's answer.

pub mod activation;
pub mod apoyos;
pub mod blobs;
pub mod bounces;
pub mod campaigns;
pub mod health;
pub mod metrics;
pub mod signin;
pub mod tally;
