//! What values are called.

use gatelog_event::catalogue::{Action, Level, catalogue, meaning, section_title, source_title};
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::language::Language;
use gatelog_event::redact::is_marker;
use gatelog_event::source::Source;
use gatelog_meta::DirectoryKind;
use gatelog_query::{DerivedField, Field};
use gatelog_service::origin::places::Country;

use super::{Name, Viewer};
use crate::filter::Facet;
use crate::text::{Shown, visible};

/// Characters of a title.
const TITLE_CHARACTERS_MAX: usize = 80;

/// Characters of a country's code: two, as long as its database is a sound one.
const CODE_CHARACTERS_MAX: usize = 8;

/// Characters of an event type's title and key, shown where a pointer rests on its title.
const KEY_CHARACTERS_MAX: usize = 200;

/// The value of a field as people know it, with its id if it has one.
pub(crate) fn value_name(viewer: Viewer<'_>, field: Field, value: &str, link: String) -> Name {
    let texts = viewer.texts;
    let plain = |title, link| {
        let shown = Shown::new(title, TITLE_CHARACTERS_MAX);
        Name { shown, id: None, link, is_code: false }
    };
    let facet = match field {
        Field::Outcome => match Outcome::from_name(value) {
            Some(outcome) => return plain(texts.outcome(outcome), link),
            None => return Name::code(value, link),
        },
        Field::Section => return plain(section_title(value, texts.language), link),
        Field::Type => Facet::Event,
        Field::Derived(DerivedField::Country) => return country_name(viewer, value, link),
        Field::Derived(_) => return plain(value, link),
        Field::Action => Facet::Action,
        Field::Level => Facet::Level,
        Field::Source => Facet::Source,
        Field::Indexed(IndexedField::ActorId) => Facet::User,
        Field::Indexed(IndexedField::TargetId) => Facet::Target,
        Field::Indexed(IndexedField::ApplicationId) => Facet::Application,
        Field::Indexed(IndexedField::Organization) => Facet::Organization,
        Field::Indexed(IndexedField::Ip) => Facet::Address,
        _ => return Name::code(value, link),
    };
    facet_name(viewer, facet, value, link)
}

/// The value of a facet as people know it, with its id if it has one.
pub(crate) fn facet_name(viewer: Viewer<'_>, facet: Facet, value: &str, link: String) -> Name {
    let texts = viewer.texts;
    let plain = |shown, link| Name { shown, id: None, link, is_code: false };
    match facet {
        Facet::User if is_marker(value) => plain(Shown::new(texts.fields.masked, 48), link),
        Facet::User => {
            let user = viewer.name(DirectoryKind::User, value, None, link);
            match user.id {
                Some(_) => user,
                // Programs do things too.
                None => viewer.name(DirectoryKind::Application, value, None, user.link),
            }
        }
        Facet::Application => viewer.name(DirectoryKind::Application, value, None, link),
        Facet::Organization => viewer.name(DirectoryKind::Organization, value, None, link),
        Facet::Target => viewer.name(DirectoryKind::User, value, None, link),
        Facet::Event => {
            let title = title_of(value, texts.language);
            let key = Shown::new(&format!("{title} · {value}"), KEY_CHARACTERS_MAX).text;
            plain(Shown { title: Some(key), ..Shown::new(title, TITLE_CHARACTERS_MAX) }, link)
        }
        Facet::Action => match Action::from_name(value) {
            Some(action) => {
                plain(Shown::new(action.title(texts.language), TITLE_CHARACTERS_MAX), link)
            }
            None => Name::code(value, link),
        },
        Facet::Level => match Level::from_name(value) {
            Some(level) => {
                plain(Shown::new(level.title(texts.language), TITLE_CHARACTERS_MAX), link)
            }
            None => Name::code(value, link),
        },
        Facet::Source => match value.parse() {
            Ok(source) => {
                plain(Shown::new(source_title(source, texts.language), TITLE_CHARACTERS_MAX), link)
            }
            Err(_) => Name::code(value, link),
        },
        Facet::Address => {
            let country = viewer.places.country(value, texts.language);
            let beside = |Country { code, name }: Country| Shown {
                title: Some(visible(&name).into_owned()),
                ..Shown::new(&code, CODE_CHARACTERS_MAX)
            };
            Name { id: country.map(beside), ..Name::code(value, link) }
        }
        _ => Name::code(value, link),
    }
}

/// A country by its name, with its code beside.
fn country_name(viewer: Viewer<'_>, code: &str, link: String) -> Name {
    match viewer.places.country_name(code, viewer.texts.language) {
        Some(name) => {
            let shown = Shown::new(&name, TITLE_CHARACTERS_MAX);
            let id = Some(Shown::new(code, CODE_CHARACTERS_MAX));
            Name { shown, id, link, is_code: false }
        }
        None => Name::code(code, link),
    }
}

/// The source whose catalogue has this event type.
pub(crate) fn source_of(key: &str) -> Source {
    let mut knowing =
        Source::ALL.into_iter().filter(|source| catalogue(*source).get(key).is_some());
    knowing.next_back().unwrap_or(Source::Native)
}

/// The title of an event type, whichever source it is of.
pub(crate) fn title_of(key: &str, language: Language) -> &str {
    meaning(source_of(key), key, Outcome::Unknown).title_in(language)
}
