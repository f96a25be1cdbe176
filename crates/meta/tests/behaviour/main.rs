//! What `meta.db` keeps, and for whom: one module per table, and one for the file itself.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy knows that of test functions only"
)]

mod alerts;
mod clients;
mod credentials;
mod directory;
mod opening;
mod outbox;
mod searches;
mod second_factor;
mod tenants;
mod users_and_sessions;
mod vouched;

use gatelog_event::time::UnixMicros;
use gatelog_meta::{Access, Author, Change, Meta, NewTenant, Scope, TenantName};

/// A fixed day, and so many seconds after its noon.
fn at(seconds: i64) -> UnixMicros {
    UnixMicros::clamped((1_795_176_000 + seconds) * 1_000_000)
}

/// A change by somebody, so many seconds after noon.
fn by_ada(seconds: i64) -> Change {
    Change { by: Author::User("ada".to_owned()), time: at(seconds) }
}

fn tenant_name(name: &str) -> TenantName {
    name.parse().unwrap()
}

fn new_tenant(name: &str) -> NewTenant {
    NewTenant {
        name: tenant_name(name),
        log_origin: format!("logs.example/log/{name}"),
        fingerprint_key: [7; 32],
    }
}

fn access(scope: Scope, tenant: &str) -> Access {
    Access::new(scope, Some(tenant_name(tenant)), None).unwrap()
}

/// A database with the tenants `acme` and `default`.
fn meta() -> Meta {
    let meta = Meta::open_in_memory().unwrap();
    meta.create_tenant(&new_tenant("default"), &by_ada(0)).unwrap();
    meta.create_tenant(&new_tenant("acme"), &by_ada(1)).unwrap();
    meta
}
