//! Certificate path validation, from the leaf to a trusted key. The rules differ from those of the
//! web, because phones in use have chains that a browser would refuse.

use crate::{Fault, Roots, certificate::Certificate, signature};

/// Most certificates in a chain.
const LONGEST: usize = 8;

/// Which issuers need the CA flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaFlag {
    /// All of them.
    All,
    /// All except the issuer of the leaf: some phones issue leaves with a certificate that lacks
    /// the flag. The caller has to detect in another way a leaf that issued certificates.
    AboveFirstIssuer,
}

/// Parses and validates a chain, the leaf first: each certificate is issued and signed by the next,
/// which may issue; the last one has a trusted key or is signed by one. The caller checks validity
/// periods, because the rules of Google and Apple differ.
pub(crate) fn validate<'a>(
    chain: &[&'a [u8]],
    roots: &Roots,
    ca_flag: CaFlag,
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
        if below == 0 && ca_flag == CaFlag::AboveFirstIssuer {
            continue;
        }
        // There are `below` certificates between this issuer and the leaf.
        match issuer.path_length()? {
            Some(most) if below > usize::from(most) => return Err(Fault::ChainBroken),
            _ => {}
        }
    }
    if chain
        .iter()
        .any(Certificate::has_unknown_critical_extension)
    {
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
