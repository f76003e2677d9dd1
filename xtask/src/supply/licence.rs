//! Licences as SPDX expressions: `MIT OR (Apache-2.0 AND ISC)`, in older crates `MIT/Apache-2.0`.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The licences that `deny.toml` allows.
pub struct Allowed(BTreeSet<String>);

impl Allowed {
    /// Reads the list `allow = [ … ]` of the table `[licenses]`.
    pub fn of(rules: &str) -> Result<Self> {
        let (_, table) = rules
            .split_once("[licenses]")
            .context("deny.toml: [licenses]")?;
        let (_, list) = table.split_once("allow = [").context("deny.toml: allow")?;
        let (list, _) = list
            .split_once(']')
            .context("deny.toml: the end of allow")?;
        let words = list.split('"').skip(1).step_by(2).map(str::to_owned);
        Ok(Self(words.collect()))
    }

    /// Why this crate may not be used, if so.
    pub fn breach(&self, package: &Value) -> Option<String> {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        let (name, version, licence) = (text("name"), text("version"), text("license"));
        if text("source") != CRATES_IO {
            return Some(format!("{name} {version} does not come from crates.io"));
        }
        match self.allows(licence) {
            true => None,
            false => Some(format!(
                "{name} {version}: deny.toml does not allow \"{licence}\""
            )),
        }
    }

    /// Whether any alternative of the expression is allowed.
    fn allows(&self, expression: &str) -> bool {
        let spaced = expression
            .replace('/', " OR ")
            .replace('(', " ( ")
            .replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut at = 0;
        let allowed = self.any(&words, &mut at);
        allowed == Some(true) && at == words.len()
    }

    fn any(&self, words: &[&str], at: &mut usize) -> Option<bool> {
        let mut allowed = self.all(words, at)?;
        while words.get(*at) == Some(&"OR") {
            *at += 1;
            allowed |= self.all(words, at)?;
        }
        Some(allowed)
    }

    fn all(&self, words: &[&str], at: &mut usize) -> Option<bool> {
        let mut allowed = self.one(words, at)?;
        while words.get(*at) == Some(&"AND") {
            *at += 1;
            allowed &= self.one(words, at)?;
        }
        Some(allowed)
    }

    fn one(&self, words: &[&str], at: &mut usize) -> Option<bool> {
        let word = words.get(*at)?;
        *at += 1;
        if *word == "(" {
            let allowed = self.any(words, at)?;
            (words.get(*at) == Some(&")")).then_some(())?;
            *at += 1;
            return Some(allowed);
        }
        let mut name = (*word).to_owned();
        if words.get(*at) == Some(&"WITH") {
            name = format!("{name} WITH {}", words.get(*at + 1)?);
            *at += 2;
        }
        Some(self.0.contains(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_licence_is_allowed_where_one_of_its_choices_is() {
        let allowed = Allowed::of(
            "[licenses]\nallow = [\n \"MIT\",\n \"ISC\", \"Apache-2.0 WITH LLVM-exception\",\n]\n",
        );
        let allowed = allowed.unwrap();
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0/MIT", true),
            ("GPL-3.0 AND MIT", false),
            ("ISC AND (GPL-3.0 OR MIT)", true),
            ("(GPL-3.0 OR ISC) AND GPL-3.0", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0", false),
            ("", false),
            ("MIT OR", false),
            ("(MIT", false),
            ("MIT GPL-3.0", false),
        ] {
            assert_eq!(allowed.allows(expression), expected, "{expression}");
        }
        let package = |source: &str| json!({"name": "a", "version": "1.0.0", "license": "MIT", "source": source});
        assert_eq!(allowed.breach(&package(CRATES_IO)), None);
        let told = allowed.breach(&package("git+https://example.org/a"));
        assert!(told.unwrap().contains("crates.io"));
    }
}
