//! The client credentials of OAuth 2.0 (RFC 6749, section 4.4), with which an API is asked.

use gatelog_event::time::UnixMicros;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;

use super::{Answer, HttpClient};
use crate::feed::Trouble;
use crate::secret::Secret;

/// A token is not used any more this long before it ends.
const REST_MICROS: i64 = 60_000_000;

/// Without a word on it a token is good for a while, and a refused one is renewed.
const EXPIRES_SECONDS_DEFAULT: i64 = 300;

/// An API that wants a token with each request.
#[derive(Debug)]
pub(crate) struct TokenClient {
    http: HttpClient,
    url: Url,
    form: Secret,
    token: Option<Token>,
}

#[derive(Debug)]
struct Token {
    bearer: Secret,
    ends: UnixMicros,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<i64>,
}

impl TokenClient {
    /// A client that gets its tokens at an address, with what else the form there says.
    pub(crate) fn new(
        http: HttpClient,
        url: Url,
        (client_id, client_secret): (&str, &Secret),
        more: &[(&str, &str)],
    ) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        form.append_pair("client_id", client_id);
        form.append_pair("client_secret", client_secret.expose());
        form.extend_pairs(more);
        Self { http, url, form: Secret::new(form.finish()), token: None }
    }

    /// Asks with a token. One that is refused before its time is renewed once.
    pub(crate) async fn get(&mut self, url: Url, now: UnixMicros) -> Result<Answer, Trouble> {
        let was_kept = self.token.as_ref().is_some_and(|token| now < token.ends);
        let answer = self.get_once(url.clone(), now).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return answer.accepted(now);
        }
        self.token = None;
        match was_kept {
            true => self.get_once(url, now).await?.accepted(now),
            false => Err(answer.refused(now)),
        }
    }

    async fn get_once(&mut self, url: Url, now: UnixMicros) -> Result<Answer, Trouble> {
        let authorization = format!("Bearer {}", self.bearer(now).await?.expose());
        let request = self.http.request(Method::GET, url);
        let request = request.header(AUTHORIZATION, authorization);
        Ok(self.http.send(request).await?)
    }

    async fn bearer(&mut self, now: UnixMicros) -> Result<Secret, Trouble> {
        if let Some(token) = self.token.as_ref().filter(|token| now < token.ends) {
            return Ok(token.bearer.clone());
        }
        let request = self.http.request(Method::POST, self.url.clone());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let sent = self.http.send(request.body(self.form.expose().to_owned())).await?;
        let answer = sent.accepted(now)?;
        let granted: Granted = answer.json()?;
        let bearer = Secret::new(granted.access_token);
        let seconds = granted.expires_in.unwrap_or(EXPIRES_SECONDS_DEFAULT);
        let ends =
            now.saturating_add(seconds.saturating_mul(1_000_000).saturating_sub(REST_MICROS));
        self.token = Some(Token { bearer: bearer.clone(), ends });
        Ok(bearer)
    }
}
