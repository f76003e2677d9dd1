//! From the leaf to a trusted key. Rules of our own, not those of the web: phones in use carry
//! chains that a browser would refuse.

use crate::{Fault, Roots, certificate::Certificate, signature};

/// The most certificates that are looked at.
const LONGEST: usize = 8;

/// Who has to be marked as one that may issue certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marked {
    /// Everybody who does.
    All,
    /// Not whoever issued the leaf: phones carry certificates that say they may not, and issue
    /// leaves with them. The caller has to know a leaf that issues by other signs.
    AboveFirst,
}

/// Reads a chain, the leaf first, and follows it: each certificate is issued and signed by the
/// next, which may issue, and the last one is of a trusted key or signed by one. When each is
/// valid is for the caller: the rules of Google and Apple differ.
pub(crate) fn follow<'a>(
    chain: &[&'a [u8]],
    roots: &Roots,
    marked: Marked,
) -> Result<Vec<Certificate<'a>>, Fault> {
    if !(1..=LONGEST).contains(&chain.len()) {
        return Err(Fault::ChainMalformed);
    }
    let chain = chain
        .iter()
        .map(|der| Certificate::parse(der))
        .collect::<Result<Vec<_>, _>>()?;
    for (below, pair) in chain.windows(2).enumerate() {
        let [child, issuer] = pair else { continue };
        issued(child, issuer)?;
        if below == 0 && marked == Marked::AboveFirst {
            continue;
        }
        // `below` certificates stand between this issuer and the leaf.
        match issuer.path_length()? {
            Some(most) if below > usize::from(most) => return Err(Fault::ChainBroken),
            _ => {}
        }
    }
    if chain.iter().any(Certificate::demands_the_unknown) {
        return Err(Fault::ChainMalformed);
    }
    let last = chain.last().ok_or(Fault::ChainMalformed)?;
    match roots.holds(last.key()) {
        true => Ok(chain),
        false => roots.issued(last).map(|()| chain),
    }
}

fn issued(child: &Certificate<'_>, issuer: &Certificate<'_>) -> Result<(), Fault> {
    if child.issuer() != issuer.subject() {
        return Err(Fault::ChainBroken);
    }
    signature::verify(
        issuer.key(),
        child.algorithm().oid,
        child.signed(),
        child.signature()?,
    )
}
