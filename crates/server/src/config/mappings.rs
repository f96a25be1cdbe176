//! `[[mappings]]`: an operator's own mapping files, by which JSON that is sent here becomes events.

use std::fs;
use std::path::PathBuf;

use gatelog_capture::mapping_file::{MappingFile, Mappings};
use serde::Deserialize;

use super::{Config, ConfigError};

/// One `[[mappings]]`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct MappingConfig {
    /// The name in the head of the file, and in `mapping=NAME`.
    pub name: String,
    /// The file.
    pub file: PathBuf,
}

impl Config {
    /// Reads and compiles the mapping files. The ready ones come on top.
    ///
    /// # Errors
    /// [`ConfigError`] with the place in the file that cannot be used.
    pub fn read_mappings(&self) -> Result<Mappings, ConfigError> {
        let read: Result<Vec<_>, _> = self.mappings.iter().map(MappingConfig::read).collect();
        Mappings::with(read?)
            .map_err(|taken| ConfigError::Inconsistent(format!("mappings: {taken}")))
    }
}

impl MappingConfig {
    fn read(&self) -> Result<MappingFile, ConfigError> {
        let Self { name, file } = self;
        let text = fs::read_to_string(file)
            .map_err(|source| ConfigError::Read { path: file.clone(), source })?;
        let refuse = |reason: String| {
            ConfigError::Inconsistent(format!("mappings: {}: {reason}", file.display()))
        };
        let mapping = MappingFile::parse(&text).map_err(|error| refuse(error.to_string()))?;
        // Events say by the name in the head which mapping made them.
        if mapping.name() != name {
            let head = mapping.name();
            return Err(refuse(format!("its head says `{head}`, the configuration `{name}`")));
        }
        Ok(mapping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOORS: &str = "# name: doors\n# version: 1\n# source: native\n# about: Doors.\n\n.a[]\n";

    /// Names of all mappings of a configuration in which every file has this text.
    fn names(text: &str, names: &[&str]) -> Result<Vec<String>, String> {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("own.jq");
        fs::write(&file, text).expect("a file");
        let mapping = |name: &&str| MappingConfig { name: (*name).to_owned(), file: file.clone() };
        let mappings = names.iter().map(mapping).collect();
        let read = Config { mappings, ..Config::default() }.read_mappings();
        let names = read.map(|mappings| mappings.names().map(str::to_owned).collect());
        names.map_err(|error| error.to_string().replace(&file.display().to_string(), "own.jq"))
    }

    #[test]
    fn own_mappings_stand_beside_the_ready_ones() {
        let expected = ["auth0", "okta", "keycloak", "doors"].map(str::to_owned);
        assert_eq!(names(DOORS, &["doors"]), Ok(expected.to_vec()));
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_place() {
        for (text, named, expected) in [
            (
                DOORS.replace(".a[]", ".a[] | |"),
                &["doors"][..],
                "mappings: own.jq: line 6, column 8: expected term",
            ),
            (
                DOORS.to_owned(),
                &["gates"],
                "mappings: own.jq: its head says `doors`, the configuration `gates`",
            ),
            (DOORS.to_owned(), &["doors", "doors"], "mappings: there are two mappings `doors`"),
            (DOORS.replace("doors", "okta"), &["okta"], "mappings: there are two mappings `okta`"),
        ] {
            let error = names(&text, named).expect_err(expected);
            assert!(error.starts_with(expected), "{error}");
        }
        let absent = MappingConfig { name: "doors".to_owned(), file: "absent.jq".into() };
        let config = Config { mappings: vec![absent], ..Config::default() };
        let error = config.read_mappings().expect_err("no file").to_string();
        assert!(error.starts_with("cannot read absent.jq: "), "{error}");
    }
}
