use cards::Person;
use server_core::roll::line::COLUMNS;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

fn apoyo(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apoyo"));
    command
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

#[track_caller]
fn ends_with(output: &Output, code: i32, told: &str) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8_lossy(&text);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(told), "{text}");
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

const PROCESS: &str = "id = \"consultas\"\nname = \"Consultas\"\nkind = \"consulta_popular\"\nexclusivity = \"campaign\"\n";
const CAMPAIGN: &str = "id = \"agua\"\nprocess = \"consultas\"\ntitle = \"Agua\"\nrequester = \"Agua Clara\"\n\
    description = \"Agua.\"\nopens_at = 2027-01-01T00:00:00-06:00\ncloses_at = \"2027-06-01T00:00:00-06:00\"\n\
    required = 10\n[demarcation]\nscope = \"entidad\"\nentidad = 9\n";

#[test]
fn the_operator_sets_up_a_campaign_and_each_mistake_has_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = |name: &str, text: &str| write(folder.path(), name, text);
    let (process, campaign) = (file("p.toml", PROCESS), file("c.toml", CAMPAIGN));

    ends_with(&apoyo(&data, &["tally", "agua"]), 3, "there is no data in");
    assert!(!data.exists(), "a mistyped folder is not made");
    let create = |what: &str, file: &str| apoyo(&data, &[what, "create", file]);
    ends_with(&create("campaign", &campaign), 3, "create it first");
    ends_with(&create("process", &process), 0, "created");
    ends_with(&create("process", &process), 0, "the same");
    let other = file("p2.toml", &PROCESS.replace("Consultas", "Otras"));
    ends_with(&create("process", &other), 3, "nothing was changed");
    ends_with(&create("campaign", &campaign), 0, "created");
    let unknown_key = file("c2.toml", &CAMPAIGN.replace("title", "titulo"));
    ends_with(&create("campaign", &unknown_key), 4, "titulo");
    let no_offset = file("c3.toml", &CAMPAIGN.replace("00:00:00-06:00", "00:00:00"));
    ends_with(&create("campaign", &no_offset), 4, "with its offset");
    ends_with(
        &create("campaign", "/nowhere.toml"),
        1,
        "reading /nowhere.toml",
    );

    ends_with(
        &apoyo(&data, &["campaign", "list"]),
        0,
        "agua\tconsultas\tnot open yet\t2027-01-01 to 2027-05-31 (America/Mexico_City)\tAgua",
    );
    let elsewhere = |id: &str, zone: &str| {
        let text = CAMPAIGN
            .replace("id = \"agua\"", &format!("id = \"{id}\""))
            .replace("required", &format!("time_zone = \"{zone}\"\nrequired"));
        create("campaign", &file("zone.toml", &text))
    };
    ends_with(&elsewhere("norte", "America/Tijuana"), 0, "created");
    ends_with(&elsewhere("norte", "America/Tijuana"), 0, "the same");
    ends_with(
        &elsewhere("norte", "America/Cancun"),
        3,
        "nothing was changed",
    );
    for no_zone in ["Mars/Olympus", "America/Mexico City", "-06:00", ""] {
        ends_with(&elsewhere("marte", no_zone), 4, "IANA");
    }
    // Midnight in Mexico City is an hour before midnight in Tijuana's summer: the same day, until 23:00.
    ends_with(
        &apoyo(&data, &["campaign", "list"]),
        0,
        "2026-12-31 to 2027-05-31 (America/Tijuana)",
    );
    ends_with(&apoyo(&data, &["tally", "agua"]), 0, "10 required");
    ends_with(
        &apoyo(&data, &["tally", "agua", "--json"]),
        0,
        "\"received\": 0",
    );
    ends_with(&apoyo(&data, &["tally", "fuego"]), 3, "no campaign fuego");
    ends_with(&apoyo(&data, &["device", "revoke", "07"]), 3, "no device");
    ends_with(&apoyo(&data, &["dance"]), 2, "dance");
    ends_with(&apoyo(&data, &["doctor"]), 0, "tally of agua");
}

