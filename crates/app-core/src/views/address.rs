//! An address that is being typed, as the screen shows it.

use crate::code::Problem;
use protocol::sensitive::Sensitive;
use serde::{Deserialize, Serialize};

/// The check of an address.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AddressView {
    /// Why no code can be mailed to it; `null` if one can.
    pub problem: Option<Problem>,
    /// The address that was probably meant, if the domain looks misspelt.
    pub meant: Option<Sensitive<String>>,
}
