//! The token of the Admin API: a JWT that is signed with the project's key (RS256, RFC 7518).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatelog_event::time::UnixMicros;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use serde_json::json;

use crate::feed::Trouble;
use crate::polling::Unusable;
use crate::secret::Secret;

/// As long as the tokens of Authgear's own portal.
const LIFE_SECONDS: i64 = 300;

/// A token is not used any more this long before it ends.
const REST_SECONDS: i64 = 60;

/// Signs tokens, and keeps the last one.
#[derive(Debug)]
pub(super) struct Signer {
    key: RsaKeyPair,
    key_id: String,
    app_id: String,
    token: Option<(Secret, i64)>,
}

impl Signer {
    /// A signer with a private key in PEM. Line ends may stand there as `\n`, as they do where a
    /// secret has to be one line.
    pub(super) fn new(key: &Secret, key_id: &str, app_id: &str) -> Result<Self, Unusable> {
        let pem = key.expose().replace("\\n", "\n");
        let wrong = |what: &str| Unusable::Key(format!("it is no RSA key in PEM: {what}"));
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| wrong("there is no block BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY"))?;
        let key = match der {
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
            PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
            _ => return Err(wrong("it is a key of another kind")),
        };
        let key = key.map_err(|error| wrong(&error.to_string()))?;
        let (key_id, app_id) = (key_id.to_owned(), app_id.to_owned());
        Ok(Self { key, key_id, app_id, token: None })
    }

    /// A token that is good for a minute at least.
    pub(super) fn bearer(&mut self, now: UnixMicros) -> Result<Secret, Trouble> {
        let now = now.seconds_floor();
        let is_good = |began: i64| (began..began + LIFE_SECONDS - REST_SECONDS).contains(&now);
        if let Some((token, _)) = self.token.as_ref().filter(|(_, began)| is_good(*began)) {
            return Ok(token.clone());
        }
        let token = Secret::new(self.sign(now)?);
        self.token = Some((token.clone(), now));
        Ok(token)
    }

    fn sign(&self, now: i64) -> Result<String, Trouble> {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.key_id });
        let claims = json!({ "aud": [self.app_id], "iat": now, "exp": now + LIFE_SECONDS });
        let part = |part: serde_json::Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| Trouble::new("the key of the Admin API does not sign"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_refused_in_words() {
        for text in ["", "s3cret", "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----"]
        {
            let error = Signer::new(&Secret::new(text), "k", "shop").expect_err(text).to_string();
            assert!(error.starts_with("private_key: it is no RSA key in PEM"), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
