//! What is decided inside a transaction, without a database.
//!
//! A rule takes what an engine has read and answers what the engine has to write. It does not
//! read, write or ask the time, so every engine decides alike and a test needs no database.
//!
//! | rule | decides |
//! |---|---|
//! | [`activation`] | whether an activation is a repetition, when a new code may be asked for, when rows are deleted |
//! | [`apoyos`] | whether an apoyo is a repetition, which of its parts are missing |
//! | [`campaigns`] | whether a campaign is a repetition, within which group a person counts once, where it is offered |
//! | [`code_lock`] | tries of a code |
//! | [`judging`] | how long an apoyo waits after a fault, and when a person takes it |
//! | [`mail`] | how many mails an address gets, what is known of a mail |
//! | [`numbering`] | whether a database may go on giving numbers, and from which on |
//! | [`review`] | which apoyos are sampled for review |
//! | [`roll`] | whether a new roll is noticeably smaller than the former one |
//! | [`settle`] | what a verdict changes: who counts, statuses, counters |
//! | [`signin`] | what a state, a ticket and a redeemed sign-in are worth |
//! | [`tally`] | in which counters an apoyo is counted |
//! | [`audit`] | the chain of the audit record, who may approve what |
//! | [`tier`] | which phones a revoked certificate lowers |

pub mod activation;
pub mod apoyos;
pub mod audit;
pub mod campaigns;
pub mod code_lock;
pub mod judging;
pub mod mail;
pub mod numbering;
pub mod review;
pub mod roll;
pub mod settle;
pub mod signin;
pub mod tally;
pub mod tier;
