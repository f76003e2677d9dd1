//! The whole system, told by people.
