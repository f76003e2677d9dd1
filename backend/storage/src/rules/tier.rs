//! Tiers of phones.

use std::collections::HashSet;

/// The reason of a phone that a revoked certificate has lowered.
pub const REVOKED_REASON: &str = "certificate_revoked";

/// Whether one of the certificates that vouched for a phone is revoked. `issuers`: keyed hashes
/// of 16 bytes, one after another, as their column has them.
pub fn is_lowered(issuers: &[u8], revoked: &HashSet<[u8; 16]>) -> bool {
    let (tags, _) = issuers.as_chunks::<16>();
    tags.iter().any(|tag| revoked.contains(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_of_the_certificates_lowers_a_phone_and_no_half_of_one_does() {
        let revoked = HashSet::from([[2; 16]]);
        let issuers = [[1; 16], [2; 16]].concat();
        assert!(is_lowered(&issuers, &revoked));
        assert!(!is_lowered(&issuers[..16], &revoked));
        assert!(!is_lowered(&issuers[..31], &revoked));
        assert!(!is_lowered(&[], &revoked));
    }
}
