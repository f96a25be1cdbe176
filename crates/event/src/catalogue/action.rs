//! The closed list of things that can happen at the gate, in our own words.

/// Declares the enum and its names together, so that neither can miss an action.
macro_rules! actions {
    ($( $(#[$doc:meta])+ $Variant:ident = $name:literal, )+) => {
        /// What an event is about, in the same words over every source.
        ///
        /// The list is closed: a source's event type that fits nothing here is [`Action::Other`].
        /// Whether it worked is not part of the action but of the outcome.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $( $(#[$doc])+ $Variant, )+
        }

        impl Action {
            /// All actions, in the order they are declared in.
            pub const ALL: &'static [Self] = &[$( Self::$Variant, )+];

            /// The name used in the API, in queries and in the catalogue files.
            pub fn name(self) -> &'static str {
                match self {
                    $( Self::$Variant => $name, )+
                }
            }
        }
    };
}

actions! {
    /// Somebody signed in, or the whole attempt failed.
    Login = "login",
    /// The sign-in page was opened, or one of its flows was begun.
    LoginStart = "login.start",
    /// The sign-in page was left; whether somebody signed in is said by [`Action::Login`].
    LoginEnd = "login.end",
    /// Somebody signed out.
    Logout = "logout",
    /// Somebody made an account for themselves.
    Signup = "signup",
    /// What was typed was matched with an account.
    Identify = "identify",
    /// A password was checked as the first factor.
    PasswordVerify = "password.verify",
    /// A password was chosen.
    PasswordSet = "password.set",
    /// A forgotten password was replaced, or an administrator replaced one.
    PasswordReset = "password.reset",
    /// A one-time code was made or sent.
    CodeSend = "code.send",
    /// A one-time code or link was checked.
    CodeVerify = "code.verify",
    /// Somebody was sent to a social identity provider.
    SocialStart = "social.start",
    /// The answer of a social identity provider was checked.
    SocialVerify = "social.verify",
    /// Somebody was sent to a company's identity provider, or came from a SAML application.
    SsoStart = "sso.start",
    /// The answer of a company's identity provider was checked.
    SsoVerify = "sso.verify",
    /// A WebAuthn challenge was made, for enrolling or for verifying.
    PasskeyStart = "passkey.start",
    /// A passkey or a biometric key was checked as the first factor.
    PasskeyVerify = "passkey.verify",
    /// A second factor was asked for.
    MfaRequire = "mfa.require",
    /// A second factor was set up: each step that creates or binds one.
    MfaEnroll = "mfa.enroll",
    /// A second factor was taken away.
    MfaRemove = "mfa.remove",
    /// A second factor was checked.
    MfaVerify = "mfa.verify",
    /// A proof of being human was checked.
    CaptchaVerify = "captcha.verify",
    /// Somebody's own details were changed.
    ProfileUpdate = "profile.update",
    /// A way to sign in was added to an account.
    IdentityAdd = "identity.add",
    /// A way to sign in was changed, or is no longer held to be verified.
    IdentityUpdate = "identity.update",
    /// A way to sign in was taken from an account.
    IdentityRemove = "identity.remove",
    /// An e-mail address or phone number was shown to belong to the account.
    IdentityVerify = "identity.verify",
    /// An administrator made an account.
    UserCreate = "user.create",
    /// An administrator changed an account.
    UserUpdate = "user.update",
    /// An account was closed until further notice.
    UserDisable = "user.disable",
    /// A closed account was opened again.
    UserEnable = "user.enable",
    /// An account was deleted or made anonymous.
    UserDelete = "user.delete",
    /// An account will be deleted or made anonymous later.
    UserDeleteSchedule = "user.delete.schedule",
    /// An account will not be deleted or made anonymous after all.
    UserDeleteCancel = "user.delete.cancel",
    /// An anonymous user became a known one.
    UserPromote = "user.promote",
    /// A session was made other than by signing in.
    SessionCreate = "session.create",
    /// A session was ended other than by signing out.
    SessionRevoke = "session.revoke",
    /// A token was issued on an authorization, a device code or a client's own credentials.
    TokenIssue = "token.issue",
    /// A refresh token was turned into new tokens.
    TokenRefresh = "token.refresh",
    /// One token was turned into another, possibly somebody else's (RFC 8693).
    TokenExchange = "token.exchange",
    /// A token was made invalid.
    TokenRevoke = "token.revoke",
    /// An application was allowed to act for a user.
    ConsentGrant = "consent.grant",
    /// An application may no longer act for a user.
    ConsentRevoke = "consent.revoke",
    /// A script added claims to a token.
    ClaimsCustomize = "claims.customize",
    /// An account was kept from signing in for a while.
    AccountBlock = "account.block",
    /// Such an account may sign in again.
    AccountUnblock = "account.unblock",
    /// A network address was kept from signing in for a while.
    AddressBlock = "address.block",
    /// A request was held against a rate limit.
    RateLimit = "rate.limit",
    /// An e-mail, text or push message was handed over for delivery.
    MessageSend = "message.send",
    /// A script or webhook was run; the outcome is the script's or the delivery's.
    HookRun = "hook.run",
    /// A device was trusted, or its trust was used.
    DeviceTrust = "device.trust",
    /// Users were copied from an external directory.
    DirectorySync = "directory.sync",
    /// Something was read through an administration API.
    ApiRead = "api.read",
    /// Something was created through an administration API.
    ApiCreate = "api.create",
    /// Something was changed through an administration API.
    ApiUpdate = "api.update",
    /// Something was deleted through an administration API.
    ApiDelete = "api.delete",
    /// The identity system's own configuration was changed.
    ConfigUpdate = "config.update",
    /// The audit log was read.
    AuditRead = "audit.read",
    /// Anything else.
    Other = "other",
}

impl Action {
    /// The action with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}
