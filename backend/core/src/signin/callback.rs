//! The provider's redirect back to this server.

use super::{fault_code, state_hash, ticket_hash};
use crate::{
    core::Core,
    keys::at_rest::HiddenColumn,
    mail::address,
    ports::{Answered, AskedProvider, Secrets, SigninFault},
    refusal::Refusal,
};
use chrono::TimeDelta;
use protocol::{
    code::Code,
    ids::ProviderId,
    signin::{Returned, SigninTicket, TICKET_MINUTES},
};
use serde::Deserialize;
use storage::{
    StorageError,
    signin::{AskedSignin, Proof, StateUsed},
};

/// The parameters of the redirect; Apple sends them as a form.
#[derive(Deserialize)]
pub struct CameBack {
    /// The state that the browser was sent away with.
    pub state: String,
    /// The authorization code, if the person agreed.
    pub code: Option<String>,
    /// The provider's word for a refusal.
    pub error: Option<String>,
    /// The issuer, where the provider names itself.
    pub iss: Option<String>,
}

/// Why the server does not know where the browser should go back to.
#[derive(Debug, thiserror::Error)]
pub enum CallbackRefused {
    /// This provider is not configured.
    #[error("this server does not ask this provider")]
    ProviderUnknown,
    /// The sign-in does not exist, or is with another provider.
    #[error("there is no such sign-in")]
    Unknown,
    /// The state was used before.
    #[error("the sign-in was used already")]
    Used,
    /// The browser came too late.
    #[error("the sign-in took too long")]
    Expired,
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CallbackRefused> for Refusal {
    fn from(why: CallbackRefused) -> Self {
        match why {
            CallbackRefused::ProviderUnknown => Code::SigninProviderUnknown.into(),
            CallbackRefused::Unknown => Code::SigninUnknown.into(),
            CallbackRefused::Used => Code::SigninUsed.into(),
            CallbackRefused::Expired => Code::SigninExpired.into(),
            CallbackRefused::Storage(error) => error.into(),
        }
    }
}

/// Uses the state, once, and exchanges the code at the provider. Returns the sign-in, and a ticket
/// for its phone or the reason why there is none.
pub async fn come_back(
    core: &Core,
    provider: &ProviderId,
    came: CameBack,
) -> Result<(AskedSignin, Returned), CallbackRefused> {
    let vouching = core
        .providers
        .get(provider)
        .ok_or(CallbackRefused::ProviderUnknown)?;
    let state = state_hash(&came.state);
    // A read first, so that invented states never reach the writer's thread.
    if !core.storage.has_state(state).await? {
        return Err(CallbackRefused::Unknown);
    }
    let used = core
        .storage
        .use_state(state, provider.clone(), core.now())
        .await?;
    let asked = match used {
        StateUsed::Taken(asked) => asked,
        StateUsed::Unknown => return Err(CallbackRefused::Unknown),
        StateUsed::Used => return Err(CallbackRefused::Used),
        StateUsed::Expired => return Err(CallbackRefused::Expired),
    };
    let outcome = match judge(core, vouching, &asked, came).await {
        Ok(ticket) => Ok(ticket),
        Err(End::Denied) => {
            core.events.count("signin", "denied");
            Err(Code::SigninDenied)
        }
        Err(End::Fault(fault)) => Err(fault_code(core, provider, &fault)),
        Err(End::Ours(refused)) => return Err(refused),
    };
    if outcome.is_err() {
        core.storage.fail_signin(asked.id).await?;
    }
    let returned = Returned {
        signin: asked.id,
        outcome,
    };
    Ok((asked, returned))
}

/// How a sign-in ends without a ticket.
enum End {
    /// The person refused.
    Denied,
    /// The provider failed.
    Fault(SigninFault),
    /// This server failed.
    Ours(CallbackRefused),
}

impl From<SigninFault> for End {
    fn from(fault: SigninFault) -> Self {
        Self::Fault(fault)
    }
}

/// Evaluates the provider's answer.
async fn judge(
    core: &Core,
    provider: &AskedProvider,
    asked: &AskedSignin,
    came: CameBack,
) -> Result<SigninTicket, End> {
    if came.iss.is_some_and(|iss| iss != provider.issuer()) {
        return Err(SigninFault::Untrusted("iss of the redirect").into());
    }
    let code = match (came.code, came.error) {
        (Some(code), None) => code,
        (_, Some(error)) => return Err(said_no(&error)),
        (None, None) => return Err(SigninFault::Untrusted("no code").into()),
    };
    let secrets = core
        .keys
        .reveal(HiddenColumn::SigninSecrets, asked.id, &asked.secrets)
        .ok()
        .and_then(|text| serde_json::from_str::<Secrets>(text.expose()).ok())
        // The key that hid the secrets is gone: the sign-in counts as unknown.
        .ok_or(End::Ours(CallbackRefused::Unknown))?;
    let now = core.now();
    let answered = Answered { code, secrets, now };
    let account = provider.prove(answered).await?;

    // An address that cannot be mailed is left out: the person types one then.
    let email = account.email.and_then(|email| address::parse(&email).ok());
    let ticket = SigninTicket::random(&*core.entropy);
    let hide = |email| {
        core.keys
            .hide(HiddenColumn::SigninAddress, asked.id, email, &*core.entropy)
    };
    let proof = Proof {
        ticket_hash: ticket_hash(asked.id, &ticket),
        // The call to the provider took time.
        expires_at: core.now() + TimeDelta::minutes(TICKET_MINUTES),
        mail_tag: email
            .as_ref()
            .map(|email| core.keys.mail_tag(&address::canonical(email))),
        email: email.as_ref().map(hide),
        account_tag: core
            .keys
            .account_tag(&account.issuer, account.subject.expose()),
    };
    let kept = core.storage.prove_signin(asked.id, proof).await;
    kept.map_err(|error| End::Ours(error.into()))?;
    core.events.count("signin", "proved");
    Ok(ticket)
}

/// The providers' words for a person who refused.
fn said_no(error: &str) -> End {
    match error {
        "access_denied" | "user_denied" | "user_cancelled_authorize" | "interaction_required" => {
            End::Denied
        }
        // The word may be anything: it stays out of the log.
        _ => SigninFault::Unavailable("it refuses to ask".to_owned()).into(),
    }
}
