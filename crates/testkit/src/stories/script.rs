//! The story's clock, and the frame every row shares.

use crate::json::{push_number, push_string};
use crate::random::Random;
use crate::rows::Row;
use crate::stories::failure::Failure;
use crate::world::{Application, Device, User, World};

/// A story being written: its own clock, and the rows so far.
pub(crate) struct Script<'a> {
    pub(crate) world: &'a World,
    pub(crate) random: &'a mut Random,
    pub(crate) now_ms: i64,
    rows: &'a mut Vec<Row>,
}

/// A row's key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    Plain(&'static str),
    /// `Interaction.{event}.{step}`
    Step(Event, &'static str),
}

/// What somebody came to the sign-in pages for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    SignIn,
    Register,
    ForgotPassword,
}

/// Whether a row tells of a success, and if not, why.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome<'f> {
    Success,
    Failure(&'f Failure),
}

/// A row whose payload is still open. Members come in the order of Logto's API: its own known
/// ones first (`ip`, `userId`, `params`, ...), then the others, shorter names first.
#[derive(Debug)]
pub(crate) struct Draft {
    json: String,
}

impl<'a> Script<'a> {
    pub(crate) fn new(
        world: &'a World,
        random: &'a mut Random,
        at_ms: i64,
        rows: &'a mut Vec<Row>,
    ) -> Self {
        Self { world, random, now_ms: at_ms, rows }
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

    pub(crate) fn open(&mut self, key: Key, outcome: Outcome<'_>) -> Draft {
        let mut json = String::with_capacity(1_280);
        json.push_str("{\"tenantId\":\"default\",\"id\":\"");
        self.random.push_id(&mut json, 21);
        json.push_str("\",\"key\":\"");
        key.push_onto(&mut json);
        json.push_str("\",\"payload\":{\"key\":\"");
        key.push_onto(&mut json);
        match outcome {
            Outcome::Success => json.push_str("\",\"result\":\"Success\""),
            Outcome::Failure(failure) => {
                json.push_str("\",\"result\":\"Error\",\"error\":");
                failure.push_onto(&mut json);
            }
        }
        Draft { json }
    }

    /// Ends a row that happens now.
    pub(crate) fn close(&mut self, draft: Draft) {
        self.close_after(draft, 0);
    }

    /// Ends a row that happens `delay_ms` from now, while the story goes on.
    pub(crate) fn close_after(&mut self, draft: Draft, delay_ms: i64) {
        let Draft { mut json } = draft;
        let created_at_ms = self.now_ms.saturating_add(delay_ms);
        json.push_str("},\"createdAt\":");
        push_number(&mut json, created_at_ms);
        json.push('}');
        self.rows.push(Row { created_at_ms, json });
    }
}

impl Key {
    fn push_onto(self, json: &mut String) {
        match self {
            Self::Plain(key) => json.push_str(key),
            Self::Step(event, step) => json.extend(["Interaction.", event.name(), ".", step]),
        }
    }
}

impl Event {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SignIn => "SignIn",
            Self::Register => "Register",
            Self::ForgotPassword => "ForgotPassword",
        }
    }
}

impl Draft {
    /// `ip`, `userAgent` and `userAgentParsed`.
    pub(crate) fn device(mut self, device: &Device) -> Self {
        self.json.extend([",\"ip\":\"", &device.address, "\",", &device.agent.members_json]);
        self
    }

    pub(crate) fn user(self, user: &User) -> Self {
        self.plain("userId", &user.id)
    }

    pub(crate) fn application(self, application: &Application) -> Self {
        self.plain("applicationId", &application.id)
    }

    /// A string that needs no escaping.
    pub(crate) fn plain(mut self, name: &str, value: &str) -> Self {
        self.json.extend([",\"", name, "\":\"", value, "\""]);
        self
    }

    /// Any string.
    pub(crate) fn text(mut self, name: &str, value: &str) -> Self {
        self.json.extend([",\"", name, "\":"]);
        push_string(&mut self.json, value);
        self
    }

    /// A value that is JSON already.
    pub(crate) fn json(mut self, name: &str, value_json: &str) -> Self {
        self.json.extend([",\"", name, "\":", value_json]);
        self
    }

    /// A value written straight onto the row.
    pub(crate) fn with(mut self, name: &str, write: impl FnOnce(&mut String)) -> Self {
        self.json.extend([",\"", name, "\":"]);
        write(&mut self.json);
        self
    }
}
