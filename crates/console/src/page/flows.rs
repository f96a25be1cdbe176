//! `/flows`: how many set out to sign in, to sign up or to replace a password, how far they came,
//! and what stopped them.
//!
//! It takes the filters of the list of events, so that a flow can be looked at for one application
//! or one address. Which events belong to one visit no index knows, so a bounded number of them is
//! looked at one by one, and the reader is told where that ends.
//!
//! - [`progress`]: from events to how far each visit came;
//! - [`proofs`]: proofs that failed, by their kind.

use std::borrow::Cow;

use askama::Template;
use axum::response::Response;
use gatelog_event::catalogue::{Action, meaning};
use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Glimpse, Matches, PageStart, Position};
use gatelog_query::{Field, Filter, Order, Test};

use crate::event_view::title_of;
use crate::filter::{LogFilter, Part};
use crate::frame::{Frame, Section};
use crate::moment::stated;
use crate::problem::Problem;
use crate::seen;
use crate::text::Shown;
use crate::time_range::{Preset, TimeRange};
use crate::visitor::{Prepared, Visit, Visitor, html};
use crate::visits;

mod progress;
mod proofs;

use progress::{Ending, Failure, Flow, Happening, Progress, STEPS, Visits};
use proofs::{FailedAttempts, FailedProofs};

/// Events that are looked at, the newest ones: so many in the time in which every page is there.
const EVENTS_MAX: usize = 7_000;

/// So many for whoever asks for more: half a second's work, should records have to be read.
const MORE_EVENTS_MAX: usize = 50_000;

/// The parameter that asks for more, and its value.
const MORE: (&str, &str) = ("events", "more");

/// What is looked at of them.
const FIELDS: [IndexedField; 4] = {
    let [interaction, ip, user_agent] = visits::MARK_FIELDS;
    [interaction, ip, user_agent, IndexedField::ErrorCode]
};

/// Reasons listed for each step.
const ENDINGS_MAX: usize = 5;

#[derive(Debug, Template)]
#[template(path = "flows.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    flows: Vec<FlowLink>,
    ranges: Vec<RangeLink>,
    /// That only events since some time were looked at.
    cut: Option<Cut>,
    /// What the list of events is narrowed to, besides the time.
    is_narrow: bool,
    /// The same for all events.
    clear: String,
    is_empty: bool,
    steps: Vec<Step>,
    under_way: Option<String>,
}

#[derive(Debug)]
struct FlowLink {
    title: &'static str,
    /// How many there were, and how many of them ended well.
    said: String,
    link: String,
    is_current: bool,
}

/// Where looking at events ended.
#[derive(Debug)]
struct Cut {
    said: String,
    /// The same with more of them: what it says, and where it leads.
    more: Option<(String, String)>,
}

#[derive(Debug)]
struct RangeLink {
    title: &'static str,
    link: String,
    is_current: bool,
}

/// One step of the flow that is shown.
#[derive(Debug)]
struct Step {
    title: &'static str,
    count: String,
    /// Of those who began, in percent.
    share: String,
    /// The width of its bar, of [`BAR_WIDTH`].
    width: u64,
    /// The events that reached it.
    link: String,
    /// How many went no further, if some did.
    lost: Option<String>,
    endings: Vec<EndingView>,
    /// Of the step at which people show who they are.
    failed_proofs: Vec<FailedProofs>,
}

/// Why some went no further.
#[derive(Debug)]
struct EndingView {
    title: Shown,
    count: String,
    /// The failures; none if somebody just left.
    link: Option<String>,
    /// One of them, from begin to end.
    example: String,
}

/// The step of every flow at which people have shown who they are.
const PROVED: usize = 1;

/// What the widths of bars are measured in.
const BAR_WIDTH: u64 = 1_000;

/// What is asked: the list's filter, with a day for all times, and the flow.
struct Asked {
    filter: LogFilter,
    flow: Flow,
    events_max: usize,
}

/// `GET /flows`
pub(crate) async fn show(visitor: Visitor) -> Response {
    // Records are read in any case.
    let prepare = |visit: &Visit| Prepared { value: Asked::read(visit), is_scan: true };
    visitor.answer_in_turn(prepare, |visit, asked| html(page(visit, &asked)?)).await
}

impl Asked {
    fn read(visit: &Visit) -> Self {
        let mut filter = LogFilter::read(&visit.parameters).live(false);
        if filter.range == TimeRange::All {
            filter = filter.within(Preset::Day);
        }
        let name = visit.parameters.get("flow");
        let flow = Flow::ALL.into_iter().find(|flow| Some(flow.name()) == name);
        let is_more = visit.parameters.get(MORE.0) == Some(MORE.1);
        let events_max = if is_more { MORE_EVENTS_MAX } else { EVENTS_MAX };
        Self { filter, flow: flow.unwrap_or_default(), events_max }
    }
}

