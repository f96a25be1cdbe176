//! The names behind the ids of each source: what its own directory would tell.

use crate::random::Random;
use crate::rows::Source;
use crate::world::{ADMINISTRATOR, User, World};

/// Names of those who administer Authgear before the one with a part of his own.
const ADMINISTRATORS: [&str; ADMINISTRATOR] =
    ["Nora Winter", "Paolo Reyes", "Sunniva Dahl", "Imre Kocsis"];

/// An id of one source, and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What the id stands for.
    pub kind: NamedKind,
    /// As rows have it.
    pub id: String,
    /// For people.
    pub name: String,
    /// What a user signs in with; empty for everything else.
    pub identifier: String,
}

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedKind {
    /// Somebody with an account, or who administers the source.
    User,
    /// What people sign in to.
    Application,
    /// A customer of the company; in Authgear, the project.
    Organization,
}

impl World {
    /// Everybody and everything that existed from the start, by their ids in `source`.
    pub fn names_in(&self, source: Source) -> impl Iterator<Item = Named> {
        let people = self.users.iter().chain([self.victim(), self.administrator()]);
        let people = people.map(move |user| of_user(user, user.id_in(source)));
        let applications = self.applications.iter().map(move |application| {
            thing(NamedKind::Application, application.id_in(source), &application.name)
        });
        people.chain(applications).chain(self.particulars(source))
    }

    /// What only one of the sources has.
    fn particulars(&self, source: Source) -> Vec<Named> {
        let organization = |id: &str, name| thing(NamedKind::Organization, id.to_owned(), name);
        match source {
            Source::Logto => {
                self.organizations.iter().map(|it| organization(&it.id, &it.name)).collect()
            }
            Source::Authgear => {
                let administrators = ADMINISTRATORS.iter().enumerate().map(|(number, name)| {
                    thing(NamedKind::User, Random::of_administrator(number).uuid(), name)
                });
                let id = Random::of_administrator(ADMINISTRATOR).uuid();
                let known = [of_user(self.administrator(), id), organization("acme", "Acme shop")];
                administrators.chain(known).collect()
            }
            Source::PlusAuth => Vec::new(),
        }
    }
}

fn of_user(user: &User, id: String) -> Named {
    Named { identifier: user.email.clone(), ..thing(NamedKind::User, id, &user.name) }
}

fn thing(kind: NamedKind, id: String, name: &str) -> Named {
    Named { kind, id, name: name.to_owned(), identifier: String::new() }
}
