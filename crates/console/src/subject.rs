//! Who or what a page collects everything about.

use gatelog_event::fields::IndexedField;
use gatelog_meta::DirectoryKind;
use gatelog_query::Field;

use crate::filter::Facet;
use crate::texts::Texts;

/// A kind of thing that has a page of its own; which one, its id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A person, by id.
    User,
    /// An application, by id.
    Application,
    /// A client's address.
    Address,
    /// An organisation, by id.
    Organization,
}

impl Subject {
    /// Where the pages of this kind are.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::User => "/users",
            Self::Application => "/applications",
            Self::Address => "/addresses",
            Self::Organization => "/organizations",
        }
    }

    /// Its icon.
    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::User => "users",
            Self::Application => "application",
            Self::Address => "address",
            Self::Organization => "organization",
        }
    }

    /// The filter that asks for the same.
    pub(crate) fn facet(self) -> Facet {
        match self {
            Self::User => Facet::User,
            Self::Application => Facet::Application,
            Self::Address => Facet::Address,
            Self::Organization => Facet::Organization,
        }
    }

    /// The field that has the id.
    pub(crate) fn field(self) -> Field {
        Field::Indexed(match self {
            Self::User => IndexedField::ActorId,
            Self::Application => IndexedField::ApplicationId,
            Self::Address => IndexedField::Ip,
            Self::Organization => IndexedField::Organization,
        })
    }

    /// Where its name is known; addresses have none.
    pub(crate) fn directory(self) -> Option<DirectoryKind> {
        match self {
            Self::User => Some(DirectoryKind::User),
            Self::Application => Some(DirectoryKind::Application),
            Self::Organization => Some(DirectoryKind::Organization),
            Self::Address => None,
        }
    }

    /// What it is, for people.
    pub(crate) fn title(self, texts: &Texts) -> &'static str {
        self.facet().title(texts)
    }
}
