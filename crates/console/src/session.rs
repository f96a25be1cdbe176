//! The cookies: who is signed in, and which theme they like. The language is in
//! `language`, the time zone in `zone`, and whether letters are shortcuts in `shortcuts`.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use gatelog_auth::second_factor::SECOND_FACTOR_SECONDS_MAX;
use gatelog_auth::sign_in::SESSION_MICROS_MAX;

use crate::ConsoleOptions;
use crate::texts::Texts;

const THEME_COOKIE: &str = "gatelog-theme";

/// How long a browser keeps what its reader prefers: a year.
pub(crate) const PREFERENCE_SECONDS_MAX: i64 = 365 * 24 * 3_600;

/// Signing in at a provider may take so long.
const PROVIDER_SECONDS_MAX: i64 = 15 * 60;

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

/// A cookie with a secret in it: no script sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretCookie {
    /// The session.
    Session,
    /// The sign-in that waits for a second factor.
    Code,
    /// The sign-in that goes on at a provider, and where it leads after that.
    Provider,
}

impl SecretCookie {
    /// The name, and for how long a browser keeps it.
    fn parts(self) -> (&'static str, i64) {
        match self {
            Self::Session => ("gatelog", SESSION_MICROS_MAX / 1_000_000),
            Self::Code => ("gatelog-code", SECOND_FACTOR_SECONDS_MAX),
            Self::Provider => ("gatelog-oidc", PROVIDER_SECONDS_MAX),
        }
    }
}

impl ConsoleOptions {
    /// What a browser sends as this cookie.
    pub(crate) fn secret_of_request<'h>(
        &self,
        which: SecretCookie,
        headers: &'h HeaderMap,
    ) -> Option<&'h str> {
        cookie(headers, &self.name_of(which))
    }

    /// The header that gives a browser this cookie.
    pub(crate) fn to_cookie(&self, which: SecretCookie, secret: &str) -> Option<HeaderValue> {
        let (name, (_, seconds)) = (self.name_of(which), which.parts());
        set_cookie(&format!("{name}={secret}; HttpOnly; Max-Age={seconds}"), self.secure_cookies)
    }

    /// The header that takes it away.
    pub(crate) fn to_ended_cookie(&self, which: SecretCookie) -> Option<HeaderValue> {
        let name = self.name_of(which);
        set_cookie(&format!("{name}=; HttpOnly; Max-Age=0"), self.secure_cookies)
    }

    fn name_of(&self, which: SecretCookie) -> String {
        let (name, _) = which.parts();
        format!("{}{name}", if self.secure_cookies { "__Host-" } else { "" })
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
