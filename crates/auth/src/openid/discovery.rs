//! Where a provider's doors are (OpenID Connect Discovery 1.0).

use serde::Deserialize;

use super::CallProvider;
use crate::kept::Published;

/// What a provider says of itself.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Document {
    /// Who it is.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    #[serde(default = "secret_in_header")]
    token_endpoint_auth_methods_supported: Vec<String>,
}

impl Document {
    /// Whether a client's secret goes into the header rather than the form.
    pub(super) fn takes_secret_in_header(&self) -> bool {
        self.token_endpoint_auth_methods_supported.iter().any(|method| *method == BASIC)
    }
}

const BASIC: &str = "client_secret_basic";

/// What counts where the document says nothing.
fn secret_in_header() -> Vec<String> {
    vec![BASIC.to_owned()]
}

/// The address of an issuer's document.
pub(super) fn address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// The document at `url`.
pub(super) fn published<'p>(url: &'p str, client: &'p dyn CallProvider) -> Published<'p, Document> {
    Published { url, source: client, read }
}

/// A document whose doors are as safe as it is itself: of an issuer with TLS all have it.
fn read(text: &str) -> Result<Document, String> {
    let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Document { issuer, authorization_endpoint, token_endpoint, jwks_uri, .. } = &document;
    let is_clear = issuer.starts_with("http://");
    for url in [authorization_endpoint, token_endpoint, jwks_uri] {
        if !(url.starts_with("https://") || is_clear && url.starts_with("http://")) {
            return Err(format!("{url:?} does not begin with https://"));
        }
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_with_tls_has_no_doors_without() {
        let text = r#"{"issuer":"https://id.example","authorization_endpoint":"https://id.example/a",
            "token_endpoint":"https://id.example/t","jwks_uri":"https://id.example/k"}"#;
        let document = read(text).unwrap();
        assert!(document.takes_secret_in_header());
        assert!(read(&text.replace("https://id.example/t", "http://id.example/t")).is_err());
        assert!(read(&text.replace("https://", "http://")).is_ok(), "on one machine");
        assert!(read(&text.replace("https://id.example/a", "javascript:x")).is_err());
        assert!(read("{}").is_err());
        assert_eq!(address("https://id.example/"), address("https://id.example"));
    }
}
