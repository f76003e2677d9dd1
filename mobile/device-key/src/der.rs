//! Converts signatures from the phones' form (DER) to that of the wire (r and s, 32 bytes each).

use crate::{Error, Result, Signature};

/// Reads `SEQUENCE { INTEGER r, INTEGER s }` of P-256 strictly: no bytes before, between or after, no
/// spare zeros, no negative number.
pub(crate) fn raw(der: &[u8]) -> Result<Signature> {
    read(der).ok_or_else(|| Error::Other("the signature is not one of P-256 in DER".into()))
}

fn read(der: &[u8]) -> Option<Signature> {
    // Two integers of at most 33 bytes, so every length fits the short form.
    let (body, rest) = element(0x30, der)?;
    let (r, after_r) = element(0x02, body)?;
    let (s, after_s) = element(0x02, after_r)?;
    let mut raw = [0; 64];
    place(r, raw.first_chunk_mut::<32>()?)?;
    place(s, raw.last_chunk_mut::<32>()?)?;
    (rest.is_empty() && after_s.is_empty()).then_some(raw)
}

/// The content of the element at the beginning, and what follows it.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    match bytes {
        [found, length, rest @ ..] if *found == tag && *length < 0x80 => {
            rest.split_at_checked(usize::from(*length))
        }
        _ => None,
    }
}

/// An unsigned integer, right-aligned.
fn place(integer: &[u8], into: &mut [u8; 32]) -> Option<()> {
    let magnitude = match integer {
        // A number whose first bit is set has a leading zero, so that it is not negative.
        [0, first, ..] if *first >= 0x80 => integer.get(1..)?,
        [first, ..] if (0x01..0x80).contains(first) => integer,
        _ => return None,
    };
    let start = into.len().checked_sub(magnitude.len())?;
    into.get_mut(start..)?.copy_from_slice(magnitude);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{
            ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED, EcdsaKeyPair, KeyPair,
            UnparsedPublicKey,
        },
    };

    #[test]
    fn what_a_phone_signed_verifies_after_the_conversion() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
        let mut lengths = std::collections::BTreeSet::new();
        // Enough signatures to include short numbers and numbers with their first bit set.
        for n in 0..2_000_u32 {
            let message = n.to_be_bytes();
            #[expect(
                clippy::disallowed_methods,
                reason = "aws-lc ignores the one it is handed"
            )]
            let der = pair.sign(&SystemRandom::new(), &message).unwrap();
            lengths.insert(der.as_ref().len());
            public
                .verify(&message, &raw(der.as_ref()).unwrap())
                .unwrap();
        }
        assert!(lengths.len() >= 3, "only lengths {lengths:?} were seen");
    }

    #[test]
    fn anything_but_two_small_positive_numbers_is_refused() {
        let good = [0x30, 6, 2, 1, 1, 2, 1, 2];
        assert_eq!(raw(&good).unwrap()[31], 1);
        let bad: [&[u8]; 9] = [
            &[],
            &[0x30, 6, 2, 1, 1, 2, 1],
            &[0x30, 6, 2, 1, 1, 2, 1, 2, 0],
            &[0x30, 7, 2, 1, 1, 2, 1, 2, 0],
            &[0x30, 7, 2, 2, 0, 1, 2, 1, 2],
            &[0x30, 6, 2, 1, 0x80, 2, 1, 2],
            &[0x30, 6, 2, 1, 0, 2, 1, 2],
            &[0x31, 6, 2, 1, 1, 2, 1, 2],
            &[0x30, 0x81, 6, 2, 1, 1, 2, 1, 2],
        ];
        for der in bad {
            assert!(raw(der).is_err(), "{der:?}");
        }
        let mut long = vec![0x30, 38, 2, 33];
        long.extend([1; 33]);
        long.extend([2, 1, 1]);
        assert!(raw(&long).is_err(), "33 bytes are more than P-256 has");
    }
}
