//! A face drawn with a few curves, without any photograph.

use crate::{chance::Chance, person::Person};
use credential::Sex;

/// The width of the space that [`portrait`] draws in.
pub(super) const WIDTH: f64 = 100.0;
/// Its height.
pub(super) const HEIGHT: f64 = 125.0;

const SKINS: &[&str] = &[
    "#f1c9a5", "#e5b48c", "#d9a273", "#c98d5f", "#b5774a", "#9c6239", "#80502f",
];
const HAIRS: &[&str] = &[
    "#15110f", "#241a15", "#3a2618", "#55371f", "#6e6a66", "#b9b4ae",
];
const SHIRTS: &[&str] = &[
    "#2f4a6d", "#6d2f3e", "#2f6d57", "#4b4b52", "#7a5a2c", "#5b3b77", "#e8e4da",
];
const EYES: &[&str] = &["#3b2414", "#2a1a10", "#5a3d1c", "#4a5a3a"];

/// The person's age, as far as hair shows it.
fn hair_colour(chance: &mut Chance, birth_year: i32) -> &'static str {
    let young = chance.below(4) as usize;
    let grey = 4 + chance.below(2) as usize;
    let chosen = if birth_year < 1962 && chance.percent(75.0) {
        grey
    } else {
        young
    };
    HAIRS[chosen]
}

fn hair_behind(chance: &mut Chance, sex: Sex, colour: &str, half: f64) -> String {
    let long = sex != Sex::H && chance.percent(78.0);
    if !long {
        return String::new();
    }
    let end = chance.between(84.0, 108.0);
    let out = half + chance.between(5.0, 11.0);
    format!(
        r#"<path fill="{colour}" d="M{l:.1} {end:.1}C{l0:.1} 70 {l:.1} 18 50 16C{r:.1} 18 {r0:.1} 70 {r:.1} {end:.1}C{r1:.1} {e2:.1} {l1:.1} {e2:.1} {l:.1} {end:.1}z"/>"#,
        l = 50.0 - out,
        l0 = 50.0 - out - 4.0,
        r = 50.0 + out,
        r0 = 50.0 + out + 4.0,
        l1 = 46.0,
        r1 = 54.0,
        e2 = end + 6.0,
    )
}

/// Hair in two layers: behind the head, and over the forehead.
fn hair_above(chance: &mut Chance, sex: Sex, colour: &str, half: f64) -> (String, String) {
    let (l, r) = (50.0 - half - 1.5, 50.0 + half + 1.5);
    let line = chance.between(35.0, 42.0);
    let part = chance.between(34.0, 66.0);
    let crown = chance.between(14.0, 19.0);
    let side = if sex == Sex::H { 50.0 } else { 56.0 };
    if sex == Sex::H && chance.percent(12.0) {
        // Bald on top: hair at the sides only.
        let sides = format!(
            r#"<path fill="{colour}" d="M{l:.1} {side}C{a:.1} 40 {a:.1} 34 {b:.1} 30L{b:.1} {side}zM{r:.1} {side}C{c:.1} 40 {c:.1} 34 {d:.1} 30L{d:.1} {side}z"/>"#,
            a = l - 2.0,
            b = l + 4.0,
            c = r + 2.0,
            d = r - 4.0,
        );
        return (sides, String::new());
    }
    let cap = format!(
        r#"<path fill="{colour}" d="M{l:.1} {side}C{l2:.1} 28 {l3:.1} {crown:.1} 50 {crown:.1}C{r3:.1} {crown:.1} {r2:.1} 28 {r:.1} {side}z"/>"#,
        l2 = l - 3.0,
        l3 = l + 8.0,
        r2 = r + 3.0,
        r3 = r - 8.0,
    );
    let fringe = format!(
        r#"<path fill="{colour}" d="M{l:.1} {side}C{l2:.1} 28 {l3:.1} {crown:.1} 50 {crown:.1}C{r3:.1} {crown:.1} {r2:.1} 28 {r:.1} {side}C{r:.1} 46 {r4:.1} {line:.1} {part:.1} {top:.1}C{l4:.1} {line:.1} {l:.1} 46 {l:.1} {side}z"/>"#,
        l2 = l - 3.0,
        l3 = l + 8.0,
        r2 = r + 3.0,
        r3 = r - 8.0,
        r4 = r - 5.0,
        l4 = l + 5.0,
        top = line - 6.0,
    );
    (cap, fringe)
}

