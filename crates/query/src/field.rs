//! Every field that can be asked for, by name.

use gatelog_event::fields::IndexedField;

/// A field of an event that a condition can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The event's id.
    Id,
    /// The system it came from.
    Source,
    /// The event type: its key in the source's catalogue, or an alias of it.
    Type,
    /// What was done, in our own words.
    Action,
    /// How it ended: `success`, `failure`, `unknown`.
    Outcome,
    /// How much it matters: `info`, `warn`, `error`.
    Level,
    /// The catalogue's section.
    Section,
    /// `user` or `admin` activity.
    Tab,
    /// A field the ledger keeps a column for.
    Indexed(IndexedField),
}

impl Field {
    /// The fields that follow from source, type and result alone, by the catalogue.
    pub const OF_KIND: [Self; 7] = [
        Self::Source,
        Self::Type,
        Self::Action,
        Self::Outcome,
        Self::Level,
        Self::Section,
        Self::Tab,
    ];

    /// The field's name in the API and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Source => "source",
            Self::Type => "type",
            Self::Action => "action",
            Self::Outcome => "outcome",
            Self::Level => "level",
            Self::Section => "section",
            Self::Tab => "tab",
            Self::Indexed(field) => field.name(),
        }
    }

    /// All fields.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Id)
            .chain(Self::OF_KIND)
            .chain(IndexedField::ALL.into_iter().map(Self::Indexed))
    }

    /// The field with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|field| field.name() == name)
    }
}
