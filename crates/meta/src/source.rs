//! Systems that deliver events by themselves: how they were set up in the console, and how far
//! each has come.
//!
//! Settings are a text here: what they mean, and the secrets sealed in them, is for `source`.

use gatelog_event::fields::{Outcome, Party};
use gatelog_event::own_audit::{OwnEvent, Value};
use gatelog_event::tenant::TenantName;
use gatelog_event::time::UnixMicros;
use rusqlite::{Row, Transaction, params};

use crate::author::{Author, Change};
use crate::column;
use crate::database::Meta;
use crate::error::{BrokenRule, Error};
use crate::outbox::{changed, login, put};

/// Sources that a tenant may set up.
pub const SOURCES_MAX: u32 = 50;

/// A source that was set up in the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSource {
    /// What tells it from all others of this installation.
    pub name: String,
    /// Whose events it delivers.
    pub tenant: TenantName,
    /// JSON; its member `kind` says what it is.
    pub settings: String,
    /// Whether it rests.
    pub is_paused: bool,
    /// Since when it is here.
    pub created: UnixMicros,
    /// When its settings were last changed.
    pub edited: UnixMicros,
}

/// How far a source has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// The source.
    pub name: String,
    /// Whose events it delivers.
    pub tenant: TenantName,
    /// What it is, such as `logto-database`.
    pub kind: String,
    /// Whether a server runs it.
    pub is_running: bool,
    /// Where it goes on.
    pub cursor: Option<String>,
    /// When it last answered or sent something, be it nothing new.
    pub answered: Option<UnixMicros>,
    /// When something new last came.
    pub delivered: Option<UnixMicros>,
    /// The time of its newest event.
    pub newest: Option<UnixMicros>,
    /// Events that were kept.
    pub accepted: u64,
    /// Events that were here already.
    pub duplicates: u64,
    /// Events that were here already with other content.
    pub conflicts: u64,
    /// What went to the quarantine.
    pub quarantined: u64,
    /// How many events came within the last whole minute in which some came.
    pub minute_events: u64,
    /// What is wrong, and since when.
    pub trouble: Option<(String, UnixMicros)>,
    /// Since when it is reported to be silent.
    pub silent_since: Option<UnixMicros>,
}

/// How a source is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceCondition {
    /// Something is wrong.
    Trouble,
    /// It rests, or no server runs it.
    Stopped,
    /// Nothing has come for too long.
    Silent,
    /// It works.
    Running,
}

impl SourceCondition {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trouble => "trouble",
            Self::Stopped => "stopped",
            Self::Silent => "silent",
            Self::Running => "running",
        }
    }
}

impl SourceState {
    /// How it is.
    pub fn condition(&self) -> SourceCondition {
        match self {
            Self { trouble: Some(_), .. } => SourceCondition::Trouble,
            Self { is_running: false, .. } => SourceCondition::Stopped,
            Self { silent_since: Some(_), .. } => SourceCondition::Silent,
            _ => SourceCondition::Running,
        }
    }

    /// How much later than it happened the newest event came, in microseconds.
    pub fn lag_micros(&self) -> Option<i64> {
        let (delivered, newest) = (self.delivered?, self.newest?);
        Some(delivered.micros().saturating_sub(newest.micros()).max(0))
    }

    /// Of a source that has not begun.
    pub fn new(name: impl Into<String>, tenant: TenantName, kind: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            tenant,
            kind: kind.into(),
            is_running: false,
            cursor: None,
            answered: None,
            delivered: None,
            newest: None,
            accepted: 0,
            duplicates: 0,
            conflicts: 0,
            quarantined: 0,
            minute_events: 0,
            trouble: None,
            silent_since: None,
        }
    }
}

