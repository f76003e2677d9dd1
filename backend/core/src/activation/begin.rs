//! A phone asks for a code by mail.
//!
//! The answer and the work behind it are the same for every well-formed address, so the door does
//! not tell whether an address is known.

use super::{begun, new_code, room_for_a_mail, too_many};
use crate::{
    asking::{FromStranger, NotProved},
    attestation::Question,
    core::Core,
    keys::at_rest::HiddenColumn,
    limits::Limited,
    mail::address,
    refusal::Refusal,
    rules::is_notice_version,
};
use protocol::{
    activation::{ActivationBegun, BeginActivation, RESEND_SECONDS},
    code::{Code, Problem},
    environment::Timestamp,
    ids::{ActivationId, Sha256Hash},
    mailbox::AddressFault,
};
use std::{sync::Arc, time::Duration};
use storage::{
    StorageError,
    activation::{Attested, Beginning, Begun, NewActivation},
};
use tokio::time::{Instant, sleep_until};

/// Constant response time: an accepted request is answered this long after it was read, which is
/// longer than its work takes. Otherwise some thousand answers would show which addresses are known:
/// the database finds earlier mails of those.
const RESPONSE_TIME: Duration = Duration::from_millis(25);

/// Why an activation is not begun.
#[derive(Debug, thiserror::Error)]
pub enum BeginRefused {
    /// Another key signed the request, or a key of a phone that has a name already.
    #[error(transparent)]
    NotProved(#[from] NotProved),
    /// The address is not an address.
    #[error(transparent)]
    Address(#[from] AddressFault),
    /// The operator does not mail this domain.
    #[error("no address is mailed at this domain")]
    DomainBlocked,
    /// The version of the notice is malformed.
    #[error("the version of the notice is not of its form")]
    NoticeMalformed,
    /// Another notice is in force.
    #[error("another notice is in force")]
    NoticeOutdated,
    /// The proof of work is missing, wrong or over, as this word says.
    #[error("proof of work: {0}")]
    Work(Code),
    /// A limit is reached.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The sign-in that the request names is not valid, as this word says.
    #[error("sign-in: {0}")]
    Signin(Code),
    /// The id belongs to another activation.
    #[error("the id belongs to another activation")]
    IdTaken,
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<BeginRefused> for Refusal {
    fn from(why: BeginRefused) -> Self {
        match why {
            BeginRefused::NotProved(why) => why.into(),
            BeginRefused::Address(why) => why.into(),
            BeginRefused::DomainBlocked => Problem::in_field(Code::EmailInvalid, "email").into(),
            BeginRefused::NoticeMalformed => {
                Problem::in_field(Code::RequestMalformed, "notice_version").into()
            }
            BeginRefused::NoticeOutdated => Code::NoticeOutdated.into(),
            BeginRefused::Work(code) | BeginRefused::Signin(code) => code.into(),
            BeginRefused::Limited(why) => why.into(),
            BeginRefused::IdTaken => Problem::in_field(Code::RequestMalformed, "activation").into(),
            BeginRefused::Storage(error) => error.into(),
        }
    }
}

/// Writes an activation and the mail with its code, in one transaction. The same request again
/// gets the same answer, and no second mail.
pub async fn begin(
    core: &Core,
    request: FromStranger<BeginActivation>,
) -> Result<ActivationBegun, BeginRefused> {
    let answer_at = Instant::now() + RESPONSE_TIME;
    let FromStranger {
        proof,
        asked: begin,
        ..
    } = request;
    proof.signed_by_new(&begin.device_key)?;
    let email = address::parse(&begin.email)?;
    if address::domain(&email).is_some_and(|domain| core.rules.blocks(domain)) {
        return Err(BeginRefused::DomainBlocked);
    }
    if !is_notice_version(&begin.notice_version) {
        return Err(BeginRefused::NoticeMalformed);
    }
    if !core.rules.accepts_notice(&begin.notice_version) {
        return Err(BeginRefused::NoticeOutdated);
    }

    let now = core.now();
    // Two keyed hashes. Before any answer that depends on an address, because that has to cost work.
    check_work(core, &begin, now)?;
    // Repetitions of one request wait for each other, so that all except one find its row.
    let one = core.limits.beginnings.one(begin.activation).await;
    // Before any costly work and before any allowance is used: a request that was answered once, or that
    // the storage would refuse, costs one read for each repetition.
    let beginning = Beginning {
        id: begin.activation,
        device_key: begin.device_key.clone(),
        front: begin.front,
        notice_version: begin.notice_version.clone(),
        language: begin.language,
        mail_tag: core.keys.mail_tag(&address::canonical(&email)),
        counted_as: core.keys.mail_tag(&address::counted_as(&email)),
        allowance: core.rules.mails_per_address,
        signin: begin.signin,
        now,
    };
    let mail_tag = beginning.mail_tag;
    if let Some(known) = core.storage.not_begun(beginning).await? {
        drop(one);
        let answer = answer(core, begin.activation, known, now)?;
        sleep_until(answer_at).await;
        return Ok(answer);
    }
    let device_tag = *Sha256Hash::of(begin.device_key.point()).as_bytes();
    core.limits
        .devices
        .take(device_tag, now)
        .inspect_err(|_| core.events.count("limited", "device"))?;
    room_for_a_mail(core, now).inspect_err(|_| core.limits.devices.give_back(device_tag))?;
    let attested = judge(
        core,
        Question {
            activation: begin.activation,
            device_key: begin.device_key.clone(),
            attestation: begin.attestation,
            now,
        },
    )
    .await;
    let code = new_code(
        core,
        begin.activation,
        &email,
        begin.language,
        RESEND_SECONDS,
        now,
    );
    let (expires_at, resend_at) = (code.expires_at, code.resend_at);
    let outcome = core
        .storage
        .begin_activation(NewActivation {
            id: begin.activation,
            device_key: begin.device_key,
            front: begin.front,
            notice_version: begin.notice_version,
            language: begin.language,
            email: core.keys.hide(
                HiddenColumn::ActivationAddress,
                begin.activation,
                &email,
                &*core.entropy,
            ),
            mail_tag,
            code_hash: code.code_hash,
            expires_at,
            resend_at,
            mail: code.mail,
            allowance: code.allowance,
            attested,
            signin: begin.signin,
            now,
        })
        .await;
    drop(one);
    // Another request came first, or the storage refused: no mail is sent, so none is charged.
    if !matches!(outcome, Ok(Begun::First(_))) {
        core.limits.devices.give_back(device_tag);
        core.limits.mail_back();
    }
    let answer = answer(core, begin.activation, outcome?, now)?;
    sleep_until(answer_at).await;
    Ok(answer)
}

/// The answer to a phone, from the storage's result.
fn answer(
    core: &Core,
    id: ActivationId,
    outcome: Begun,
    now: Timestamp,
) -> Result<ActivationBegun, BeginRefused> {
    match outcome {
        Begun::First(first) => {
            core.events.count("activation", "begun");
            core.wakers.mail.notify_one();
            Ok(begun(id, first.expires_at, first.resend_at, now))
        }
        // The phone asks again because the answer was lost: no second mail.
        Begun::Again(first) => Ok(begun(first.id, first.expires_at, first.resend_at, now)),
        Begun::TooMany { free_at } => Err(too_many(core, free_at, now).into()),
        Begun::SigninRefused(code) => Err(BeginRefused::Signin(code)),
        Begun::Taken => Err(BeginRefused::IdTaken),
    }
}

fn check_work(core: &Core, begin: &BeginActivation, now: Timestamp) -> Result<(), BeginRefused> {
    if !core.limits.asks_for_work() {
        return Ok(());
    }
    let checked = match &begin.work {
        Some(work) => core.keys.check_work(begin.activation, work, now),
        None => Err(Code::WorkMissing),
    };
    checked
        .inspect_err(|_| core.events.count("limited", "work"))
        .map_err(BeginRefused::Work)
}

/// The tier that the hardware's statement earns. A fault here costs the phone its tier, never its
/// activation.
async fn judge(core: &Core, question: Question) -> Attested {
    let (attestor, keys) = (Arc::clone(&core.attestor), Arc::clone(&core.keys));
    let judged = tokio::task::spawn_blocking(move || attestor.judge(&keys, &question)).await;
    judged.unwrap_or_else(|error| {
        tracing::error!(%error, "an attestation was not judged");
        Attested::nothing("fault")
    })
}
