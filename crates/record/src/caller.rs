//! Who called, as far as the request says.
//!
//! What a JSON Web Token says counts as verified only if one of the configured issuers signed it and
//! it holds at that moment. Of a token that is none only a keyed fingerprint is kept: the same token
//! again is the same caller.

use axum::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gatelog_auth::jwt::{Claims, Token};
use gatelog_auth::{Issuers, NotAccepted};
use gatelog_event::redact::FingerprintKey;
use gatelog_event::time::UnixMicros;
use serde_json::{Map, Value, json};

/// Who called.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Caller {
    /// Kind and id.
    pub(crate) actor: Option<(&'static str, String)>,
    pub(crate) application: Option<String>,
    pub(crate) organization: Option<String>,
    /// How that is known.
    pub(crate) proof: Map<String, Value>,
}

impl Caller {
    /// Who sent this `Authorization` at this moment. Fetches an issuer's keys if they are not known.
    pub(crate) async fn of(
        authorization: Option<&HeaderValue>,
        issuers: &Issuers,
        key: &FingerprintKey,
        now: UnixMicros,
    ) -> Self {
        let Some(text) = authorization.and_then(|value| value.to_str().ok()) else {
            return Self::default();
        };
        let (scheme, credential) = text.split_once(' ').unwrap_or((text, ""));
        let credential = credential.trim();
        if scheme.eq_ignore_ascii_case("basic") {
            return Self::of_basic(credential);
        }
        let claims = Token::parse(credential).and_then(|token| token.claims());
        match claims {
            Err(_) => Self::of_opaque(credential, key),
            Ok(claims) => {
                let refused = issuers.accept(credential, now).await.err();
                Self::of_claims(&claims, issuers.is_empty(), refused)
            }
        }
    }

    /// A program that sent its id and secret: the secret is not looked at.
    fn of_basic(credential: &str) -> Self {
        let decoded =
            STANDARD.decode(credential).ok().and_then(|text| String::from_utf8(text).ok());
        let id = decoded.and_then(|text| text.split_once(':').map(|(id, _)| id.to_owned()));
        Self {
            actor: id.clone().map(|id| ("application", id)),
            application: id,
            organization: None,
            proof: members([("scheme", json!("basic")), ("verified", json!(false))]),
        }
    }

    fn of_opaque(credential: &str, key: &FingerprintKey) -> Self {
        let fingerprint = key.fingerprint(credential);
        Self {
            actor: Some(("credential", format!("fingerprint-{fingerprint}"))),
            proof: members([("scheme", json!("opaque")), ("verified", json!(false))]),
            ..Self::default()
        }
    }

    fn of_claims(claims: &Claims, has_no_issuers: bool, refused: Option<NotAccepted>) -> Self {
        let text = |name| claims.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
        let application = text("client_id").or_else(|| text("azp"));
        // A program that acts for itself is its own subject, or names none.
        let actor = match (text("sub"), &application) {
            (Some(subject), Some(own)) if subject == *own => Some(("application", subject)),
            (Some(subject), _) => Some(("user", subject)),
            (None, Some(own)) => Some(("application", own.clone())),
            (None, None) => None,
        };
        let mut proof = members([("scheme", json!("jwt")), ("verified", json!(refused.is_none()))]);
        for name in ["iss", "scope", "aud", "jti"] {
            if let Some(value) = claims.get(name) {
                proof.insert(name.to_owned(), value.clone());
            }
        }
        if let Some(reason) = refused.filter(|_| !has_no_issuers) {
            proof.insert("reason".to_owned(), json!(why(&reason)));
        }
        Self { actor, application, organization: text("organization_id"), proof }
    }
}

fn members<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn why(reason: &NotAccepted) -> String {
    match reason {
        NotAccepted::Token(error, _) => error.to_string(),
        NotAccepted::SubjectMissing => "the token does not say whom it is for".to_owned(),
        NotAccepted::KeysUnavailable => "the issuer's keys could not be had".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(claims: &Value) -> HeaderValue {
        let part = |value: &Value| {
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
        };
        let token = format!("Bearer {}.{}.c2ln", part(&json!({"alg":"ES384"})), part(claims));
        HeaderValue::from_str(&token).unwrap()
    }

    #[tokio::test]
    async fn callers_by_what_they_send() {
        let issuers = gatelog_server::config::RecordConfig::default().issuers().unwrap();
        let key = FingerprintKey::new([1; 32]);
        let basic = HeaderValue::from_static("Basic YXBwOnMzY3JldA==");
        let opaque = HeaderValue::from_static("Bearer abc");
        let own = json!({"sub":"app1","client_id":"app1","scope":"all"});
        let person = json!({"sub":"u1","azp":"app2"});
        let cases = [
            (bearer(&own), Some(("application", "app1")), Some("app1"), "jwt"),
            (bearer(&person), Some(("user", "u1")), Some("app2"), "jwt"),
            (bearer(&json!({"aud":"x"})), None, None, "jwt"),
            (basic, Some(("application", "app")), Some("app"), "basic"),
        ];
        for (header, actor, application, scheme) in cases {
            let caller = Caller::of(Some(&header), &issuers, &key, UnixMicros::EPOCH).await;
            let found = caller.actor.as_ref().map(|(kind, id)| (*kind, id.as_str()));
            assert_eq!((found, caller.application.as_deref()), (actor, application), "{header:?}");
            assert_eq!(
                (&caller.proof["scheme"], &caller.proof["verified"]),
                (&json!(scheme), &json!(false))
            );
            assert_eq!(caller.proof.get("reason"), None);
            assert!(!format!("{caller:?}").contains("s3cret"));
        }
        let caller = Caller::of(Some(&opaque), &issuers, &key, UnixMicros::EPOCH).await;
        let (kind, id) = caller.actor.unwrap();
        assert_eq!((kind, id.len(), id.contains("abc")), ("credential", 28, false));
        assert_eq!(Caller::of(None, &issuers, &key, UnixMicros::EPOCH).await, Caller::default());
    }
}
