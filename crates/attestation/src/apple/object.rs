//! The attestation object in CBOR, and the authenticator data in it.

use crate::Fault;
use minicbor::{Decoder, decode::Error};

/// Most certificates in an object.
const LONGEST_CHAIN: usize = 8;
/// The flag of authenticator data that contain a credential.
const HOLDS_CREDENTIAL: u8 = 0x40;

/// `{"fmt": "apple-appattest", "attStmt": {"x5c": […], "receipt": …}, "authData": …}`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationObject<'a> {
    /// The certificates in DER, the leaf first.
    pub certificates: Vec<&'a [u8]>,
    /// The bytes of the [`AuthenticatorData`].
    pub authenticator_data: &'a [u8],
}

impl<'a> AttestationObject<'a> {
    /// Parses the object; trailing bytes are an error. Unknown keys are skipped, and a known key
    /// must not occur twice.
    pub fn decode(cbor: &'a [u8]) -> Result<Self, Fault> {
        let mut decoder = Decoder::new(cbor);
        let object = Self::read(&mut decoder).map_err(|_| Fault::StatementMalformed)?;
        match decoder.position() == cbor.len() {
            true => Ok(object),
            false => Err(Fault::StatementMalformed),
        }
    }

    fn read(decoder: &mut Decoder<'a>) -> Result<Self, Error> {
        let (mut format, mut certificates, mut data) = (None, None, None);
        for _ in 0..length(decoder.map()?)? {
            match decoder.str()? {
                "fmt" => once(&mut format, decoder.str()?)?,
                "attStmt" => once(&mut certificates, read_certificates(decoder)?)?,
                "authData" => once(&mut data, decoder.bytes()?)?,
                _ => decoder.skip()?,
            }
        }
        if format != Some("apple-appattest") {
            return Err(Error::message("another format"));
        }
        Ok(Self {
            certificates: certificates.ok_or(Error::message("no attStmt"))?,
            authenticator_data: data.ok_or(Error::message("no authData"))?,
        })
    }
}

fn read_certificates<'a>(decoder: &mut Decoder<'a>) -> Result<Vec<&'a [u8]>, Error> {
    let mut certificates = None;
    for _ in 0..length(decoder.map()?)? {
        match decoder.str()? {
            "x5c" => {
                let count = length(decoder.array()?)?;
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                if count > LONGEST_CHAIN {
                    return Err(Error::message("too many certificates"));
                }
                let read: Result<Vec<_>, _> = (0..count).map(|_| decoder.bytes()).collect();
                once(&mut certificates, read?)?;
            }
            // Apple's receipt is for later requests to Apple, which this server never makes.
            _ => decoder.skip()?,
        }
    }
    certificates.ok_or(Error::message("no x5c"))
}

/// App Attest writes no maps or lists of indefinite length.
fn length(length: Option<u64>) -> Result<u64, Error> {
    length.ok_or(Error::message("of no definite length"))
}

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), Error> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error::message("twice")),
    }
}

/// App Attest's data about app and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatorData<'a> {
    /// SHA-256 of the app's identifier.
    pub app: &'a [u8],
    /// Number of signatures that the key has made.
    pub counter: u32,
    /// `appattest` with seven zeros, or `appattestdevelop`.
    pub environment: &'a [u8; 16],
    /// The key's identifier.
    pub credential: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// Parses the fixed part. The key follows once more, but the leaf already has it, signed.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Fault> {
        Self::read(bytes).ok_or(Fault::StatementMalformed)
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (app, rest) = bytes.split_first_chunk::<32>()?;
        let (flags, rest) = rest.split_first()?;
        let (counter, rest) = rest.split_first_chunk::<4>()?;
        let (environment, rest) = rest.split_first_chunk::<16>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let credential = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
        (flags & HOLDS_CREDENTIAL != 0).then_some(Self {
            app,
            counter: u32::from_be_bytes(*counter),
            environment,
            credential,
        })
    }
}
