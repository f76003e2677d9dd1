//! Certificate authorities of the tests.

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CustomExtension, DistinguishedName, DnType,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData, SerialNumber, SignatureAlgorithm,
    date_time_ymd,
};

/// The extension with the statement.
pub const STATEMENT: &[u64] = &[1, 3, 6, 1, 4, 1, 11129, 2, 1, 17];
/// The extension of what was issued over the network.
pub const PROVISIONED: &[u64] = &[1, 3, 6, 1, 4, 1, 11129, 2, 1, 30];

/// The content of a certificate.
pub struct Wanted {
    pub name: &'static str,
    pub serial: u64,
    pub may_issue: bool,
    pub years: (i32, i32),
    pub extensions: Vec<(&'static [u64], Vec<u8>)>,
}

impl Wanted {
    pub fn authority(name: &'static str, serial: u64) -> Self {
        Self {
            name,
            serial,
            may_issue: true,
            years: (2020, 2035),
            extensions: Vec::new(),
        }
    }

    pub fn leaf(statement: Vec<u8>) -> Self {
        Self {
            name: "Android Keystore Key",
            serial: 1,
            may_issue: false,
            years: (1970, 2048),
            extensions: vec![(STATEMENT, statement)],
        }
    }

    pub fn with(mut self, extension: &'static [u64], content: Vec<u8>) -> Self {
        self.extensions.push((extension, content));
        self
    }

    pub fn within(mut self, years: (i32, i32)) -> Self {
        self.years = years;
        self
    }

    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, self.name);
        params.serial_number = Some(SerialNumber::from(self.serial));
        params.not_before = date_time_ymd(self.years.0, 1, 1);
        params.not_after = date_time_ymd(self.years.1, 1, 1);
        params.key_usages = vec![match self.may_issue {
            true => KeyUsagePurpose::KeyCertSign,
            false => KeyUsagePurpose::DigitalSignature,
        }];
        params.is_ca = match self.may_issue {
            true => IsCa::Ca(BasicConstraints::Unconstrained),
            false => IsCa::ExplicitNoCa,
        };
        params.custom_extensions = self
            .extensions
            .iter()
            .map(|(kind, content)| CustomExtension::from_oid_content(kind, content.clone()))
            .collect();
        params
    }
}

/// A key with a certificate. It can issue others, even if its certificate forbids that.
pub struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub fn root(wanted: &Wanted, algorithm: &'static SignatureAlgorithm) -> Self {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let certificate = wanted.params().self_signed(&key).unwrap();
        let issuer = Issuer::new(wanted.params(), key);
        Self {
            certificate,
            issuer,
        }
    }

    pub fn issue(&self, wanted: &Wanted, algorithm: &'static SignatureAlgorithm) -> Self {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let certificate = self.certify(wanted, &key);
        let issuer = Issuer::new(wanted.params(), key);
        Self {
            certificate,
            issuer,
        }
    }

    /// A certificate for another party's key.
    pub fn certify(&self, wanted: &Wanted, key: &impl PublicKeyData) -> Certificate {
        wanted.params().signed_by(key, &self.issuer).unwrap()
    }

    pub fn der(&self) -> Vec<u8> {
        self.certificate.der().to_vec()
    }

    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// The point of its own key.
    pub fn point(&self) -> Vec<u8> {
        self.issuer.key().public_key_raw().to_vec()
    }
}
