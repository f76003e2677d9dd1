//! Values that cannot be printed.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Personal data. It serialises as the value itself and prints as `****`.
///
/// It has neither `Display` nor `Deref`, so every use of the value shows as
/// [`Sensitive::expose`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Marks a value as personal.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for the code that has to use it.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, consumed.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_value() {
        assert_eq!(
            format!("{:?}", Sensitive::new("PUER850417MDFRJB01")),
            "****"
        );
    }
}
