//! What is known of a tenant's sources, for whoever administers it.

use gatelog_auth::Scope;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{SourceCondition, SourceState};
use gatelog_source::kinds::Kind;
use gatelog_source::{Definition, Origin};
use serde_json::Map;

use crate::problem::Problem;
use crate::visitor::Visit;

/// A source and how it is.
#[derive(Clone, Debug)]
pub(crate) struct KnownSource {
    pub(crate) definition: Definition,
    /// How far it has come; that of a source that has not begun if nothing is known.
    pub(crate) state: SourceState,
    pub(crate) condition: Condition,
    /// Records of it in the quarantine.
    pub(crate) held: u64,
}

/// How a source is, as people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It was set up a moment ago.
    Starting,
    /// Somebody lets it rest.
    Paused,
    /// Another source has its name.
    Shadowed,
    /// What the server that runs it knows.
    Known(SourceCondition),
}

impl KnownSource {
    /// Its kind, unless a newer version set it up.
    pub(crate) fn kind(&self) -> Option<Kind> {
        Kind::from_name(&self.definition.kind)
    }

    /// What is wrong with it, and since when.
    pub(crate) fn trouble(&self) -> Option<&(String, UnixMicros)> {
        let is_in_trouble = self.condition == Condition::Known(SourceCondition::Trouble);
        self.state.trouble.as_ref().filter(|_| is_in_trouble)
    }

    /// Since when nothing has come for too long.
    pub(crate) fn silent_since(&self) -> Option<UnixMicros> {
        let is_silent = self.condition == Condition::Known(SourceCondition::Silent);
        self.state.silent_since.filter(|_| is_silent)
    }

    /// Whether it is set up here, and not in the configuration file.
    pub(crate) fn is_of_console(&self) -> bool {
        self.definition.origin == Origin::Console
    }
}

impl Visit {
    /// The sources of the tenant, by name. Blocks for the disk.
    ///
    /// # Errors
    /// `meta.db` fails.
    pub(crate) fn known_sources(&self) -> Result<Vec<KnownSource>, Problem> {
        let tenant = self.tenant.name();
        let configured = self.sources.configured();
        let saved = self.meta().source_states()?;
        let running = self.sources.states();
        let held = self.meta().quarantine_counts(tenant)?;
        let known = |definition: Definition, is_paused: bool| {
            let name = &definition.name;
            let is_it = |state: &&SourceState| state.name == *name && state.tenant == *tenant;
            let live = running.iter().find(is_it);
            let is_shadowed = definition.origin == Origin::Console
                && configured.iter().any(|other| other.name == *name);
            let condition = match live {
                _ if is_shadowed => Condition::Shadowed,
                _ if is_paused => Condition::Paused,
                None => Condition::Starting,
                Some(state) => Condition::Known(state.condition()),
            };
            let state = live.or_else(|| saved.iter().find(is_it)).cloned();
            let held = held.iter().find(|(source, _)| source == name);
            KnownSource {
                state: state.unwrap_or_else(|| {
                    SourceState::new(name.clone(), tenant.clone(), definition.kind.clone())
                }),
                held: held.map_or(0, |(_, count)| *count),
                condition,
                definition,
            }
        };
        let stored = self.meta().sources()?.into_iter();
        let stored = stored.filter(|stored| stored.tenant == *tenant).map(|stored| {
            let read = Definition::stored(&stored);
            // What cannot be read can still be removed.
            let definition = read.unwrap_or_else(|_| Definition {
                name: stored.name.clone(),
                tenant: stored.tenant.clone(),
                silent_after_hours: 0,
                kind: String::new(),
                settings: Map::new(),
                origin: Origin::Console,
            });
            known(definition, stored.is_paused)
        });
        let of_file = configured.iter().filter(|definition| definition.tenant == *tenant);
        let of_file = of_file.map(|definition| known(definition.clone(), false));
        let mut sources: Vec<_> = stored.chain(of_file).collect();
        sources.sort_by(|one, other| one.definition.name.cmp(&other.definition.name));
        Ok(sources)
    }

    /// Whether whoever administers the tenant should look at its sources: one is in trouble or
    /// silent, or something is in the quarantine. Blocks for the disk.
    pub(crate) fn sources_need_attention(&self) -> bool {
        if !self.may(Scope::Admin) {
            return false;
        }
        let tenant = self.tenant.name();
        let is_bad = |state: &SourceState| {
            let condition = state.condition();
            state.tenant == *tenant
                && matches!(condition, SourceCondition::Trouble | SourceCondition::Silent)
        };
        let has_quarantined = || match self.meta().has_quarantined(tenant) {
            Ok(has) => has,
            Err(error) => {
                tracing::error!(%error, "the quarantine cannot be read");
                false
            }
        };
        self.sources.states().iter().any(is_bad) || has_quarantined()
    }
}
