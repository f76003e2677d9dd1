#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hostile::run("qr_soft", bytes));
