//! `/searches`: questions to the audit logs that are kept under a name.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use gatelog_meta::{Error, NewSearch, Search};
use serde::Deserialize;

use crate::change::unpacked;
use crate::filter::{Facet, LogFilter};
use crate::frame::{Frame, Section};
use crate::links::Parameters;
use crate::moment::{Moment, Total};
use crate::problem::Problem;
use crate::seen;
use crate::text::{Shown, visible};
use crate::texts::Searches;
use crate::visitor::{Visit, Visitor};

/// The longest name: one line of a menu.
pub(super) const NAME_CHARACTERS_MAX: usize = 100;

/// The longest question. Half of what a form may have.
const QUESTION_BYTES_MAX: usize = crate::FORM_BYTES_MAX / 2;

/// Characters of a question that are shown.
const SUMMARY_CHARACTERS_MAX: usize = 160;

#[derive(Debug, Template)]
#[template(path = "searches.html", whitespace = "minimize")]
struct Page {
    frame: Frame,
    total: Total,
    searches: Vec<Kept>,
    name_characters_max: usize,
    may_share: bool,
}

/// A search on the page.
#[derive(Debug)]
struct Kept {
    number: i64,
    name: Shown,
    /// What it asks.
    summary: Shown,
    link: String,
    is_shared: bool,
    owner: String,
    used: Option<Moment>,
    /// What its owner can change.
    own: Option<Own>,
}

/// What only an owner sees.
#[derive(Debug)]
struct Own {
    name: String,
    update: String,
    delete: String,
}

/// What is to be kept, or how it is to be called.
#[derive(Debug, Deserialize)]
pub(crate) struct SearchForm {
    #[serde(default)]
    name: String,
    /// `on`, or nothing.
    #[serde(default)]
    shared: String,
}

