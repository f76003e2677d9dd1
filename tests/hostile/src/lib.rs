//! Bytes from strangers.
//!
//! Every parser of bytes that the project did not write is a [`Target`]: a function that takes any bytes
//! and panics only if the project has a fault. Fuzzing looks for panics, endless loops and unbounded
//! memory; some targets look for wrong answers too.
//!
//! The same functions run under `cargo xtask fuzz` (see `fuzz/`), and as an ordinary test over the small
//! corpus in `corpus/`, which also holds all earlier finds.
//!
//! To add a target: a function in the file of its topic, a line in [`TARGETS`], a file of
//! three lines in `fuzz/fuzz_targets` with its entry in `fuzz/Cargo.toml`, and a seed or two in
//! `corpus/<name>/`.
#![forbid(unsafe_code)]

mod hardware;
mod identity;
mod pixels;
mod server;
mod wire;

/// One parser.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name in `fuzz/` and in `corpus/`.
    pub name: &'static str,
    /// Takes any bytes.
    pub run: fn(&[u8]),
}

/// Every parser, by topic.
pub const TARGETS: &[Target] = &[
    // Attestations
    Target {
        name: "key_description",
        run: hardware::key_description,
    },
    Target {
        name: "key_chain",
        run: hardware::key_chain,
    },
    Target {
        name: "app_attest",
        run: hardware::app_attest,
    },
    Target {
        name: "revocations",
        run: hardware::revocations,
    },
    // Texts that people type and cards have
    Target {
        name: "identity",
        run: identity::identity,
    },
    Target {
        name: "mrz_text",
        run: identity::mrz_text,
    },
    Target {
        name: "qr_payload",
        run: identity::qr_payload,
    },
    Target {
        name: "typed",
        run: identity::typed,
    },
    // Files of operators and reports of other mail servers
    Target {
        name: "roll_csv",
        run: server::roll_csv,
    },
    Target {
        name: "bounce",
        run: server::bounce,
    },
    // Requests
    Target {
        name: "requests",
        run: wire::requests,
    },
    Target {
        name: "sealed",
        run: wire::sealed,
    },
    // Pictures
    Target {
        name: "jpeg_header",
        run: pixels::jpeg_header,
    },
    Target {
        name: "picture",
        run: pixels::picture,
    },
    Target {
        name: "qr_luma",
        run: pixels::qr_luma,
    },
    Target {
        name: "qr_soft",
        run: pixels::qr_soft,
    },
    Target {
        name: "mrz_picture",
        run: pixels::mrz_picture,
    },
    Target {
        name: "photo_look",
        run: pixels::photo_look,
    },
];

/// Runs the target of this name. Panics if there is none, because a misspelt target would never find
/// anything.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.expect("a target of this name").run)(bytes);
}
