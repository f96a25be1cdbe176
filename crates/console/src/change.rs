//! Addresses that say only what changes.
//!
//! A page of events has hundreds of links that ask its own question with one value more or less.
//! Written out, each would repeat the question, and a long one would weigh a hundred times what it
//! says. So these links are relative, as `?user=u1` or an event's id, to a `<base>` that has the
//! question once; where they lead is redirected to the address that says all of it. They remain
//! links: whoever wants to opens them in another tab, with a script or without.

use axum::extract::{Path, RawQuery};
use axum::response::Redirect;
use gatelog_event::fields::IndexedField;
use gatelog_query::Field;
use gatelog_query::pql::fields::Named;
use gatelog_query::pql::{
    self, Condition, Expression, Literal, Name, Relation, Sense, with_condition, without_condition,
};

use crate::filter::LogFilter;
use crate::links::{self, Links, Parameters};
use crate::time_range::{Bound, TimeRange};
use crate::view::ColumnChange;

/// What becomes of a condition in the question's text, by the name of the parameter that has it.
const ONLY: &str = "only";
const NOT: &str = "not";
const ANY: &str = "any";

/// From when to when, instead of the question's time.
const BETWEEN: &str = "between";

/// The longest value that a page offers to ask for.
const VALUE_BYTES_MAX: usize = 160;

/// The parameter of an answer that is shown beside a list.
pub(crate) const PANEL: &str = "panel";

/// The parameter that names the field with more values; it belongs to a page, not to its question.
const MORE: &str = "more";

/// What the links of a page are relative to that shows what passes `filter`.
pub(crate) fn base(links: &Links, filter: &LogFilter) -> String {
    format!("/logs/from/{}/", packed(&links.filtered(filter)))
}

/// The question of the page, as something that a form is sent to.
pub(crate) fn here(links: &Links) -> String {
    links::address("./", links.tenant().map(|tenant| ("tenant", tenant)))
}

/// With another value of a parameter; the empty one takes it away.
pub(crate) fn with(parameter: &'static str, value: &str) -> String {
    links::address("", [(parameter, value)])
}

/// From one time to another.
pub(crate) fn between(from: &Bound, to: &Bound) -> String {
    with(BETWEEN, &format!("{}..{}", from.written(), to.written()))
}

/// With a condition in the text, or with its opposite.
pub(crate) fn asking(field: Name, value: Literal, sense: Sense) -> String {
    let parameter = match sense {
        Sense::Include => ONLY,
        Sense::Exclude => NOT,
    };
    with(parameter, &Expression::equals(field, value).to_string())
}

/// Ways to the question about one value of a field only, and about all others.
#[derive(Debug)]
pub(crate) struct Narrowing {
    pub(crate) only: String,
    pub(crate) exclude: String,
}

/// The ways to narrow the question by a value; none if no query can ask for it, or if it is so
/// long that it would weigh more than it helps.
pub(crate) fn narrowing(named: &Named, value: &Literal) -> Option<Narrowing> {
    let is_writable = match named {
        Named::Field(field) => is_writable(*field, value),
        Named::Measure(_) | Named::Data(_) => true,
    };
    let is_short = !matches!(value, Literal::Text(text) if text.len() > VALUE_BYTES_MAX);
    let way = |sense| asking(Name::of(named), value.clone(), sense);
    (is_writable && is_short)
        .then(|| Narrowing { only: way(Sense::Include), exclude: way(Sense::Exclude) })
}

/// Whether a query can ask for the value. An address with a slash is a network there.
pub(crate) fn is_writable(field: Field, value: &Literal) -> bool {
    let is_address = field == Field::Indexed(IndexedField::Ip);
    !matches!(value, Literal::Text(text) if is_address && text.contains('/'))
}

/// Without a condition of the text and without its opposite.
pub(crate) fn not_asking(field: Name, value: Literal) -> String {
    with(ANY, &Expression::equals(field, value).to_string())
}

/// With a column moved or taken away.
pub(crate) fn with_columns(change: ColumnChange) -> String {
    links::address("", [change.write()])
}

/// With more values of a field beside the table, or with no more of any.
pub(crate) fn with_more(field: &'static str) -> String {
    with(MORE, field)
}

/// `GET /logs/from/{question}/`
pub(crate) async fn list(Path(question): Path<String>, RawQuery(changes): RawQuery) -> Redirect {
    let changes = Parameters::parse(&changes.unwrap_or_default());
    let question = unpacked(&question);
    let mut filter = LogFilter::read(&question.changed(&changes));
    for parameter in [ONLY, NOT, ANY] {
        if let Some((field, value)) = changes.get(parameter).and_then(condition) {
            filter.text = match parameter {
                ONLY => with_condition(&filter.text, &field, &value, Sense::Include),
                NOT => with_condition(&filter.text, &field, &value, Sense::Exclude),
                _ => without_condition(&filter.text, &field, &value),
            };
        }
    }
    if let Some((from, to)) = changes.get(BETWEEN).and_then(|between| between.split_once("..")) {
        filter.range = TimeRange::of_texts(from, to);
    }
    if let Some(columns) = ColumnChange::read(&changes).and_then(|it| it.to(&filter.view.columns)) {
        filter.view.columns = columns;
    }
    let more = changes.get(MORE).map(|more| (MORE, more.to_owned()));
    Redirect::to(&written("/logs", &question, filter.write().into_iter().chain(more)))
}

