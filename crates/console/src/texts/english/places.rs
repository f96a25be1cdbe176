//! Where an address is, in English.

use super::super::table::Places;

pub(super) const PLACES: Places = Places { place: "Place", network: "Network" };
