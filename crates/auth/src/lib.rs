//! Who is asking, how they prove it, and what they may do.
//!
//! This crate answers "may this caller do that?" for API keys, clients and console sessions. It is not for
//! HTTP (headers, cookies and CSRF are the `api`'s and the `console`'s) nor for storage (`meta`),
//! which it calls and which is the only thing here that blocks.
//!
//! Modules in reading order:
//!
//! - [`principal`]: who is asking, and the rules of what they may do.
//! - [`api_key`]: the secret a program sends.
//! - [`client`]: the secret of a program written for another product, and the token it gets.
//! - [`one_time_password`]: the secret a person types once.
//! - [`session_token`]: the secret a signed-in browser sends.
//! - [`authenticator`]: the one value that knows all callers.
//! - `bearer`: API key to principal.
//! - [`jwt`]: tokens that others signed; [`issuers`]: who these others are.
//! - [`openid`]: providers at which people sign in.
//! - `kept`: what others publish, and when it is fetched again.
//! - [`sign_in`]: password to session, session to principal.
//! - [`sight`]: whether somebody sees personal data at this moment.
//! - [`second_factor`]: what some are asked for beside the password.
//! - [`totp`]: codes from an app; [`passkey`]: keys in people's devices.
//! - [`passkeys`]: whose keys they are; `waiting`: who was asked for what.
//! - [`own_sessions`]: what somebody sees and ends of their own sessions.
//! - `attempts`: how often somebody may guess.
//! - `password`: argon2, and how much of it at once.
//! - `activity`: how often somebody was recognised.
//! - [`error`]: why somebody was not recognised.
//! - `secret`: random bytes as text, and their hash.

pub mod api_key;
pub mod authenticator;
pub mod client;
pub mod error;
pub mod issuers;
pub mod jwt;
pub mod one_time_password;
pub mod openid;
pub mod own_sessions;
pub mod passkey;
pub mod passkeys;
pub mod principal;
pub mod second_factor;
pub mod session_token;
pub mod sight;
pub mod sign_in;
pub mod totp;

mod activity;
mod attempts;
mod bearer;
mod kept;
mod password;
mod secret;
mod waiting;

pub use activity::AuthActivity;
pub use api_key::ApiKey;
pub use authenticator::Authenticator;
pub use client::{ClientSecret, Granted, TokenRequest};
pub use error::AuthError;
pub use gatelog_meta::{
    Access, ClientDialect, InvalidAccess, PersonalData, Role, Scope, SecondFactors, TenantScope,
};
pub use issuers::{FetchKeys, Issuer, Issuers, NotAccepted};
pub use one_time_password::OneTimePassword;
pub use openid::{CallProvider, Grant, Grants, OpenIdError, Provider, Providers};
pub use passkey::{PasskeyError, RelyingParty};
pub use principal::{Denied, Principal};
pub use second_factor::{HalfOpen, SecondFactor};
pub use secret::hexadecimal;
pub use session_token::SessionToken;
pub use sight::Sight;
pub use sign_in::{Browser, Opened, SignedIn};
pub use totp::TotpSecret;
