//! Mappings by their names, for what is sent here: the ready ones and an operator's own.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use super::{MappingFile, ready};

static READY: LazyLock<Vec<Arc<MappingFile>>> =
    LazyLock::new(|| ready::names().filter_map(ready::file).map(Arc::new).collect());

/// The mappings that can be named. A clone holds the same ones.
#[derive(Clone, Debug, Default)]
pub struct Mappings {
    own: Arc<BTreeMap<String, Arc<MappingFile>>>,
}

/// Two mappings that have one name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are two mappings `{0}`; give one of them another name in its head")]
pub struct NameTaken(pub String);

impl Mappings {
    /// The ready ones and these.
    ///
    /// # Errors
    /// [`NameTaken`] when one is called as another one or as a ready one.
    pub fn with(own: impl IntoIterator<Item = MappingFile>) -> Result<Self, NameTaken> {
        let mut named = BTreeMap::new();
        for mapping in own {
            let name = mapping.name().to_owned();
            let is_ready = ready::names().any(|ready| ready == name);
            if is_ready || named.insert(name.clone(), Arc::new(mapping)).is_some() {
                return Err(NameTaken(name));
            }
        }
        Ok(Self { own: Arc::new(named) })
    }

    /// The mapping of that name. Compiles the ready ones the first time, which takes milliseconds.
    pub fn get(&self, name: &str) -> Option<Arc<MappingFile>> {
        let ready = || READY.iter().find(|mapping| mapping.name() == name);
        self.own.get(name).or_else(ready).cloned()
    }

    /// All names, the ready ones first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let own = self.own.keys().map(String::as_str);
        ready::names().map(|name| -> &str { name }).chain(own)
    }
}
