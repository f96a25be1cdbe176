//! Tokens that a Logto signs, as the recordings name them, and its keys.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::HeaderValue;
use gatelog_auth::jwt::Algorithm;
use gatelog_auth::{FetchKeys, Issuer, Issuers};
use gatelog_dialect::logto::Settings;
use serde_json::{Value, json};

use crate::signer::{Signer, encode};
use crate::support::{HOST, fixture};

/// When the tokens of the recordings were signed, in Unix seconds.
const SIGNED_SECONDS: i64 = 1_795_189_344;

const AUDIENCE: &str = "https://default.logto.app/api";

/// Where a Logto and its Console are reached.
pub(crate) const ADMIN_ORIGIN: &str = "https://admin.logto.example";

/// A Logto: its tenant's issuer, that of its administrators, and somebody else.
pub(crate) struct LogtoKeys {
    own: Signer,
    admin: Signer,
    stranger: Signer,
}

/// The published keys, by the address they are at.
#[derive(Debug)]
struct Published([(String, String); 2]);

impl FetchKeys for Published {
    fn fetch<'f>(
        &'f self,
        url: &'f str,
    ) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'f>> {
        let found = self.0.iter().find(|(at, _)| at == url).map(|(_, keys)| keys.clone());
        Box::pin(async move { found.ok_or_else(|| "nobody is there".to_owned()) })
    }
}

impl LogtoKeys {
    pub(crate) fn new() -> Self {
        let signer = || Signer::new(Algorithm::Es384);
        Self { own: signer(), admin: signer(), stranger: signer() }
    }

    /// What a server must be told of it.
    pub(crate) fn settings(&self) -> Settings {
        let console_origins = vec![HeaderValue::from_static(ADMIN_ORIGIN)];
        Settings { issuers: self.issuers(), console_origins }
    }

    /// Its two issuers, of which both let in to the tenant `default`.
    fn issuers(&self) -> Issuers {
        let names = [format!("http://{HOST}/oidc"), format!("{ADMIN_ORIGIN}/oidc")];
        let jwks = |signer: &Signer, id| json!({ "keys": [signer.jwk(id)] }).to_string();
        let published = [
            (format!("{}/jwks", names[0]), jwks(&self.own, "own")),
            (format!("{}/jwks", names[1]), jwks(&self.admin, "admin")),
        ];
        let issuers = names.map(|name| Issuer {
            keys_url: format!("{name}/jwks"),
            name,
            tenant: "default".parse().unwrap(),
            audience: AUDIENCE.to_owned(),
            algorithm: Algorithm::Es384,
        });
        Issuers::new(issuers, Arc::new(Published(published))).unwrap()
    }

    /// The tokens that the recordings name, by these names.
    pub(crate) fn recorded(&self) -> Vec<(String, String)> {
        let tokens: Value = serde_json::from_str(&fixture("tokens.json")).unwrap();
        let tokens = tokens.as_object().unwrap().iter();
        tokens.map(|(name, parts)| (format!("{{{name}}}"), self.token(name, parts))).collect()
    }

    /// A token of its own for everything, with other claims on top.
    pub(crate) fn token_with(&self, changes: &Value) -> String {
        let mut claims = json!({
            "iss": format!("http://{HOST}/oidc"), "aud": AUDIENCE, "sub": "m2m", "scope": "all",
            "exp": SIGNED_SECONDS + 36_000,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        self.own.sign(&json!({ "alg": "ES384", "kid": "own" }), &claims)
    }

    fn token(&self, name: &str, parts: &Value) -> String {
        let (signer, key) = match name {
            _ if name.starts_with("OTHER_KEY") => (&self.stranger, "own"),
            _ if name.starts_with("ADMIN_KEY") => (&self.admin, "admin"),
            _ => (&self.own, "own"),
        };
        let Some(claims) = parts.get("claims") else {
            return format!("{}.bm90IEpTT04.AAAA", encode(br#"{"alg":"ES384","kid":"own"}"#));
        };
        let mut header = parts["header"].clone();
        // A name that stands there as it was is meant to be known.
        if header["kid"].is_string() && header["kid"] != "nosuchkid" {
            header["kid"] = json!(key);
        }
        let token = signer.sign(&header, &filled_in(claims));
        let (signed, signature) = token.rsplit_once('.').unwrap();
        match name {
            "NO_SIGNATURE" => signed.to_owned(),
            "EMPTY_SIGNATURE" => format!("{signed}."),
            "BAD_SIGNATURE" => format!("{signed}.{}", signature.chars().rev().collect::<String>()),
            _ => token,
        }
    }
}

/// Claims with their placeholders replaced.
fn filled_in(claims: &Value) -> Value {
    let text = claims.to_string();
    let text = text.replace("{HOST}", HOST).replace("{ADMIN_ORIGIN}", ADMIN_ORIGIN);
    let times = [("\"{NOW}\"", SIGNED_SECONDS), ("\"{NOW+36000}\"", SIGNED_SECONDS + 36_000)];
    let text = times.iter().fold(text, |text, (name, time)| text.replace(name, &time.to_string()));
    serde_json::from_str(&text).unwrap()
}