impl Meta {
    /// All sources that were set up in the console, by name.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn sources(&self) -> Result<Vec<StoredSource>, Error> {
        let sql = "SELECT name, tenant, settings, is_paused, created, edited FROM sources \
                   ORDER BY name";
        self.reading(|connection| {
            connection.prepare_cached(sql)?.query_and_then([], stored_source)?.collect()
        })
    }

    /// Sets up a source.
    ///
    /// # Errors
    ///
    /// [`Error::SourceExists`], also if it is another tenant's; [`Error::TooManySources`]; or the
    /// disk fails.
    pub fn create_source(
        &self,
        tenant: &TenantName,
        name: &str,
        (kind, settings): (&str, &str),
        change: &Change,
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            let sql = "SELECT count(*) FROM sources WHERE tenant = ?1";
            let kept: u32 = transaction.query_row(sql, [tenant.as_str()], |row| row.get(0))?;
            if kept >= SOURCES_MAX {
                return Err(Error::TooManySources(SOURCES_MAX));
            }
            let sql = "INSERT INTO sources (name, tenant, settings, is_paused, created, edited) \
                       VALUES (?1, ?2, ?3, FALSE, ?4, ?4)";
            let values = params![name, tenant.as_str(), settings, change.time.micros()];
            transaction.execute(sql, values).map_err(|error| match BrokenRule::of(&error) {
                Some(BrokenRule::Unique) => Error::SourceExists(name.to_owned()),
                _ => error.into(),
            })?;
            record(transaction, tenant, change, "api.create", name, ("kind", kind))
        })
    }

    /// Changes the settings of a source; where it goes on stays.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownSource`], or the disk fails.
    pub fn update_source(
        &self,
        tenant: &TenantName,
        name: &str,
        (kind, settings): (&str, &str),
        change: &Change,
    ) -> Result<(), Error> {
        let sql = "UPDATE sources SET settings = ?3, edited = ?4 WHERE name = ?1 AND tenant = ?2";
        self.transaction(|transaction| {
            let values = params![name, tenant.as_str(), settings, change.time.micros()];
            known(transaction.execute(sql, values)?, name)?;
            record(transaction, tenant, change, "api.update", name, ("kind", kind))
        })
    }

    /// Lets a source rest, or go on.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownSource`], or the disk fails.
    pub fn pause_source(
        &self,
        tenant: &TenantName,
        name: &str,
        is_paused: bool,
        change: &Change,
    ) -> Result<(), Error> {
        let sql = "UPDATE sources SET is_paused = ?3 WHERE name = ?1 AND tenant = ?2";
        self.transaction(|transaction| {
            let values = params![name, tenant.as_str(), is_paused];
            known(transaction.execute(sql, values)?, name)?;
            let state = if is_paused { "paused" } else { "running" };
            record(transaction, tenant, change, "api.update", name, ("state", state))
        })
    }

    /// Removes a source and forgets where it would have gone on. Its events stay, and what is in
    /// the quarantine.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownSource`], or the disk fails.
    pub fn delete_source(
        &self,
        tenant: &TenantName,
        name: &str,
        change: &Change,
    ) -> Result<(), Error> {
        self.transaction(|transaction| {
            let values = params![name, tenant.as_str()];
            let sql = "DELETE FROM sources WHERE name = ?1 AND tenant = ?2";
            known(transaction.execute(sql, values)?, name)?;
            let sql = "DELETE FROM source_states WHERE name = ?1 AND tenant = ?2";
            transaction.execute(sql, values)?;
            record(transaction, tenant, change, "api.delete", name, ("state", "removed"))
        })
    }

    /// How far all sources have come, those of the configuration file included, by name.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn source_states(&self) -> Result<Vec<SourceState>, Error> {
        let sql = "SELECT * FROM source_states ORDER BY name, tenant";
        self.reading(|connection| {
            connection.prepare_cached(sql)?.query_and_then([], source_state)?.collect()
        })
    }

    /// How far one has come.
    ///
    /// # Errors
    ///
    /// Only if the disk fails or the file is damaged.
    pub fn source_state(
        &self,
        tenant: &TenantName,
        name: &str,
    ) -> Result<Option<SourceState>, Error> {
        let sql = "SELECT * FROM source_states WHERE name = ?1 AND tenant = ?2";
        self.first_row(sql, params![name, tenant.as_str()], source_state)
    }

    /// Saves how far a source has come. What it says is durable when this returns.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn save_source_state(&self, state: &SourceState) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO source_states \
                   (name, tenant, kind, is_running, cursor, answered, delivered, newest, accepted, \
                    duplicates, conflicts, quarantined, minute_events, trouble, trouble_since, \
                    silent_since) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
        let micros = |time: Option<UnixMicros>| time.map(UnixMicros::micros);
        let trouble = state.trouble.as_ref();
        self.execute(
            sql,
            params![
                state.name,
                state.tenant.as_str(),
                state.kind,
                state.is_running,
                state.cursor,
                micros(state.answered),
                micros(state.delivered),
                micros(state.newest),
                column::countable(state.accepted),
                column::countable(state.duplicates),
                column::countable(state.conflicts),
                column::countable(state.quarantined),
                column::countable(state.minute_events),
                trouble.map(|(reason, _)| reason),
                micros(trouble.map(|(_, since)| *since)),
                micros(state.silent_since),
            ],
        )?;
        Ok(())
    }

    /// Notes that no source runs: a server that was killed could not.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn rest_sources(&self) -> Result<(), Error> {
        self.execute("UPDATE source_states SET is_running = FALSE WHERE is_running", [])?;
        Ok(())
    }

    /// Records that a source has fallen silent, or speaks again: reading from it fails, or works.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn record_silence(
        &self,
        tenant: &TenantName,
        name: &str,
        since: Option<UnixMicros>,
        now: UnixMicros,
    ) -> Result<(), Error> {
        let id = format!("source:{name}");
        let target = Party {
            kind: Some("source".into()),
            id: Some((&*id).into()),
            name: Some(name.into()),
            ..Party::default()
        };
        let (outcome, error_code) = match since {
            Some(_) => (Outcome::Failure, Some("source_silent")),
            None => (Outcome::Success, None),
        };
        let since = since.map(|since| ("since", Value::Text(since.to_string().into())));
        let (event_type, data) = ("api.read", since.into_iter().collect());
        let event = login(Author::system(), now);
        let event = OwnEvent { event_type, outcome, error_code, target, data, ..event };
        self.transaction(|transaction| put(transaction, tenant, event))
    }

    /// Forgets how far a source has come: it begins anew, or is not configured any more.
    ///
    /// # Errors
    ///
    /// Only if the disk fails.
    pub fn forget_source_state(&self, tenant: &TenantName, name: &str) -> Result<bool, Error> {
        let sql = "DELETE FROM source_states WHERE name = ?1 AND tenant = ?2";
        Ok(self.execute(sql, params![name, tenant.as_str()])? > 0)
    }
}

