//! What names mean on rows of this API: a condition is on what the row shows, whichever source the
//! event came from.
//!
//! | name | of PlusAuth's own entries | of events of other sources |
//! |---|---|---|
//! | `event_type`, `type` | their code | the code by which PlusAuth would have said the same |
//! | `level` | the catalogue's level of the code | the same |
//! | `message` | the entry's | the title that the event's own catalogue gives its type |
//! | `details` | the entry's | the event's record, whole |
//! | `amr` | the entry's | missing |
//! | `user_id` | who did it; missing for API operations of a client | who did it |
//!
//! The empty text is what rows show for what is not known, so `= ""` and `= null` ask for the same
//! of `user_id`, `client_address`, `request_id` and `message`. All other names mean what they mean
//! everywhere (`docs/pql.md`).

use std::collections::BTreeSet;
use std::sync::Arc;

use gatelog_event::catalogue::{EventType, catalogue};
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::language::Language;
use gatelog_event::source::Source;
use gatelog_query::{DataPath, Field, Filter, RecordTest, Test, UnindexedField, Value, ValueTest};

/// Codes of calls of the administration API.
pub(super) const API_OPERATIONS: [&str; 4] = ["100", "101", "102", "103"];

/// The member of an entry with its message.
pub(super) const MESSAGE: &str = "message";

/// The member of an entry with whatever else there is to say.
pub(super) const DETAILS: &str = "details";

/// The member of an entry with the methods by which somebody proved who they are.
const AMR: &str = "amr";

/// Fields of which a row shows the empty text when they are missing.
const NEVER_LEFT_OUT: [Field; 2] =
    [Field::Indexed(IndexedField::Ip), Field::Unindexed(UnindexedField::Request)];

/// The same filter with every condition on what rows show.
pub(super) fn as_shown(filter: Filter) -> Filter {
    let all = |parts: Vec<Filter>| parts.into_iter().map(as_shown).collect();
    match filter {
        Filter::And(parts) => Filter::And(all(parts)),
        Filter::Or(parts) => Filter::Or(all(parts)),
        Filter::Not(part) => not(as_shown(*part)),
        Filter::Field(Field::Type, test) => Filter::Field(code(), test),
        Filter::Field(Field::Level, test) => level(&test),
        Filter::Field(Field::Indexed(IndexedField::ActorId), test) => user(test),
        Filter::Field(field, test) if NEVER_LEFT_OUT.contains(&field) => {
            Filter::Field(field, or_missing(test))
        }
        Filter::Record(RecordTest::Value(path, test)) => in_entry(&path, test),
        other @ (Filter::All | Filter::Field(..) | Filter::Range(..) | Filter::Record(_)) => other,
    }
}

/// The field that is a row's `event_type`.
pub(super) fn code() -> Field {
    Field::Counterpart(Source::PlusAuth)
}

/// Events that this API shows.
pub(super) fn is_shown() -> Filter {
    not(Filter::Field(code(), Test::Missing))
}

/// No event.
pub(super) fn nothing() -> Filter {
    Filter::Or(Vec::new())
}

/// Events shown as calls of the administration API.
pub(super) fn is_api_operation() -> Filter {
    Filter::Field(code(), one_of(API_OPERATIONS))
}

/// Events whose code has a level that passes. Codes that no catalogue knows have one too; only
/// PlusAuth's own entries have such codes.
pub(super) fn level(test: &Test) -> Filter {
    let ended = |outcome: Outcome| {
        let codes = catalogue(Source::PlusAuth).event_types().iter();
        let passing = codes.filter(|code| test.passes_level(code.level(outcome)));
        let passing = Filter::Field(code(), one_of(passing.map(|code| code.key)));
        Filter::And(vec![Filter::equals(Field::Outcome, outcome.name()), passing])
    };
    let own = Filter::Field(Field::Level, test.clone());
    by_origin(own, Filter::Or(Outcome::ALL.into_iter().map(ended).collect()))
}

