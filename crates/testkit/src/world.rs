//! Who and what exists: users, applications, organizations, connectors and webhooks.
//!
//! Not for what happens to them: see `stories`. Modules in reading order:
//!
//! - `pool`: a list that is never empty.
//! - `devices`: addresses and user agents.
//! - `applications`: what people sign in to.
//! - `people`: who signs in, and how.
//! - `staff`: the few people who have a part of their own.
//! - `identities`: the ids by which each source knows them.
//! - `directory`: the names behind these ids.

mod applications;
mod devices;
mod directory;
mod identities;
mod people;
mod pool;
mod staff;

pub use applications::Application;
pub use directory::{Named, NamedKind};
pub use people::User;

use crate::random::{Purpose, Random};
pub(crate) use applications::{Applications, Kind};
pub(crate) use devices::{Agents, Device};
pub(crate) use people::{Login, SecondFactor};
pub(crate) use pool::Pool;
pub(crate) use staff::{ADMINISTRATOR, Staff};

/// The size of a [`World`], and the seed that decides everything in it.
#[derive(Debug, Clone, Copy)]
pub struct WorldOptions {
    /// Equal options make equal worlds.
    pub seed: u64,
    /// Users that exist from the start; at least one is made.
    pub users: usize,
    /// Applications of all kinds; at least one of each of the five kinds is made.
    pub applications: usize,
    /// Organizations, each with an office and a single sign-on connector; at least one is made.
    pub organizations: usize,
}

impl Default for WorldOptions {
    fn default() -> Self {
        Self { seed: 1, users: 2_000, applications: 16, organizations: 12 }
    }
}

/// An invented company: everything its log can mention.
#[derive(Debug)]
pub struct World {
    pub(crate) users: Pool<User>,
    pub(crate) staff: Staff,
    pub(crate) applications: Applications,
    pub(crate) organizations: Pool<Organization>,
    /// Social connectors, Google first.
    pub(crate) social: Pool<Connector>,
    pub(crate) agents: Agents,
    /// The webhook that always answers, and the one that often does not.
    pub(crate) steady_hook: String,
    pub(crate) shaky_hook: String,
}

/// A customer of the company whose people sign in through their own identity provider.
#[derive(Debug)]
pub struct Organization {
    /// 12 characters of `[a-z0-9]`.
    pub id: String,
    /// What the directory calls it.
    pub name: String,
    pub(crate) domain: &'static str,
    pub(crate) single_sign_on: Connector,
}

#[derive(Debug)]
pub(crate) struct Connector {
    pub(crate) id: String,
    pub(crate) target: &'static str,
}

const ORGANIZATIONS: [(&str, &str); 12] = [
    ("Acme Logistics", "acme.example"),
    ("Globex Health", "globex.example"),
    ("Café Lumière", "lumiere.example"),
    ("Umbrella Books", "umbrella-books.example"),
    ("Nordlys Energi", "nordlys.example"),
    ("Straßenbau Krüger & Söhne", "krueger.example"),
    ("Hooli Robotics", "hooli.example"),
    ("Bluth \"Banana\" Stands", "bluth.example"),
    ("東雲精機", "shinonome.example"),
    ("Initech Payroll", "initech.example"),
    ("Vandelay Imports", "vandelay.example"),
    ("Şeker Gıda", "seker.example"),
];

impl World {
    /// Makes the world its options describe.
    #[must_use]
    pub fn new(options: WorldOptions) -> Self {
        let WorldOptions { seed, users, applications, organizations } = options;
        let mut random = Random::new(seed, Purpose::World);
        let agents = Agents::new();
        let organizations =
            Pool::from_fn(organizations, |index| Organization::new(index, &mut random));
        let social = Pool::new(
            Connector { id: random.id(12), target: "google" },
            vec![Connector { id: random.id(12), target: "github" }],
        );
        let applications = Applications::new(applications, &agents, &mut random);
        let users = Pool::from_fn(users, |index| {
            let created_at_ms = people::EARLIEST_MS + random.between(0, people::HISTORY_MS);
            User::new(index, created_at_ms, &organizations, &agents, &mut random)
        });
        let (steady_hook, shaky_hook) = (random.id(21), random.id(21));
        let staff = Staff::new(&agents, &mut random);
        Self { users, staff, applications, organizations, social, agents, steady_hook, shaky_hook }
    }

    /// All users, the most active first.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.iter()
    }

    /// All applications: those people sign in to, the busiest first, then machines, SAML
    /// applications and devices without a keyboard.
    pub fn applications(&self) -> impl Iterator<Item = &Application> {
        self.applications.iter()
    }

    /// All organizations.
    pub fn organizations(&self) -> impl Iterator<Item = &Organization> {
        self.organizations.iter()
    }

    /// Somebody who has not been seen before: the `count`th to join since the log began.
    pub(crate) fn newcomer(&self, count: usize, now_ms: i64, random: &mut Random) -> User {
        let index = self.users.len() + count;
        User::new(index, now_ms, &self.organizations, &self.agents, random)
    }
}

impl Organization {
    fn new(index: usize, random: &mut Random) -> Self {
        let round = index / ORGANIZATIONS.len();
        let (name, domain) = ORGANIZATIONS
            .get(index % ORGANIZATIONS.len())
            .copied()
            .unwrap_or(("Acme Logistics", "acme.example"));
        let name = if round == 0 { name.to_owned() } else { format!("{name} {}", round + 1) };
        let single_sign_on = Connector { id: random.id(12), target: "okta" };
        Self { id: random.id(12), name, domain, single_sign_on }
    }
}
