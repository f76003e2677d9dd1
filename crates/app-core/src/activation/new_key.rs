//! The key of an activation and its attestation.

use crate::{
    app::App,
    code::{PhoneCode, Problem},
    store::phone::{Asked, Attested},
};
use chrono::TimeDelta;
use protocol::{
    attestation::{Attestation, KeyBinding},
    devices::DevicePublicKey,
    ids::ActivationId,
    work::WorkAsked,
};

impl App {
    /// Makes the key of this activation with a challenge of the server, so that the phone's
    /// hardware can attest it. The challenge comes with the proof of work that the server asks
    /// for.
    pub(super) async fn new_key(
        &self,
        activation: ActivationId,
    ) -> Result<(DevicePublicKey, Attested, Option<WorkAsked>), Problem> {
        let given = self.api.ask_challenge(activation).await?;
        let binding = KeyBinding {
            activation,
            challenge: given.challenge,
        };
        let made = self
            .ports
            .device_key
            .create(&binding)
            .await
            .map_err(PhoneCode::from)?;
        let attested = Attested {
            attestation: made.attestation,
            until: given.expires_at,
        };
        Ok((made.public, attested, given.work))
    }

    /// Whether the attestation has expired with the key's challenge. A key without an
    /// attestation does not expire.
    pub(super) fn is_stale(&self, asked: &Asked) -> bool {
        let now = self.ports.clock.now() + TimeDelta::milliseconds(self.api.clock_behind_ms());
        asked.attested.as_ref().is_some_and(|said| {
            let says_something =
                !matches!(said.attestation, Attestation::None | Attestation::Software);
            says_something && now >= said.until
        })
    }
}
