//! What the screen is told of an address while it is being typed.

use protocol::{code::Problem, sensitive::Sensitive};
use serde::{Deserialize, Serialize};

/// An address, looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AddressView {
    /// Why no code can be mailed there; `null` where one can.
    pub problem: Option<Problem>,
    /// The address that was probably meant, where the domain looks misspelt.
    pub meant: Option<Sensitive<String>>,
}
