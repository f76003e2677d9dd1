//! No code: see `xtask/src/one_tree.rs`.
#![forbid(unsafe_code)]