/// Events whose message passes.
pub(super) fn message(test: &ValueTest) -> Filter {
    let text_of = |test: ValueTest| {
        let path = DataPath::new(vec![MESSAGE.to_owned()]);
        path.map_or_else(nothing, |path| Filter::Record(RecordTest::Value(path, test)))
    };
    let own = match is_empty(test) {
        true => {
            let empty = ValueTest::Equals(Value::Text(String::new()));
            Filter::Or(vec![text_of(ValueTest::Missing), text_of(empty)])
        }
        false => text_of(test.clone()),
    };
    by_origin(own, with_title(test))
}

/// The user: whoever did it, except the client that stands in for one where an API operation of
/// PlusAuth names none. Such an entry shows no user.
fn user(test: Test) -> Filter {
    let stands_in = |condition: Filter| {
        let parts = vec![is_own(), is_api_operation(), condition];
        Filter::And(parts)
    };
    let is_application = || {
        let kind = Field::Unindexed(UnindexedField::ActorKind);
        stands_in(Filter::equals(kind, "application"))
    };
    let field = Field::Indexed(IndexedField::ActorId);
    match or_missing(test) {
        Test::Missing => Filter::Or(vec![Filter::Field(field, Test::Missing), is_application()]),
        // The client's id says it as well, and it is indexed.
        Test::Equals(id) => {
            let client = Filter::equals(Field::Indexed(IndexedField::ApplicationId), id.clone());
            Filter::And(vec![Filter::equals(field, id), not(stands_in(client))])
        }
        test => Filter::And(vec![Filter::Field(field, test), not(is_application())]),
    }
}

/// A condition on the member of an entry at `path`.
fn in_entry(path: &DataPath, test: ValueTest) -> Filter {
    let own = Filter::Record(RecordTest::Value(path.clone(), test.clone()));
    let Some((first, inner)) = path.names().split_first() else { return own };
    match (first.as_str(), DataPath::new(inner.to_vec())) {
        (MESSAGE, None) => message(&test),
        (DETAILS, Some(inner)) => by_origin(own, Filter::Record(RecordTest::Value(inner, test))),
        (DETAILS, None) => by_origin(own, nothing()),
        (AMR, _) if test == ValueTest::Missing => by_origin(own, Filter::All),
        (AMR, _) => by_origin(own, nothing()),
        _ => own,
    }
}

/// Events of other sources whose type has a title that passes.
fn with_title(test: &ValueTest) -> Filter {
    let passes = |row: &&EventType| {
        let title = row.title(Language::English);
        match test {
            ValueTest::Equals(Value::Text(text)) => title == text,
            ValueTest::Is(comparison, Value::Text(bound)) => {
                comparison.holds(title.cmp(bound.as_str()))
            }
            ValueTest::Like(pattern) => pattern.matches(title),
            ValueTest::Equals(_) | ValueTest::Is(..) | ValueTest::Missing => false,
        }
    };
    let of_source = |source: Source| {
        let mut passing = catalogue(source).event_types().iter().filter(passes).peekable();
        passing.peek()?;
        let names = passing.flat_map(|row| row.aliases.iter().copied().chain([row.key]));
        let of_type = Filter::Field(Field::Type, one_of(names));
        Some(Filter::And(vec![Filter::equals(Field::Source, source.name()), of_type]))
    };
    // Our own audit has no counterparts, and other sources have no catalogue.
    let others = [Source::Native, Source::Logto, Source::Authgear];
    Filter::Or(others.into_iter().filter_map(of_source).collect())
}

/// Of PlusAuth's own entries the one, of other sources' events the other.
fn by_origin(own: Filter, foreign: Filter) -> Filter {
    let own = Filter::And(vec![is_own(), own]);
    let foreign = Filter::And(vec![not(is_own()), foreign]);
    Filter::Or(vec![own, foreign])
}

fn is_own() -> Filter {
    Filter::equals(Field::Source, Source::PlusAuth.name())
}

fn is_empty(test: &ValueTest) -> bool {
    match test {
        ValueTest::Missing => true,
        ValueTest::Equals(Value::Text(text)) => text.is_empty(),
        ValueTest::Equals(_) | ValueTest::Is(..) | ValueTest::Like(_) => false,
    }
}

