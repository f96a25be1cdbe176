//! What a request asks about: the query `q`, the fields, `from` and `to`, all of which must hold.
//!
//! Every route that reads events takes its question from here, so that the same parameters mean
//! the same everywhere. It is not for how the answer looks: order, limits and formats belong to
//! the routes.

use gatelog_event::time::UnixMicros;
use gatelog_query::date_math;
use gatelog_query::pql::fields::Named;
use gatelog_query::pql::{self, Context, Diagnostic, Expression, Name};
use gatelog_query::{Field, Filter, Order, Query};
use gatelog_service::Resolved;

use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::seen::SeenNames;

/// Which events are asked about, in the words of the request.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// What is asked, before the tenant's directory and key say what it means.
    pub(crate) filter: Filter,
    /// The first time that is asked about.
    pub(crate) from: Option<UnixMicros>,
    /// The first time that is too late.
    pub(crate) to: Option<UnixMicros>,
}

/// A question as the ledger answers it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) query: Query,
    /// Every condition as it was asked, and what became of it.
    pub(crate) conditions: Vec<(Filter, Filter)>,
}

impl Question {
    /// Takes the question out of a request's parameters. `now` is what date math counts from.
    ///
    /// # Errors
    /// 400 with the place of everything that is wrong with `q`, `from` or `to`, or with what is
    /// wrong with a field's value.
    pub(crate) fn take(parameters: &mut Parameters, now: UnixMicros) -> Result<Self, Problem> {
        let context = Context { now };
        let filter = match parameters.take("q")? {
            None => Filter::All,
            Some(text) => pql::compile(&text, &context)
                .map_err(|diagnostics| Problem::in_text("q", &diagnostics))?,
        };
        let from = time(parameters, "from", now)?;
        let to = time(parameters, "to", now)?;
        Ok(Self { filter: filter.and(fields(parameters, context)?), from, to })
    }

    /// The names of the parameters a route knows: its `own`, and those of every question.
    pub(crate) fn known_parameters(own: &str) -> String {
        let fields: Vec<&str> = Field::all().map(Field::name).collect();
        let separator = if own.is_empty() { "" } else { ", " };
        format!("{own}{separator}q, from, to, and the fields {}", fields.join(", "))
    }

    /// The question without its times, in canonical PQL.
    pub(crate) fn text(&self) -> String {
        self.filter.to_string()
    }

    /// The question as the ledger answers it to this reader. O(names) where names or words are
    /// asked for, so it belongs on a thread that may block.
    ///
    /// # Errors
    /// 422 when a word stands for too many ids.
    pub(crate) fn resolve(self, reader: &Reader, order: Order) -> Result<Asked, Problem> {
        let Self { filter, from, to } = self;
        let Resolved { filter, conditions } =
            reader.tenant.resolve(reader.names().map(SeenNames::unseen), filter)?;
        let query = Query { filter: reader.readable(filter), from, to, order };
        Ok(Asked { query, conditions })
    }
}

fn time(
    parameters: &mut Parameters,
    name: &'static str,
    now: UnixMicros,
) -> Result<Option<UnixMicros>, Problem> {
    let Some(text) = parameters.take(name)? else { return Ok(None) };
    date_math::parse(&text, now).map(Some).map_err(|malformed| {
        let before = text.get(..malformed.span.start).unwrap_or_default();
        let diagnostic = Diagnostic {
            line: 1,
            column: before.chars().count() + 1,
            span: malformed.span,
            mistake: malformed.mistake.into(),
            suggestion: None,
        };
        Problem::in_text(name, &[diagnostic])
    })
}

/// Parameters named after fields: all of them must hold, and of one that is repeated any value.
/// A value means what it means between quotes in `q`.
fn fields(parameters: &mut Parameters, context: Context) -> Result<Filter, Problem> {
    let mut filter = Filter::All;
    for field in Field::all() {
        let values = parameters.take_all(field.name());
        if values.is_empty() {
            continue;
        }
        let name = Name::of(&Named::Field(field));
        let is_one = |value| Expression::equals(name.clone(), value);
        let asked = Expression::any_of(values.into_iter().map(is_one));
        let compiled = pql::compile(&asked.to_string(), &context);
        filter = filter.and(compiled.map_err(|diagnostics| refuse(field, &diagnostics))?);
    }
    Ok(filter)
}

/// Without places: they would be those of a text that nobody wrote.
fn refuse(field: Field, diagnostics: &[Diagnostic]) -> Problem {
    let messages: Vec<String> = diagnostics.iter().map(|found| found.mistake.to_string()).collect();
    Problem::bad_request(format!("`{}`: {}", field.name(), messages.join("; ")))
}
