//! What happens: each story is played once, from its first row to its last.
//!
//! Modules in reading order:
//!
//! - `script`: the story's clock, and the frame every row shares.
//! - `failure`: errors in the words and shapes Logto gives them.
//! - `record`: a proof of identity, as experience rows show it.
//! - `experience`: one visit to the sign-in pages, row by row.
//! - `sign_in`, `second_factor`, `registration`, `recovery`: what people do there.
//! - `tokens`, `saml`: what applications do.
//! - `hooks`: what Logto tells other systems.
//! - `attacks`: what should not have happened.

mod attacks;
mod experience;
mod failure;
mod hooks;
mod record;
mod recovery;
mod registration;
mod saml;
mod script;
mod second_factor;
mod sign_in;
mod tokens;

pub(crate) use attacks::Attack;

use crate::random::Random;
use crate::rows::Row;
use crate::stories::script::Script;
use crate::world::{User, World};

/// How many of those who joined lately are remembered; older ones stay away.
const NEWCOMERS: usize = 256;

/// Stories that bring somebody new; all others are about people who are there already.
const REGISTRATIONS_PER_MILLE: usize = 5;

/// The author: chooses stories and who plays in them.
#[derive(Debug)]
pub(crate) struct Plot<'w> {
    pub(crate) random: Random,
    world: &'w World,
    /// Those who registered in a story.
    newcomers: Vec<User>,
    joined: usize,
}

#[derive(Debug, Clone, Copy)]
enum Story {
    Refresh,
    ClientCredentials,
    SignIn,
    SilentSignIn,
    ResetPassword,
    SignOut,
    ExchangeToken,
    Television,
    Saml,
    Manage,
}

/// Out of 10,000 stories. Most stories are a single row: applications renewing their tokens.
const STORIES: [(Story, usize); 10] = [
    (Story::Refresh, 7_015),
    (Story::ClientCredentials, 1_900),
    (Story::SignIn, 450),
    (Story::SilentSignIn, 270),
    (Story::ResetPassword, 35),
    (Story::SignOut, 140),
    (Story::ExchangeToken, 100),
    (Story::Television, 15),
    (Story::Saml, 15),
    (Story::Manage, 60),
];

impl<'w> Plot<'w> {
    pub(crate) fn new(world: &'w World, random: Random) -> Self {
        Self { random, world, newcomers: Vec::new(), joined: 0 }
    }

    /// Appends the rows of an everyday story; the first is at `at_ms`, none is before it.
    pub(crate) fn story(&mut self, at_ms: i64, rows: &mut Vec<Row>) {
        if self.random.chance(REGISTRATIONS_PER_MILLE) {
            self.register(at_ms, rows);
            return;
        }
        let story = self.choose();
        let user = if self.random.chance(40) && !self.newcomers.is_empty() {
            self.newcomers.get(self.random.below(self.newcomers.len()))
        } else {
            None
        };
        let everybody = &self.world.users;
        let user = user.unwrap_or_else(|| everybody.at(self.random.skewed(everybody.len(), 16)));
        let script = &mut Script::new(self.world, &mut self.random, at_ms, rows);
        match story {
            Story::Refresh => tokens::refresh(script, user),
            Story::ClientCredentials => tokens::client_credentials(script),
            Story::SignIn => sign_in::sign_in(script, user),
            Story::SilentSignIn => sign_in::silent(script, user),
            Story::ResetPassword => recovery::reset_password(script, user),
            Story::SignOut => tokens::sign_out(script, user),
            Story::ExchangeToken => tokens::exchange(script, user),
            Story::Television => tokens::television(script, user),
            Story::Saml => saml::sign_in(script, user),
            Story::Manage => hooks::manage(script, user),
        }
    }

    /// Appends the rows of an attack that begins at `at_ms`.
    pub(crate) fn attack(&mut self, attack: Attack, at_ms: i64, rows: &mut Vec<Row>) {
        attack.play(&mut Script::new(self.world, &mut self.random, at_ms, rows));
    }

    fn choose(&mut self) -> Story {
        let mut drawn = self.random.below(10_000);
        for (story, share) in STORIES {
            match drawn.checked_sub(share) {
                Some(rest) => drawn = rest,
                None => return story,
            }
        }
        Story::Refresh
    }

    fn register(&mut self, at_ms: i64, rows: &mut Vec<Row>) {
        let user = self.world.newcomer(self.joined, at_ms, &mut self.random);
        registration::register(&mut Script::new(self.world, &mut self.random, at_ms, rows), &user);
        match self.newcomers.get_mut(self.joined % NEWCOMERS) {
            Some(oldest) => *oldest = user,
            None => self.newcomers.push(user),
        }
        self.joined += 1;
    }
}
