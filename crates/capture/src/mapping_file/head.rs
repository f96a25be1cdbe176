//! Name, version, source and purpose at the top of a file.
//!
//! ```text
//! head  := line+          at the top of the file, before anything else
//! line  := "# " key ": " value
//! key   := "name" | "version" | "source" | "about"
//! ```
//!
//! A line of the head is a comment to jq, so the file can be tried with any jq too. The head ends
//! with the first line that has another form.

use gatelog_event::source::Source;

use super::limits::NAME_BYTES_MAX;
use super::{Unusable, unusable};

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) version: u32,
    pub(super) source: Source,
    pub(super) about: String,
}

impl Head {
    /// Reads the first lines of a file.
    ///
    /// # Errors
    /// [`Unusable`] when a key is missing, unknown, given twice, or has an impossible value.
    pub(super) fn parse(text: &str) -> Result<Self, Unusable> {
        let mut lines = Lines::default();
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let Some((key, value)) = key_and_value(line) else { break };
            lines.add(key, value).map_err(|reason| unusable(text, offset, reason))?;
            offset += line.len();
        }
        lines.head().map_err(|reason| unusable(text, offset, reason))
    }
}

#[derive(Default)]
struct Lines {
    name: Option<String>,
    version: Option<u32>,
    source: Option<Source>,
    about: Option<String>,
}

impl Lines {
    fn add(&mut self, key: &str, value: &str) -> Result<(), String> {
        let was_there = match key {
            "name" => self.name.replace(checked_name(value)?).is_some(),
            "version" => {
                let version = value.parse().map_err(|_| "`version` is a whole number")?;
                self.version.replace(version).is_some()
            }
            "source" => self.source.replace(checked_source(value)?).is_some(),
            "about" => self.about.replace(value.to_owned()).is_some(),
            _ => {
                return Err(format!(
                    "the head has no key `{key}` (known: name, version, source, about); a comment \
                     stands below an empty line"
                ));
            }
        };
        if was_there { Err(format!("`{key}` stands there twice")) } else { Ok(()) }
    }

    fn head(self) -> Result<Head, String> {
        let missing = |key: &str| {
            format!("the head lacks `# {key}: ...`; it has name, version, source and about")
        };
        Ok(Head {
            name: self.name.ok_or_else(|| missing("name"))?,
            version: self.version.ok_or_else(|| missing("version"))?,
            source: self.source.ok_or_else(|| missing("source"))?,
            about: self.about.ok_or_else(|| missing("about"))?,
        })
    }
}

fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.strip_prefix("# ")?.split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase());
    is_key.then(|| (key, value.trim()))
}

fn checked_name(name: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.bytes().all(is_plain) {
        return Err(format!(
            "`name` has 1 to {NAME_BYTES_MAX} lower-case letters, digits and hyphens"
        ));
    }
    Ok(name.to_owned())
}

fn checked_source(name: &str) -> Result<Source, String> {
    match name.parse() {
        Ok(Source::Gatelog) => {
            Err("`source` cannot be `gatelog`: that is Gatelog's own audit".to_owned())
        }
        Ok(source) => Ok(source),
        Err(unknown) => Err(format!("{unknown}; a system of your own is `native`")),
    }
}