/// A filter as it is kept: what appears by itself is no part of a question.
pub(super) fn kept(filter: &LogFilter) -> String {
    let parameters = filter.live(false).write();
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

/// `GET /searches`
pub(crate) async fn show(visitor: Visitor) -> Response {
    let render = |visit: &Visit, frame| {
        let searches = visit.meta().searches(visit.tenant.name(), visit.user())?;
        let number = searches.len() as u64;
        Ok(Page {
            frame,
            total: Total::new(number, visit.texts.searches.noun, visit.texts),
            searches: searches.iter().map(|search| Kept::new(visit, search)).collect(),
            name_characters_max: NAME_CHARACTERS_MAX,
            may_share: visit.may_share(),
        })
    };
    visitor.page(Section::Searches, render).await
}

/// `POST /logs/from/{question}/`: keeps a question and leads back to it.
pub(crate) async fn create(
    visitor: Visitor,
    Path(question): Path<String>,
    Form(form): Form<SearchForm>,
) -> Response {
    let save = move |visit: &Visit| {
        let filter = LogFilter::read(&unpacked(&question));
        let (question, name) = (kept(&filter), checked_name(&form.name, visit)?);
        if question.len() > QUESTION_BYTES_MAX {
            return Err(Problem::NotSaved(visit.texts.searches.too_long.to_owned()));
        }
        let new = NewSearch {
            tenant: visit.tenant.name().clone(),
            owner: visit.user().to_owned(),
            name,
            question,
            is_shared: is_shared(visit, &form)?,
        };
        let created = visit.meta().create_search(&new, &visit.change());
        created.map_err(|error| refused(error, visit))?;
        Ok(Redirect::to(&visit.links.filtered(&filter)).into_response())
    };
    visitor.answer(save).await
}

/// `GET /searches/{number}`: on to the question. That it was opened is noted for the order of the
/// list; nothing else depends on it.
pub(crate) async fn open(visitor: Visitor, Path(number): Path<String>) -> Response {
    let follow = move |visit: &Visit| {
        let (tenant, number) = (visit.tenant.name(), parsed(&number)?);
        let found = visit.meta().use_search(tenant, visit.user(), number, visit.now);
        let search = found.map_err(|error| refused(error, visit))?;
        let filter = read(&search.question);
        match visit.may_see_question(&filter) {
            true => Ok(Redirect::to(&visit.links.filtered(&filter)).into_response()),
            false => Err(Problem::AboutSomebody),
        }
    };
    visitor.answer(follow).await
}

/// `POST /searches/{number}`: another name, shared or not.
pub(crate) async fn update(
    visitor: Visitor,
    Path(number): Path<String>,
    Form(form): Form<SearchForm>,
) -> Response {
    let save = move |visit: &Visit| {
        let (name, is_shared) = (checked_name(&form.name, visit)?, is_shared(visit, &form)?);
        let (by, change) = (visit.user(), visit.change());
        let (tenant, number) = (visit.tenant.name(), parsed(&number)?);
        let updated = visit.meta().update_search(tenant, number, (&name, is_shared), (by, &change));
        updated.map_err(|error| refused(error, visit))?;
        Ok(Redirect::to(&visit.links.searches()).into_response())
    };
    visitor.answer(save).await
}

/// `POST /searches/{number}/delete`
pub(crate) async fn delete(visitor: Visitor, Path(number): Path<String>) -> Response {
    let forget = move |visit: &Visit| {
        let by = (visit.user(), &visit.change());
        let deleted = visit.meta().delete_search(visit.tenant.name(), parsed(&number)?, by);
        deleted.map_err(|error| refused(error, visit))?;
        Ok(Redirect::to(&visit.links.searches()).into_response())
    };
    visitor.answer(forget).await
}

impl Kept {
    fn new(visit: &Visit, search: &Search) -> Self {
        let name = seen::text(visit.sight, &search.name);
        let own = search.owner.eq_ignore_ascii_case(visit.user()).then(|| Own {
            name: name.clone().into_owned(),
            update: visit.links.search(search.number),
            delete: visit.links.delete_search(search.number),
        });
        Self {
            number: search.number,
            name: Shown::new(&name, NAME_CHARACTERS_MAX),
            summary: summary(visit, &read(&search.question)),
            link: visit.links.search(search.number),
            is_shared: search.is_shared,
            owner: visible(&seen::text(visit.sight, &search.owner)).into_owned(),
            used: search.used.map(|used| visit.moment(used)),
            own,
        }
    }
}

/// Whether others are to see it.
fn is_shared(visit: &Visit, form: &SearchForm) -> Result<bool, Problem> {
    match form.shared == "on" {
        true if !visit.may_share() => {
            Err(Problem::NotSaved(visit.texts.searches.may_not_share.to_owned()))
        }
        wanted => Ok(wanted),
    }
}

/// What was kept, as far as it means something still.
fn read(question: &str) -> LogFilter {
    LogFilter::read(&Parameters::parse(question))
}

fn parsed(number: &str) -> Result<i64, Problem> {
    number.parse().map_err(|_| Problem::NoSearch(number.to_owned()))
}

/// What a filter asks, in one line.
fn summary(visit: &Visit, filter: &LogFilter) -> Shown {
    let texts = visit.texts;
    if !visit.may_see_question(filter) {
        return Shown::new(texts.personal_data.about_somebody, SUMMARY_CHARACTERS_MAX);
    }
    let text = Some(&filter.text).filter(|text| !text.is_empty()).cloned();
    let tab = filter.tab.map(|tab| texts.tab(tab).to_owned());
    let values = Facet::ALL
        .into_iter()
        .filter_map(|facet| Some(format!("{}: {}", facet.title(texts), filter.get(facet)?)));
    let outcome = filter
        .outcome
        .map(|outcome| format!("{}: {}", texts.fields.result, texts.outcome(outcome)));
    let parts = tab.into_iter().chain(text).chain(values).chain(outcome);
    let parts: Vec<String> = parts.chain(filter.range.title(&visit.zone, texts)).collect();
    match parts.is_empty() {
        true => Shown::new(texts.searches.everything, SUMMARY_CHARACTERS_MAX),
        false => Shown::new(&parts.join(" · "), SUMMARY_CHARACTERS_MAX),
    }
}

fn checked_name(name: &str, visit: &Visit) -> Result<String, Problem> {
    let name = name.trim();
    match (1..=NAME_CHARACTERS_MAX).contains(&name.chars().count()) {
        true => Ok(name.to_owned()),
        false => {
            let most = visit.texts.number(NAME_CHARACTERS_MAX as u64);
            Err(Problem::NotSaved((visit.texts.searches.name_rule)(&most)))
        }
    }
}

/// Why something was not done, if the reader can help it.
fn refused(error: Error, visit: &Visit) -> Problem {
    let texts: &Searches = &visit.texts.searches;
    match error {
        Error::SearchExists(name) => Problem::NotSaved((texts.exists)(&visible(&name))),
        Error::TooManySearches(most) => {
            Problem::NotSaved((texts.too_many)(&visit.texts.number(u64::from(most))))
        }
        Error::UnknownSearch(number) => Problem::NoSearch(number.to_string()),
        error => error.into(),
    }
}
