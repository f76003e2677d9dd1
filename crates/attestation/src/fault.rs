//! Why an attestation proves nothing.

/// Why an attestation proves nothing. The database stores the words, so they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A certificate cannot be parsed, or has an unknown critical extension.
    ChainMalformed,
    /// A certificate did not issue the one before it, or may not issue any.
    ChainBroken,
    /// A signature in the chain is wrong, or its algorithm is not accepted.
    ChainSignature,
    /// The chain does not end at a trusted key.
    RootUnknown,
    /// A certificate is outside of its validity period, and the period counts.
    CertificateExpired,
    /// The list of revocations names a certificate of the chain.
    CertificateRevoked,
    /// The leaf has no statement about the key.
    StatementMissing,
    /// A certificate above the leaf has a statement, or the leaf has two: an attested key was used
    /// to extend the chain.
    StatementRepeated,
    /// The statement cannot be parsed.
    StatementMalformed,
    /// The statement was made for another challenge.
    ChallengeForeign,
    /// The statement is about another key.
    KeyForeign,
    /// The key was not generated in the hardware, or may be used for more than signing.
    KeyUnfit,
    /// The key belongs to another app, or to a build of this app that another party signed.
    AppForeign,
    /// The app was built for development.
    AppInDevelopment,
    /// The key has been used before.
    CounterRisen,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 15] = [
        Fault::ChainMalformed,
        Fault::ChainBroken,
        Fault::ChainSignature,
        Fault::RootUnknown,
        Fault::CertificateExpired,
        Fault::CertificateRevoked,
        Fault::StatementMissing,
        Fault::StatementRepeated,
        Fault::StatementMalformed,
        Fault::ChallengeForeign,
        Fault::KeyForeign,
        Fault::KeyUnfit,
        Fault::AppForeign,
        Fault::AppInDevelopment,
        Fault::CounterRisen,
    ];

    /// The word in the database and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Fault::ChainMalformed => "chain_malformed",
            Fault::ChainBroken => "chain_broken",
            Fault::ChainSignature => "chain_signature",
            Fault::RootUnknown => "root_unknown",
            Fault::CertificateExpired => "certificate_expired",
            Fault::CertificateRevoked => "certificate_revoked",
            Fault::StatementMissing => "statement_missing",
            Fault::StatementRepeated => "statement_repeated",
            Fault::StatementMalformed => "statement_malformed",
            Fault::ChallengeForeign => "challenge_foreign",
            Fault::KeyForeign => "key_foreign",
            Fault::KeyUnfit => "key_unfit",
            Fault::AppForeign => "app_foreign",
            Fault::AppInDevelopment => "app_in_development",
            Fault::CounterRisen => "counter_risen",
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for Fault {}
