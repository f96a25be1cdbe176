//! One story over all sources: passwords are tried everywhere, one account falls, is used, is
//! noticed, and is given back.
//!
//! This module says who does what and when; what a source writes of it is in its own `break_in`.
//! How many rows there are of each kind is the same for every seed, but for a few of the victim's
//! own visits.

use crate::random::{Purpose, Random};
use crate::rows::Row;
use crate::rows::Source::{self, Authgear, Logto, PlusAuth};
use crate::stories::script::Script;
use crate::stories::{authgear, logto, plusauth};
use crate::world::{Device, User, World};

/// Where the break-in comes from, and nothing else does. In CIDR notation.
pub const ATTACKER_NETWORK: &str = "192.0.2.192/27";

/// The attacker's machines within [`ATTACKER_NETWORK`].
const FIRST_MACHINE: usize = 200;

/// How many of them try passwords. The next one uses the account.
const MACHINES: usize = 6;

/// Accounts that are tried, each in every source.
const ACCOUNTS: usize = 40;

/// Which of them is the victim's.
const VICTIM: usize = 26;

/// Passwords that are tried, each on every account. With the last one the account falls.
const PASSWORDS: usize = 2;

const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: i64 = 24 * 60;

/// Minutes between two attempts.
const PAUSE: i64 = 2;

/// Minutes before the end at which the chapters begin.
const SPRAYING: i64 = 13 * 60;
const EXPORT: i64 = 8 * 60;
const NOTICED: i64 = 4 * 60;
const SHUT_OUT: i64 = 3 * 60;
const RECOVERY: i64 = 60;

/// Days before the story on which the victim leads an ordinary life.
const ORDINARY_DAYS: i64 = 12;

/// When [`World::break_in`] plays.
#[derive(Debug, Clone, Copy)]
pub struct BreakInOptions {
    /// Equal options over equal worlds give equal bytes.
    pub seed: u64,
    /// Before this time everything is over; what is told of the break-in begins 13 hours earlier.
    /// In milliseconds since 1970.
    pub until_ms: i64,
}

/// What is typed by somebody who tries passwords.
#[derive(Clone, Copy)]
pub(super) struct Guess<'g> {
    /// Whose address it is, if it is anybody's.
    pub(super) user: Option<&'g User>,
    pub(super) typed: &'g str,
}

impl World {
    /// A break-in from [`ATTACKER_NETWORK`], with the victim's ordinary days before it: the rows
    /// of all sources in the order of time.
    ///
    /// Every account of a list is tried in every source. One falls in PlusAuth: the attacker adds
    /// a second factor, changes the e-mail address, and reads all users through the administration
    /// API. The administrator ends the sessions and disables the account everywhere; in the end
    /// its owner has it back.
    #[must_use]
    pub fn break_in(&self, options: BreakInOptions) -> Vec<(Source, Row)> {
        let mut telling = Telling {
            world: self,
            random: Random::new(options.seed, Purpose::BreakIn),
            until_ms: options.until_ms,
            chapter: Vec::new(),
            rows: Vec::new(),
        };
        let rent = |number| Device::rented(self.agents.bots.at(number), FIRST_MACHINE + number);
        telling.ordinary_days();
        for number in 0..PASSWORDS * ACCOUNTS {
            telling.attempt(number, &rent(number % MACHINES));
        }
        telling.use_account(&rent(MACHINES));
        telling.put_right();
        telling.rows.sort_by_key(|(_, row)| row.created_at_ms);
        telling.rows
    }
}

/// The story as far as it is told.
struct Telling<'w> {
    world: &'w World,
    random: Random,
    until_ms: i64,
    /// Rows on their way to `rows`; kept to reuse its memory.
    chapter: Vec<Row>,
    rows: Vec<(Source, Row)>,
}

impl<'w> Telling<'w> {
    /// Tells in one source what begins so many minutes before the end.
    fn tell(&mut self, source: Source, minutes: i64, chapter: impl FnOnce(&mut Script<'_>)) {
        let at_ms = self.until_ms.saturating_sub(minutes * MINUTE_MS);
        chapter(&mut Script::new(self.world, &mut self.random, at_ms, &mut self.chapter));
        self.rows.extend(self.chapter.drain(..).map(|row| (source, row)));
    }

    /// The victim's life before.
    fn ordinary_days(&mut self) {
        let victim = self.world.victim();
        for day in 1..=ORDINARY_DAYS {
            let minutes = day * DAY_MINUTES + self.random.between(0, 60);
            self.tell(PlusAuth, minutes, |script| plusauth::break_in::work(script, victim));
            if day % 3 == 0 {
                self.tell(Logto, minutes, |script| logto::break_in::visit(script, victim));
            }
            if day % 5 == 0 {
                self.tell(Authgear, minutes, |script| authgear::break_in::visit(script, victim));
            }
        }
    }

    /// The attempt of this number, in every source; the last one on the victim succeeds in one.
    fn attempt(&mut self, number: usize, machine: &Device) {
        let world = self.world;
        let account = number % ACCOUNTS;
        let falls = account == VICTIM && number >= (PASSWORDS - 1) * ACCOUNTS;
        let unknown = format!("{}@post.example", self.random.id(9));
        let guess = match account {
            VICTIM => Guess::of(world.victim()),
            _ if account % 4 == 3 => Guess { user: None, typed: &unknown },
            _ => Guess::of(world.users.at(account * 7)),
        };
        let minutes = SPRAYING - PAUSE * i64::try_from(number).unwrap_or_default();
        self.tell(Logto, minutes, |script| logto::break_in::refuse(script, guess, machine));
        self.tell(Authgear, minutes, |script| authgear::break_in::refuse(script, guess, machine));
        self.tell(PlusAuth, minutes, |script| match falls {
            true => plusauth::break_in::fall(script, world.victim(), machine),
            false => plusauth::break_in::refuse(script, guess, machine),
        });
    }

    /// What the attacker does with the account, until it is of no use any more.
    fn use_account(&mut self, machine: &Device) {
        let victim = self.world.victim();
        self.tell(PlusAuth, EXPORT, |script| plusauth::break_in::export(script, victim, machine));
        self.tell(PlusAuth, SHUT_OUT, |script| {
            plusauth::break_in::come_back(script, victim, machine)
        });
    }

    /// The administrator notices, and later the victim has the account back.
    fn put_right(&mut self) {
        let (victim, administrator) = (self.world.victim(), self.world.administrator());
        self.tell(PlusAuth, NOTICED, |script| {
            plusauth::break_in::close_account(script, administrator, victim);
        });
        self.tell(Authgear, NOTICED - 20, |script| {
            authgear::break_in::close_account(script, victim);
        });
        self.tell(Logto, NOTICED - 25, |script| {
            logto::tell_suspension(script, victim, true);
        });
        self.tell(PlusAuth, RECOVERY, |script| {
            plusauth::break_in::give_back(script, administrator, victim);
        });
        self.tell(Authgear, RECOVERY - 20, |script| authgear::break_in::give_back(script, victim));
        self.tell(Logto, RECOVERY - 25, |script| {
            logto::tell_suspension(script, victim, false);
        });
        self.tell(Logto, RECOVERY - 35, |script| logto::break_in::visit(script, victim));
    }
}

impl<'g> Guess<'g> {
    fn of(user: &'g User) -> Self {
        Self { user: Some(user), typed: &user.email }
    }
}
