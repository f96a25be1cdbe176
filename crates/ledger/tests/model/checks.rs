//! Answers, compared with those of the plain vector.

use std::collections::BTreeMap;

use gatelog_event::fields::{IndexedField, Outcome};
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{CountedBy, Matches, Page, PageStart, Position, TenantLedger};
use gatelog_query::{Field, Filter, Grouping, Order, Query};

use crate::operations::EPOCH_MS;
use crate::plain::{Kept, Model};

pub(crate) fn check_page(page: &Page, expected: &[&Kept], total: usize) {
    assert_eq!(page.total, total as u64, "total");
    let found: Vec<_> = page.events.iter().map(|event| (event.position, &event.id)).collect();
    let expected_rows: Vec<_> = expected.iter().map(|kept| (kept.position, &kept.id)).collect();
    assert_eq!(found, expected_rows, "rows");
    for (event, kept) in page.events.iter().zip(expected) {
        assert_eq!(*event.record, *kept.record);
        assert_eq!(event.event_type, kept.event_type);
        assert_eq!(event.result, kept.result);
    }
}

pub(crate) fn ask(
    tenant: &TenantLedger,
    model: &Model,
    query: &Query,
    offset: usize,
    limit: usize,
) {
    let all = model.matching(query);
    assert_eq!(tenant.count(query).expect("a count"), all.len() as u64);

    // By offset, also beyond the end.
    let start = PageStart::Offset(offset as u64);
    let page = tenant.page(query, start, limit).expect("a page");
    let expected = all.get(offset..all.len().min(offset + limit)).unwrap_or_default();
    check_page(&page, expected, all.len());

    // By cursor, from the first page to the last.
    let mut start = PageStart::First;
    let mut seen = 0;
    loop {
        let page = tenant.page(query, start, limit).expect("a page");
        check_page(&page, &all[seen..all.len().min(seen + limit)], all.len());
        seen += page.events.len();
        assert_eq!(page.next.is_some(), seen < all.len(), "only the last page is the last");
        match page.next {
            Some(next) => start = PageStart::After(next),
            None => break,
        }
    }
    assert_eq!(seen, all.len(), "every row stands on exactly one page");
}

pub(crate) fn groupings() -> Vec<Grouping> {
    let names = [
        "actor.id",
        "ip",
        "outcome",
        "level",
        "type",
        "source",
        "session",
        "user_agent",
        "country",
        "browser",
        "actor.name",
        "data.tags",
        "data.n",
        "data.who",
    ];
    names.into_iter().map(|name| Grouping::from_name(name).expect(name)).collect()
}

