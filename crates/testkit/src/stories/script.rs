//! The story's clock and its stage directions: what stories of all sources share.

use crate::random::Random;
use crate::rows::Row;
use crate::world::{Application, Device, User, World};

/// A story being written: its own clock, and the rows so far.
pub(crate) struct Script<'a> {
    pub(crate) world: &'a World,
    pub(crate) random: &'a mut Random,
    pub(crate) now_ms: i64,
    /// Where an attack comes from, if that is settled.
    pub(crate) attacker: Option<Device>,
    rows: &'a mut Vec<Row>,
}

impl<'a> Script<'a> {
    pub(crate) fn new(
        world: &'a World,
        random: &'a mut Random,
        at_ms: i64,
        rows: &'a mut Vec<Row>,
    ) -> Self {
        Self { world, random, now_ms: at_ms, attacker: None, rows }
    }

    /// Lets the time pass that software and networks take.
    pub(crate) fn latency(&mut self) {
        self.now_ms += self.random.between(15, 320);
    }

    /// Lets the time pass that a person takes to read and type.
    pub(crate) fn think(&mut self) {
        self.now_ms += self.random.between(1_800, 21_000);
    }

    /// The application somebody is about to use.
    pub(crate) fn application_of(&mut self, user: &User) -> &'a Application {
        let interactive = &self.world.applications.interactive;
        if self.random.chance(700) {
            interactive.at(user.favourite)
        } else {
            interactive.at(self.random.skewed(interactive.len(), 1))
        }
    }

    /// The application of this name, or the busiest if there is none.
    pub(crate) fn application_named(&self, name: &str) -> &'a Application {
        let interactive = &self.world.applications.interactive;
        let named = interactive.iter().find(|application| application.name == name);
        named.unwrap_or_else(|| interactive.at(0))
    }

    /// Anybody, all equally likely.
    pub(crate) fn somebody(&mut self) -> &'a User {
        let users = &self.world.users;
        users.at(self.random.below(users.len()))
    }

    /// One of an attacker's `machines`.
    pub(crate) fn rented(&mut self, machines: usize) -> Device {
        if let Some(attacker) = &self.attacker {
            return attacker.clone();
        }
        let bots = &self.world.agents.bots;
        let agent = bots.at(self.random.below(bots.len()));
        Device::rented(agent, 40 + self.random.below(machines * 9))
    }

    /// An address that somebody may have typed, once in a while one of a user.
    pub(crate) fn stolen_address(&mut self) -> String {
        if self.random.chance(80) {
            self.somebody().email.clone()
        } else {
            let domain = self.random.pick(&["mail.example", "old-forum.example", "post.example"]);
            let digits = self.random.digits(2);
            format!("{}.{}{digits}@{domain}", self.random.id(4), self.random.id(6))
        }
    }

    /// A row that happens `delay_ms` from now, while the story goes on.
    pub(crate) fn push(&mut self, json: String, delay_ms: i64) {
        let created_at_ms = self.now_ms.saturating_add(delay_ms);
        self.rows.push(Row { created_at_ms, json });
    }
}
