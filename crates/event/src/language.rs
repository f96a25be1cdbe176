//! The languages in which events and pages are told to people.
//!
//! Not for what is said in them: titles of event types are in the catalogue, pages bring their own
//! texts.

/// A language that people read Gatelog in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// What is spoken where nothing else is asked for.
    #[default]
    English,
    /// French.
    French,
    /// Turkish.
    Turkish,
}

impl Language {
    /// All languages, in the order they are offered in.
    pub const ALL: [Self; 3] = [Self::English, Self::French, Self::Turkish];

    /// The primary language subtag (RFC 5646), as in `<html lang>` and `Accept-Language`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Turkish => "tr",
        }
    }

    /// The language with this code, if there is one; tags are compared without regard to case.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// Its name in the language itself.
    pub const fn endonym(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
            Self::Turkish => "Türkçe",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_name_languages() {
        for language in Language::ALL {
            assert_eq!(Language::from_code(language.code()), Some(language));
        }
        assert_eq!(Language::from_code("TR"), Some(Language::Turkish));
        for unknown in ["", "de", "fr-CH", "english"] {
            assert_eq!(Language::from_code(unknown), None, "{unknown}");
        }
    }
}
