//! Replacing the roll while the server runs: at once and as a whole, or not at all.

use cards::{Person, roll};
use credential::FullName;
use e2e::{
    people::{Name, Name::*, Pictures, SEED},
    server,
    wire::{Draft, Phone},
    world::{Setting, TestWorld, campaign, roll_csv},
};
use protocol::{
    apoyos::{ApoyoState, Status},
    reason::Reason,
};
use std::{
    fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

fn everybody() -> Vec<Person> {
    Name::ALL.into_iter().map(Name::person).collect()
}

fn import(world: &TestWorld, csv: impl AsRef<[u8]>) -> (Output, PathBuf) {
    let path = world.data().parent().expect("a folder").join("new.csv");
    fs::write(&path, csv).expect("a scratch file");
    let path_text = path.to_str().expect("a plain path");
    let done = world.apoyo([
        "roll",
        "import",
        path_text,
        "--unverified",
        "--smaller-by",
        "100",
    ]);
    (done, path)
}

async fn give(world: &TestWorld, phone: &Phone, person: &Person, of: &str) -> ApoyoState {
    let draft = Draft::new(&campaign(of), person.model, &Pictures::of(person));
    world.give(phone, &draft).await;
    world.judged(phone, draft.id).await
}

/// What came of the newest run of judging again, once it has ended.
async fn judged_again(world: &TestWorld) -> String {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let runs = world.apoyo(["judge", "runs"]);
        let runs = String::from_utf8_lossy(&runs.stdout).into_owned();
        let newest = runs.lines().next().unwrap_or_default().to_owned();
        if newest.contains("ended") {
            return newest;
        }
        assert!(Instant::now() < until, "it does not end: {runs}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_new_roll_judges_again_what_rested_on_the_old_one_and_may_be_taken_back() {
    let world = TestWorld::new();
    let phone = world.activate(Beto).await;
    let draft = Draft::new(
        &campaign("agua"),
        Beto.person().model,
        &Pictures::of(&Beto.person()),
    );
    world.give(&phone, &draft).await;
    let state = world.judged(&phone, draft.id).await;
    assert_eq!(state.status, Status::Preliminary);
    let without_beto: Vec<Person> = everybody()
        .into_iter()
        .filter(|person| *person != Beto.person())
        .collect();
    let (done, _) = import(&world, roll_csv(&without_beto));
    assert!(done.status.success(), "{done:?}");
    let told = judged_again(&world).await;
    assert!(told.contains("1 yeses became noes"), "{told}");
    let state = world.judged(&phone, draft.id).await;
    assert_eq!(state.reasons, [Reason::NoEncontrado]);
    assert_eq!(world.tally(&campaign("agua")).await.total.not_counted, 1);

    // It was another's roll after all: the former one is back, and so is what it judged.
    let back = world.apoyo(["roll", "back"]);
    assert!(back.status.success(), "{back:?}");
    let told = judged_again(&world).await;
    assert!(told.contains("1 noes became yes"), "{told}");
    let state = world.judged(&phone, draft.id).await;
    assert_eq!(state.status, Status::Preliminary);
    assert_eq!(world.tally(&campaign("agua")).await.total.preliminary, 1);
}

#[tokio::test]
async fn one_bad_line_and_nothing_is_loaded() {
    let world = TestWorld::new();
    let mut lines: Vec<String> = everybody().iter().map(Person::roll_line).collect();
    // Line 1 is the header. Each of these lines has another fault.
    let field = |line: &str, nth: usize, value: &str| {
        let mut fields: Vec<&str> = line.split(',').collect();
        fields[nth] = value;
        fields.join(",")
    };
    lines[1] = field(&lines[1], 1, "12345");
    lines[2] = field(&lines[2], 8, "33");
    lines[3] = field(&lines[3], 13, "QUIZÁ");
    lines[4] = lines[4].replace(',', ";");
    lines[5] = field(&lines[5], 4, "PUER850417MDFRJB02");
    lines.push(lines[0].clone());
    let csv = format!("{}\n{}\n", roll::HEADER, lines.join("\n"));
    let (done, path) = import(&world, csv);
    assert_eq!(done.status.code(), Some(4), "{done:?}");
    let rejects = fs::read_to_string(format!("{}.rejects.csv", path.display())).unwrap();
    for (line, word) in [
        (3, "cic"),
        (4, "entidad"),
        (5, "situacion"),
        (6, "columns"),
        (7, "curp"),
        (lines.len() + 1, "earlier line"),
    ] {
        let told = rejects
            .lines()
            .any(|reject| reject.starts_with(&format!("{line},")) && reject.contains(word));
        assert!(told, "line {line}, {word}:\n{rejects}");
    }
    assert_eq!(rejects.lines().count(), 7, "{rejects}");
    for person in everybody() {
        assert!(
            !rejects.contains(&person.curp().to_string()),
            "nobody is named"
        );
        assert!(!rejects.contains(&person.clave_elector().to_string()));
    }
    // The old roll is in force: it has Lupita and not Nacho.
    let phone = world.activate(Lupita).await;
    let state = give(&world, &phone, &Lupita.person(), "agua").await;
    assert_eq!(state.status, Status::Preliminary);
    let state = give(&world, &phone, &Nacho.person(), "agua").await;
    assert_eq!(state.reasons, [Reason::NoEncontrado]);

    // A clean file removes older rejects.
    let (done, path) = import(&world, roll_csv(&everybody()));
    assert!(done.status.success());
    assert!(!Path::new(&format!("{}.rejects.csv", path.display())).exists());
}

#[tokio::test]
async fn begoña_muñoz_is_found_in_a_file_of_the_old_encoding() {
    let world = TestWorld::new();
    let mut begoña = Person::synthetic(SEED, 800);
    begoña.name = FullName::new("BEGOÑA", "MUÑOZ", "PEÑA").unwrap();
    begoña.valid_through = 2_099;
    let mut people = everybody();
    people.push(begoña.clone());
    let csv = roll_csv(&people);
    assert!(csv.contains("MUÑOZ"));
    let latin: Vec<u8> = csv
        .replace('\n', "\r\n")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("ISO-8859-1 has it"))
        .collect();
    let (done, _) = import(&world, latin);
    assert!(done.status.success(), "{done:?}");
    let phone = world.activate(Lupita).await;
    let state = give(&world, &phone, &begoña, "agua").await;
    assert_eq!(state.status, Status::Preliminary, "{:?}", state.reasons);
}

#[tokio::test]
async fn columns_may_stand_in_any_order_but_none_may_be_missing() {
    let world = TestWorld::new();
    let csv = roll_csv(&everybody());
    let turned: String = csv
        .lines()
        .map(|line| {
            let mut fields: Vec<&str> = line.split(',').collect();
            fields.reverse();
            format!("{}\r\n", fields.join(","))
        })
        .collect();
    let (done, _) = import(
        &world,
        format!("\u{feff}{}", turned.replace("vigencia", "VIGENCIA")),
    );
    assert!(done.status.success(), "{done:?}");
    let phone = world.activate(Nacho).await;
    let state = give(&world, &phone, &Nacho.person(), "agua").await;
    assert_eq!(state.status, Status::Preliminary, "{:?}", state.reasons);

    for (bad, told) in [
        (csv.replace("vigencia", "vence"), "vigencia"),
        (format!("{}\n", roll::HEADER), "nothing was loaded"),
        (String::new(), "header"),
    ] {
        let (done, _) = import(&world, bad);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(
            !done.status.success() && said.contains(told),
            "{told}: {said}"
        );
    }
    let state = give(&world, &phone, &Chayo.person(), "agua").await;
    assert_eq!(
        state.status,
        Status::Preliminary,
        "the last good roll is in force"
    );
}

#[tokio::test]
async fn an_import_that_is_killed_changes_nothing() {
    let world = TestWorld::new();
    let path = world.data().parent().unwrap().join("long.csv");
    write_roll(&path, 60_000);
    let mut import = Command::new(e2e::binary::apoyo())
        .args(["roll", "import", "--unverified", "--smaller-by", "100"])
        .arg(&path)
        .arg("--data")
        .arg(world.data())
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(120));
    import.kill().unwrap();
    let ended = import.wait().unwrap();
    assert!(
        !ended.success(),
        "it was too fast to be killed: a longer file is needed"
    );
    let phone = world.activate(Lupita).await;
    let state = give(&world, &phone, &Lupita.person(), "agua").await;
    assert_eq!(state.status, Status::Preliminary, "{:?}", state.reasons);
    let (done, _) = self::import(&world, roll_csv(&everybody()));
    assert!(done.status.success(), "{done:?}");
}

