//! Code 128, set C: two digits per symbol, as the nine digits of a CIC are printed.

use super::{Area, grid, plate};

/// Widths of bar, space, bar, space, bar, space of each symbol, 0 to 105.
const SYMBOLS: [&str; 106] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232",
];
const STOP: &str = "2331112";
const START_C: usize = 105;
const SWITCH_TO_B: usize = 100;
/// The place of `0` in set B.
const ZERO_IN_B: usize = 16;

/// The symbols that say `digits`, from the start symbol to the checksum.
fn symbols(digits: &str) -> Vec<usize> {
    let values: Vec<usize> = digits
        .bytes()
        .map(|digit| usize::from(digit - b'0'))
        .collect();
    let mut symbols = vec![START_C];
    let pairs = values.chunks_exact(2);
    let odd = pairs.remainder().first().copied();
    symbols.extend(pairs.map(|pair| pair[0] * 10 + pair[1]));
    if let Some(last) = odd {
        symbols.extend([SWITCH_TO_B, ZERO_IN_B + last]);
    }
    let sum: usize = symbols
        .iter()
        .enumerate()
        .map(|(place, symbol)| place.max(1) * symbol)
        .sum();
    symbols.push(sum % 103);
    symbols
}

/// The bars as cells one module wide: `true` is ink.
///
/// # Panics
/// When `digits` holds anything but digits, which is a mistake of the caller.
pub fn modules(digits: &str) -> Vec<bool> {
    assert!(
        digits.bytes().all(|byte| byte.is_ascii_digit()),
        "Code 128 C holds digits only"
    );
    symbols(digits)
        .into_iter()
        .map(|symbol| SYMBOLS[symbol])
        .chain([STOP])
        .flat_map(|widths| widths.bytes().enumerate())
        .flat_map(|(nth, width)| std::iter::repeat_n(nth % 2 == 0, usize::from(width - b'0')))
        .collect()
}

/// The SVG of the bars.
pub fn svg(digits: &str, place: Area) -> String {
    let bars = modules(digits);
    let quiet = 10.0 * place.width / bars.len() as f64;
    let sides = Area {
        x: place.x - quiet,
        width: place.width + 2.0 * quiet,
        ..place
    };
    plate(sides, 0.0) + &grid(place, bars.len(), 1, |column, _| bars[column])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_eleven_modules_wide_and_none_comes_twice() {
        for (place, widths) in SYMBOLS.iter().enumerate() {
            let width: u32 = widths.bytes().map(|byte| u32::from(byte - b'0')).sum();
            assert_eq!(width, 11, "symbol {place}");
            assert!(!SYMBOLS[..place].contains(widths), "symbol {place}");
        }
    }

    #[test]
    fn a_cic_is_four_pairs_and_a_last_digit() {
        // Start C, 12 34 56 78, switch to B, 9; the checksum was added up by hand:
        // 105 + 1*12 + 2*34 + 3*56 + 4*78 + 5*100 + 6*25 = 1315 = 12*103 + 79.
        assert_eq!(symbols("123456789"), [105, 12, 34, 56, 78, 100, 25, 79]);
        assert_eq!(modules("123456789").len(), 8 * 11 + 13);
        assert_eq!(modules("12")[..6], [true, true, false, true, false, false]);
    }
}
