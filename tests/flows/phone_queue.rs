//! A queue of 200 apoyos: opening the app takes less than a second, and memory stays flat while they are
//! sent. `PHONE_QUEUE=n` sets another number. An ordinary run has fewer; `cargo xtask kills --phone` has
//! all of them.

use e2e::{
    people::{Name, Pictures},
    phone_process::PhoneProcess,
    world::{LooseEnd, TestWorld},
};
use std::env;

/// Room for the sealed copies (48 MiB), and for what else is in the store.
const SPARE_MIB: u64 = 52;

/// The memory that sending may use in addition: a few parts of a megabyte, and the cache of the
/// store.
const ROOM_KIB: u64 = 24 * 1024;

#[test]
fn many_apoyos_wait_and_the_app_opens_at_once_and_sends_them_in_little_memory() {
    let count = env::var("PHONE_QUEUE").unwrap_or_else(|_| "25".to_owned());
    let mut world = TestWorld::new();
    let person = Name::Lupita.person();
    let pictures = Pictures {
        selfie: Pictures::heavy(),
        ..Pictures::of(&person)
    };
    let program = env!("CARGO_BIN_EXE_stepping_phone");
    let phone = PhoneProcess::activated(program, &world, world.url(), &person, &pictures);
    let store = phone.fresh_store("full");
    phone.whole("fill", &store, &["--count", &count]);
    let file = store.join("phone.sqlite");
    let mib = std::fs::metadata(&file).expect("the store").len() >> 20;

    let look = phone.whole("look", &store, &[]);
    assert_eq!(look["had_apoyos"].to_string(), count);
    let opened_in_ms = look["opened_in_ms"].as_u64().expect("a number");
    let idle = look["peak_kib"].as_u64().expect("a number");
    let sent = phone.whole("send-all", &store, &[]);
    let peak = sent["peak_kib"].as_u64().expect("a number");
    let left = std::fs::metadata(&file).expect("the store").len() >> 20;
    println!(
        "{count} apoyos in {mib} MiB: opened in {opened_in_ms} ms with {idle} KiB; sent with \
         {peak} KiB at most; the store then has {left} MiB"
    );
    assert_eq!(world.rows().apoyos.to_string(), count);
    assert!(opened_in_ms < 1_000, "opened in {opened_in_ms} ms");
    assert!(
        peak < idle + ROOM_KIB,
        "{idle} KiB idle, {peak} KiB while sending"
    );
    // Sealed copies stay until the server has shown later that it still knows the apoyos: of so many
    // and no more.
    assert!(left <= SPARE_MIB, "{left} of {mib} MiB");
    world.leaves(LooseEnd::PendingApoyos, "the same credential over and over");
}
