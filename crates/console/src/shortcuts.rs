//! Whether single letters are keys of the pages: whoever speaks to their browser or presses keys by
//! accident turns them off (WCAG 2.2, 2.1.4).

use axum::http::{HeaderMap, HeaderValue};

use crate::session::{PREFERENCE_SECONDS_MAX, cookie, set_cookie};

const SHORTCUTS_COOKIE: &str = "gatelog-shortcuts";

/// Whether single letters do something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shortcuts {
    /// They do.
    #[default]
    On,
    /// Only keys that are no letters do.
    Off,
}

impl Shortcuts {
    /// The name in the cookie, the form and the attribute `data-shortcuts`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// What a switch turns it into.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::On => Self::Off,
            Self::Off => Self::On,
        }
    }

    /// Whether they do something.
    pub(crate) fn are_on(self) -> bool {
        self == Self::On
    }

    /// What goes by this name; letters are keys unless they are turned off.
    pub(crate) fn from_name(name: &str) -> Self {
        if name == Self::Off.name() { Self::Off } else { Self::On }
    }

    /// What a browser asks for.
    pub(crate) fn of_request(headers: &HeaderMap) -> Self {
        cookie(headers, SHORTCUTS_COOKIE).map(Self::from_name).unwrap_or_default()
    }

    /// The header that makes a browser ask for it from now on.
    pub(crate) fn to_cookie(self) -> Option<HeaderValue> {
        let name = self.name();
        set_cookie(&format!("{SHORTCUTS_COOKIE}={name}; Max-Age={PREFERENCE_SECONDS_MAX}"), false)
    }
}
