//! The bytes that are signed. Domain separation: every kind of signed message has its own
//! number, so a signature of one kind is never valid for another.
//!
//! The bytes are `"apoyo/v1"`, the context's number (two bytes, big-endian), and then each
//! field as its length (four bytes, big-endian) and its bytes. Two different messages never
//! have the same bytes.

/// The kinds of signed message. Append only: a number is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Context {
    /// An HTTP request of a device: method, path with query, SHA-256 of the body. P-256.
    Request = 1,
    /// A receipt of the server. Ed25519.
    Receipt = 2,
    /// The keyed hash of an activation code: activation id, code. HMAC-SHA-256.
    ActivationCode = 3,
    /// The pseudonym of a person within an exclusivity group: group, clave de elector. HMAC-SHA-256.
    PersonTag = 4,
    /// The key of a roll entry: CIC, identificador. HMAC-SHA-256.
    RollKey = 5,
    /// The person behind a roll entry: clave de elector. HMAC-SHA-256.
    RollPerson = 6,
    /// The pseudonym of a mail address: canonical address. HMAC-SHA-256.
    MailAddress = 7,
    /// The fields of an apoyo, sealed: process, apoyo, part, key id. HPKE.
    SealedFields = 8,
    /// A picture of an apoyo, sealed: process, apoyo, part, key id. HPKE.
    SealedPicture = 9,
    /// What the frames of a sealed part are bound to: binding, header, hash and length of the
    /// plaintext. SHA-256, the additional data of AES-256-GCM.
    SealedFrames = 10,
    /// The short name of a sealing key: purpose, public key. SHA-256.
    SealingKeyId = 11,
    /// The sealing keys in force: intake key, review key, since. Ed25519.
    SealingKeys = 12,
    /// The pseudonym of one public QR, for comparing two readings of a card: its text.
    /// HMAC-SHA-256.
    CardQr = 13,
    /// A personal text at rest in the database: table, column, row. Additional data of AES-256-GCM.
    AtRest = 14,
    /// The tag by which the server recognises its own challenge: activation id, random bytes, end.
    /// HMAC-SHA-256.
    Challenge = 16,
    /// The challenge of Android's attestation: activation id, challenge. SHA-256.
    AndroidAttestation = 17,
    /// The client data of App Attest: activation id, challenge, device key. SHA-256.
    AppAttestation = 18,
    /// The pseudonym of a certificate that attested a phone: its serial number. HMAC-SHA-256.
    CertificateSerial = 19,
    /// The secrets of proofs of work: which of the two. HMAC-SHA-256.
    Work = 28,
    /// The pseudonym of a network, for counting its requests: family and prefix. HMAC-SHA-256.
    Network = 29,
    /// The comparison of a shared secret in constant time: the secret. HMAC-SHA-256.
    SharedSecret = 30,
    /// The review sample: whether an apoyo belongs to it, computable with the key only: apoyo id.
    /// HMAC-SHA-256.
    Sample = 31,
    /// The server's word that it no longer serves a device: device, reason, time. Ed25519.
    DeviceEnded = 34,
    /// The chain of the audit record: the chain before, number, moment, who, who approved, what,
    /// subject, why. SHA-256.
    AuditRecord = 40,
    /// The chain of the tagger's record: the chain before, the line. SHA-256.
    TaggerRecord = 41,
    /// The pseudonym of an account at a provider: issuer, subject. HMAC-SHA-256.
    SigninAccount = 24,
    /// The hash of a sign-in's OAuth state, which only its browser carries: state. SHA-256.
    SigninState = 25,
    /// The hash of a ticket: sign-in id, ticket. SHA-256.
    SigninTicket = 26,
    /// The head of the numbers: writes, given, promised, chain, boot, state. Ed25519.
    Head = 50,
    /// One link of the chain over receipts: the link before, sequence, SHA-256 of the receipt.
    /// SHA-256.
    ReceiptLink = 51,
    /// The link with which a chain begins again after a recovery: the chain of the rows, the chain
    /// of the head, the number above which it goes on. SHA-256.
    RecoveredChain = 52,
}

/// The bytes to sign, or to hash with a key, for `fields` in `context`.
pub fn signed_bytes(context: Context, fields: &[&[u8]]) -> Vec<u8> {
    const DOMAIN: &[u8] = b"apoyo/v1";
    let length = DOMAIN.len() + 2 + fields.iter().map(|field| 4 + field.len()).sum::<usize>();
    let mut bytes = Vec::with_capacity(length);
    bytes.extend_from_slice(DOMAIN);
    bytes.extend_from_slice(&(context as u16).to_be_bytes());
    for field in fields {
        let length = u32::try_from(field.len()).expect("a signed field is far below 4 GiB");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(field);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_a_request_never_change() {
        let bytes = signed_bytes(Context::Request, &[b"PUT", b"/v1/x"]);
        assert_eq!(
            hex::encode(bytes),
            "61706f796f2f7631000100000003505554000000052f76312f78"
        );
    }

    #[test]
    fn moving_a_byte_between_fields_changes_the_bytes() {
        let one = signed_bytes(Context::Request, &[b"ab", b"c"]);
        let other = signed_bytes(Context::Request, &[b"a", b"bc"]);
        assert_ne!(one, other);
    }
}