fn eyes(chance: &mut Chance, hair: &str) -> String {
    let apart = chance.between(10.5, 13.5);
    let y = chance.between(53.0, 57.0);
    let (wide, tall) = (chance.between(4.4, 5.6), chance.between(2.2, 3.2));
    let iris = chance.pick(EYES);
    let brow = chance.between(0.9, 2.0);
    let tilt = chance.between(-1.5, 1.8);
    let mut svg = String::new();
    for side in [-1.0, 1.0] {
        let x = 50.0 + side * apart;
        svg += &format!(
            concat!(
                r##"<ellipse cx="{x:.1}" cy="{y:.1}" rx="{wide:.1}" ry="{tall:.1}" fill="#fbfaf7"/>"##,
                r##"<circle cx="{x:.1}" cy="{y:.1}" r="{r:.1}" fill="{iris}"/>"##,
                r##"<circle cx="{x:.1}" cy="{y:.1}" r="{p:.1}" fill="#0c0907"/>"##,
                r##"<circle cx="{gx:.1}" cy="{gy:.1}" r=".5" fill="#fff"/>"##,
                r##"<path d="M{x0:.1} {y:.1}Q{x:.1} {lid:.1} {x1:.1} {y:.1}" fill="none" stroke="#3a2418" stroke-width=".8"/>"##,
                r##"<path d="M{b0:.1} {by0:.1}Q{x:.1} {by1:.1} {b1:.1} {by2:.1}" fill="none" stroke="{hair}" stroke-width="{brow:.1}" stroke-linecap="round"/>"##
            ),
            x = x,
            y = y,
            wide = wide,
            tall = tall,
            iris = iris,
            hair = hair,
            brow = brow,
            r = tall * 0.95,
            p = tall * 0.45,
            gx = x + 0.8,
            gy = y - 0.9,
            x0 = x - wide,
            x1 = x + wide,
            lid = y - tall * 2.0,
            b0 = x - side * 5.5,
            by0 = y - 6.5 + tilt * 0.3,
            by1 = y - 9.5,
            b1 = x + side * 6.5,
            by2 = y - 6.0 - tilt * 0.4,
        );
    }
    if chance.percent(24.0) {
        let frame = chance.pick(&["#222", "#6b4a2a", "#8a8f98"]);
        for side in [-1.0, 1.0] {
            svg += &format!(
                r#"<rect x="{:.1}" y="{:.1}" width="17" height="11.5" rx="4.5" fill="none" stroke="{frame}" stroke-width="1.1"/>"#,
                50.0 + side * apart - 8.5,
                y - 5.5
            );
        }
        svg += &format!(
            r#"<path d="M{:.1} {y:.1}Q50 {:.1} {:.1} {y:.1}" fill="none" stroke="{frame}" stroke-width="1.1"/>"#,
            50.0 - apart + 8.5,
            y - 2.0,
            50.0 + apart - 8.5
        );
    }
    svg
}

fn nose_and_mouth(chance: &mut Chance, sex: Sex, hair: &str) -> String {
    let tip = chance.between(66.0, 70.0);
    let nose = chance.between(3.4, 5.4);
    let mouth = chance.between(75.5, 79.0);
    let (wide, smile) = (chance.between(7.0, 10.5), chance.between(0.2, 3.2));
    let lips = if sex == Sex::H {
        "#9c5a4c"
    } else {
        chance.pick(&["#b4504e", "#a84a58", "#9c5a4c"])
    };
    let full = chance.between(1.8, 3.4);
    let mut svg = format!(
        concat!(
            r##"<path d="M49 56Q{n0:.1} {t0:.1} {n1:.1} {tip:.1}Q50 {t1:.1} {n2:.1} {tip:.1}" fill="none" stroke="#000" stroke-opacity=".28" stroke-width="1"/>"##,
            r##"<path fill="{lips}" d="M{m0:.1} {mouth:.1}Q46 {u:.1} 50 {u2:.1}Q54 {u:.1} {m1:.1} {mouth:.1}Q50 {d:.1} {m0:.1} {mouth:.1}z"/>"##,
            r##"<path d="M{m0:.1} {mouth:.1}Q50 {s:.1} {m1:.1} {mouth:.1}" fill="none" stroke="#5d2a26" stroke-width=".6"/>"##
        ),
        n0 = 49.0 - nose * 0.3,
        t0 = tip - 6.0,
        n1 = 50.0 - nose,
        tip = tip,
        t1 = tip + 3.2,
        n2 = 50.0 + nose,
        lips = lips,
        m0 = 50.0 - wide,
        m1 = 50.0 + wide,
        mouth = mouth,
        u = mouth - full,
        u2 = mouth - full * 0.6,
        d = mouth + full + smile * 1.6,
        s = mouth + smile * 1.5,
    );
    if sex == Sex::H && chance.percent(38.0) {
        svg += &format!(
            r#"<path fill="{hair}" d="M{:.1} {:.1}Q50 {:.1} {:.1} {:.1}Q50 {:.1} {:.1} {:.1}z"/>"#,
            50.0 - wide - 1.0,
            mouth - 1.0,
            mouth - 7.5,
            50.0 + wide + 1.0,
            mouth - 1.0,
            mouth - 2.4,
            50.0 - wide - 1.0,
            mouth - 1.0
        );
    }
    svg
}

