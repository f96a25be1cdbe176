//! What a check found, and what to do.

use serde_json::{Value, json};

use crate::output;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// As it should be.
    Ok,
    /// It works, and somebody should look at it.
    Warn,
    /// It does not work, or soon will not.
    Fail,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// The outcome of one check.
#[derive(Debug)]
pub(super) struct Finding {
    /// What was checked, in a word.
    check: &'static str,
    pub(super) status: Status,
    /// What was found.
    message: String,
    /// What to do about it; nothing if all is well.
    advice: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, status: Status::Ok, message: message.into(), advice: None }
    }

    pub(super) fn warn(
        check: &'static str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        let (message, advice) = (message.into(), Some(advice.into()));
        Self { check, status: Status::Warn, message, advice }
    }

    pub(super) fn fail(
        check: &'static str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        let (message, advice) = (message.into(), Some(advice.into()));
        Self { check, status: Status::Fail, message, advice }
    }

    /// Prints a line, and the advice on one of its own.
    pub(super) fn print(&self) {
        let Self { check, status, message, advice } = self;
        // What is quoted may have line breaks, which must not look like findings.
        output::line(&format!("{:<4}  {check:<13}  {}", status.name(), message.replace('\n', " ")));
        if let Some(advice) = advice {
            output::line(&format!("{:>21}{}", "", advice.replace('\n', " ")));
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let Self { check, status, message, advice } = self;
        json!({ "check": check, "status": status.name(), "message": message, "advice": advice })
    }
}

/// `1536` as `1.5 KB`: enough to see what is meant.
pub(super) fn in_bytes(count: u64) -> String {
    indicatif::DecimalBytes(count).to_string()
}
