//! What a secret is replaced by: `[redacted:password]`, `[redacted:token:0123456789abcdef]`.

use super::fingerprint::{FINGERPRINT_DIGITS, FingerprintKey, Purpose};

/// Random values shorter than this many bytes keep no fingerprint: they could be guessed.
const FINGERPRINTED_BYTES_MIN: usize = 20;

/// The kinds of secret a marker tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secret {
    /// Chosen by a person, or an encrypted form of what was.
    Password,
    /// Typed or sent once: authorization codes, codes by e-mail or SMS, backup codes, TOTP.
    Code,
    /// Shared between two programs: client secrets, signing keys, TOTP seeds.
    Shared,
    /// Tokens of any kind, also when they are not JWTs.
    Token,
    /// PKCE code verifiers (RFC 7636).
    CodeVerifier,
    /// Client and bearer assertions (RFC 7521).
    Assertion,
    /// Cookies.
    Cookie,
    /// Authorization headers.
    Authorization,
    /// Private keys of any form.
    PrivateKey,
    /// PEM blocks (RFC 7468).
    Pem,
    /// Keys of programming interfaces and clouds.
    ApiKey,
    /// SAML documents.
    Saml,
    /// JSON web tokens.
    Jwt,
    /// `otpauth:` addresses, which hold a TOTP seed.
    Otpauth,
    /// What was typed as an identifier and may be a password.
    Identifier,
}

impl Secret {
    const ALL: [Self; 15] = [
        Self::Password,
        Self::Code,
        Self::Shared,
        Self::Token,
        Self::CodeVerifier,
        Self::Assertion,
        Self::Cookie,
        Self::Authorization,
        Self::PrivateKey,
        Self::Pem,
        Self::ApiKey,
        Self::Saml,
        Self::Jwt,
        Self::Otpauth,
        Self::Identifier,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::Shared => "secret",
            Self::Token => "token",
            Self::CodeVerifier => "code_verifier",
            Self::Assertion => "assertion",
            Self::Cookie => "cookie",
            Self::Authorization => "authorization",
            Self::PrivateKey => "private_key",
            Self::Pem => "pem",
            Self::ApiKey => "api_key",
            Self::Saml => "saml",
            Self::Jwt => "jwt",
            Self::Otpauth => "otpauth",
            Self::Identifier => "identifier",
        }
    }

    /// The marker that replaces `text`.
    ///
    /// A long random value keeps a keyed hash, so that its reuse can be seen; passwords, codes
    /// and what contains them never do. An identifier always does, so that it can be searched.
    pub(super) fn marker(self, key: &FingerprintKey, text: &str) -> String {
        let name = self.name();
        let purpose = match self {
            Self::Identifier => Some(Purpose::Identifier),
            Self::Password | Self::Code | Self::Saml | Self::Otpauth => None,
            Self::Authorization if is_basic(text) => None,
            _ => (text.len() >= FINGERPRINTED_BYTES_MIN).then_some(Purpose::Secret),
        };
        match purpose {
            Some(purpose) => {
                let digits = key.hex(purpose, text.as_bytes(), FINGERPRINT_DIGITS);
                format!("[redacted:{name}:{digits}]")
            }
            None => format!("[redacted:{name}]"),
        }
    }
}

/// Whether `text` is a marker, whole and exactly as it is written here.
pub fn is_marker(text: &str) -> bool {
    let Some(inner) = text.strip_prefix("[redacted:").and_then(|text| text.strip_suffix(']'))
    else {
        return false;
    };
    let (name, digits) = match inner.split_once(':') {
        Some((name, digits)) => (name, Some(digits)),
        None => (inner, None),
    };
    let is_digits = |digits: &str| {
        digits.len() == FINGERPRINT_DIGITS
            && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    Secret::ALL.iter().any(|secret| secret.name() == name) && digits.is_none_or(is_digits)
}

/// HTTP basic authentication, which holds a password (RFC 7617).
fn is_basic(header: &str) -> bool {
    header.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_markers_are_markers() {
        let key = FingerprintKey::new([1; 32]);
        for secret in Secret::ALL {
            assert!(is_marker(&secret.marker(&key, "short")), "{secret:?}");
            assert!(is_marker(&secret.marker(&key, &"long".repeat(10))), "{secret:?}");
        }
        for text in [
            "",
            "******",
            "[redacted]",
            "[redacted:]",
            "[redacted:everything]",
            "[redacted:token:]",
            "[redacted:token:0123456789abcde]",
            "[redacted:token:0123456789ABCDEF]",
            "[redacted:token:0123456789abcdef:x]",
            " [redacted:password]",
            "[redacted:password] or not",
        ] {
            assert!(!is_marker(text), "{text}");
        }
    }

    #[test]
    fn passwords_and_codes_keep_no_fingerprint() {
        let key = FingerprintKey::new([1; 32]);
        let long = "correct horse battery staple";
        assert_eq!(Secret::Password.marker(&key, long), "[redacted:password]");
        assert_eq!(Secret::Code.marker(&key, long), "[redacted:code]");
        let basic = "basic YWRhOmNvcnJlY3QgaG9yc2U=";
        assert_eq!(Secret::Authorization.marker(&key, basic), "[redacted:authorization]");
        assert_eq!(Secret::Token.marker(&key, "short"), "[redacted:token]");
    }
}