#[test]
fn a_roll_with_a_bad_line_is_an_error_of_the_data_and_a_good_one_is_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let line = Person::synthetic(1, 0).roll_line();
    let good = format!("{}\n{line}", COLUMNS.join(","));
    let file = write(folder.path(), "roll.csv", &format!("{good}\nbad line\n"));
    let import = |more: &[&str]| apoyo(&data, &[&["roll", "import", &file], more].concat());
    ends_with(&import(&[]), 4, "there is no roll yet");
    assert!(folder.path().join("roll.csv.rejects.csv").exists());
    ends_with(
        &import(&["--allow-rejects", "1"]),
        0,
        "version 1 is in force: 1 entries",
    );
    ends_with(&import(&[]), 4, "version 1 stays in force");
}

#[test]
fn the_review_key_is_made_on_one_machine_and_told_to_another() {
    let folder = tempfile::tempdir().unwrap();
    let (reviewers, server) = (
        folder.path().join("reviewers"),
        folder.path().join("server"),
    );
    let keys = |data: &Path, more: &[&str]| apoyo(data, &[&["keys"], more].concat());
    ends_with(
        &keys(&reviewers, &["export-public"]),
        3,
        "apoyo keys generate",
    );
    ends_with(
        &keys(&reviewers, &["generate", "--for", "review"]),
        0,
        "made",
    );
    ends_with(
        &keys(&reviewers, &["generate", "--for", "review"]),
        3,
        "apoyo keys rotate",
    );
    let told = keys(&reviewers, &["export-public"]);
    ends_with(&told, 0, "review public ");
    let file = write(
        folder.path(),
        "review.pub",
        &String::from_utf8(told.stdout).unwrap(),
    );
    ends_with(&keys(&server, &["import-public", &file]), 0, "taken in");
    let nonsense = write(folder.path(), "nonsense", "review secret 0");
    ends_with(
        &keys(&server, &["import-public", &nonsense]),
        4,
        "is not what",
    );
    ends_with(&keys(&server, &["list"]), 0, "seals only\tin force");
    ends_with(
        &keys(&server, &["rotate", "--for", "review"]),
        3,
        "rotate it there",
    );
    ends_with(&keys(&server, &["generate"]), 0, "intake key");
    ends_with(
        &keys(&server, &["rotate", "--for", "intake"]),
        0,
        "in force",
    );
    let listed = keys(&server, &["list"]);
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert_eq!(text.matches("\topens\tolder").count(), 1, "{text}");
    ends_with(
        &apoyo(&server, &["pictures", "check", "--keys", "/nowhere"]),
        3,
        "there is no data in",
    );
}

#[test]
fn a_lost_key_stops_every_command_instead_of_being_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let process = write(folder.path(), "p.toml", PROCESS);
    let data = folder.path().join("data");
    ends_with(
        &apoyo(&data, &["process", "create", &process]),
        0,
        "created",
    );
    fs::remove_file(data.join("keys/receipt.key")).unwrap();
    ends_with(&apoyo(&data, &["serve"]), 1, "receipt.key is missing");
    ends_with(&apoyo(&data, &["doctor"]), 1, "receipt.key is missing");
}

/// A server on a port that the system chose, and its address.
fn serve(data: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_apoyo"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--operators",
            "127.0.0.1:0",
            "--data",
        ])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let (_, address) = line.trim().split_once("http://").unwrap();
    (child, address.to_owned())
}

#[test]
fn the_server_tells_its_port_is_alone_on_its_folder_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (mut child, address) = serve(&data);
    assert!(!address.ends_with(":0"));
    std::net::TcpStream::connect(&address).unwrap();
    let second = apoyo(
        &data,
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--operators",
            "127.0.0.1:0",
        ],
    );
    ends_with(&second, 1, "another server is running");
    ends_with(&apoyo(&data, &["doctor"]), 0, "ok");
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert!(child.wait().unwrap().success());
    // After a kill it starts again.
    let (mut child, _) = serve(&data);
    child.kill().unwrap();
    child.wait().unwrap();
    let (mut child, _) = serve(&data);
    child.kill().unwrap();
    child.wait().unwrap();
}
