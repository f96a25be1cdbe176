//! The cookies: who is signed in, and which theme they like. The language is in `language`.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use gatelog_auth::SessionToken;
use gatelog_auth::sign_in::SESSION_MICROS_MAX;

use crate::ConsoleOptions;
use crate::texts::Texts;

const THEME_COOKIE: &str = "gatelog-theme";

/// How long a browser keeps what its reader prefers: a year.
pub(crate) const PREFERENCE_SECONDS_MAX: i64 = 365 * 24 * 3_600;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the reader's system has it.
    #[default]
    System,
    /// Light, whatever the system has.
    Light,
    /// Dark, whatever the system has.
    Dark,
}

impl Theme {
    /// All themes, in the order they are offered in.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in the cookie, the form and the attribute `data-theme`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The name for people.
    pub(crate) fn title(self, texts: &Texts) -> &'static str {
        match self {
            Self::System => texts.frame.theme_system,
            Self::Light => texts.frame.theme_light,
            Self::Dark => texts.frame.theme_dark,
        }
    }

    /// The theme with this name, if there is one.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// The theme a browser asks for.
    pub(crate) fn of_request(headers: &HeaderMap) -> Self {
        cookie(headers, THEME_COOKIE).and_then(Self::from_name).unwrap_or_default()
    }

    /// The header that makes a browser ask for it from now on.
    pub(crate) fn to_cookie(self) -> Option<HeaderValue> {
        let name = self.name();
        set_cookie(&format!("{THEME_COOKIE}={name}; Max-Age={PREFERENCE_SECONDS_MAX}"), false)
    }
}

impl ConsoleOptions {
    /// The token of the session a browser says it has.
    pub(crate) fn token_of_request(self, headers: &HeaderMap) -> Option<&str> {
        cookie(headers, self.cookie_name())
    }

    /// The header that gives a browser a session.
    pub(crate) fn to_session_cookie(self, token: &SessionToken) -> Option<HeaderValue> {
        let (name, token, seconds) =
            (self.cookie_name(), token.reveal(), SESSION_MICROS_MAX / 1_000_000);
        set_cookie(&format!("{name}={token}; HttpOnly; Max-Age={seconds}"), self.secure_cookies)
    }

    /// The header that takes the session away from a browser.
    pub(crate) fn to_ended_cookie(self) -> Option<HeaderValue> {
        let name = self.cookie_name();
        set_cookie(&format!("{name}=; HttpOnly; Max-Age=0"), self.secure_cookies)
    }

    fn cookie_name(self) -> &'static str {
        if self.secure_cookies { "__Host-gatelog" } else { "gatelog" }
    }
}

/// The header that makes a browser keep a cookie, given by its name, value and attributes.
pub(crate) fn set_cookie(cookie: &str, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{cookie}; Path=/; SameSite=Lax{secure}")).ok()
}

/// The value of a cookie that a browser sends.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut cookies =
        lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    cookies.find(|(found, _)| found.trim() == name).map(|(_, value)| value.trim())
}