pub(crate) fn counted<'k>(all: impl Iterator<Item = &'k &'k Kept>, grouping: &Grouping) -> Counts {
    let mut counts = Counts::new();
    for value in all.flat_map(|kept| kept.values(grouping)) {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

pub(crate) type Counts = BTreeMap<String, u64>;

pub(crate) fn check_statistics(tenant: &TenantLedger, model: &Model, query: &Query) {
    let all = model.matching(query);
    let groupings = groupings();
    let matches = tenant.matches(query).expect("matches");
    for grouping in &groupings {
        let facet = matches.facet(grouping, 100).expect("a facet");
        let expected = counted(all.iter(), grouping);
        let found: Counts = facet.values.iter().map(|v| (v.value.clone(), v.count)).collect();
        assert_eq!(found, expected, "{grouping:?}");
        assert_eq!(facet.distinct, expected.len() as u64);
        let missing = all.iter().filter(|kept| kept.values(grouping).is_empty()).count();
        assert_eq!(facet.missing, missing as u64, "{grouping:?}");
    }
    let kinds = matches.kinds().expect("kinds");
    assert_eq!(kinds.iter().map(|kind| kind.count).sum::<u64>(), all.len() as u64);
    for actor in matches.actors().expect("actors") {
        let is_theirs = |kept: &&&Kept| {
            kept.is_matched_by(&Filter::equals(Field::Indexed(IndexedField::ActorId), &*actor.id))
        };
        let theirs: Vec<&&Kept> = all.iter().filter(is_theirs).collect();
        let failures = theirs.iter().filter(|kept| kept.result == Outcome::Failure);
        assert_eq!(actor.events, theirs.len() as u64);
        assert_eq!(actor.failures, failures.count() as u64);
        assert_eq!(Some(actor.last_seen), theirs.iter().map(|kept| kept.position.time).max());
    }
}

/// What columns tell of the newest events is what the events say.
pub(crate) fn check_glimpses(tenant: &TenantLedger, model: &Model, query: &Query, limit: usize) {
    let newest_first = Query { order: Order::NewestFirst, ..query.clone() };
    let mut expected = model.matching(&newest_first).into_iter().take(limit);
    let fields = [IndexedField::ActorId, IndexedField::Session, IndexedField::UserAgent];
    let matches = tenant.matches(query).expect("matches");
    let glimpsed = matches.glimpse(&fields, limit, |glimpse| {
        let kept = expected.next().expect("no more events than match");
        assert_eq!(glimpse.position, kept.position);
        assert_eq!(glimpse.kind.event_type, &*kept.event_type);
        for field in fields {
            let values = kept.values(&Grouping::Field(Field::Indexed(field)));
            assert_eq!(glimpse.value(field)?.as_deref(), values.first().map(String::as_str));
        }
        Ok(())
    });
    glimpsed.expect("glimpses");
    assert!(expected.next().is_none(), "every event was shown");
}

pub(crate) fn check_histogram(tenant: &TenantLedger, model: &Model, query: &Query) {
    let all = model.matching(query);
    let times = all.iter().map(|kept| kept.position.time);
    let extent = times.clone().min().zip(times.max());
    let matches = tenant.matches(query).expect("matches");
    assert_eq!(matches.extent().expect("an extent"), extent);
    let starts = |step: i64| {
        (-1..11).filter_map(move |n| UnixMicros::from_millis(EPOCH_MS + n * step)).collect()
    };
    // Buckets that begin with an event, where rows of the same time are, and some before the first.
    let mut of_events: Vec<UnixMicros> =
        all.iter().skip(2).step_by(7).map(|kept| kept.position.time).collect();
    of_events.sort();
    of_events.dedup();
    for starts in [starts(10_000), starts(1_700), starts(10_000_000), of_events] {
        check_buckets(&matches, &all, &starts);
    }
}

pub(crate) fn check_buckets(matches: &Matches, all: &[&Kept], starts: &[UnixMicros]) {
    for (grouping, values_max) in groupings().into_iter().flat_map(|by| [(by.clone(), 2), (by, 9)])
    {
        let by = CountedBy { grouping, values_max };
        let found = matches.histogram(starts, Some(&by)).expect("a histogram");
        assert_eq!(found.buckets.len(), starts.len());
        for (number, bucket) in found.buckets.iter().enumerate() {
            let end = starts.get(number + 1).copied().unwrap_or(UnixMicros::MAX);
            let inside = |kept: &&&Kept| (bucket.start..end).contains(&kept.position.time);
            assert_eq!(bucket.count, all.iter().filter(inside).count() as u64);
            let expected = counted(all.iter().filter(inside), &by.grouping);
            for (value, count) in found.values.iter().zip(&bucket.by_value) {
                let expected = expected.get(&value.value).copied().unwrap_or(0);
                assert_eq!(*count, expected, "{by:?} {value:?}");
            }
        }
    }
}

/// Polls by sequence from `from` on, a few at a time, to the end.
pub(crate) fn check_following(tenant: &TenantLedger, model: &Model, filter: &Filter, from: u64) {
    let asked = filter.clone().without_own_audit();
    let expected: Vec<u64> = (model.0.iter())
        .filter(|kept| kept.position.seq >= from && kept.is_matched_by(&asked))
        .map(|kept| kept.position.seq)
        .collect();
    let (mut found, mut next) = (Vec::new(), from);
    loop {
        let following = tenant.follow(filter, next, 7).expect("events");
        assert_eq!(following.head, model.0.len() as u64);
        found.extend(following.events.iter().map(|event| event.position.seq));
        next = following.next;
        if following.events.len() < 7 {
            break;
        }
    }
    assert_eq!(found, expected);
    assert_eq!(next, from.max(model.0.len() as u64));
    assert_eq!(*tenant.head().borrow(), model.0.len() as u64);
}

/// What was found before more events came, and what it must still say: the order it was asked for,
/// its rows in that order, and how many there are of each kind.
pub(crate) struct Held {
    matches: Matches,
    order: Order,
    rows: Vec<(Position, Box<str>)>,
    outcomes: Counts,
}

impl Held {
    pub(crate) fn find(tenant: &TenantLedger, model: &Model, query: &Query) -> Self {
        let all = model.matching(query);
        let rows = all.iter().map(|kept| (kept.position, kept.id.clone())).collect();
        let outcomes = counted(all.iter(), &outcome());
        let matches = tenant.matches(query).expect("matches");
        Self { matches, order: query.order, rows, outcomes }
    }

    pub(crate) fn check(&self, offset: usize, limit: usize) {
        assert_eq!(self.matches.total(), self.rows.len() as u64);
        for offset in [0, offset] {
            let start = PageStart::Offset(offset as u64);
            let page = self.matches.page(self.order, start, limit).expect("a page");
            let found: Vec<_> =
                page.events.iter().map(|event| (event.position, event.id.clone())).collect();
            let end = self.rows.len().min(offset + limit);
            assert_eq!(found, self.rows.get(offset..end).unwrap_or_default());
        }
        let facet = self.matches.facet(&outcome(), 10).expect("a facet");
        let found: Counts = facet.values.into_iter().map(|v| (v.value, v.count)).collect();
        assert_eq!(found, self.outcomes);
        for (outcome, count) in &self.outcomes {
            let filter = Filter::equals(Field::Outcome, outcome);
            assert_eq!(self.matches.among(&filter).expect("some of them").total(), *count);
        }
        let by = CountedBy { grouping: outcome(), values_max: 10 };
        let first = self.matches.extent().expect("an extent").map(|(first, _)| first);
        let starts: Vec<UnixMicros> = first.into_iter().collect();
        let histogram = self.matches.histogram(&starts, Some(&by)).expect("a histogram");
        let count = histogram.buckets.first().map_or(0, |bucket| bucket.count);
        assert_eq!(count, self.rows.len() as u64);
    }
}

/// Those of the events of one question that match another filter as well.
pub(crate) fn check_among(tenant: &TenantLedger, model: &Model, query: &Query, filter: &Filter) {
    let all = model.matching(query);
    let both: Vec<&Kept> = all.into_iter().filter(|kept| kept.is_matched_by(filter)).collect();
    let matches = tenant.matches(query).expect("matches").among(filter).expect("some of them");
    let page = matches.page(query.order, PageStart::First, 20).expect("a page");
    check_page(&page, &both[..both.len().min(20)], both.len());
    check_buckets(&matches, &both, &[UnixMicros::EPOCH]);
}

pub(crate) fn outcome() -> Grouping {
    Grouping::Field(Field::Outcome)
}

/// Reads everything in handfuls from one snapshot.
pub(crate) fn check_reading(tenant: &TenantLedger, model: &Model, query: &Query, limit: usize) {
    let all = model.matching(query);
    let matches = tenant.matches(query).expect("matches");
    let mut reading = matches.read(query.order, PageStart::First).expect("a reading");
    assert_eq!(reading.total(), all.len() as u64);
    let mut found = Vec::new();
    while !reading.is_over() {
        found.extend(reading.events(limit).expect("events"));
    }
    let positions: Vec<Position> = found.iter().map(|event| event.position).collect();
    assert_eq!(positions, all.iter().map(|kept| kept.position).collect::<Vec<_>>());
}
