//! How callers are recognised: programs by their key, people by their password.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

mod bearer;
mod clients;
mod device;
mod issuers;
mod jwt;
mod openid;
mod passkey;
mod passkeys;
mod second_factor;
mod sign_in;
mod signer;

use std::sync::Arc;

use gatelog_auth::{Access, Authenticator, Scope};
use gatelog_event::time::UnixMicros;
use gatelog_meta::{Author, Change, Meta, NewTenant};

/// A fixed day, and so many seconds after its noon.
fn at(seconds: i64) -> UnixMicros {
    UnixMicros::clamped((1_795_176_000 + seconds) * 1_000_000)
}

/// A change by somebody, so many seconds after noon.
fn by_ada(seconds: i64) -> Change {
    Change { by: Author::User("ada".to_owned()), time: at(seconds) }
}

fn acme(scope: Scope) -> Access {
    Access::new(scope, Some("acme".parse().unwrap()), None).unwrap()
}

fn with_acme(meta: &Meta) {
    meta.ensure_default_tenant("logs.example/log/default", [6; 32], at(0)).unwrap();
    let tenant = NewTenant {
        name: "acme".parse().unwrap(),
        log_origin: "logs.example/log/acme".to_owned(),
        fingerprint_key: [7; 32],
    };
    meta.create_tenant(&tenant, &by_ada(0)).unwrap();
}

/// An authenticator over an empty database with the tenant `acme`.
fn authenticator() -> (Arc<Meta>, Authenticator) {
    let meta = Arc::new(Meta::open_in_memory().unwrap());
    with_acme(&meta);
    (Arc::clone(&meta), Authenticator::new(meta))
}
