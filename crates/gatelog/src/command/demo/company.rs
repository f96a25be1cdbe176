//! The invented company: what happens in which of its systems, and who is who.
//!
//! The same people have accounts in all of them. Not for keeping any of it: see `fill`.

use std::iter::Peekable;

use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_meta::{DirectoryEntry, DirectoryKind};
use gatelog_testkit::{
    BreakInOptions, LiveOptions, Named, NamedKind, Row, RowsOptions, Source, User, World,
    WorldOptions,
};

const MONTH_MS: i64 = 30 * 24 * 3_600 * 1_000;

/// Of so many events each source has its share; Logto has what the others leave.
const SHARES: [(Source, usize); 2] = [(Source::Authgear, 25), (Source::PlusAuth, 15)];
const SHARES_OF: usize = 100;

/// Calm enough to read along.
const LIVE_EVENTS_PER_MINUTE: [(Source, u32); 3] =
    [(Source::Logto, 30), (Source::Authgear, 15), (Source::PlusAuth, 15)];

/// A company with customers, applications and a past, all of which follow from a seed.
pub(super) struct Company {
    world: World,
    seed: u64,
}

/// Something that happened, as the system wrote it in which it did.
pub(super) struct Happening {
    pub(super) format: Format,
    pub(super) row: Row,
}

impl Company {
    pub(super) fn new(seed: u64) -> Self {
        let world = World::new(WorldOptions { seed, ..WorldOptions::default() });
        Self { world, seed }
    }

    /// The month before `until_ms`, in the order of time: so many everyday `events`, and the
    /// break-in of the last day.
    pub(super) fn month(&self, until_ms: i64, events: usize) -> impl Iterator<Item = Happening> {
        let rows = |source, count| {
            let (seed, from_ms) = (self.seed, until_ms - MONTH_MS);
            let rows = RowsOptions { seed, from_ms, to_ms: until_ms, count };
            happenings(source, self.world.rows_of(source, rows))
        };
        let counts = SHARES.map(|(source, share)| (source, events / SHARES_OF * share));
        let others: usize = counts.iter().map(|(_, count)| count).sum();
        let story = self.world.break_in(BreakInOptions { seed: self.seed, until_ms });
        let story = story.into_iter().map(|(source, row)| Happening::new(source, row));
        let mut streams = vec![Box::new(story) as Happenings<'_>];
        streams.push(rows(Source::Logto, events.saturating_sub(others)));
        streams.extend(counts.map(|(source, count)| rows(source, count)));
        InOrder::new(streams)
    }

    /// What happens from then on, without end.
    pub(super) fn live(&self, from_ms: i64) -> impl Iterator<Item = Happening> + Send {
        let live = LIVE_EVENTS_PER_MINUTE.map(|(source, rows_per_minute)| {
            let options = LiveOptions { seed: self.seed, from_ms, rows_per_minute };
            happenings(source, self.world.live_of(source, options))
        });
        InOrder::new(live.into())
    }

    /// Everybody and everything with a name, by the ids of all systems.
    pub(super) fn directory(&self, updated: UnixMicros) -> Vec<DirectoryEntry> {
        let entry = |named: Named| {
            let kind = match named.kind {
                NamedKind::User => DirectoryKind::User,
                NamedKind::Application => DirectoryKind::Application,
                NamedKind::Organization => DirectoryKind::Organization,
            };
            let Named { id, name, identifier, .. } = named;
            DirectoryEntry { kind, id, name, identifier, updated }
        };
        Source::ALL.into_iter().flat_map(|source| self.world.names_in(source)).map(entry).collect()
    }

    /// Whose account falls in the break-in.
    pub(super) fn victim(&self) -> &User {
        self.world.victim()
    }

    /// Who puts things right.
    pub(super) fn administrator(&self) -> &User {
        self.world.administrator()
    }
}

impl Happening {
    fn new(source: Source, row: Row) -> Self {
        let format = match source {
            Source::Logto => Format::Logto,
            Source::Authgear => Format::Authgear,
            Source::PlusAuth => Format::PlusAuth,
        };
        Self { format, row }
    }
}

type Happenings<'w> = Box<dyn Iterator<Item = Happening> + Send + 'w>;

fn happenings<'w>(source: Source, rows: impl Iterator<Item = Row> + Send + 'w) -> Happenings<'w> {
    Box::new(rows.map(move |row| Happening::new(source, row)))
}

/// What happens in several systems, each in the order of time, in one order.
struct InOrder<'w>(Vec<Peekable<Happenings<'w>>>);

impl<'w> InOrder<'w> {
    fn new(streams: Vec<Happenings<'w>>) -> Self {
        Self(streams.into_iter().map(Iterator::peekable).collect())
    }
}

impl Iterator for InOrder<'_> {
    type Item = Happening;

    fn next(&mut self) -> Option<Happening> {
        let streams = self.0.iter_mut();
        let first = streams.filter_map(|stream| Some((stream.peek()?.row.created_at_ms, stream)));
        first.min_by_key(|(created_at_ms, _)| *created_at_ms)?.1.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20.
    const NOW_MS: i64 = 1_795_132_800_000;
    const FORMATS: [Format; 3] = [Format::Logto, Format::Authgear, Format::PlusAuth];

    fn times(happenings: &[Happening]) -> impl Iterator<Item = i64> {
        happenings.iter().map(|happening| happening.row.created_at_ms)
    }

    #[test]
    fn the_month_has_as_many_events_as_asked_for_and_the_break_in() {
        let company = Company::new(1);
        let story: Vec<Happening> = company.month(NOW_MS, 0).collect();
        assert!(story.len() > 400);
        let month: Vec<Happening> = company.month(NOW_MS, 1_003).collect();
        assert_eq!(month.len(), story.len() + 1_003);
        assert!(times(&month).is_sorted());
        assert!(times(&month).all(|time_ms| (NOW_MS - MONTH_MS..NOW_MS).contains(&time_ms)));
    }

    #[test]
    fn every_system_goes_on_at_a_calm_rate() {
        let company = Company::new(1);
        let events: Vec<Happening> = company.live(NOW_MS).take(600).collect();
        assert!(times(&events).is_sorted());
        for format in FORMATS {
            let of_format = events.iter().filter(|happening| happening.format == format).count();
            assert!(of_format > 60, "{format:?}: {of_format}");
        }
        let minutes = (events[599].row.created_at_ms - NOW_MS) / 60_000;
        assert!((5..20).contains(&minutes), "600 events in {minutes} minutes");
    }
}
