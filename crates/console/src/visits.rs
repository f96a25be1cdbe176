//! Which events belong to one visit to the sign-in pages.
//!
//! Some events name their interaction. Logto's name it where it begins and ends and in no step
//! between, and other products' never: theirs belong together when they come from one address and
//! one browser, one soon after the other. Two people who share both at the same time are taken for
//! one. The application does not tell them apart: some steps leave it out, and the next sign-in
//! begins with an event of its own.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use gatelog_event::catalogue::{Action, Meaning, Tab};
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::source::Source;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::StoredEvent;
use gatelog_query::{Field, Filter, Test};

use crate::event_view::{meaning_of, read_unseen};

/// Nobody stays so long between two steps; codes have expired by then.
const PAUSE_MICROS_MAX: i64 = 10 * 60 * 1_000_000;

/// Actions that show who somebody is.
pub(crate) const PROOFS: [Action; 6] = [
    Action::Identify,
    Action::PasswordVerify,
    Action::CodeVerify,
    Action::PasskeyVerify,
    Action::SocialVerify,
    Action::SsoVerify,
];

/// Actions that a visit can begin with, besides [`PROOFS`].
const BEGINNINGS: [Action; 4] =
    [Action::LoginStart, Action::Login, Action::Signup, Action::PasswordReset];

/// Actions that are part of a visit which has begun.
const PARTS: [Action; 10] = [
    Action::CodeSend,
    Action::SocialStart,
    Action::SsoStart,
    Action::PasskeyStart,
    Action::MfaRequire,
    Action::MfaVerify,
    Action::MfaEnroll,
    Action::PasswordSet,
    Action::IdentityAdd,
    Action::CaptchaVerify,
];

/// Actions of which one that succeeds ends a visit.
const ENDS: [Action; 3] = [Action::Login, Action::Signup, Action::PasswordReset];

/// What the events of a visit have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mark {
    /// The interaction they name.
    Interaction(String),
    /// Where they come from.
    Client {
        /// The address.
        ip: String,
        /// The browser.
        user_agent: Option<String>,
    },
}

/// What of an event says where a visit begins and ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) time: UnixMicros,
    pub(crate) action: Action,
    pub(crate) outcome: Outcome,
}

/// The actions of all events of visits.
fn actions() -> impl Iterator<Item = Action> {
    PROOFS.into_iter().chain(BEGINNINGS).chain(PARTS)
}

/// An event as a step.
pub(crate) fn step_of(event: &StoredEvent) -> Step {
    step(event.position.time, &meaning_of(event))
}

/// What happened at a time, as a step.
pub(crate) fn step(time: UnixMicros, meaning: &Meaning<'_>) -> Step {
    Step { time, action: meaning.action, outcome: meaning.outcome }
}

/// What an event has in common with the others of its visit, if it says.
pub(crate) fn mark_of(event: &StoredEvent) -> Option<Mark> {
    read_unseen(event, |fields| {
        let value =
            |field: IndexedField| Ok::<_, Infallible>(field.value(fields).map(Cow::Borrowed));
        let Ok(mark) = mark(fields.source, value);
        mark
    })
}

/// The fields that [`mark`] asks for.
pub(crate) const MARK_FIELDS: [IndexedField; 3] =
    [IndexedField::Interaction, IndexedField::Ip, IndexedField::UserAgent];

/// The same of an event from a source whose fields have these values.
///
/// # Errors
/// Those of `value`.
pub(crate) fn mark<'v, E>(
    source: Source,
    value: impl Fn(IndexedField) -> Result<Option<Cow<'v, str>>, E>,
) -> Result<Option<Mark>, E> {
    let interaction = || {
        let interaction = value(IndexedField::Interaction)?;
        Ok(interaction.map(|id| Mark::Interaction(id.into_owned())))
    };
    let client = || {
        let Some(ip) = value(IndexedField::Ip)? else { return Ok(None) };
        let user_agent = value(IndexedField::UserAgent)?.map(Cow::into_owned);
        Ok(Some(Mark::Client { ip: ip.into_owned(), user_agent }))
    };
    match source {
        Source::Logto => match client()? {
            None => interaction(),
            found => Ok(found),
        },
        _ => match interaction()? {
            None => client(),
            found => Ok(found),
        },
    }
}

/// Events that can be part of a visit.
pub(crate) fn is_of_one() -> Filter {
    let actions = actions().map(|action| action.name().to_owned()).collect();
    let is_part = Filter::Field(Field::Action, Test::OneOf(Arc::new(actions)));
    Filter::equals(Field::Tab, Tab::User.name()).and(is_part)
}

/// Whether an event with this action can be part of a visit.
pub(crate) fn is_part(action: Action) -> bool {
    actions().any(|part| part == action)
}

/// Cuts events of one mark, which ascend in time, into visits: for each event the number of its
/// visit, or nothing if it is part of none.
pub(crate) fn cut(mark: &Mark, steps: impl IntoIterator<Item = Step>) -> Vec<Option<usize>> {
    let mut numbers = Vec::new();
    let (mut next, mut last): (usize, Option<Step>) = (0, None);
    for step in steps {
        let Step { time, action, .. } = step;
        let is_over = |last: &Step| {
            let is_pause = last.time.saturating_add(PAUSE_MICROS_MAX) < time;
            let is_end = last.outcome == Outcome::Success && ENDS.contains(&last.action);
            let is_begun_anew = action == Action::LoginStart && last.action != Action::LoginStart;
            is_pause || is_end || is_begun_anew
        };
        let goes_on = match mark {
            Mark::Interaction(_) => last.is_some(),
            Mark::Client { .. } => last.as_ref().is_some_and(|last| !is_over(last)),
        };
        let begins = PROOFS.contains(&action) || BEGINNINGS.contains(&action);
        if !goes_on && !begins {
            numbers.push(None);
            continue;
        }
        next += usize::from(!goes_on);
        numbers.push(next.checked_sub(1));
        last = Some(step);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `0 login.start ok`: minutes, action, outcome.
    fn numbers(mark: &Mark, lines: &[&str]) -> Vec<Option<usize>> {
        let step = |line: &&str| {
            let words: Vec<&str> = line.split(' ').collect();
            let minutes: i64 = words[0].parse().unwrap();
            Step {
                time: UnixMicros::EPOCH.saturating_add(minutes * 60_000_000),
                action: Action::from_name(words[1]).unwrap(),
                outcome: if words[2] == "ok" { Outcome::Success } else { Outcome::Failure },
            }
        };
        cut(mark, lines.iter().map(step))
    }

    fn client() -> Mark {
        Mark::Client { ip: "203.0.113.1".to_owned(), user_agent: None }
    }

    #[test]
    fn a_visit_ends_with_its_end_a_pause_or_a_new_begin() {
        let lines = [
            "0 login.start ok",
            "0 login.start ok",
            "1 password.verify no",
            "2 password.verify ok",
            "2 mfa.verify ok",
            "2 login ok",
            "3 mfa.enroll ok",
            "4 password.verify no",
            "20 password.verify no",
            "21 login.start ok",
        ];
        let expected =
            [Some(0), Some(0), Some(0), Some(0), Some(0), Some(0), None, Some(1), Some(2), Some(3)];
        assert_eq!(numbers(&client(), &lines), expected);
    }

    #[test]
    fn what_names_its_interaction_is_one_visit() {
        let lines = ["0 login.start ok", "100 login ok", "101 login.start ok"];
        let mark = Mark::Interaction("i".to_owned());
        assert_eq!(numbers(&mark, &lines), [Some(0), Some(0), Some(0)]);
    }
}
