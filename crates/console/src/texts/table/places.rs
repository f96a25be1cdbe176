//! The phrases about where an address is.

/// Beside an address, if there are databases that know it.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) place: &'static str,
    /// Whose network it is of.
    pub(crate) network: &'static str,
}
