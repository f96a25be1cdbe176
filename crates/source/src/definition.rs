//! A source as it was set up: in the configuration file, or in the console.

use gatelog_event::tenant::TenantName;
use gatelog_meta::StoredSource;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// After so many hours without an event a source is reported, if nobody chose.
const SILENT_AFTER_HOURS: u32 = 24;

/// A name has no more characters.
const NAME_BYTES_MAX: usize = 63;

/// A source as it was set up. What its settings mean depends on its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What tells it from all others of this installation; part of the address of a webhook.
    pub name: String,
    /// Whose events it delivers. `default`.
    pub tenant: TenantName,
    /// After so many hours without an event it is reported; 0 never. 24.
    pub silent_after_hours: u32,
    /// What it is.
    pub kind: String,
    /// What is particular to its kind.
    pub settings: Map<String, Value>,
    /// Where it was set up.
    pub origin: Origin,
}

/// Where a source was set up: who chooses the addresses that are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the configuration file, by whoever runs this server.
    File,
    /// In the console, by an administrator of its tenant.
    Console,
}

/// A definition that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidDefinition {
    /// Its name would be no part of an address.
    #[error(
        "{0:?} cannot name a source: use 1 to {NAME_BYTES_MAX} of a-z, 0-9 and -, \
         the first of them a letter or a digit"
    )]
    Name(String),
    /// What is stored is not what is stored by this version.
    #[error("the settings of the source `{name}` cannot be read: {source}")]
    Stored {
        /// The source.
        name: String,
        /// What is wrong with them.
        source: serde_json::Error,
    },
}

#[derive(Deserialize)]
struct Written {
    name: String,
    #[serde(default)]
    tenant: Option<String>,
    #[serde(default)]
    silent_after_hours: Option<u32>,
    kind: String,
    #[serde(flatten)]
    settings: Map<String, Value>,
}

impl Definition {
    /// What was set up in the console.
    ///
    /// # Errors
    /// [`InvalidDefinition::Stored`].
    pub fn stored(stored: &StoredSource) -> Result<Self, InvalidDefinition> {
        let name = || stored.name.clone();
        let read = |source| InvalidDefinition::Stored { name: name(), source };
        let mut settings: Map<String, Value> =
            serde_json::from_str(&stored.settings).map_err(read)?;
        let text = |value: Option<Value>| match value {
            Some(Value::String(text)) => text,
            _ => String::new(),
        };
        let kind = text(settings.remove("kind"));
        let hours = settings.remove("silent_after_hours").and_then(|hours| hours.as_u64());
        let hours = hours.and_then(|hours| u32::try_from(hours).ok());
        Ok(Self {
            name: name(),
            tenant: stored.tenant.clone(),
            silent_after_hours: hours.unwrap_or(SILENT_AFTER_HOURS),
            kind,
            settings,
            origin: Origin::Console,
        })
    }

    /// The text that [`Definition::stored`] reads.
    pub fn to_stored(&self) -> String {
        let mut whole = self.settings.clone();
        whole.insert("kind".to_owned(), self.kind.clone().into());
        whole.insert("silent_after_hours".to_owned(), self.silent_after_hours.into());
        Value::Object(whole).to_string()
    }

    /// Checks the name.
    ///
    /// # Errors
    /// [`InvalidDefinition::Name`].
    pub fn check_name(name: &str) -> Result<(), InvalidDefinition> {
        let is_plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let first = name.as_bytes().first();
        let is_right = (1..=NAME_BYTES_MAX).contains(&name.len())
            && first.is_some_and(is_plain)
            && name.as_bytes().iter().all(|byte| is_plain(byte) || *byte == b'-');
        is_right.then_some(()).ok_or_else(|| InvalidDefinition::Name(name.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Definition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { name, tenant, silent_after_hours, kind, settings } =
            Written::deserialize(deserializer)?;
        Self::check_name(&name).map_err(serde::de::Error::custom)?;
        let tenant = match tenant {
            Some(tenant) => tenant.parse().map_err(serde::de::Error::custom)?,
            None => TenantName::default_tenant(),
        };
        Ok(Self {
            name,
            tenant,
            silent_after_hours: silent_after_hours.unwrap_or(SILENT_AFTER_HOURS),
            kind,
            settings,
            origin: Origin::File,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_read_from_a_file_and_from_what_is_stored() {
        let text = "name = \"shop\"\nkind = \"logto-webhook\"\nsigning_keys = [\"file:/key\"]\n";
        let read: Definition = toml::from_str(text).unwrap();
        assert_eq!(
            (&*read.name, &*read.kind, read.silent_after_hours),
            ("shop", "logto-webhook", 24)
        );
        assert_eq!(read.settings["signing_keys"][0], "file:/key");
        assert!(!read.settings.contains_key("kind") && read.tenant == TenantName::default_tenant());

        let now = gatelog_event::time::UnixMicros::EPOCH;
        let stored = StoredSource {
            name: read.name.clone(),
            tenant: read.tenant.clone(),
            settings: read.to_stored(),
            is_paused: false,
            created: now,
            edited: now,
        };
        let expected = Definition { origin: Origin::Console, ..read };
        assert_eq!(Definition::stored(&stored).unwrap(), expected);
    }

    #[test]
    fn a_name_is_part_of_an_address() {
        for name in ["a", "shop-2", "2nd"] {
            assert!(Definition::check_name(name).is_ok(), "{name}");
        }
        for name in ["", "-a", "Shop", "a/b", "a b", &"a".repeat(64)] {
            assert!(Definition::check_name(name).is_err(), "{name}");
        }
    }
}
