//! When the queue may send, and what an entry waits for.

use crate::{
    code::PhoneCode,
    entry::{EntryState, Pause},
    ports::NetworkKind,
    views::WaitsFor,
};
use protocol::ids::ApoyoId;

/// The entries that a pass takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// Those whose pause is over.
    Due,
    /// Those, and all that waited for the network: the app or the network came back.
    NetworkIsBack,
    /// Only this one: a person asked for it.
    One(ApoyoId),
}

/// The conditions for sending, at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conditions {
    pub now_ms: i64,
    pub network: NetworkKind,
    /// The citizen does not want to send over mobile data.
    pub wifi_only: bool,
    /// Whether the phone is activated.
    pub active: bool,
}

impl Which {
    /// Whether the pass may use the network. A person who asks for it accepts the cost, and the
    /// try shows whether there is a network at all.
    pub fn may_use(self, conditions: &Conditions) -> bool {
        match self {
            Which::One(_) => true,
            Which::Due | Which::NetworkIsBack => match conditions.network {
                NetworkKind::Offline => false,
                NetworkKind::Metered => !conditions.wifi_only,
                NetworkKind::Unmetered => true,
            },
        }
    }

    /// Whether a pass takes this entry.
    pub fn takes(self, apoyo: ApoyoId, pause: &Pause, now_ms: i64) -> bool {
        let silent = matches!(&pause.problem, Some(p) if p.code == PhoneCode::ServerUnreachable);
        match self {
            Which::Due => pause.is_over(now_ms),
            Which::NetworkIsBack => pause.is_over(now_ms) || silent,
            Which::One(one) => one == apoyo,
        }
    }
}

impl Conditions {
    /// What an entry waits for; `None` for receipted and refused entries.
    pub fn waits_for(&self, state: &EntryState) -> Option<WaitsFor> {
        let pause = state.pause()?;
        let silent = matches!(&pause.problem, Some(p) if p.code == PhoneCode::ServerUnreachable);
        Some(if !self.active {
            WaitsFor::Activation
        } else if self.network == NetworkKind::Offline {
            WaitsFor::Network
        } else if self.network == NetworkKind::Metered && self.wifi_only {
            WaitsFor::Wifi
        } else if pause.is_over(self.now_ms) {
            WaitsFor::Turn
        } else if silent {
            WaitsFor::Network
        } else {
            WaitsFor::Pause
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NetworkKind::{Metered, Offline, Unmetered};

    #[test]
    fn mobile_data_are_used_unless_the_citizen_said_otherwise() {
        let one = Which::One(ApoyoId::from_bytes([1; 16]));
        for (network, wifi_only, alone) in [
            (Offline, false, false),
            (Offline, true, false),
            (Metered, false, true),
            (Metered, true, false),
            (Unmetered, false, true),
            (Unmetered, true, true),
        ] {
            let conditions = Conditions {
                now_ms: 0,
                network,
                wifi_only,
                active: true,
            };
            assert_eq!(Which::Due.may_use(&conditions), alone, "{conditions:?}");
            assert_eq!(Which::NetworkIsBack.may_use(&conditions), alone);
            assert!(one.may_use(&conditions), "a person said so");
        }
    }
}
