//! In which language a reader is spoken to: the one they chose, else the one their browser asks
//! for, else English.
//!
//! Not for what is said: that is in `texts`.

use std::cmp::Reverse;

use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, HeaderValue};
use gatelog_event::language::Language;

use crate::session::{PREFERENCE_SECONDS_MAX, cookie, set_cookie};

const LANGUAGE_COOKIE: &str = "gatelog_language";

/// The language to answer a request in.
pub(crate) fn of_request(headers: &HeaderMap) -> Language {
    let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Language::from_code);
    let lines = headers.get_all(ACCEPT_LANGUAGE).into_iter();
    let accepted: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    chosen.or_else(|| preferred(&accepted.join(","))).unwrap_or_default()
}

/// The header that makes a browser ask for `language` from now on.
pub(crate) fn to_cookie(language: Language) -> Option<HeaderValue> {
    let code = language.code();
    set_cookie(&format!("{LANGUAGE_COOKIE}={code}; Max-Age={PREFERENCE_SECONDS_MAX}"), false)
}

/// A language range and its weight in thousandths (RFC 9110, section 12.5.4).
struct Accepted<'h> {
    /// Its primary subtag: `fr` of `fr-CH`, or `*`.
    primary: &'h str,
    weight: u16,
}

/// Our language that an `Accept-Language` header likes best: the one with the highest weight, of
/// several the one named first. Ranges that cannot be read are left out.
fn preferred(header: &str) -> Option<Language> {
    let ranges: Vec<Accepted<'_>> = header.split(',').filter_map(accepted).collect();
    let rank = |language: Language| {
        let named = |name: &str| {
            let ranges = ranges.iter().enumerate();
            let named = ranges.filter(|(_, range)| range.primary.eq_ignore_ascii_case(name));
            named.map(|(position, range)| (range.weight, Reverse(position))).max()
        };
        // `*` is every language that no other range names.
        let rank = named(language.code()).or_else(|| named("*"));
        rank.filter(|(weight, _)| *weight > 0)
    };
    // Of equals, which only `*` can make, the last one wins: the first that we offer.
    let ranked = Language::ALL.into_iter().rev().filter_map(|ours| Some((rank(ours)?, ours)));
    ranked.max_by_key(|(rank, _)| *rank).map(|(_, ours)| ours)
}

fn accepted(range: &str) -> Option<Accepted<'_>> {
    let (tag, parameter) = match range.split_once(';') {
        Some((tag, parameter)) => (tag, Some(parameter.trim())),
        None => (range, None),
    };
    let primary = tag.trim().split('-').next().filter(|primary| !primary.is_empty())?;
    let weight = match parameter {
        None => 1_000,
        Some(parameter) => weight(parameter.strip_prefix(['q', 'Q'])?.strip_prefix('=')?)?,
    };
    Some(Accepted { primary, weight })
}

/// `0.8` as 800: at most one, with at most three decimals.
fn weight(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = decimals.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(whole, "0" | "1") || decimals.len() > 3 || !are_digits {
        return None;
    }
    let weight: u16 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (weight <= 1_000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    #[test]
    fn a_browser_is_answered_in_the_language_it_likes_best() {
        let (english, french, turkish) =
            (Some(Language::English), Some(Language::French), Some(Language::Turkish));
        let cases = [
            ("", None),
            ("fr", french),
            ("tr-TR,tr;q=0.9,en-US;q=0.8,en;q=0.7", turkish),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", french),
            ("de-DE,de;q=0.9,fr;q=0.4,en;q=0.3", french),
            ("en;q=0.5, TR;Q=0.500, fr;q=0.499", english),
            ("en;q=0.1, fr;q=0.25, tr;q=0.3", turkish),
            ("en-GB;q=0, en;q=0.2, fr;q=0.1", english),
            ("fr ; q=1.000 , en;q=1", french),
            ("de", None),
            ("de, *;q=0.5", english),
            ("*", english),
            ("*;q=0", None),
            ("en;q=0, *", french),
            ("en;q=0", None),
            ("fr;q=2, tr;q=0.1", turkish),
            ("fr;q=1.001, fr;q=0.1234, fr;q=, fr;q=-1, fr;q=1e0, fr;level=1, en;q=0.001", english),
            (",,;q=1, -fr, fren, english", None),
        ];
        for (header, expected) in cases {
            assert_eq!(preferred(header), expected, "{header}");
        }
    }

    #[test]
    fn a_choice_counts_more_than_what_the_browser_asks_for() {
        let cases = [
            ("gatelog_language=tr", "fr", Language::Turkish),
            ("gatelog_language=xx", "fr", Language::French),
            ("gatelog-theme=dark", "de", Language::English),
        ];
        for (cookies, accepted, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_static(cookies));
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            assert_eq!(of_request(&headers), expected, "{cookies} {accepted}");
        }
    }
}
