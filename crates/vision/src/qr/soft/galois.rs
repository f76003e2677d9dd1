//! Arithmetic of GF(256), the Galois field of QR codes (ISO/IEC 18004: polynomial 0x11D).

/// Powers of the generator, twice in a row so that a sum of two logarithms needs no modulo.
const POWERS: [u8; 512] = powers();
/// Logarithm of each element but zero, which has none.
const LOGARITHMS: [u8; 256] = logarithms();

const fn powers() -> [u8; 512] {
    let mut table = [0; 512];
    let mut value: u16 = 1;
    let mut at = 0;
    while at < 510 {
        table[at] = value as u8;
        value <<= 1;
        if value & 0x100 != 0 {
            value ^= 0x11D;
        }
        at += 1;
    }
    table
}

const fn logarithms() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 255 {
        table[POWERS[at] as usize] = at as u8;
        at += 1;
    }
    table
}

/// The product.
pub(super) fn multiply(one: u8, two: u8) -> u8 {
    if one == 0 || two == 0 {
        return 0;
    }
    POWERS[usize::from(LOGARITHMS[usize::from(one)]) + usize::from(LOGARITHMS[usize::from(two)])]
}

/// The quotient. A division by zero gives zero; no caller makes one.
pub(super) fn divide(one: u8, two: u8) -> u8 {
    if one == 0 || two == 0 {
        return 0;
    }
    let difference =
        255 + usize::from(LOGARITHMS[usize::from(one)]) - usize::from(LOGARITHMS[usize::from(two)]);
    POWERS[difference]
}

/// The generator to this power.
pub(super) fn power_of_generator(exponent: usize) -> u8 {
    POWERS[exponent % 255]
}

/// The value of a polynomial, lowest coefficient first.
pub(super) fn value_at(polynomial: &[u8], at: u8) -> u8 {
    polynomial
        .iter()
        .rev()
        .fold(0, |sum, part| multiply(sum, at) ^ part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Multiplication bit by bit, as the standard's appendix defines it.
    fn slowly(one: u8, two: u8) -> u8 {
        let mut product = 0u16;
        for bit in 0..8 {
            if two >> bit & 1 == 1 {
                product ^= u16::from(one) << bit;
            }
        }
        for bit in (8..16).rev() {
            if product >> bit & 1 == 1 {
                product ^= 0x11D << (bit - 8);
            }
        }
        product as u8
    }

    #[test]
    fn every_product_and_every_quotient_is_right() {
        for one in 0..=255 {
            for two in 0..=255 {
                let product = multiply(one, two);
                assert_eq!(product, slowly(one, two), "{one} {two}");
                if two != 0 {
                    assert_eq!(divide(product, two), one, "{one} {two}");
                }
            }
        }
        assert_eq!(
            (
                power_of_generator(0),
                power_of_generator(1),
                power_of_generator(8),
                power_of_generator(255)
            ),
            (1, 2, 0x1D, 1)
        );
        // 3 + 2x + x² at 2: 3 ^ 4 ^ 4.
        assert_eq!(value_at(&[3, 2, 1], 2), 3);
    }
}
