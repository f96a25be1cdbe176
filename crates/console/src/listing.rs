//! One page of a list of events, newest first.

use gatelog_api::seen::SeenEvent;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Matches, Page, PageStart, Position};
use gatelog_query::Order;

use crate::links::Parameters;
use crate::moment::Moment;
use crate::visitor::Visit;

/// Rows of a page.
pub(crate) const ROWS_MAX: usize = 50;

/// Where in the list a page stands. Stays put when events arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the beginning.
    #[default]
    Newest,
    /// Right after this event.
    OlderThan(Position),
    /// Right before this event.
    NewerThan(Position),
    /// At the end.
    Oldest,
}

impl Place {
    /// Reads a place out of an address.
    pub(crate) fn read(parameters: &Parameters) -> Self {
        let position = |name| parameters.get(name).and_then(position);
        if let Some(position) = position("after") {
            return Self::OlderThan(position);
        }
        if let Some(position) = position("before") {
            return Self::NewerThan(position);
        }
        match parameters.get("page") {
            Some("oldest") => Self::Oldest,
            _ => Self::Newest,
        }
    }

    /// The parameter that says the same.
    pub(crate) fn write(self) -> Option<(&'static str, String)> {
        let text = |position: Position| format!("{}-{}", position.time.micros(), position.seq);
        match self {
            Self::Newest => None,
            Self::OlderThan(position) => Some(("after", text(position))),
            Self::NewerThan(position) => Some(("before", text(position))),
            Self::Oldest => Some(("page", "oldest".to_owned())),
        }
    }
}

/// One page of a list of events.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) events: Vec<SeenEvent>,
    /// How many events match in all, on whatever page.
    pub(crate) total: u64,
    has_newer: bool,
    has_older: bool,
}

/// Ways to the other pages of a list.
#[derive(Debug)]
pub(crate) struct Pager {
    pub(crate) newest: Option<String>,
    pub(crate) newer: Option<String>,
    pub(crate) older: Option<String>,
    pub(crate) oldest: Option<String>,
    /// The times of the first and the last row.
    pub(crate) span: Option<(Moment, Moment)>,
}

impl Listing {
    /// Reads a page of matching events, of `rows_max` rows at most.
    ///
    /// # Errors
    /// Whatever the ledger reports.
    pub(crate) fn read(
        visit: &Visit,
        matches: &Matches,
        place: Place,
        rows_max: usize,
    ) -> gatelog_ledger::Result<Self> {
        let newest_first = |start| matches.page(Order::NewestFirst, start, rows_max);
        let oldest_first = |start| matches.page(Order::OldestFirst, start, rows_max);
        match place {
            Place::Newest => {
                newest_first(PageStart::First).map(|page| Self::forward(visit, page, false))
            }
            Place::OlderThan(position) => newest_first(PageStart::After(position))
                .map(|page| Self::forward(visit, page, true)),
            Place::NewerThan(position) => match oldest_first(PageStart::After(position))? {
                // Nothing is newer than these few: the first page shows them, and more.
                Page { next: None, .. } => Self::read(visit, matches, Place::Newest, rows_max),
                page => Ok(Self::backward(visit, page, true)),
            },
            Place::Oldest => {
                oldest_first(PageStart::First).map(|page| Self::backward(visit, page, false))
            }
        }
    }

    /// Ways to the other pages, whose addresses `address` makes.
    pub(crate) fn pager(&self, visit: &Visit, address: impl Fn(Place) -> String) -> Pager {
        let (first, last) = (self.events.first(), self.events.last());
        let to = |is_there: bool, place: Place| is_there.then(|| address(place));
        let newer = first.map_or(Place::Newest, |event| Place::NewerThan(event.position));
        let older = last.map(|event| Place::OlderThan(event.position));
        let time = |event: &SeenEvent| visit.moment(event.position.time);
        Pager {
            newest: to(self.has_newer, Place::Newest),
            newer: to(self.has_newer, newer),
            older: older.and_then(|place| to(self.has_older, place)),
            oldest: to(self.has_older, Place::Oldest),
            span: first.zip(last).map(|(first, last)| (time(first), time(last))),
        }
    }

    fn forward(visit: &Visit, page: Page, has_newer: bool) -> Self {
        let has_older = page.next.is_some();
        Self { events: visit.seen(page.events), total: page.total, has_newer, has_older }
    }

    fn backward(visit: &Visit, mut page: Page, has_older: bool) -> Self {
        page.events.reverse();
        let has_newer = page.next.is_some();
        Self { events: visit.seen(page.events), total: page.total, has_newer, has_older }
    }
}

fn position(text: &str) -> Option<Position> {
    let (time, seq) = text.rsplit_once('-')?;
    Some(Position { time: UnixMicros::new(time.parse().ok()?)?, seq: seq.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_and_read_again() {
        for query in ["", "after=1795176000123456-41", "before=-5-0", "page=oldest"] {
            let place = Place::read(&Parameters::parse(query));
            let written = place.write().map(|(name, value)| format!("{name}={value}"));
            assert_eq!(written.unwrap_or_default(), query);
        }
        for odd in ["after=", "after=1", "after=x-1", "after=1--1", "page=7"] {
            assert_eq!(Place::read(&Parameters::parse(odd)), Place::Newest, "{odd}");
        }
    }
}
