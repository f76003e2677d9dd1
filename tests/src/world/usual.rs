//! The data folder of most worlds, made once through the command line and then copied, because its
//! thirteen commands take longer than most stories.
//!
//! It is kept in the target folder until the server's program changes.

use crate::{
    binary,
    campaigns::{CAMPAIGNS, PROCESSES},
    people::Name,
    server,
};
use cards::{Person, roll};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
    time::UNIX_EPOCH,
};

/// The people of [`Name::ALL`] who are in the roll.
pub fn people() -> impl Iterator<Item = Person> {
    let in_the_roll = Name::ALL.into_iter().filter(|name| name.is_in_the_roll());
    in_the_roll.map(Name::person)
}

/// A roll of these people as CSV.
pub fn roll_csv<'a>(people: impl IntoIterator<Item = &'a Person>) -> String {
    let mut csv = format!("{}\n", roll::HEADER);
    for person in people {
        csv.push_str(&person.roll_line());
        csv.push('\n');
    }
    csv
}

/// Fills a data folder with processes, campaigns and the roll.
pub fn copy_to(data: &Path) {
    static USUAL: OnceLock<PathBuf> = OnceLock::new();
    let usual = USUAL.get_or_init(made);
    copy(usual, data).expect("a copy of the usual data folder");
}

/// As `apoyo init --review-elsewhere` makes it.
pub fn take_review_key_away(data: &Path) {
    let folder = data.join("keys").join("sealing");
    for file in fs::read_dir(folder).expect("the keys' folder").flatten() {
        if file.file_name().to_string_lossy().starts_with("review-") {
            fs::remove_file(file.path()).expect("a key that can be removed");
        }
    }
}

/// Replaces the roll of a data folder.
pub fn import_roll(data: &Path, scratch: &Path, people: impl Iterator<Item = Person>) {
    let people: Vec<Person> = people.collect();
    let csv = roll_csv(&people);
    command(data, scratch, ["roll", "import"], "roll.csv", csv);
}

/// The folder of this build of the server, which is made now if it is missing.
fn made() -> PathBuf {
    let built = fs::metadata(binary::apoyo()).expect("the server's program");
    let changed = built.modified().expect("a time of its last change");
    let changed = changed.duration_since(UNIX_EPOCH).unwrap_or_default();
    let worlds = binary::target_folder().join("e2e-world");
    let folder = worlds.join(format!("{}-{}", built.len(), changed.as_nanos()));
    if folder.exists() {
        return folder;
    }
    // Removes the folders of older builds.
    let _ = fs::remove_dir_all(&worlds);
    fs::create_dir_all(&worlds).expect("the target folder can be written");
    let scratch = tempfile::tempdir_in(&worlds).expect("a folder beneath it");
    let data = scratch.path().join("data");
    load(&data, scratch.path());
    // In one step. If another program of tests was first, its folder is used.
    if let Err(error) = fs::rename(&data, &folder) {
        assert!(folder.exists(), "the data folder cannot be moved: {error}");
    }
    folder
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn load(data: &Path, scratch: &Path) {
    let made = server::apoyo(data, ["init"]).expect("the command runs");
    assert!(
        made.status.success(),
        "apoyo init: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let command = |words, file: &str, text| command(data, scratch, words, file, text);
    for (id, kind, exclusivity) in PROCESSES {
        let text = format!(
            "id = \"{id}\"\nname = \"Proceso {id}\"\nkind = \"{kind}\"\nexclusivity = \"{exclusivity}\"\n"
        );
        command(["process", "create"], &format!("process-{id}.toml"), text);
    }
    for (id, process, demarcation, (opens, closes)) in CAMPAIGNS {
        let text = format!(
            "id = \"{id}\"\nprocess = \"{process}\"\ntitle = \"Campaña {id}\"\n\
             requester = \"Solicitante {id}\"\ndescription = \"De prueba.\"\n\
             demarcation = {demarcation}\nopens_at = \"{opens}\"\ncloses_at = \"{closes}\"\n\
             required = 1000\n"
        );
        command(["campaign", "create"], &format!("campaign-{id}.toml"), text);
    }
    import_roll(data, scratch, people());
    // Stories are one operator's, unless they say otherwise.
    let done = server::apoyo(data, ["operators", "one-name", "--why", "pruebas"]);
    assert!(done.expect("the command runs").status.success());
}

fn command(data: &Path, scratch: &Path, words: [&str; 2], file: &str, text: String) {
    let path = scratch.join(file);
    fs::write(&path, text).expect("a scratch file");
    let mut words = vec![words[0], words[1], path.to_str().expect("a plain path")];
    if words[0] == "roll" {
        words.extend(["--unverified", "--smaller-by", "100"]);
    }
    let done = server::apoyo(data, &words).expect("the command runs");
    assert!(
        done.status.success(),
        "apoyo {words:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}
