//! The phrases of the menu that says how to ask the same elsewhere.

/// What the menu says.
#[derive(Debug)]
pub(crate) struct Commands {
    pub(crate) title: &'static str,
    pub(crate) curl_hint: &'static str,
    pub(crate) gatelog_hint: &'static str,
}
