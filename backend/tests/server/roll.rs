use crate::world::World;
use cards::Person;
use server_core::roll::{
    fault::FileFault,
    import::{ImportError, Outcome, Tolerance, import},
    line::COLUMNS,
};
use std::{fs, path::PathBuf};

/// The lines of this many people, without a header.
fn people(count: u64) -> Vec<String> {
    (0..count)
        .map(|number| {
            Person::synthetic(5, number)
                .roll_line()
                .trim_end()
                .to_owned()
        })
        .collect()
}

async fn load(
    world: &World,
    bytes: &[u8],
    tolerance: Tolerance,
) -> (Result<Outcome, ImportError>, PathBuf) {
    let file = world.data().join("roll.csv");
    let rejects = world.data().join("roll.csv.rejects.csv");
    fs::write(&file, bytes).unwrap();
    let core = world.core.clone();
    let out = rejects.clone();
    let outcome = tokio::task::spawn_blocking(move || {
        let roll = core.storage.import_roll().unwrap();
        import(&file, &out, tolerance, &core.keys, roll, core.now(), |_| {})
    });
    (outcome.await.unwrap(), rejects)
}

fn csv(lines: &[String]) -> String {
    format!("{}\n{}\n", COLUMNS.join(","), lines.join("\n"))
}

#[tokio::test]
async fn everybody_is_found_by_their_card_after_the_import() {
    let world = World::new().await;
    let text = csv(&people(50));
    let (outcome, rejects) = load(&world, text.as_bytes(), Tolerance::default()).await;
    let outcome = outcome.unwrap();
    assert_eq!((outcome.good, outcome.bad), (50, 0));
    assert_eq!(outcome.version.unwrap().entries, 50);
    assert!(!rejects.exists());
    let person = Person::synthetic(5, 7);
    let qr = person.qr();
    let key = world.core.keys.roll_key(&qr.cic, &qr.identificador);
    let found = world.core.storage.find_in_roll(key).await.unwrap().unwrap();
    assert_eq!(found.place.seccion, qr.seccion.number());
    let clave = person.clave_elector().to_string();
    assert_eq!(found.person, world.core.keys.roll_person(&clave));
}

#[tokio::test]
async fn columns_in_another_order_and_capitals_and_latin_letters_are_read() {
    let world = World::new().await;
    let mut text = String::from("\u{feff}");
    for line in csv(&people(5)).lines() {
        let mut fields: Vec<&str> = line.split(',').collect();
        fields.reverse();
        text.push_str(&fields.join(","));
        text.push('\n');
    }
    let (head, body) = text.split_once('\n').unwrap();
    let text = format!("{}\n{body}", head.to_uppercase());
    let (outcome, _) = load(&world, text.as_bytes(), Tolerance::default()).await;
    assert_eq!(outcome.unwrap().good, 5);

    // ISO-8859-1: every character is one byte.
    let name = "NUÑEZ";
    let mut lines = people(1);
    let mut fields: Vec<&str> = lines[0].split(',').collect();
    fields[6] = name;
    lines[0] = fields.join(",");
    let latin: Vec<u8> = csv(&lines)
        .chars()
        .map(|c| u8::try_from(c).unwrap())
        .collect();
    assert!(std::str::from_utf8(&latin).is_err());
    let (outcome, _) = load(&world, &latin, Tolerance::default()).await;
    assert_eq!(outcome.unwrap().good, 1);
}

#[tokio::test]
async fn one_bad_line_loads_nothing_and_the_old_roll_stays() {
    let world = World::new().await;
    load(&world, csv(&people(3)).as_bytes(), Tolerance::default())
        .await
        .0
        .unwrap();
    let mut lines = people(10);
    let spoil = |line: &mut String, place: usize, value: &str| {
        let mut fields: Vec<&str> = line.split(',').collect();
        fields[place] = value;
        *line = fields.join(",");
    };
    spoil(&mut lines[2], 1, "12345678O");
    spoil(&mut lines[4], 13, "VIVO");
    spoil(&mut lines[5], 8, "33");
    lines[6] = "only,three,fields".to_owned();
    lines[8] = lines[0].clone();
    let text = csv(&lines);
    let (outcome, rejects) = load(&world, text.as_bytes(), Tolerance::default()).await;
    let outcome = outcome.unwrap();
    assert_eq!((outcome.good, outcome.bad, outcome.version), (5, 5, None));
    let told = fs::read_to_string(&rejects).unwrap();
    let mut told: Vec<&str> = told.lines().collect();
    told[1..].sort_by_key(|line| line.split(',').next().unwrap().parse::<u32>().unwrap());
    assert_eq!(
        told,
        [
            "line,reason",
            "4,\"cic: not of its form\"",
            "6,\"situacion: not of its form\"",
            "7,\"entidad: not of its form\"",
            "8,\"another number of columns than the header\"",
            "10,\"cic and identificador stand in an earlier line\"",
        ]
    );
    let version = world.core.storage.roll_version().await.unwrap().unwrap();
    assert_eq!((version.version, version.entries), (1, 3));

    let tolerant = Tolerance {
        allow_rejects: 5,
        ..Tolerance::default()
    };
    let outcome = load(&world, text.as_bytes(), tolerant).await.0.unwrap();
    assert_eq!(outcome.version.unwrap().entries, 5);
}

#[tokio::test]
async fn a_file_without_a_column_or_without_lines_is_refused() {
    let world = World::new().await;
    let text = csv(&people(2)).replace("vigencia", "validez");
    let (outcome, _) = load(&world, text.as_bytes(), Tolerance::default()).await;
    assert!(matches!(
        outcome,
        Err(ImportError::File(FileFault::NoColumn("vigencia")))
    ));
    let (outcome, _) = load(&world, csv(&[]).as_bytes(), Tolerance::default()).await;
    assert_eq!(outcome.unwrap().version, None);
    assert_eq!(world.core.storage.roll_version().await.unwrap(), None);
}
