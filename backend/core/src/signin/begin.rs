//! Begins a sign-in: the app gets the address to open in the browser.

use super::{fault_code, state_hash};
use crate::{
    asking::{FromStranger, NotProved},
    core::Core,
    keys::at_rest::HiddenColumn,
    limits::Limited,
    ports::{Asking, Secrets},
    refusal::Refusal,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use protocol::{
    code::{Code, Problem},
    environment::Timestamp,
    ids::{Sha256Hash, SigninId},
    sensitive::Sensitive,
    signin::{BeginSignin, FIRST_PORT, ReturnWay, SIGNIN_MINUTES, SigninBegun},
};
use storage::{StorageError, signin::NewSignin};

/// Why a sign-in is not begun.
#[derive(Debug, thiserror::Error)]
pub enum BeginRefused {
    /// Another key signed the request, or a key of a phone that has a name already.
    #[error(transparent)]
    NotProved(#[from] NotProved),
    /// The proof of work is missing, wrong or expired, as this word says.
    #[error("proof of work: {0}")]
    Work(Code),
    /// A limit is reached.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The port is one of the system's, to which a browser is never sent.
    #[error("the way back is a port of the system")]
    SystemPort,
    /// This provider is not configured.
    #[error("this server does not ask this provider")]
    ProviderUnknown,
    /// The provider is not available, as this word says.
    #[error("the provider cannot be asked: {0}")]
    Provider(Code),
    /// Too many sign-ins are open.
    #[error("too many sign-ins are open")]
    TooManyOpen,
    /// The secrets cannot be serialised.
    #[error("the secrets cannot be written down: {0}")]
    Secrets(#[from] serde_json::Error),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<BeginRefused> for Refusal {
    fn from(why: BeginRefused) -> Self {
        match why {
            BeginRefused::NotProved(why) => why.into(),
            BeginRefused::SystemPort => {
                Problem::in_field(Code::RequestMalformed, "return_to").into()
            }
            BeginRefused::ProviderUnknown => Code::SigninProviderUnknown.into(),
            BeginRefused::Provider(code) | BeginRefused::Work(code) => code.into(),
            BeginRefused::Limited(why) => why.into(),
            BeginRefused::TooManyOpen => Code::ServerBusy.into(),
            BeginRefused::Secrets(_) => Code::ServerFault.into(),
            BeginRefused::Storage(error) => error.into(),
        }
    }
}

/// Records a sign-in and returns the provider's address for the browser.
pub async fn begin(
    core: &Core,
    request: FromStranger<BeginSignin>,
) -> Result<SigninBegun, BeginRefused> {
    let FromStranger {
        proof,
        asked: begin,
        ..
    } = request;
    proof.signed_by_new(&begin.device_key)?;
    if matches!(begin.return_to, ReturnWay::Loopback { port } if port < FIRST_PORT) {
        return Err(BeginRefused::SystemPort);
    }
    let provider = core
        .providers
        .get(&begin.provider)
        .ok_or(BeginRefused::ProviderUnknown)?;

    let now = core.now();
    let counted_as = paid_by(core, &begin, now)?;
    core.limits
        .signins
        .take(counted_as, now)
        .inspect_err(|_| core.events.count("limited", "signin"))?;
    let random = || {
        let mut bytes = [0; 32];
        core.entropy.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let state = random();
    let secrets = Secrets {
        nonce: random(),
        verifier: random(),
    };
    let asking = Asking {
        state: &state,
        secrets: &secrets,
        language: begin.language,
        now,
    };
    let authorize = provider.authorize(&asking).await.map_err(|fault| {
        // The sign-in was not begun, so it is not counted.
        core.limits.signins.give_back(counted_as);
        BeginRefused::Provider(fault_code(core, &begin.provider, &fault))
    })?;

    let id = SigninId::random(&*core.entropy);
    let secrets = Sensitive::new(serde_json::to_string(&secrets)?);
    let expires_at = now + TimeDelta::minutes(SIGNIN_MINUTES);
    let new = NewSignin {
        id,
        provider: begin.provider,
        device_key: begin.device_key,
        return_to: begin.return_to,
        language: begin.language,
        state_hash: state_hash(&state),
        secrets: core
            .keys
            .hide(HiddenColumn::SigninSecrets, id, &secrets, &*core.entropy),
        expires_at,
    };
    if !core.storage.begin_signin(new).await? {
        return Err(BeginRefused::TooManyOpen);
    }
    core.events.count("signin", "begun");
    Ok(SigninBegun {
        signin: id,
        name: provider.name().to_owned(),
        authorize,
        expires_at,
    })
}

/// The key that the sign-in counts for: the activation of the proof of work, which has a cost; without a
/// proof of work, the phone's key.
fn paid_by(core: &Core, begin: &BeginSignin, now: Timestamp) -> Result<[u8; 32], BeginRefused> {
    if !core.limits.asks_for_work() {
        return Ok(*Sha256Hash::of(begin.device_key.point()).as_bytes());
    }
    let counted = || core.events.count("limited", "work");
    let checked = match &begin.work {
        None => Err(Code::WorkMissing),
        Some(work) => {
            let activation = work.activation().ok_or(Code::WorkInvalid);
            activation.and_then(|id| core.keys.check_work(id, work, now).map(|()| id))
        }
    };
    let activation = checked
        .inspect_err(|_| counted())
        .map_err(BeginRefused::Work)?;
    Ok(*Sha256Hash::of(activation.as_bytes()).as_bytes())
}
