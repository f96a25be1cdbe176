//! One text in every language that people read.

use crate::language::Language;

/// A text of the catalogues. A language that is added needs a field here, so that none of the
/// files can be without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Translated {
    pub(super) english: &'static str,
    pub(super) french: &'static str,
    pub(super) turkish: &'static str,
}

impl Translated {
    pub(super) fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::French => self.french,
            Language::Turkish => self.turkish,
        }
    }
}
