//! An endless trickle: what happens from now on.

use crate::random::Purpose;
use crate::rows::{Row, Source};
use crate::stage::Stage;
use crate::stories::{Attack, Plot};
use crate::world::World;

/// What [`World::live`] shall generate.
#[derive(Debug, Clone, Copy)]
pub struct LiveOptions {
    /// Equal options over equal worlds give equal bytes.
    pub seed: u64,
    /// When the first story starts, in milliseconds since 1970.
    pub from_ms: i64,
    /// Rows in a minute, on average; at least one.
    pub rows_per_minute: u32,
}

/// Rows in time order without end, at an even pace. Whoever reads them waits for each row's time.
#[derive(Debug)]
pub struct Live<'w> {
    plot: Plot<'w>,
    stage: Stage,
    next_story_ms: i64,
    ms_per_row: i64,
    story: Vec<Row>,
}

impl World {
    /// What happens in this world from a time on, as Logto writes it. No id is one of
    /// [`World::rows`].
    #[must_use]
    pub fn live(&self, options: LiveOptions) -> Live<'_> {
        self.live_of(Source::Logto, options)
    }

    /// What happens in this world from a time on, as `source` writes it.
    #[must_use]
    pub fn live_of(&self, source: Source, options: LiveOptions) -> Live<'_> {
        let LiveOptions { seed, from_ms, rows_per_minute } = options;
        Live {
            plot: Plot::new(self, source, source.random(seed, Purpose::Live)),
            stage: Stage::default(),
            next_story_ms: from_ms,
            ms_per_row: 60_000 / i64::from(rows_per_minute.max(1)),
            story: Vec::new(),
        }
    }
}

impl Live<'_> {
    fn plan_story(&mut self) {
        if self.plot.random.chance(1) {
            let attack = Attack::PasswordGuessing;
            self.plot.attack(attack, self.next_story_ms, &mut self.story);
        }
        self.plot.story(self.next_story_ms, &mut self.story);
        let rows = i64::try_from(self.story.len()).unwrap_or(1).min(20);
        // At least 1 ms, so that the trickle moves on at any pace.
        let pause_ms = self.plot.random.between(1, (2 * rows * self.ms_per_row).max(1));
        self.next_story_ms = self.next_story_ms.saturating_add(pause_ms);
        self.story.drain(..).for_each(|row| self.stage.enter(row));
    }
}

impl Iterator for Live<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            if let Some(row) = self.stage.leave_until(self.next_story_ms) {
                return Some(row);
            }
            self.plan_story();
        }
    }
}
