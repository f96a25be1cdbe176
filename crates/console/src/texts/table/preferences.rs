//! The phrases of what readers choose for their browser: time zone and keys.

/// Time zone and keys.
#[derive(Debug)]
pub(crate) struct Preferences {
    pub(crate) title: &'static str,
    pub(crate) zone: &'static str,
    /// The name of the list of all zones.
    pub(crate) any_zone: &'static str,
    pub(crate) search_zones: &'static str,
    pub(crate) no_zone: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) shortcuts: &'static str,
    pub(crate) shortcuts_hint: &'static str,
}