fn page(visit: &Visit, Asked { filter, flow, events_max }: &Asked) -> Result<Page, Problem> {
    let mut query = filter.query(visit)?;
    query.filter = query.filter.and(visits::is_of_one());
    let matches = visit.tenant.ledger().matches(&query)?;
    let LookedAt { mut visits, failed, begin } = look_at(&matches, *events_max)?;
    let all = visits.progress(visit.now);
    let link = |(other, progress): (Flow, &Progress)| FlowLink {
        title: title(visit, other),
        said: said(visit, progress),
        link: visit.links.flows(other.name(), filter),
        is_current: other == *flow,
    };
    let flows: Vec<FlowLink> = Flow::ALL.into_iter().zip(&all).map(link).collect();
    let [sign_ins, sign_ups, resets] = all;
    let shown = match flow {
        Flow::SignIn => sign_ins,
        Flow::SignUp => sign_ups,
        Flow::Reset => resets,
    };
    let under_way = visit.texts.number(shown.under_way);
    let mut steps = steps(visit, filter, *flow, &shown, &matches)?;
    if let Some(proved) = steps.get_mut(PROVED) {
        proved.failed_proofs = failed.of(*flow, visit, filter);
    }
    Ok(Page {
        frame: visit.frame(Section::Flows),
        flows,
        ranges: ranges(visit, filter, *flow),
        cut: begin.map(|begin| Cut::new(visit, filter, (*flow, *events_max), begin)),
        is_narrow: filter.without(Part::Range).is_narrow(),
        clear: visit.links.flows(flow.name(), &LogFilter::default()),
        is_empty: shown.reached.iter().all(|count| *count == 0),
        steps,
        under_way: (shown.under_way > 0).then(|| (visit.texts.flows.under_way)(&under_way)),
    })
}

impl Cut {
    fn new(
        visit: &Visit,
        filter: &LogFilter,
        (flow, events_max): (Flow, usize),
        begin: UnixMicros,
    ) -> Self {
        let texts = &visit.texts.flows;
        let more = || {
            let count = visit.texts.number(MORE_EVENTS_MAX as u64);
            let link = visit.links.flows_with(flow.name(), filter, [MORE]);
            ((texts.count_more)(&count), link)
        };
        Self {
            said: (texts.cut)(&stated(begin, &visit.zone, visit.texts)),
            more: (events_max < MORE_EVENTS_MAX).then(more),
        }
    }
}

/// What the newest events say.
#[derive(Default)]
struct LookedAt {
    visits: Visits,
    failed: FailedAttempts,
    /// The time of the earliest one, if these are not all.
    begin: Option<UnixMicros>,
}

fn look_at(matches: &Matches, events_max: usize) -> Result<LookedAt, Problem> {
    let (mut found, mut earliest) = (LookedAt::default(), None);
    matches.glimpse(&FIELDS, events_max, |glimpse| {
        earliest = Some(glimpse.position.time);
        found.add(&glimpse)
    })?;
    found.begin = earliest.filter(|_| matches.total() > events_max as u64);
    Ok(found)
}

impl LookedAt {
    fn add(&mut self, glimpse: &Glimpse<'_>) -> gatelog_ledger::Result<()> {
        let Glimpse { position, kind, .. } = *glimpse;
        let meaning = meaning(kind.source, kind.event_type, kind.result);
        let flow = Flow::of(&meaning);
        self.failed.note(flow, &meaning);
        let Some(mark) = visits::mark(kind.source, |field| glimpse.value(field))? else {
            return Ok(());
        };
        let failure = match meaning.outcome {
            Outcome::Failure => Some(Failure {
                code: glimpse.value(IndexedField::ErrorCode)?.map(Cow::into_owned),
                event_type: kind.event_type.to_owned(),
            }),
            _ => None,
        };
        let step = visits::step(position.time, &meaning);
        self.visits.add(mark, Happening { position, step, flow, failure });
        Ok(())
    }
}

fn title(visit: &Visit, flow: Flow) -> &'static str {
    let texts = &visit.texts.flows;
    match flow {
        Flow::SignIn => texts.sign_in,
        Flow::SignUp => texts.sign_up,
        Flow::Reset => texts.reset,
    }
}

