//! What came back, and when to ask again.

use std::time::Duration;

use gatelog_event::time::UnixMicros;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::feed::Trouble;

/// Whoever asks for more patience than an hour is asked again after one.
const RETRY_AFTER_SECONDS_MAX: u64 = 3_600;

/// Of what an API says about a refusal.
const WORDS_MAX: usize = 300;

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was asked, in words.
    pub asked: String,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its whole body.
    pub body: Vec<u8>,
}

/// What APIs say when they refuse. Nothing else of the body is told: some repeat credentials.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: Option<String>,
    error: Option<String>,
    message: Option<String>,
    error_description: Option<String>,
}

impl Answer {
    /// The answer, if it is a success.
    ///
    /// # Errors
    /// Its status and what the other side said about it.
    pub fn accepted(self, now: UnixMicros) -> Result<Self, Trouble> {
        match self.status.is_success() {
            true => Ok(self),
            false => Err(self.refused(now)),
        }
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Trouble> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Trouble::new(format!("{}: the answer is not what it should be: {error}", self.asked))
        })
    }

    /// The trouble of an answer that is no success.
    pub(crate) fn refused(&self, now: UnixMicros) -> Trouble {
        let mut reason = format!("{}: the answer is {}", self.asked, self.status);
        let said: Refusal = lenient(&self.body);
        let said = [said.code, said.error, said.message, said.error_description];
        for words in said.into_iter().flatten() {
            let printable = words.chars().filter(|char| !char.is_control()).take(WORDS_MAX);
            reason.push_str(": ");
            reason.extend(printable);
        }
        Trouble { reason, retry_after: self.retry_after(now) }
    }

    /// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
    fn retry_after(&self, now: UnixMicros) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let seconds = text.parse().ok().or_else(|| {
            let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
            Some(u64::try_from(date.as_second() - now.seconds_floor()).unwrap_or(0))
        })?;
        Some(Duration::from_secs(seconds.min(RETRY_AFTER_SECONDS_MAX)))
    }
}

/// What can be read of JSON, or nothing.
fn lenient<T: DeserializeOwned + Default>(bytes: &[u8]) -> T {
    serde_json::from_slice(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, retry_after: Option<&str>, body: &str) -> Trouble {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, value.parse().expect("a header"));
        }
        let answer = Answer {
            asked: "GET https://id.example/api/logs".to_owned(),
            status: StatusCode::from_u16(status).expect("a status"),
            headers,
            body: body.as_bytes().to_vec(),
        };
        let now = UnixMicros::parse_rfc3339("1994-11-06T08:49:07Z").expect("a time");
        answer.accepted(now).expect_err("a refusal")
    }

    #[test]
    fn a_refusal_is_told_in_words() {
        let body = r#"{"code":"auth.forbidden","message":"Forbidden.\u001b[1m","data":{"t":"s3"}}"#;
        let expected = "GET https://id.example/api/logs: the answer is 403 Forbidden: \
                        auth.forbidden: Forbidden.[1m";
        assert_eq!(refused(403, None, body).reason, expected);
        let expected = "GET https://id.example/api/logs: the answer is 502 Bad Gateway";
        assert_eq!(refused(502, None, "<html>").reason, expected);
    }

    #[test]
    fn the_other_side_says_when_to_ask_again() {
        for (value, seconds) in [
            (Some("7"), Some(7)),
            (Some("Sun, 06 Nov 1994 08:49:37 GMT"), Some(30)),
            (Some("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0)),
            (Some("999999"), Some(3_600)),
            (Some("soon"), None),
            (None, None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(refused(429, value, "").retry_after, expected, "{value:?}");
        }
    }
}
