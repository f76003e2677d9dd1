//! The app told by people, against a server that really verifies signatures.

mod activation;
mod apoyo;
mod campaigns;
mod capture;
mod phone;
mod queue;
mod server;
mod store;