fn step_titles(visit: &Visit, flow: Flow) -> [&'static str; STEPS] {
    let texts = &visit.texts.flows;
    match flow {
        Flow::SignIn => [texts.begun, texts.proved, texts.second_factor, texts.signed_in],
        Flow::SignUp => [texts.begun, texts.identified, texts.secured, texts.signed_up],
        Flow::Reset => [texts.begun, texts.proved, texts.password_chosen, texts.replaced],
    }
}

fn said(visit: &Visit, progress: &Progress) -> String {
    let [begun, .., ended] = progress.reached;
    let texts = visit.texts;
    (texts.flows.completed)(&texts.number(ended), &texts.number(begun))
}

fn ranges(visit: &Visit, filter: &LogFilter, flow: Flow) -> Vec<RangeLink> {
    let link = |preset: Preset| RangeLink {
        title: preset.title(visit.texts),
        link: visit.links.flows(flow.name(), &filter.within(preset)),
        is_current: filter.range == TimeRange::Last(preset),
    };
    Preset::ALL.into_iter().map(link).collect()
}

fn steps(
    visit: &Visit,
    filter: &LogFilter,
    flow: Flow,
    progress: &Progress,
    matches: &Matches,
) -> Result<Vec<Step>, Problem> {
    let (texts, titles) = (&visit.texts.flows, step_titles(visit, flow));
    let begun = progress.reached.first().copied().unwrap_or(0).max(1);
    let actions = std::iter::once(None).chain(flow.steps().into_iter().map(Some));
    let mut steps = Vec::with_capacity(STEPS);
    let counted = progress.reached.into_iter().zip(&progress.ended);
    for ((title, (count, ended)), actions) in titles.into_iter().zip(counted).zip(actions) {
        let lost: u64 = ended.iter().map(|ending| ending.count).sum();
        steps.push(Step {
            title,
            count: visit.texts.number(count),
            share: format!("{} %", (count * 100 + begun / 2) / begun),
            width: count * BAR_WIDTH / begun,
            link: visit.links.filtered(&narrowed(filter, &reached(actions))),
            lost: (lost > 0).then(|| (texts.lost)(&visit.texts.number(lost))),
            failed_proofs: Vec::new(),
            endings: ended
                .iter()
                .take(ENDINGS_MAX)
                .map(|it| ending(visit, filter, it, matches))
                .collect::<Result<_, Problem>>()?,
        });
    }
    Ok(steps)
}

/// The query for events that reach a step.
fn reached(actions: Option<&[Action]>) -> String {
    let Some(actions) = actions else { return "tab = \"user\"".to_owned() };
    let names: Vec<String> =
        actions.iter().map(|action| format!("\"{}\"", action.name())).collect();
    format!("outcome = \"success\" AND action IN ({})", names.join(", "))
}

/// The same filter, narrowed by a query.
fn narrowed(filter: &LogFilter, query: &str) -> LogFilter {
    match filter.text.as_str() {
        "" => filter.with_text(query.to_owned()),
        text => filter.with_text(format!("({text}) AND {query}")),
    }
}

fn ending(
    visit: &Visit,
    filter: &LogFilter,
    ending: &Ending,
    matches: &Matches,
) -> Result<EndingView, Problem> {
    let texts = visit.texts;
    let (title, link) = match &ending.failure {
        None => (texts.flows.left.to_owned(), None),
        Some(Failure { code, event_type }) => {
            let condition = match code {
                Some(code) => Filter::equals(Field::Indexed(IndexedField::ErrorCode), code),
                None => Filter::Field(Field::Indexed(IndexedField::ErrorCode), Test::Missing),
            };
            let condition = condition.and(Filter::equals(Field::Type, event_type));
            let condition = condition.and(Filter::equals(Field::Outcome, Outcome::Failure.name()));
            let title = title_of(event_type, texts.language);
            let code = code.as_deref().map(|code| seen::text(visit.sight, code));
            let text = match &code {
                Some(code) => format!("{title} · {code}"),
                None => title.to_owned(),
            };
            let link = visit.links.filtered(&narrowed(filter, &condition.to_string()));
            (text, Some(link).filter(|_| !matches!(code, Some(Cow::Owned(_)))))
        }
    };
    // Of the position before it, it is the next.
    let Position { time, seq } = ending.example;
    let before = PageStart::After(Position { time, seq: seq.saturating_add(1) });
    let example = matches.page(Order::NewestFirst, before, 1)?.events.into_iter().next();
    let example = example.map(|event| visit.links.journey_around(&event.id));
    Ok(EndingView {
        title: Shown::new(&title, 120),
        count: texts.number(ending.count),
        link,
        example: example.unwrap_or_default(),
    })
}
