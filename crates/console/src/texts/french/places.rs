//! Where an address is, in French.

use super::super::table::Places;

pub(super) const PLACES: Places = Places { place: "Lieu", network: "Réseau" };
