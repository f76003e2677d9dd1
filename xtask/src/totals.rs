//! Sums the passed tests of suites with different summary lines.

/// Tests that passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
}

impl Totals {
    /// Counts a line, if it is the summary of a suite: cargo test's, vitest's or node's.
    pub fn add_line(&mut self, line: &str) {
        let plain = without_colours(line);
        let words: Vec<&str> = plain.split_whitespace().collect();
        match words.as_slice() {
            [
                "test",
                "result:",
                _,
                passed,
                "passed;",
                failed,
                "failed;",
                ..,
            ] => {
                self.add(passed, failed);
            }
            // node --test: "ℹ pass 7" or, in TAP, "# pass 7".
            ["ℹ" | "#", "pass", passed] => self.add(passed, "0"),
            ["ℹ" | "#", "fail", failed] => self.add("0", failed),
            // vitest: "Tests  1 failed | 11 passed (12)".
            ["Tests", rest @ ..] => {
                for pair in rest.windows(2) {
                    match pair {
                        [passed, "passed"] => self.add(passed, "0"),
                        [failed, "failed"] => self.add("0", failed),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// A suite that failed without a summary (it could not be built, or died).
    pub fn fail_at_least_one(&mut self, before: Totals) {
        self.failed = self.failed.max(before.failed + 1);
    }

    fn add(&mut self, passed: &str, failed: &str) {
        if let (Ok(passed), Ok(failed)) = (passed.parse::<u64>(), failed.parse::<u64>()) {
            self.passed += passed;
            self.failed += failed;
        }
    }
}

/// Removes colours, which some suites print even to a pipe.
fn without_colours(line: &str) -> String {
    let mut pieces = line.split('\u{1b}');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::Totals;

    #[test]
    fn every_suite_is_heard_in_its_own_words() {
        let mut totals = Totals::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            "ℹ pass 5",
            "ℹ fail 1",
            "# pass 4",
            "      Tests  1 failed | 11 passed (12)",
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m68 passed\u{1b}[39m\u{1b}[22m\u{1b}[90m (68)\u{1b}[39m",
            " Test Files  2 passed (2)",
            "test people::lupita_is_counted_once ... ok",
            "ℹ tests 6",
        ] {
            totals.add_line(line);
        }
        assert_eq!(totals.to_string(), "103 passed, 4 failed");
    }

    #[test]
    fn a_suite_that_dies_counts_as_a_failure_and_never_twice() {
        let before = Totals {
            passed: 3,
            failed: 0,
        };
        let mut silent = before;
        silent.fail_at_least_one(before);
        assert_eq!(silent.failed, 1);
        let mut told = Totals {
            passed: 3,
            failed: 2,
        };
        told.fail_at_least_one(before);
        assert_eq!(told.failed, 2);
    }
}