/// `GET /logs/from/{question}/{id}`
pub(crate) async fn event(
    Path((question, id)): Path<(String, String)>,
    RawQuery(changes): RawQuery,
) -> Redirect {
    let changes = Parameters::parse(&changes.unwrap_or_default());
    let question = unpacked(&question);
    let filter = LogFilter::read(&question);
    let panel = changes.get(PANEL).map(|panel| (PANEL, panel.to_owned()));
    let parameters = filter.write().into_iter().chain(panel);
    Redirect::to(&written(&links::event_path(&id), &question, parameters))
}

/// An address in the tenant that the question is about.
fn written(
    path: &str,
    question: &Parameters,
    parameters: impl IntoIterator<Item = (&'static str, String)>,
) -> String {
    let tenant = question.get("tenant").map(|tenant| ("tenant", tenant.to_owned()));
    links::address(path, tenant.into_iter().chain(parameters))
}

/// The field and the value of a condition.
fn condition(text: &str) -> Option<(Name, Literal)> {
    let parsed = pql::parse(text);
    match parsed.expression {
        Expression::Condition(Condition { field, relation: Relation::Equals(value) })
            if parsed.diagnostics.is_empty() =>
        {
            Some((field, value.value))
        }
        _ => None,
    }
}

/// The parameters of an address as one part of a path. Proxies read meanings into `%2F` there, so
/// `~` stands for `%`.
fn packed(address: &str) -> String {
    match address.split_once('?') {
        Some((_, parameters)) => parameters.replace('~', "%7E").replace('%', "~"),
        None => EVERYTHING.to_owned(),
    }
}

pub(crate) fn unpacked(question: &str) -> Parameters {
    Parameters::parse(&question.replace('~', "%"))
}

/// A question without parameters: a part of a path is not empty.
const EVERYTHING: &str = "all";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_of_any_shape_fits_into_a_path() {
        for query in ["", "q=a%2Fb+~22+%22%C3%A9~%25%22+%26+%23&user=..", "tab=user&from=x%3Ay"] {
            let filter = LogFilter::read(&Parameters::parse(query));
            let base = base(&Links::default(), &filter);
            let question = base.strip_prefix("/logs/from/").and_then(|it| it.strip_suffix('/'));
            let question = question.unwrap();
            assert!(!question.is_empty() && !question.contains(['/', '?', '#', '%', '"', ' ']));
            assert_eq!(LogFilter::read(&unpacked(question)), filter, "{base}");
        }
    }

    #[tokio::test]
    async fn changes_lead_to_the_address_that_says_all_of_it() {
        let cases = [
            ("all", "?user=a+b", "/logs?user=a+b"),
            ("q=x&tab=user&user=u1", "?user=u2", "/logs?q=x&tab=user&user=u2"),
            ("q=x&tab=user&user=u1", "?user=", "/logs?q=x&tab=user"),
            ("tenant=acme&range=24h", "?event=login", "/logs?tenant=acme&event=login&range=24h"),
            (
                "range=24h",
                "?between=2026-11-20T08:00:00Z..2026-11-20T09:00:00.5Z",
                "/logs?from=2026-11-20T08:00:00Z&to=2026-11-20T09:00:00.5Z",
            ),
            ("to=2026-11-21", "?between=2026-11-20T08:00..", "/logs?from=2026-11-20T08:00:00Z"),
            ("q=x&live=on", "?only=ip+=+%22::1%22", "/logs?q=x+AND+ip+=+%22::1%22&live=on"),
            ("q=x+AND+ip+=+~22::1~22", "?not=ip+=+%22::1%22", "/logs?q=x+AND+ip+!=+%22::1%22"),
            ("q=x+AND+ip+=+~22::1~22", "?any=ip+=+%22::1%22", "/logs?q=x"),
            ("q=x", "?only=ip+=", "/logs?q=x"),
            ("q=x", "?more=ip", "/logs?q=x&more=ip"),
            ("q=x", "?more=", "/logs?q=x"),
            ("columns=type,ip,seq", "?left=2", "/logs?columns=type,seq,ip"),
            ("columns=type,ip,seq", "?away=0", "/logs?columns=ip,seq"),
            ("columns=type", "?away=0", "/logs?columns=type"),
            ("columns=type,ip", "?left=9", "/logs?columns=type,ip"),
        ];
        for (question, changes, expected) in cases {
            let changes = RawQuery(changes.strip_prefix('?').map(str::to_owned));
            let answer = list(Path(question.to_owned()), changes).await;
            let answer = axum::response::IntoResponse::into_response(answer);
            assert_eq!(answer.headers()["location"], expected, "{question}");
        }
    }
}
