//! A proof of identity, as experience rows show it under `verificationRecords`.

use crate::json::push_string;
use crate::world::{Connector, User};

/// What somebody typed to say who they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identifier<'a> {
    /// `username`, `email` or `phone`.
    pub(crate) kind: &'static str,
    pub(crate) value: &'a str,
}

#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) id: String,
    pub(crate) verified: bool,
    pub(crate) proof: Proof<'a>,
}

#[derive(Debug)]
pub(crate) enum Proof<'a> {
    Password(Identifier<'a>),
    NewPassword(Identifier<'a>),
    /// A code sent to an e-mail address or phone number, for an event.
    Code(Identifier<'a>, &'static str),
    Social(&'a Connector, &'a User),
    SingleSignOn(&'a Connector, &'a User),
    Totp(&'a User),
    WebAuthn(&'a User, Challenge),
    Passkey(&'a User, Challenge),
    /// The codes that are left.
    BackupCodes(&'a User, Vec<String>),
}

/// What an authenticator has to sign.
#[derive(Debug)]
pub(crate) struct Challenge(pub(crate) String);

impl Identifier<'_> {
    pub(crate) fn push_onto(&self, json: &mut String) {
        json.extend(["{\"type\":\"", self.kind, "\",\"value\":"]);
        push_string(json, self.value);
        json.push('}');
    }
}

impl Record<'_> {
    /// Appends the record as Logto stores it: shorter names first.
    pub(crate) fn push_onto(&self, json: &mut String) {
        json.extend(["{\"id\":\"", &self.id, "\",\"type\":\"", self.proof.kind(), "\""]);
        let verified = if self.verified { ",\"verified\":true" } else { ",\"verified\":false" };
        match &self.proof {
            Proof::Password(identifier) => {
                json.extend([verified, ",\"identifier\":"]);
                identifier.push_onto(json);
            }
            Proof::NewPassword(identifier) => {
                json.push_str(",\"identifier\":");
                identifier.push_onto(json);
                json.push_str(
                    ",\"passwordEncrypted\":\"******\",\"passwordEncryptionMethod\":\"******\"",
                );
            }
            Proof::Code(identifier, template) => {
                json.extend([verified, ",\"identifier\":"]);
                identifier.push_onto(json);
                json.extend([",\"templateType\":\"", template, "\""]);
            }
            Proof::Social(connector, user) => {
                self.push_connector(connector, user, "socialUserInfo", json);
                json.push_str(",\"connectorSession\":{}");
            }
            Proof::SingleSignOn(connector, user) => {
                self.push_connector(connector, user, "enterpriseSsoUserInfo", json);
            }
            Proof::Totp(user) => {
                json.extend([",\"secret\":\"******\",\"userId\":\"", &user.id, "\"", verified]);
            }
            Proof::WebAuthn(user, challenge) | Proof::Passkey(user, challenge) => {
                json.extend([",\"userId\":\"", &user.id, "\"", verified]);
                json.extend([",\"authenticationRpId\":\"id.acme.example\""]);
                json.extend([",\"authenticationChallenge\":\"", &challenge.0, "\""]);
            }
            Proof::BackupCodes(user, codes) => {
                json.extend([",\"userId\":\"", &user.id, "\",\"backupCodes\":[\""]);
                json.extend([codes.join("\",\"").as_str(), "\"]"]);
            }
        }
        json.push('}');
    }

    fn push_connector(&self, connector: &Connector, user: &User, info: &str, json: &mut String) {
        json.extend([",\"connectorId\":\"", &connector.id, "\""]);
        if !self.verified {
            return;
        }
        json.extend([
            ",\"",
            info,
            "\":{\"id\":\"",
            connector.target,
            "-",
            &user.id,
            "\",\"name\":",
        ]);
        push_string(json, &user.name);
        json.extend([",\"email\":\"", &user.email, "\",\"rawData\":{\"sub\":\"", connector.target]);
        json.extend(["-", &user.id, "\",\"email\":\"", &user.email, "\"}}"]);
    }
}

impl Proof<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Password(_) => "Password",
            Self::NewPassword(_) => "NewPasswordIdentity",
            Self::Code(Identifier { kind: "phone", .. }, _) => "PhoneVerificationCode",
            Self::Code(..) => "EmailVerificationCode",
            Self::Social(..) => "Social",
            Self::SingleSignOn(..) => "EnterpriseSso",
            Self::Totp(_) => "Totp",
            Self::WebAuthn(..) => "WebAuthn",
            Self::Passkey(..) => "SignInPasskey",
            Self::BackupCodes(..) => "BackupCode",
        }
    }
}
