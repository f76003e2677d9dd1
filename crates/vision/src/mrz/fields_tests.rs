use super::*;
use crate::mrz::{
    network::{OUTPUTS, index_of},
    track::Letter,
};

const ROBERTA: [&str; 3] = [
    "IDMEX1234567897<<0001234567890",
    "8504179M3312315MEX<00<<12345<2",
    "PRUEBA<EJEMPLO<<ROBERTA<<<<<<<",
];

/// Letters as the network would see them, each as clear as a sharp one is.
fn seen(lines: [&str; 3]) -> [Track; 3] {
    lines.map(|line| Track {
        score: 0.0,
        letters: line
            .bytes()
            .enumerate()
            .map(|(place, glyph)| {
                let mut log_likelihoods = [(0.0008f32).ln(); OUTPUTS];
                log_likelihoods[index_of(glyph).unwrap()] = 0.97f32.ln();
                Letter {
                    along: place as f32 + 0.5,
                    log_likelihoods,
                }
            })
            .collect(),
    })
}

/// As if this letter were half one glyph and half another.
fn doubt(tracks: &mut [Track; 3], line: usize, place: usize, one: u8, other: u8) {
    let log_likelihoods = &mut tracks[line].letters[place].log_likelihoods;
    *log_likelihoods = [(0.0008f32).ln(); OUTPUTS];
    // The wrong one is a little ahead.
    log_likelihoods[index_of(one).unwrap()] = 0.4f32.ln();
    log_likelihoods[index_of(other).unwrap()] = 0.5f32.ln();
}

fn texts(decided: &Decided) -> [String; 3] {
    decided.lines.each_ref().map(text)
}

#[test]
fn clear_letters_are_what_they_are() {
    let decided = decide(&seen(ROBERTA));
    assert_eq!(
        (texts(&decided), decided.overruled),
        (ROBERTA.map(str::to_owned), 0)
    );
}

#[test]
fn the_check_digit_chooses_between_two_doubtful_digits() {
    for (line, place, right, wrong) in [
        (0, 7, b'3', b'8'),
        (0, 14, b'7', b'1'),
        (1, 3, b'4', b'9'),
        (1, 9, b'3', b'5'),
        // Only the digit over both lines covers these.
        (0, 20, b'1', b'7'),
        (1, 25, b'3', b'8'),
    ] {
        let mut tracks = seen(ROBERTA);
        doubt(&mut tracks, line, place, right, wrong);
        let decided = decide(&tracks);
        assert_eq!(
            texts(&decided),
            ROBERTA.map(str::to_owned),
            "{line} {place}"
        );
        assert_eq!(decided.overruled, 1);
    }
}

#[test]
fn a_wrong_digit_seen_clearly_stays_wrong() {
    let mut lines = ROBERTA;
    lines[0] = "IDMEX1234567898<<0001234567890";
    lines[1] = "8504178M3312315MEX<00<<12345<9";
    let decided = decide(&seen(lines));
    assert_eq!(
        (texts(&decided), decided.overruled),
        (lines.map(str::to_owned), 0)
    );
}

#[test]
fn no_check_digit_makes_a_thirteenth_month() {
    let mut tracks = seen(ROBERTA);
    // 04 or 14: only one of them is a month, independently of the log-likelihoods.
    doubt(&mut tracks, 1, 2, b'0', b'1');
    assert_eq!(texts(&decide(&tracks)), ROBERTA.map(str::to_owned));
    // Seen clearly, it is kept all the same.
    let mut lines = ROBERTA;
    lines[1] = "8514179M3312315MEX<00<<12345<2";
    assert_eq!(texts(&decide(&seen(lines))), lines.map(str::to_owned));
}

#[test]
fn where_nothing_is_seen_no_digits_are_made_up() {
    let mut tracks = seen(ROBERTA);
    for place in 5..15 {
        tracks[0].letters[place].log_likelihoods = [(1.0 / OUTPUTS as f32).ln(); OUTPUTS];
    }
    let decided = decide(&tracks);
    let sure: f32 = (5..15)
        .map(|place| {
            let log_likelihoods = &tracks[0].letters[place].log_likelihoods;
            confidence(log_likelihoods, Line::Card, place, decided.lines[0][place])
        })
        .product();
    assert!(sure < 1e-6, "{sure}");
}
