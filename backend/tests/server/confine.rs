//! The confinement of the child that opens pictures.

use backend::read_back::ChildProcess;
use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const APOYO: &str = env!("CARGO_BIN_EXE_apoyo");

#[tokio::test]
async fn a_picture_that_takes_its_reader_over_finds_no_file_no_network_and_no_program() {
    let child = ChildProcess {
        program: APOYO.into(),
    };
    let probed = child.probe().await.unwrap();
    assert_eq!(probed.not_confined, None);
    assert!(probed.possible.is_empty(), "{:?}", probed.possible);
}

/// The kernel's status of a child that waits for its picture.
#[test]
fn the_kernel_holds_the_child_to_a_filter_two_seconds_and_no_new_privileges() {
    let mut child = Command::new(APOYO)
        .arg("read-back")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let of = |file: &str| fs::read_to_string(format!("/proc/{}/{file}", child.id())).unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while !of("status").contains("Seccomp:\t2") {
        assert!(Instant::now() < until, "{}", of("status"));
        thread::sleep(Duration::from_millis(5));
    }
    assert!(of("status").contains("NoNewPrivs:\t1"));
    assert!(
        of("status").contains("Threads:\t1"),
        "the filter is one thread's"
    );
    let limits = of("limits");
    let cpu = limits.lines().find(|line| line.starts_with("Max cpu time"));
    let cpu: Vec<_> = cpu.unwrap().split_whitespace().collect();
    assert_eq!(cpu[3..5], ["2", "2"]);
    // It still works: a picture in, an answer out.
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"no picture")
        .unwrap();
    let told = child.wait_with_output().unwrap();
    assert!(told.status.success());
    let nothing = br#"{"first":[],"second":[],"second_finished":false}"#;
    assert_eq!(told.stdout, nothing);
}

#[test]
fn doctor_says_what_the_child_cannot_do() {
    let folder = tempfile::tempdir().unwrap();
    let process = folder.path().join("p.toml");
    let text = "id = \"consultas\"\nname = \"Consultas\"\nkind = \"consulta_popular\"\nexclusivity = \"campaign\"\n";
    fs::write(&process, text).unwrap();
    let apoyo = |arguments: &[&str]| {
        let mut command = Command::new(APOYO);
        command
            .args(arguments)
            .arg("--data")
            .arg(folder.path().join("data"));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    apoyo(&["init"]);
    apoyo(&["process", "create", process.to_str().unwrap()]);
    let told = apoyo(&["doctor"]);
    let line =
        "ok     the child that opens pictures: no file, no network, no program (seccomp, tried)";
    assert!(told.contains(line), "{told}");
}