/// A text that is not there is never the empty one to the ledger.
fn or_missing(test: Test) -> Test {
    match test {
        Test::Equals(text) if text.is_empty() => Test::Missing,
        test => test,
    }
}

fn one_of(texts: impl IntoIterator<Item = &'static str>) -> Test {
    let texts: BTreeSet<String> = texts.into_iter().map(str::to_owned).collect();
    Test::OneOf(Arc::new(texts))
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

#[cfg(test)]
mod tests {
    use gatelog_event::catalogue::{Level, counterpart, meaning};
    use gatelog_event::time::UnixMicros;
    use gatelog_query::filter::Kind;
    use gatelog_query::pql::{self, Context};

    use super::*;

    #[test]
    fn names_mean_what_rows_show() {
        for (asked, expected) in [
            ("*", "*"),
            ("type = 2001", r#"counterpart.plusauth = "2001""#),
            (
                r#"NOT (event_type ^= "4" OR source = "logto") login"#,
                r#"NOT (counterpart.plusauth ^= "4" OR source = "logto") AND login"#,
            ),
            (
                r#"user_id = "u""#,
                r#"actor.id = "u" AND NOT (source = "plusauth" AND counterpart.plusauth IN ("100", "101", "102", "103") AND application.id = "u")"#,
            ),
            (
                "user_id = null",
                r#"actor.id = null OR source = "plusauth" AND counterpart.plusauth IN ("100", "101", "102", "103") AND actor.kind = "application""#,
            ),
            (r#"client_address = "" AND request_id = """#, "ip = null AND request = null"),
            (r#"client_address = "10.0.0.0/8""#, r#"ip = "10.0.0.0/8""#),
            (
                r#"message = "Email sent""#,
                r#"source = "plusauth" AND data.message = "Email sent" OR source != "plusauth" AND source = "authgear" AND type IN ("EMAIL_SENT", "email.sent")"#,
            ),
            (
                "message = null",
                r#"source = "plusauth" AND (data.message = null OR data.message = "") OR source != "plusauth" AND NOT *"#,
            ),
            (
                "details.a.b > 2",
                r#"source = "plusauth" AND data.details.a.b > 2 OR source != "plusauth" AND data.a.b > 2"#,
            ),
            ("amr = null", r#"source = "plusauth" AND data.amr = null OR source != "plusauth""#),
            ("data.x = 1 OR error.code = \"e\"", "data.x = 1 OR error.code = \"e\""),
        ] {
            let filter = pql::compile(asked, &Context { now: UnixMicros::EPOCH }).expect(asked);
            assert_eq!(as_shown(filter).to_string(), expected, "{asked}");
        }
    }

    #[test]
    fn every_kind_has_the_level_of_the_code_it_is_shown_with() {
        let known = Source::ALL.into_iter().flat_map(|source| {
            let keys = catalogue(source).event_types().iter().map(|row| row.key);
            keys.chain(["9999"]).map(move |key| (source, key))
        });
        let mut shown_count = 0;
        for (source, event_type) in known.filter(|(source, _)| *source != Source::Gatelog) {
            for result in Outcome::ALL {
                let kind = Kind { source, event_type, result };
                let outcome = meaning(source, event_type, result).outcome;
                let code = match source {
                    Source::PlusAuth => Some(event_type),
                    _ => counterpart(source, event_type, outcome, Source::PlusAuth),
                };
                let expected = code.map(|code| meaning(Source::PlusAuth, code, outcome).level);
                let is_level = |level: &Level| {
                    as_shown(Filter::equals(Field::Level, level.name())).matches_kind(kind)
                };
                let levels: Vec<Level> = Level::ALL.into_iter().filter(is_level).collect();
                assert_eq!(levels, Vec::from_iter(expected), "{source} {event_type} {outcome:?}");
                shown_count += levels.len();
            }
        }
        assert!(shown_count > 200, "{shown_count}");
    }
}
