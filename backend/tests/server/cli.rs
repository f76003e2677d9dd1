use cards::Person;
use server_core::roll::line::COLUMNS;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

pub fn apoyo(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apoyo"));
    command
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

#[track_caller]
pub fn ends_with(output: &Output, code: i32, told: &str) {
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
    ends_with(&apoyo(&data, &["init"]), 0, "is ready");
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
    ends_with(&apoyo(&data, &["init"]), 0, "is ready");
    let import = |more: &[&str]| {
        let words = [&["roll", "import", &file, "--unverified"], more].concat();
        apoyo(&data, &words)
    };
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
    ends_with(
        &keys(&server, &["import-public", &file]),
        3,
        "there is no data in",
    );
    ends_with(
        &apoyo(&server, &["init", "--review-elsewhere"]),
        0,
        "intake key",
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
    ends_with(&keys(&server, &["generate"]), 3, "intake key");
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
        "there is no review key in",
    );
}

#[test]
fn a_lost_key_stops_every_command_instead_of_being_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let process = write(folder.path(), "p.toml", PROCESS);
    let data = folder.path().join("data");
    ends_with(&apoyo(&data, &["init"]), 0, "is ready");
    ends_with(
        &apoyo(&data, &["process", "create", &process]),
        0,
        "created",
    );
    fs::remove_file(data.join("keys/receipt.key")).unwrap();
    ends_with(
        &apoyo(&data, &["serve", "--no-relay"]),
        1,
        "receipt.key is missing",
    );
    ends_with(&apoyo(&data, &["doctor"]), 1, "receipt.key is missing");
}

