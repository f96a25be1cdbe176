//! Version, configuration, certificate, databases of places, mail server, mapping files, sources.

use std::path::Path;

use gatelog_server::system::environment;
use gatelog_server::{Config, tls_valid_until};

use super::finding::Finding;
use crate::command::serve::environment_names;

/// A certificate is to be renewed when it ends within this time, in days: monthly renewals of
/// certificates for 90 days leave that much.
const CERTIFICATE_DAYS_MIN: i64 = 14;

const DAY_MICROS: i64 = 86_400 * 1_000_000;

/// Reads the configuration as `serve` would; the default one if that fails.
pub(super) fn check(file: Option<&Path>) -> (Config, Vec<Finding>) {
    let version = Finding::ok("version", format!("gatelog {}", env!("CARGO_PKG_VERSION")));
    let loaded = Config::load(file, environment_names());
    let checked = loaded.and_then(|config| config.check().map(|()| config));
    let (config, finding) = match checked {
        Ok(config) => (config, well(file)),
        Err(error) => (Config::default(), refused(&error.to_string())),
    };
    (config, vec![version, finding])
}

fn well(file: Option<&Path>) -> Finding {
    let from = file.map_or("no file is given; defaults and the environment".to_owned(), |file| {
        format!("{} and the environment", file.display())
    });
    Finding::ok("configuration", format!("{from}: every key is known"))
}

fn refused(reason: &str) -> Finding {
    let advice = "correct it: a server would not start with it; what follows is checked with the \
                  defaults";
    Finding::fail("configuration", reason, advice)
}

/// Whether the databases that say where addresses are can be read. `None` without any.
pub(super) fn check_places(config: &Config) -> Option<Finding> {
    const CHECK: &str = "places";
    match config.console.places() {
        Ok(places) => {
            let kinds: Vec<&str> = places.kinds().collect();
            (!kinds.is_empty()).then(|| Finding::ok(CHECK, kinds.join(", ")))
        }
        Err(error) => {
            let advice = "give databases in MaxMind's format (.mmdb) that this user can read";
            Some(Finding::fail(CHECK, error.to_string(), advice))
        }
    }
}

/// Whether the files that a mail server needs can be read. `None` without a mail server.
pub(super) fn check_mail(config: &Config) -> Option<Finding> {
    const CHECK: &str = "e-mail";
    let host = config.smtp.host.as_deref()?;
    Some(match config.smtp.check_files() {
        Ok(()) if config.server.public_url.is_none() => {
            let advice = "set server.public_url to the address by which people reach the console";
            Finding::warn(CHECK, "messages of alerts have no link to the events", advice)
        }
        Ok(()) => Finding::ok(CHECK, format!("through {host}; whether it answers is not tried")),
        Err(error) => Finding::fail(CHECK, error.to_string(), "give files that this user can read"),
    })
}

/// Whether the mapping files can be used. `None` without any.
pub(super) fn check_mappings(config: &Config) -> Option<Finding> {
    const CHECK: &str = "mappings";
    if config.mappings.is_empty() {
        return None;
    }
    Some(match config.read_mappings() {
        Ok(mappings) => Finding::ok(CHECK, mappings.names().collect::<Vec<_>>().join(", ")),
        Err(error) => {
            let advice = "correct the file; `gatelog map --try FILE INPUT` shows what it makes";
            Finding::fail(CHECK, error.to_string(), advice)
        }
    })
}

/// Whether the sources can be opened. `None` without any.
pub(super) fn check_sources(config: &Config) -> Option<Finding> {
    const CHECK: &str = "sources";
    if config.sources.is_empty() {
        return None;
    }
    Some(match gatelog_server::check_sources(config) {
        Ok(()) => {
            let names: Vec<_> = config.sources.iter().map(|source| &*source.name).collect();
            Finding::ok(CHECK, format!("{}; whether they answer is not tried", names.join(", ")))
        }
        Err(wrong) => {
            let advice = "correct it; docs/sources.md says what each kind needs";
            Finding::fail(CHECK, wrong.join("; "), advice)
        }
    })
}

/// Whether the configured certificate can be used, and for how long. `None` without one.
pub(super) fn check_certificate(config: &Config) -> Option<Finding> {
    const CHECK: &str = "certificate";
    let (chain, key) = config.server.tls_cert.as_deref().zip(config.server.tls_key.as_deref())?;
    let until = match tls_valid_until(chain, key) {
        Err(reason) => {
            let advice = "give a certificate chain and its key in PEM that this user can read";
            return Some(Finding::fail(CHECK, reason, advice));
        }
        Ok(None) => {
            let advice = "look at it with `openssl x509 -enddate -noout -in FILE`";
            let message = format!("{}: its end cannot be read", chain.display());
            return Some(Finding::warn(CHECK, message, advice));
        }
        Ok(Some(until)) => until,
    };
    let left_micros = until.micros().saturating_sub(environment().clock.now().micros());
    let message = format!("{}: valid until {until}", chain.display());
    let advice = "renew it, then restart the server, which reads it at its start";
    Some(if left_micros <= 0 {
        Finding::fail(CHECK, message, advice)
    } else if left_micros < CERTIFICATE_DAYS_MIN * DAY_MICROS {
        Finding::warn(CHECK, message, advice)
    } else {
        Finding::ok(CHECK, message)
    })
}
