//! Parameters to a question for the ledger.

use gatelog_event::catalogue::Level;
use gatelog_event::time::UnixMicros;
use gatelog_query::pql::{self, Context, Diagnostic};
use gatelog_query::{Filter, Test, date_math};

use super::parameters::{Page, Parameters};
use super::refusal::Refusal;
use super::{operation, shown};

/// PlusAuth's other word for a level.
const LEVEL_ALIAS: (&str, Level) = ("warning", Level::Warn);

/// A level that PlusAuth's entries may have and none of its codes has.
const LEVEL_OF_NOTHING: &str = "debug";

/// Most items of a list. Each is at least one condition, of which `q` has no more.
const ITEMS_MAX: usize = pql::limits::CONDITIONS_MAX;

/// What `GET /api/v1/logs/` asks for.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// Which events, before the tenant's directory and key say what it means.
    pub(super) filter: Filter,
    /// From when to when.
    pub(super) window: Window,
    /// Which page of them.
    pub(super) page: Page,
}

/// Times that are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The first time.
    pub(super) from: Option<UnixMicros>,
    /// The first time that is too late.
    pub(super) to: Option<UnixMicros>,
}

impl Question {
    /// Checks the parameters. `now` is what date math counts from.
    ///
    /// # Errors
    /// [`Refusal::InvalidRequest`], which names the parameter and the place in it.
    pub(super) fn read(parameters: &Parameters, now: UnixMicros) -> Result<Self, Refusal> {
        let page = parameters.page()?;
        let window = Window::read(parameters, now)?;
        // What leaves over the fewest rows comes first: the ledger stops where none are left.
        let mut parts = Vec::new();
        if let Some(text) = parameters.value("q")? {
            let asked = pql::compile(text, &Context { now });
            let asked = asked.map_err(|diagnostics| in_text("q", &diagnostics))?;
            parts.push(shown::as_shown(asked));
        }
        parts.extend(any_of(parameters, "type", level)?);
        parts.extend(any_of(parameters, "operation", operation::filter)?);
        if !parameters.flag("include_api")? {
            parts.push(Filter::Not(Box::new(shown::is_api_operation())));
        }
        parts.push(shown::is_shown());
        Ok(Self { filter: Filter::And(parts), window, page })
    }
}

impl Window {
    fn read(parameters: &Parameters, now: UnixMicros) -> Result<Self, Refusal> {
        let time = |name| match parameters.value(name)? {
            None => Ok(None),
            Some(text) => date_math::parse(text, now).map(Some).map_err(|malformed| {
                let before = text.get(..malformed.span.start).unwrap_or_default();
                let column = before.chars().count() + 1;
                Refusal::invalid(name, &format!("line 1, column {column}: {malformed}"))
            }),
        };
        let (from, to) = (time("from")?, time("to")?);
        match from.zip(to) {
            Some((from, to)) if from > to => {
                Err(Refusal::invalid("from", "must not be after `to`"))
            }
            _ => Ok(Self { from, to }),
        }
    }
}

/// Events for which any item of a list holds; nothing if there is no item.
fn any_of(
    parameters: &Parameters,
    name: &str,
    meant: impl Fn(&str) -> Result<Filter, String>,
) -> Result<Option<Filter>, Refusal> {
    if parameters.items(name).nth(ITEMS_MAX).is_some() {
        return Err(Refusal::invalid(name, &format!("has more than {ITEMS_MAX} items")));
    }
    let filters: Vec<Filter> = parameters
        .items(name)
        .map(|item| meant(item).map_err(|reason| Refusal::invalid(name, &reason)))
        .collect::<Result<_, _>>()?;
    Ok((!filters.is_empty()).then_some(Filter::Or(filters)))
}

fn level(name: &str) -> Result<Filter, String> {
    let (alias, meant) = LEVEL_ALIAS;
    let level = if name == alias { Some(meant) } else { Level::from_name(name) };
    match level {
        Some(level) => Ok(shown::level(&Test::Equals(level.name().to_owned()))),
        None if name == LEVEL_OF_NOTHING => Ok(shown::nothing()),
        None => {
            Err(format!("`{name}` is no level; levels are debug, info, warn, warning and error"))
        }
    }
}

/// Everything that is wrong with the text of a parameter.
fn in_text(parameter: &str, diagnostics: &[Diagnostic]) -> Refusal {
    let all: Vec<String> = diagnostics.iter().map(Diagnostic::to_string).collect();
    Refusal::invalid(parameter, &all.join("; "))
}
