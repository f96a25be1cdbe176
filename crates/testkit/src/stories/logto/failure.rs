//! Errors in the words and shapes Logto gives them.

use crate::json::push_string;

/// Why something failed, as the member `error` tells it.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An object: errors of Logto's own routes.
    Api { code: &'static str, message: &'static str },
    /// A string that holds JSON with a stack trace: errors of the token endpoint.
    Token {
        /// Class of the error, such as `InvalidGrant`.
        name: &'static str,
        /// OAuth 2.0 error code.
        code: &'static str,
        description: &'static str,
        /// Empty if there is none.
        detail: &'static str,
    },
    /// A plain string: errors of webhooks.
    Text(String),
}

impl Failure {
    pub(crate) fn push_onto(&self, json: &mut String) {
        match self {
            Self::Api { code, message } => {
                json.extend(["{\"code\":\"", code, "\",\"message\":"]);
                push_string(json, message);
                json.push('}');
            }
            Self::Token { name, code, description, detail } => {
                let mut error = format!(
                    "{{\"stack\":\"{name}: {code}\\n    at {STACK}\",\"message\":\"{code}\",\
                     \"allow_redirect\":true,\"name\":\"{name}\",\"error\":\"{code}\",\
                     \"status\":400,\"statusCode\":400,\"expose\":true,\
                     \"error_description\":\"{description}\""
                );
                if !detail.is_empty() {
                    error.extend([",\"error_detail\":\"", detail, "\""]);
                }
                error.push('}');
                push_string(json, &error);
            }
            Self::Text(text) => push_string(json, text),
        }
    }
}

const STACK: &str = "callTokenHandler (file:///etc/logto/node_modules/oidc-provider/lib/actions/\
                     token.js:70:7)\\n    at process.processTicksAndRejections \
                     (node:internal/process/task_queues:103:5)";

pub(crate) static INVALID_CREDENTIALS: Failure = Failure::Api {
    code: "session.invalid_credentials",
    message: "Incorrect account or password. Please check your input.",
};
pub(crate) static TOO_MANY_ATTEMPTS: Failure = Failure::Api {
    code: "session.verification_blocked_too_many_attempts",
    message: "Too many attempts in a short time. Please try again in 10 minutes.",
};
pub(crate) static SUSPENDED: Failure =
    Failure::Api { code: "user.suspended", message: "This account is suspended." };
pub(crate) static CAPTCHA_FAILED: Failure =
    Failure::Api { code: "session.captcha_failed", message: "Captcha verification failed." };
pub(crate) static CODE_MISMATCH: Failure =
    Failure::Api { code: "verification_code.code_mismatch", message: "Invalid verification code." };
pub(crate) static SECOND_FACTOR_REQUIRED: Failure = Failure::Api {
    code: "session.mfa.require_mfa_verification",
    message: "Mfa verification is required to sign in.",
};
pub(crate) static SECOND_FACTOR_MISSING: Failure = Failure::Api {
    code: "user.missing_mfa",
    message: "You need to bind additional MFA before signing-in.",
};
pub(crate) static INVALID_TOTP: Failure =
    Failure::Api { code: "session.mfa.invalid_totp_code", message: "Invalid TOTP code." };
pub(crate) static INVALID_BACKUP_CODE: Failure =
    Failure::Api { code: "session.mfa.invalid_backup_code", message: "Invalid backup code." };
pub(crate) static WEB_AUTHN_FAILED: Failure = Failure::Api {
    code: "session.mfa.webauthn_verification_failed",
    message: "WebAuthn verification failed.",
};
pub(crate) static EMAIL_IN_USE: Failure = Failure::Api {
    code: "user.email_already_in_use",
    message: "This email is associated with an existing account.",
};
pub(crate) static SAME_PASSWORD: Failure = Failure::Api {
    code: "user.same_password",
    message: "New password cannot be the same as your old password.",
};
pub(crate) static CONNECTOR_REFUSED: Failure = Failure::Api {
    code: "connector.authorization_failed",
    message: "The user's authorization process is unsuccessful.",
};
pub(crate) static SAML_ISSUER_MISMATCH: Failure = Failure::Api {
    code: "application.saml.auth_request_issuer_not_match",
    message: "The issuer of the SAML authentication request mismatches service provider entity ID.",
};

pub(crate) static REFRESH_TOKEN_NOT_FOUND: Failure = invalid_grant("refresh token not found");
pub(crate) static REFRESH_TOKEN_USED: Failure = invalid_grant("refresh token already used");
pub(crate) static AUTHORIZATION_CODE_NOT_FOUND: Failure =
    invalid_grant("authorization code not found");
pub(crate) static SUBJECT_TOKEN_NOT_FOUND: Failure = invalid_grant("subject token not found");
pub(crate) static INVALID_SECRET: Failure = Failure::Token {
    name: "InvalidClientAuth",
    code: "invalid_client",
    description: "client authentication failed",
    detail: "invalid secret provided",
};
pub(crate) static UNKNOWN_RESOURCE: Failure = Failure::Token {
    name: "InvalidTarget",
    code: "invalid_target",
    description: "resource indicator is missing, or unknown",
    detail: "",
};
pub(crate) static AUTHORIZATION_PENDING: Failure = Failure::Token {
    name: "AuthorizationPending",
    code: "authorization_pending",
    description: "authorization request is still pending as the end-user hasn't yet completed the \
                  user interaction steps",
    detail: "",
};

const fn invalid_grant(detail: &'static str) -> Failure {
    Failure::Token {
        name: "InvalidGrant",
        code: "invalid_grant",
        description: "grant request is invalid",
        detail,
    }
}