fn stored_source(row: &Row<'_>) -> Result<StoredSource, Error> {
    Ok(StoredSource {
        name: row.get("name")?,
        tenant: column::parsed(row, "tenant")?,
        settings: row.get("settings")?,
        is_paused: row.get("is_paused")?,
        created: column::time(row, "created")?,
        edited: column::time(row, "edited")?,
    })
}

fn source_state(row: &Row<'_>) -> Result<SourceState, Error> {
    let trouble: Option<String> = row.get("trouble")?;
    let since = column::optional_time(row, "trouble_since")?;
    Ok(SourceState {
        name: row.get("name")?,
        tenant: column::parsed(row, "tenant")?,
        kind: row.get("kind")?,
        is_running: row.get("is_running")?,
        cursor: row.get("cursor")?,
        answered: column::optional_time(row, "answered")?,
        delivered: column::optional_time(row, "delivered")?,
        newest: column::optional_time(row, "newest")?,
        accepted: column::count(row, "accepted")?,
        duplicates: column::count(row, "duplicates")?,
        conflicts: column::count(row, "conflicts")?,
        quarantined: column::count(row, "quarantined")?,
        minute_events: column::count(row, "minute_events")?,
        trouble: trouble.zip(since),
        silent_since: column::optional_time(row, "silent_since")?,
    })
}

fn known(changed: usize, name: &str) -> Result<(), Error> {
    if changed == 0 {
        return Err(Error::UnknownSource(name.to_owned()));
    }
    Ok(())
}

fn record(
    transaction: &Transaction<'_>,
    tenant: &TenantName,
    change: &Change,
    event_type: &'static str,
    name: &str,
    (key, value): (&'static str, &str),
) -> Result<(), Error> {
    let id = format!("source:{name}");
    let data = vec![(key, Value::Text(value.to_owned().into()))];
    put(transaction, tenant, changed(change, event_type, ("source", &id, name), data))
}