/// The first `people` of another seed, as a file.
fn write_roll(path: &Path, people: u64) {
    let mut file = BufWriter::new(fs::File::create(path).expect("a scratch file"));
    writeln!(file, "{}", roll::HEADER).expect("room on the disk");
    for person in Person::all(SEED + 1).take(usize::try_from(people).expect("fits")) {
        roll::write_line(&mut file, &person).expect("room on the disk");
    }
    file.flush().expect("room on the disk");
}

/// Imports this many lines while the server answers; returns how long that took.
async fn measure(lines: u64, allowed: Duration) {
    let world = Setting::default().start();
    let path = world
        .data()
        .parent()
        .expect("a folder")
        .join("measured.csv");
    write_roll(&path, lines);
    let data = world.data().to_owned();
    let wire = world.wire();
    let begun = Instant::now();
    let importing = tokio::task::spawn_blocking(move || {
        server::apoyo(
            &data,
            [
                "roll",
                "import",
                path.to_str().expect("a plain path"),
                "--unverified",
                "--smaller-by",
                "100",
            ],
        )
    });
    let mut slowest = Duration::ZERO;
    while !importing.is_finished() {
        let asked = Instant::now();
        assert_eq!(wire.tally(&campaign("agua")).await.status, 200);
        slowest = slowest.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let done = importing
        .await
        .expect("no panic")
        .expect("the command runs");
    let took = begun.elapsed();
    assert!(done.status.success(), "{done:?}");
    println!("{lines} lines in {took:.1?}; the slowest tally meanwhile took {slowest:.1?}");
    assert!(took < allowed, "{lines} lines took {took:.1?}");
    assert!(
        slowest < Duration::from_secs(2),
        "the server stood still: {slowest:.1?}"
    );

    let last = Person::synthetic(SEED + 1, lines - 1);
    let phone = world.activate(Lupita).await;
    let draft = Draft::new(&campaign("agua"), last.model, &Pictures::tiny(&last, 0));
    world.give(&phone, &draft).await;
    let state = world.judged(&phone, draft.id).await;
    let found = !state.reasons.contains(&Reason::NoEncontrado);
    assert!(found, "the last line is in force: {:?}", state.reasons);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_lines_come_in_while_the_server_answers() {
    measure(100_000, Duration::from_secs(30)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute: cargo test -p e2e --test flows -- roll:: --ignored --nocapture"]
async fn a_million_lines_come_in_within_a_minute() {
    measure(1_000_000, Duration::from_secs(60)).await;
}
