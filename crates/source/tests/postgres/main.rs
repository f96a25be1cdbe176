//! Tables that are followed in a real PostgreSQL: nothing is missed, whatever breaks.
//!
//! - [`cluster`]: a server of its own for each test.
//! - [`collected`]: what a feed delivered.
//! - [`proxy`]: a way to the server that breaks.
//! - [`following`]: from the first row to the newest, and what shows late.
//! - [`breaking`]: servers and connections that end, and feeds that are killed.
//! - [`trouble`]: what is said when it cannot work.
//! - [`encryption`]: certificates that fit, and others.
//! - [`pruning`]: rows that are removed, and those that stay.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod breaking;
mod cluster;
mod collected;
mod encryption;
mod following;
mod proxy;
mod pruning;
mod trouble;

/// The part of Logto's database that matters.
const LOGTO: &str = include_str!("../data/logto.sql");

/// The part of Authgear's audit database that matters.
const AUTHGEAR: &str = include_str!("../data/authgear.sql");

/// Adds `count` rows to Logto's log, numbered from `from`: two tenants, several rows at one time,
/// times with microseconds, and values that are hard to write.
fn logto_rows(from: usize, count: usize) -> String {
    let end = from + count - 1;
    format!(
        r#"INSERT INTO logs
        SELECT CASE WHEN n % 5 = 0 THEN 'admin' ELSE 'default' END,
          'row' || lpad(n::text, 8, '0'),
          (ARRAY['ExchangeTokenBy.RefreshToken', 'Interaction.SignIn.Submit', 'RevokeToken'])[1 + n % 3],
          jsonb_build_object('key', 'x', 'result', CASE WHEN n % 7 = 0 THEN 'Error' ELSE 'Success' END,
            'number', n, 'userId', CASE WHEN n % 11 = 0 THEN null ELSE 'user' || n % 100 END,
            'text', E'tab\t line\n back\\slash "quoted" é 😀 \\N', 'big', 12345678901234567890 + n,
            'list', jsonb_build_array(1.50, true, null, '{{}}'::jsonb)),
          '2026-10-01 00:00:00.000001+00'::timestamptz + (n / 3) * interval '1.000001 second'
        FROM generate_series({from}, {end}) AS n"#
    )
}
