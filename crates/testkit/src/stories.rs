//! What happens: each story is played once, from its first row to its last.
//!
//! The same people do the same things in every source; each source tells them in its own rows.
//!
//! Modules in reading order:
//!
//! - `script`: the story's clock, and who plays in it.
//! - `logto`, `authgear`, `plusauth`: the stories, as each source writes them.
//! - `break_in`: one story that is told in all of them at once.

mod authgear;
mod break_in;
mod logto;
mod plusauth;
mod script;

use std::fmt;

pub use break_in::{ATTACKER_NETWORK, BreakInOptions};

use crate::random::Random;
use crate::rows::{Row, Source};
use crate::stories::script::Script;
use crate::world::{Device, User, World};

/// How many of those who joined lately are remembered; older ones stay away.
const NEWCOMERS: usize = 256;

/// Stories that bring somebody new; all others are about people who are there already.
const REGISTRATIONS_PER_MILLE: usize = 5;

/// What should not have happened. Attackers come from a few addresses of 192.0.2.0/24, where
/// nobody else is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attack {
    /// A stolen refresh token is used after its owner has used it; where a source has no such
    /// rows, stolen client credentials are.
    TokenReuse,
    /// The password is known; the one-time password is guessed.
    SecondFactorGuessing,
    /// One account, many passwords, until it is locked.
    PasswordGuessing,
    /// Many accounts, one stolen password each.
    CredentialStuffing,
}

/// A story of which time and persons are given, see [`World::scene`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// Somebody signs in, in the way they usually do, or gives up after a few mistakes.
    SignIn,
    /// Somebody signs out.
    SignOut,
    /// Wrong passwords, then a code, then a new password.
    PasswordReset,
    /// An administrator changes something about somebody.
    Administration,
    /// Somebody is attacked.
    Attack(Attack),
}

/// When a [`Scene`] plays, and who plays in it.
#[derive(Debug, Clone, Copy)]
pub struct SceneOptions {
    /// Equal options over equal worlds give equal bytes.
    pub seed: u64,
    /// When it begins, in milliseconds since 1970.
    pub at_ms: i64,
    /// The rank of the user it is about, in the order of [`World::users`].
    pub user: usize,
    /// Which of an attacker's machines it comes from: the same number is the same address and
    /// user agent in all sources.
    pub attacker: usize,
}

/// A story about somebody.
type Story = for<'a> fn(&mut Script<'a>, &'a User);

/// All stories of one source.
pub(crate) struct Repertoire {
    /// Everyday stories, and how often each is told of 10,000.
    everyday: &'static [(Story, usize)],
    registration: Story,
    sign_in: Story,
    sign_out: Story,
    password_reset: Story,
    administration: Story,
    /// On somebody in particular, or on anybody.
    attack: for<'a> fn(Attack, &mut Script<'a>, Option<&'a User>),
}

/// The author: chooses stories and who plays in them.
#[derive(Debug)]
pub(crate) struct Plot<'w> {
    pub(crate) random: Random,
    world: &'w World,
    repertoire: &'static Repertoire,
    /// Those who registered in a story.
    newcomers: Vec<User>,
    joined: usize,
}

impl<'w> Plot<'w> {
    pub(crate) fn new(world: &'w World, source: Source, random: Random) -> Self {
        let repertoire = Repertoire::of(source);
        Self { random, world, repertoire, newcomers: Vec::new(), joined: 0 }
    }

    /// Appends the rows of an everyday story; the first is at `at_ms`, none is before it.
    pub(crate) fn story(&mut self, at_ms: i64, rows: &mut Vec<Row>) {
        if self.random.chance(REGISTRATIONS_PER_MILLE) {
            self.register(at_ms, rows);
            return;
        }
        let Some(story) = self.choose() else { return };
        let user = if self.random.chance(40) && !self.newcomers.is_empty() {
            self.newcomers.get(self.random.below(self.newcomers.len()))
        } else {
            None
        };
        let everybody = &self.world.users;
        let user = user.unwrap_or_else(|| everybody.at(self.random.skewed(everybody.len(), 16)));
        story(&mut Script::new(self.world, &mut self.random, at_ms, rows), user);
    }

    /// Appends the rows of an attack that begins at `at_ms`.
    pub(crate) fn attack(&mut self, attack: Attack, at_ms: i64, rows: &mut Vec<Row>) {
        let script = &mut Script::new(self.world, &mut self.random, at_ms, rows);
        (self.repertoire.attack)(attack, script, None);
    }

    fn choose(&mut self) -> Option<Story> {
        let mut drawn = self.random.below(10_000);
        let mut stories = self.repertoire.everyday.iter();
        let chosen = stories.find(|(_, share)| match drawn.checked_sub(*share) {
            Some(rest) => {
                drawn = rest;
                false
            }
            None => true,
        });
        chosen.map(|(story, _)| *story)
    }

    fn register(&mut self, at_ms: i64, rows: &mut Vec<Row>) {
        let user = self.world.newcomer(self.joined, at_ms, &mut self.random);
        let script = &mut Script::new(self.world, &mut self.random, at_ms, rows);
        (self.repertoire.registration)(script, &user);
        match self.newcomers.get_mut(self.joined % NEWCOMERS) {
            Some(oldest) => *oldest = user,
            None => self.newcomers.push(user),
        }
        self.joined += 1;
    }
}

impl World {
    /// One story in the rows of one source, in the order of time. Told for several sources with
    /// the same options it is about the same person, and the same attacker.
    #[must_use]
    pub fn scene(&self, source: Source, scene: Scene, options: SceneOptions) -> Vec<Row> {
        let SceneOptions { seed, at_ms, user, attacker } = options;
        let mut random = source.random(seed, crate::random::Purpose::Scene);
        let mut rows = Vec::new();
        let bots = &self.agents.bots;
        let machine = Device::rented(bots.at(attacker % bots.len()), attacker);
        let script = &mut Script::new(self, &mut random, at_ms, &mut rows);
        script.attacker = Some(machine);
        let user = self.users.at(user);
        let repertoire = Repertoire::of(source);
        match scene {
            Scene::SignIn => (repertoire.sign_in)(script, user),
            Scene::SignOut => (repertoire.sign_out)(script, user),
            Scene::PasswordReset => (repertoire.password_reset)(script, user),
            Scene::Administration => (repertoire.administration)(script, user),
            Scene::Attack(attack) => (repertoire.attack)(attack, script, Some(user)),
        }
        rows.sort_by_key(|row| row.created_at_ms);
        rows
    }
}

impl Attack {
    /// All attacks, the shortest first.
    pub const ALL: [Self; 4] = [
        Self::TokenReuse,
        Self::SecondFactorGuessing,
        Self::PasswordGuessing,
        Self::CredentialStuffing,
    ];
}

impl Repertoire {
    fn of(source: Source) -> &'static Self {
        match source {
            Source::Logto => &logto::REPERTOIRE,
            Source::Authgear => &authgear::REPERTOIRE,
            Source::PlusAuth => &plusauth::REPERTOIRE,
        }
    }
}

impl fmt::Debug for Repertoire {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Repertoire").finish_non_exhaustive()
    }
}
