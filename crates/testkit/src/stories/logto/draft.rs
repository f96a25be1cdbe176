//! The frame that every row of Logto's shares.

use crate::json::{push_number, push_string};
use crate::stories::logto::failure::Failure;
use crate::stories::script::Script;
use crate::world::{Application, Device, User};

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

impl Script<'_> {
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
        self.push(json, delay_ms);
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
