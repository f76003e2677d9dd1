//! When the queue may send, and what an entry waits for.

use crate::{
    code::{AppCode, PhoneCode, Problem},
    entry::{Entry, EntryState, Outlook, Pause},
    ports::NetworkKind,
    views::WaitsFor,
};
use protocol::{
    code::{Code, Remedy},
    ids::ApoyoId,
};

/// For so long a refusal that passes by itself is waited for. Then a person decides.
const PATIENCE_MS: i64 = 14 * 24 * 3_600_000;

/// What this failure means for this entry.
///
/// Some refusals are not a decision about this apoyo: a key is put back, an app learns another notice, a
/// server's clock is mended. The queue waits for those and tries again by itself, for two weeks.
/// That a campaign is closed counts among them as long as the phone's own clock says that it is
/// not.
pub(crate) fn outlook(problem: &Problem, entry: &Entry, now_ms: i64) -> Outlook {
    // If the activation has ended, the apoyo waits for the next one.
    if problem.code.remedy() != Remedy::Person || problem.code.ends_activation() {
        return Outlook::Passes;
    }
    let by_itself = match problem.code {
        AppCode::Server(Code::SealingKeyUnknown | Code::NoticeOutdated | Code::CampaignNotOpen) => {
            true
        }
        AppCode::Server(Code::CampaignClosed) => entry
            .closes_at_ms
            .is_some_and(|closes_at| now_ms < closes_at),
        AppCode::Server(_) | AppCode::Phone(_) => false,
    };
    let since = entry
        .state
        .pause()
        .and_then(|pause| pause.unwilling_since_ms);
    // Whichever way the clock was set, patience ends.
    let patient = since.is_none_or(|since| (now_ms - since).abs() < PATIENCE_MS);
    match by_itself && patient {
        true => Outlook::PassesByItself,
        false => Outlook::Final,
    }
}

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
    use crate::entry::Sending;
    use NetworkKind::{Metered, Offline, Unmetered};

    fn sending(closes_at_ms: Option<i64>, unwilling_since_ms: Option<i64>) -> Entry {
        Entry {
            apoyo: ApoyoId::from_bytes([1; 16]),
            campaign: "agua".parse().unwrap(),
            about: None,
            queued_at_ms: 0,
            closes_at_ms,
            state: EntryState::Sending(Sending {
                pause: Pause {
                    unwilling_since_ms,
                    ..Pause::default()
                },
                manifest_put: true,
            }),
        }
    }

    #[test]
    fn what_passes_by_itself_is_waited_for_and_what_does_not_is_final() {
        let of = |code: Code, entry: &Entry, now_ms| outlook(&Problem::new(code), entry, now_ms);
        let entry = sending(Some(1_000), None);
        for code in [
            Code::SealingKeyUnknown,
            Code::NoticeOutdated,
            Code::CampaignNotOpen,
        ] {
            assert_eq!(of(code, &entry, 5_000), Outlook::PassesByItself, "{code}");
        }
        let closed = |entry: &Entry, now_ms| of(Code::CampaignClosed, entry, now_ms);
        assert_eq!(closed(&entry, 999), Outlook::PassesByItself);
        assert_eq!(closed(&entry, 1_000), Outlook::Final, "the phone agrees");
        assert_eq!(closed(&sending(None, None), 0), Outlook::Final);
        assert_eq!(of(Code::ManifestInvalid, &entry, 0), Outlook::Final);
        assert_eq!(of(Code::ServerBusy, &entry, 0), Outlook::Passes);
        assert_eq!(of(Code::DeviceRevoked, &entry, 0), Outlook::Passes);
    }

    #[test]
    fn patience_ends_after_two_weeks_whichever_way_the_clock_was_set() {
        let day = 24 * 3_600_000;
        let entry = sending(None, Some(100 * day));
        for (now, told) in [
            (100, Outlook::PassesByItself),
            (113, Outlook::PassesByItself),
            (114, Outlook::Final),
            (90, Outlook::PassesByItself),
            (80, Outlook::Final),
        ] {
            let problem = Problem::new(Code::SealingKeyUnknown);
            assert_eq!(outlook(&problem, &entry, now * day), told, "{now}");
        }
    }

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
