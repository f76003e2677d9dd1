//! Loose ends that a story must not leave.

use super::TestWorld;
use crate::{people::Name, rows::Rows, server};
use protocol::tally::{Counts, Tally};
use std::{
    thread,
    time::{Duration, Instant},
};

/// How long unfinished work may take.
const UNDER_WAY: Duration = Duration::from_secs(15);

/// A loose end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooseEnd {
    /// Apoyos wait for a verdict.
    PendingApoyos,
    /// Mail was not sent.
    UnsentMail,
    /// Pictures that no apoyo names.
    StrayPictures,
    /// The server did not end well, or `doctor` complains.
    IllServer,
}

impl Drop for TestWorld {
    fn drop(&mut self) {
        if thread::panicking() {
            if let Some(server) = &self.server {
                eprintln!("the server said:\n{}{}", self.said, server.said());
            }
            return;
        }
        if self.server.is_some() && !self.may_leave(LooseEnd::IllServer) {
            self.wait_for_work_under_way();
            self.stop();
        }
        self.server = None;
        self.nothing_personal_was_logged();
        let rows = Rows::of(self.data());
        self.nothing(
            LooseEnd::PendingApoyos,
            rows.pending,
            "apoyos wait for a verdict",
        );
        self.nothing(LooseEnd::UnsentMail, rows.mails_waiting, "mails are unsent");
        self.nothing(
            LooseEnd::StrayPictures,
            rows.stray_blobs,
            "pictures belong to no apoyo",
        );
        if !self.may_leave(LooseEnd::IllServer) {
            let doctor = server::apoyo_under(&self.launch.environment, self.data(), ["doctor"])
                .expect("doctor runs");
            assert!(
                doctor.status.success(),
                "doctor complains:\n{}{}",
                String::from_utf8_lossy(&doctor.stdout),
                String::from_utf8_lossy(&doctor.stderr)
            );
        }
    }
}

impl TestWorld {
    /// A mail is in the outbox folder a moment before the server has recorded that, and a verdict may be
    /// under way. So only work that does not end by itself is a loose end.
    fn wait_for_work_under_way(&self) {
        let until = Instant::now() + UNDER_WAY;
        let waits = || {
            let rows = Rows::of(self.data());
            (rows.mails_waiting > 0 && !self.may_leave(LooseEnd::UnsentMail))
                || (rows.pending > 0 && !self.may_leave(LooseEnd::PendingApoyos))
        };
        while waits() && Instant::now() < until {
            thread::sleep(Duration::from_millis(25));
        }
    }

    fn may_leave(&self, end: LooseEnd) -> bool {
        self.left.contains(&end)
    }

    fn nothing(&self, end: LooseEnd, count: u64, what: &str) {
        assert!(
            count == 0 || self.may_leave(end),
            "at the end {count} {what}"
        );
    }

    fn nothing_personal_was_logged(&self) {
        for name in Name::ALL {
            let person = name.person();
            for (what, text) in [
                ("address", name.email()),
                ("CURP", person.curp().to_string()),
                ("clave de elector", person.clave_elector().to_string()),
                ("CIC", person.cic.to_string()),
            ] {
                assert!(
                    !self.said.contains(&text),
                    "{name:?}'s {what} stands in the log"
                );
            }
        }
        assert!(!self.said.contains("127.0.0.1:") || only_own_address(&self.said));
    }
}

/// The only address in the log is the one where the server listens.
fn only_own_address(said: &str) -> bool {
    said.lines()
        .filter(|line| line.contains("127.0.0.1:"))
        .all(|line| line.contains("http://127.0.0.1:"))
}

/// Received is always the sum of the others, everywhere.
pub(super) fn adds_up(tally: &Tally) {
    let check = |counts: &Counts| {
        let sum = counts.pending + counts.preliminary + counts.in_review + counts.not_counted;
        assert_eq!(counts.received, sum, "{counts:?}");
    };
    check(&tally.total);
    let not_counted: u64 = tally.not_counted_by_reason.values().sum();
    let in_review: u64 = tally.in_review_by_reason.values().sum();
    assert_eq!(tally.total.not_counted, not_counted, "by reason");
    assert_eq!(tally.total.in_review, in_review, "by reason");
    // One level is asked for at a time; secciones are told only where there are many.
    let (entidades, distritos) = (&tally.by_entidad, &tally.by_distrito);
    for places in [entidades, distritos] {
        if places.is_empty() && !(entidades.is_empty() && distritos.is_empty()) {
            continue;
        }
        let mut preliminary = 0;
        for place in places {
            check(&place.counts);
            preliminary += place.counts.preliminary;
        }
        // A counted person was found in the roll, so their place is known.
        assert_eq!(preliminary, tally.total.preliminary, "by place");
    }
}
