//! Names of operations, as the parameter `operation` lists them.
//!
//! PlusAuth gives two examples, `authorization.error` and `create.user`, and no list. So a name is
//! the first of these that it can be; words of the last are parted by `.`, `_` or `-`:
//!
//! | name | asks for |
//! |---|---|
//! | `4002` | the event code |
//! | `login`, `mfa.verify`, `token.refresh` | codes with this action in PlusAuth's catalogue; `authorization` is `login` |
//! | the same and `.error` or `.success` | those of them that failed, or did not |
//! | `create.user`, `assign.roles.to.user` | calls of the administration API: their message is `Create User`, in any case; of other sources the action `user.create` too |

use std::collections::BTreeSet;
use std::sync::Arc;

use gatelog_event::catalogue::{Action, catalogue};
use gatelog_event::fields::Outcome;
use gatelog_event::source::Source;
use gatelog_query::like::Like;
use gatelog_query::{Field, Filter, Test, ValueTest};

use super::shown::{code, is_api_operation, message};

/// PlusAuth's word for an action of ours.
const ACTION_ALIAS: (&str, Action) = ("authorization", Action::Login);

/// How names say how it ended.
const ENDINGS: [(&str, Outcome); 2] =
    [(".error", Outcome::Failure), (".success", Outcome::Success)];

/// Events of an operation.
///
/// # Errors
/// What names can look like, for a name that is none of them.
pub(super) fn filter(name: &str) -> Result<Filter, String> {
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Filter::equals(code(), name));
    }
    let ended = ENDINGS.into_iter().find_map(|(ending, outcome)| {
        let codes = with_action(name.strip_suffix(ending)?)?;
        Some(codes.and(Filter::equals(Field::Outcome, outcome.name())))
    });
    ended.or_else(|| with_action(name)).or_else(|| of_api(name)).ok_or_else(|| {
        format!(
            "`{name}` is no operation: write an event code such as 2001, an action such as login, \
             authorization.error or mfa.verify.success, or an operation of the API such as \
             create.user"
        )
    })
}

/// Events whose code has this action; `None` if no code has it.
fn with_action(name: &str) -> Option<Filter> {
    let (alias, meant) = ACTION_ALIAS;
    let action = if name == alias { meant } else { Action::from_name(name)? };
    let known = catalogue(Source::PlusAuth).event_types().iter();
    let known = known.filter(|known| known.action == action);
    let codes: BTreeSet<String> = known.map(|known| known.key.to_owned()).collect();
    (!codes.is_empty()).then(|| Filter::Field(code(), Test::OneOf(Arc::new(codes))))
}

/// Calls of the administration API by the name of the operation, words and dots.
fn of_api(name: &str) -> Option<Filter> {
    let words: Vec<&str> = name.split(['.', '_', '-']).collect();
    let is_word = |word: &&str| !word.is_empty() && word.chars().all(char::is_alphanumeric);
    if words.len() < 2 || !words.iter().all(is_word) {
        return None;
    }
    let mut names = vec![message(&ValueTest::Like(Like::new(&words.join(" "))))];
    if let [verb, object] = words.as_slice() {
        let action = Action::from_name(&format!("{object}.{verb}"));
        names.extend(action.map(|action| Filter::equals(Field::Action, action.name())));
    }
    Some(Filter::And(vec![is_api_operation(), Filter::Or(names)]))
}
