//! What went wrong with a database, and what whoever runs this can do.

use std::error::Error as _;

use tokio_postgres::error::{DbError, SqlState};

use crate::feed::Trouble;

use super::settings::{Product, Settings};
use super::statement;

/// An error in words.
pub(super) fn of(error: &tokio_postgres::Error, product: Product, settings: &Settings) -> Trouble {
    let server = server(settings);
    let reason = match error.as_db_error() {
        Some(said) => said_by_server(said, product, settings),
        None => format!("{server}: {}{}", chain(error), advice_without_answer(error, settings)),
    };
    Trouble::new(reason)
}

/// Nobody answered in time.
pub(super) fn timed_out(settings: &Settings) -> Trouble {
    Trouble::new(format!(
        "{}: no answer in time; check that it is PostgreSQL, runs, and is not too busy",
        server(settings)
    ))
}

/// Rows that are there and cannot be seen.
pub(super) fn invisible_rows(product: Product, settings: &Settings) -> Trouble {
    let (table, user) = (product.table(), &settings.user);
    Trouble::new(format!(
        "{}: {table} has rows and shows none of them to the role {user}, because of its row level \
         security; {}",
        server(settings),
        let_all_be_seen(user)
    ))
}

fn server(settings: &Settings) -> String {
    let Settings { host, port, database, .. } = settings;
    format!("PostgreSQL at {host}, port {port}, database {database}")
}

fn let_all_be_seen(user: &str) -> String {
    format!("read as the owner of the table, or run as a superuser: ALTER ROLE {user} BYPASSRLS")
}

fn said_by_server(said: &DbError, product: Product, settings: &Settings) -> String {
    let user = &settings.user;
    let server = server(settings);
    let table = statement::table(product, settings);
    let advice = match said.code() {
        &SqlState::INVALID_PASSWORD => {
            format!("check the password of the role {user} where `password` says that it is")
        }
        &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            format!("check `user`, `tls`, and the lines of pg_hba.conf for the role {user}")
        }
        &SqlState::INVALID_CATALOG_NAME => "check `database`".to_owned(),
        &SqlState::UNDEFINED_TABLE | &SqlState::INVALID_SCHEMA_NAME => {
            format!("there is no table {table}; check `database` and `schema`")
        }
        &SqlState::UNDEFINED_COLUMN => {
            format!("{table} is not {}, or of another version", product.table())
        }
        &SqlState::INSUFFICIENT_PRIVILEGE => missing_grant(product, settings, &table),
        &SqlState::QUERY_CANCELED => format!(
            "it took too long; an index on ({}, created_at, id) makes it quick",
            product.owner_column()
        ),
        &SqlState::TOO_MANY_CONNECTIONS => "it has no connection to spare".to_owned(),
        _ => "it is tried again".to_owned(),
    };
    format!("{server}: {} ({}); {advice}", said.message(), said.code().code())
}

/// What an administrator has to run.
fn missing_grant(product: Product, settings: &Settings, table: &str) -> String {
    let Settings { schema, user, .. } = settings;
    let grant = format!(
        "run as the owner of the table: GRANT USAGE ON SCHEMA {schema} TO {user}; \
         GRANT SELECT ON {table} TO {user}; to prune, GRANT DELETE as well"
    );
    match product {
        Product::Authgear => grant,
        Product::Logto => format!(
            "{grant}; and as Logto shows every role the rows of its own tenant only, {}",
            let_all_be_seen(user)
        ),
    }
}

fn advice_without_answer(error: &tokio_postgres::Error, settings: &Settings) -> &'static str {
    if error.is_closed() {
        return "; it is opened again";
    }
    let reason = chain(error);
    if reason.contains("password missing") {
        return "; it asks for a password, so `password` has to say where it is";
    }
    if reason.contains("certificate") {
        return match settings.ca_file {
            Some(_) => "; check that the certificate is of `host` and by an authority of `ca_file`",
            None => "; check that the certificate is of `host`, or name its authority in `ca_file`",
        };
    }
    if reason.contains("does not support TLS") {
        return "; let it use TLS, or write tls = \"disable\" where nobody can listen";
    }
    "; check `host` and `port`, and that it runs"
}

/// An error with its causes.
fn chain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let reason = error.to_string();
        if !text.contains(&reason) {
            text.push_str(": ");
            text.push_str(&reason);
        }
        cause = error.source();
    }
    text
}