/// A server on a port that the system chose, and its address.
pub fn serve(data: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_apoyo"))
        .args([
            "serve",
            "--no-relay",
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
    // The operators' address: who closes the pipe before it makes the server fail.
    out.read_line(&mut String::new()).unwrap();
    let (_, address) = line.trim().split_once("http://").unwrap();
    (child, address.to_owned())
}

#[test]
fn the_server_tells_its_port_is_alone_on_its_folder_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    ends_with(&apoyo(&data, &["init"]), 0, "is ready");
    let (mut child, address) = serve(&data);
    assert!(!address.ends_with(":0"));
    std::net::TcpStream::connect(&address).unwrap();
    let second = apoyo(
        &data,
        &[
            "serve",
            "--no-relay",
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

#[test]
fn nothing_but_init_makes_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let process = write(folder.path(), "p.toml", PROCESS);
    let nothing = [
        &["serve", "--no-relay"][..],
        &["process", "create", &process],
        &["roll", "back"],
        &["judge", "runs"],
        &["doctor"],
    ];
    // Mistyped; then a file system that is not mounted, whose folder is there and empty.
    for _ in 0..2 {
        for verb in nothing {
            ends_with(&apoyo(&data, verb), 3, "there is no data in");
        }
        let _ = fs::create_dir(&data);
        assert_eq!(fs::read_dir(&data).unwrap().count(), 0);
    }
    // A file system of its own has this.
    fs::create_dir(data.join("lost+found")).unwrap();
    ends_with(&apoyo(&data, &["init"]), 0, "is ready");
    ends_with(&apoyo(&data, &["init"]), 3, "is not empty");
    ends_with(&apoyo(&data, &["doctor"]), 0, "ok");
}

#[test]
fn a_database_is_served_with_its_own_keys_and_pictures_only() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    for data in [&one, &other] {
        ends_with(&apoyo(data, &["init"]), 0, "is ready");
    }
    let serve = || apoyo(&one, &["serve", "--no-relay"]);
    // The pictures' file system is not mounted: its folder is empty, and stays so.
    let (blobs, away) = (one.join("blobs"), one.join("blobs.away"));
    fs::rename(&blobs, &away).unwrap();
    fs::create_dir(&blobs).unwrap();
    ends_with(&serve(), 3, "is the file system of blobs/ mounted");
    assert_eq!(fs::read_dir(&blobs).unwrap().count(), 0);
    fs::remove_dir(&blobs).unwrap();
    // Another server's pictures, then another server's keys and pictures.
    fs::rename(other.join("blobs"), &blobs).unwrap();
    ends_with(&serve(), 3, "are of two servers");
    let keys_away = one.join("keys.away");
    fs::rename(one.join("keys"), &keys_away).unwrap();
    fs::rename(other.join("keys"), one.join("keys")).unwrap();
    ends_with(&serve(), 3, "the database is of another server");
    ends_with(
        &apoyo(&one, &["doctor"]),
        3,
        "the database is of another server",
    );
    // And with its own it is served.
    fs::remove_dir_all(one.join("keys")).unwrap();
    fs::remove_dir_all(&blobs).unwrap();
    fs::rename(&keys_away, one.join("keys")).unwrap();
    fs::rename(&away, &blobs).unwrap();
    ends_with(&apoyo(&one, &["doctor"]), 0, "ok");
    // A folder from before there were ids is taken over on purpose.
    fs::remove_file(one.join("keys/data.id")).unwrap();
    fs::remove_file(one.join("blobs/data.id")).unwrap();
    ends_with(&serve(), 3, "apoyo init --adopt");
    ends_with(&apoyo(&one, &["init", "--adopt"]), 0, "is ready");
    ends_with(&apoyo(&one, &["doctor"]), 0, "ok");
}

#[test]
fn a_server_without_a_relay_and_a_demonstration_for_everybody_do_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    ends_with(&apoyo(&data, &["init"]), 0, "is ready");
    ends_with(
        &apoyo(&data, &["serve", "--listen", "127.0.0.1:0"]),
        3,
        "no relay is configured",
    );
    for everybody in ["0.0.0.0:0", "[::]:0"] {
        ends_with(
            &apoyo(&data, &["serve", "--demo", "--listen", everybody]),
            3,
            "only on 127.0.0.1",
        );
    }
}

#[test]
fn a_roll_that_is_cut_off_older_or_anothers_does_not_come_into_force() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    ends_with(&apoyo(&data, &["init"]), 0, "is ready");
    let lines: Vec<String> = (0..200)
        .map(|number| {
            Person::synthetic(6, number)
                .roll_line()
                .trim_end()
                .to_owned()
        })
        .collect();
    let roll = |lines: &[String]| format!("{}\n{}\n", COLUMNS.join(","), lines.join("\n"));
    let whole = write(folder.path(), "whole.csv", &roll(&lines));
    let hash = |file: &str| protocol::ids::Sha256Hash::of(&fs::read(file).unwrap()).to_string();
    let import = |file: &str, lines: &str, sha256: &str, day: &str, more: &[&str]| {
        let means = [
            "roll",
            "import",
            file,
            "--lines",
            lines,
            "--sha256",
            sha256,
            "--version",
            "ln",
            "--day",
            day,
        ];
        apoyo(&data, &[&means[..], more].concat())
    };
    ends_with(&apoyo(&data, &["roll", "import", &whole]), 2, "--sha256");
    let sha = hash(&whole);
    let day = "2027-02-01";
    ends_with(
        &import(&whole, "201", &sha, day, &[]),
        3,
        "has 200 lines and not 201",
    );
    let others = hash("/proc/self/cmdline");
    ends_with(
        &import(&whole, "200", &others, day, &[]),
        3,
        "it is another file",
    );
    ends_with(&apoyo(&data, &["roll", "show"]), 3, "there is no roll yet");
    ends_with(
        &import(&whole, "200", &sha, day, &[]),
        0,
        "200 entries, called ln, of 2027-02-01",
    );
    ends_with(
        &import(&whole, "200", &sha, day, &[]),
        3,
        "in force already, as version 1",
    );

    // Its last lines are missing, and the operator's own hash is of what is left.
    let cut = write(folder.path(), "cut.csv", &roll(&lines[..190]));
    let sha = hash(&cut);
    ends_with(
        &import(&cut, "190", &sha, day, &[]),
        3,
        "noticeably smaller",
    );
    ends_with(
        &import(&cut, "190", &sha, "2027-01-01", &[]),
        3,
        "--older allows",
    );
    ends_with(&apoyo(&data, &["roll", "show"]), 0, "version 1 is in force");
    let allowed = import(&cut, "190", &sha, day, &["--smaller-by", "100"]);
    ends_with(&allowed, 0, "version 2 is in force: 190 entries");
    ends_with(
        &apoyo(&data, &["roll", "back"]),
        0,
        "version 3 is in force: 200 entries",
    );
    ends_with(
        &apoyo(&data, &["roll", "back"]),
        0,
        "version 4 is in force: 190 entries",
    );
    ends_with(&apoyo(&data, &["judge", "runs"]), 0, "run 4: ended");
}