/// Head and shoulders, in a space of [`WIDTH`] by [`HEIGHT`], without a background.
pub(super) fn portrait(person: &Person) -> String {
    let mut chance = Chance::new(person.seed, person.index, "face");
    let chance = &mut chance;
    let sex = person.sex;
    let skin = chance.pick(SKINS);
    let hair = hair_colour(chance, person.birth_year());
    let shirt = chance.pick(SHIRTS);
    let half = chance.between(21.5, 25.5);
    let chin = chance.between(90.0, 95.0);
    let jaw = half * chance.between(0.62, 0.86);
    let behind = hair_behind(chance, sex, hair, half);
    let (cap, before) = hair_above(chance, sex, hair, half);
    let beard = sex == Sex::H && chance.percent(26.0);
    let stubble = if beard {
        format!(
            r#"<path fill="{hair}" fill-opacity=".9" d="M{l:.1} 66C{l:.1} 84 {a:.1} {c:.1} 50 {c:.1}C{b:.1} {c:.1} {r:.1} 84 {r:.1} 66C{r2:.1} 74 60 73 50 73C40 73 {l2:.1} 74 {l:.1} 66z"/>"#,
            l = 50.0 - half + 0.6,
            r = 50.0 + half - 0.6,
            l2 = 50.0 - half + 5.0,
            r2 = 50.0 + half - 5.0,
            a = 50.0 - jaw,
            b = 50.0 + jaw,
            c = chin + 1.5
        )
    } else {
        String::new()
    };
    let eyes = eyes(chance, hair);
    let below = nose_and_mouth(chance, sex, hair);
    let collar = if chance.percent(50.0) {
        r##"<path d="M40 100L50 114L60 100" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="2.4"/>"##
    } else {
        ""
    };
    format!(
        concat!(
            "{behind}{cap}",
            r##"<path fill="{shirt}" d="M4 150V126C5 107 22 102 38 99L62 99C78 102 95 107 96 126V150z"/>"##,
            r##"<path fill="{skin}" d="M40 82L40 100Q50 111 60 100L60 82z"/>"##,
            r##"<path fill="#000" fill-opacity=".16" d="M40 88Q50 102 60 88L60 93Q50 107 40 93z"/>"##,
            r##"<ellipse cx="{el:.1}" cy="60" rx="3.4" ry="6" fill="{skin}"/><ellipse cx="{er:.1}" cy="60" rx="3.4" ry="6" fill="{skin}"/>"##,
            r##"<path fill="{skin}" d="M{l:.1} 54C{l:.1} 26 {r:.1} 26 {r:.1} 54C{r:.1} 76 {jr:.1} {chin:.1} 50 {chin:.1}C{jl:.1} {chin:.1} {l:.1} 76 {l:.1} 54z"/>"##,
            r##"<path fill="#000" fill-opacity=".07" d="M{r:.1} 54C{r:.1} 76 {jr:.1} {chin:.1} 50 {chin:.1}C62 86 {rs:.1} 74 {rs:.1} 50z"/>"##,
            r##"<ellipse cx="36" cy="69" rx="5.5" ry="3.6" fill="#c0392b" fill-opacity=".10"/><ellipse cx="64" cy="69" rx="5.5" ry="3.6" fill="#c0392b" fill-opacity=".10"/>"##,
            "{stubble}{eyes}{below}{before}{collar}"
        ),
        behind = behind,
        cap = cap,
        shirt = shirt,
        skin = skin,
        stubble = stubble,
        eyes = eyes,
        below = below,
        before = before,
        collar = collar,
        chin = chin,
        el = 50.0 - half,
        er = 50.0 + half,
        l = 50.0 - half,
        r = 50.0 + half,
        jl = 50.0 - jaw,
        jr = 50.0 + jaw,
        rs = 50.0 + half * 0.62,
    )
}
