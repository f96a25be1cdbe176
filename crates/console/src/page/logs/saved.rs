//! Questions that are kept under a name: a menu of those used last, and a form to keep this one.

use gatelog_auth::Scope;

use crate::change;
use crate::filter::LogFilter;
use crate::page::searches;
use crate::problem::Problem;
use crate::seen;
use crate::text::Shown;
use crate::visitor::Visit;

/// Searches in the menu; all of them are on a page of their own.
const LISTED_MAX: usize = 10;

/// The menu.
#[derive(Debug)]
pub(super) struct SavedMenu {
    pub(super) searches: Vec<SavedLink>,
    /// All of them.
    pub(super) all: String,
    /// Where the form is sent to: below the question itself, which is not written once more.
    pub(super) save: String,
    /// An alert on the question, for those who may.
    pub(super) alert: Option<String>,
    pub(super) name_characters_max: usize,
    pub(super) may_share: bool,
}

/// A question to be asked again.
#[derive(Debug)]
pub(super) struct SavedLink {
    pub(super) name: Shown,
    pub(super) link: String,
    /// Whether it is the one on the page.
    pub(super) is_current: bool,
}

impl SavedMenu {
    /// The menu beside a question.
    pub(super) fn new(visit: &Visit, filter: &LogFilter) -> Result<Self, Problem> {
        let question = searches::kept(filter);
        let found = visit.meta().searches(visit.tenant.name(), visit.user())?;
        let link = |search: gatelog_meta::Search| SavedLink {
            name: Shown::new(&seen::text(visit.sight, &search.name), 48),
            link: visit.links.search(search.number),
            is_current: search.question == question,
        };
        Ok(Self {
            searches: found.into_iter().take(LISTED_MAX).map(link).collect(),
            all: visit.links.searches(),
            save: change::here(&visit.links),
            alert: visit.may(Scope::Admin).then(|| visit.links.new_alert(filter)),
            name_characters_max: searches::NAME_CHARACTERS_MAX,
            may_share: visit.may_share(),
        })
    }
}
