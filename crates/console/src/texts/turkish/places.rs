//! Where an address is, in Turkish.

use super::super::table::Places;

pub(super) const PLACES: Places = Places { place: "Konum", network: "Ağ" };
