//! A filled time range: exactly as many rows as asked for, in time order.

use crate::random::{Purpose, Random};
use crate::rhythm::Rhythm;
use crate::stage::Stage;
use crate::stories::{Attack, Plot};
use crate::world::World;

/// Whose rows are generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Rows of Logto's `logs` table, as its API returns them: `tenantId` (always `default`),
    /// `id`, `key`, `payload`, `createdAt`.
    Logto,
    /// Events of Authgear's audit log: `id`, `seq`, `type`, `payload`, `context`. Their times are
    /// whole seconds.
    Authgear,
    /// Entries of PlusAuth's log: `time`, `level`, `event_type`, `message`, `user_id`, ...
    PlusAuth,
}

impl Source {
    /// All sources.
    pub const ALL: [Self; 3] = [Self::Logto, Self::Authgear, Self::PlusAuth];

    /// Chance for this source: none repeats what another draws from the same seed.
    pub(crate) fn random(self, seed: u64, purpose: Purpose) -> Random {
        let salt = match self {
            Self::Logto => 0,
            Self::Authgear => 0x6175_7468_6765_6172,
            Self::PlusAuth => 0x706c_7573_6175_7468,
        };
        Random::new(seed ^ salt, purpose)
    }
}

/// One row of a source's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// When it happened, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// The whole row as one line of JSON, without a line feed.
    pub json: String,
}

/// What [`World::rows`] shall generate.
#[derive(Debug, Clone, Copy)]
pub struct RowsOptions {
    /// Equal options over equal worlds give equal bytes.
    pub seed: u64,
    /// Start of the time range, in milliseconds since 1970; included.
    pub from_ms: i64,
    /// End of the time range; excluded. An empty range yields no rows.
    pub to_ms: i64,
    /// How many rows.
    pub count: usize,
}

/// Rows in time order, spread over the range by the hour and the weekday.
#[derive(Debug)]
pub struct Rows<'w> {
    plot: Plot<'w>,
    rhythm: Rhythm,
    stage: Stage,
    /// Everyday rows put on stage so far, and how many there shall be.
    planned: usize,
    everyday: usize,
    next_story_ms: i64,
    to_ms: i64,
    /// A story's rows on their way to the stage; kept to reuse its memory.
    story: Vec<Row>,
}

const DAY_MS: i64 = 86_400_000;

/// How finely a story's start is placed between one row's share of the range and the next.
const PARTS_PER_ROW: u128 = 1 << 10;

impl World {
    /// Rows of this world's log for a time range, as Logto writes them.
    #[must_use]
    pub fn rows(&self, options: RowsOptions) -> Rows<'_> {
        self.rows_of(Source::Logto, options)
    }

    /// Rows of this world's log for a time range, as `source` writes them. Sources that are asked
    /// with the same options tell of the same people, but not the same stories.
    #[must_use]
    pub fn rows_of(&self, source: Source, options: RowsOptions) -> Rows<'_> {
        let RowsOptions { seed, from_ms, to_ms, count } = options;
        let everyday = if from_ms < to_ms { count } else { 0 };
        let mut rows = Rows {
            plot: Plot::new(self, source, source.random(seed, Purpose::Rows)),
            rhythm: Rhythm::new(from_ms, to_ms),
            stage: Stage::default(),
            planned: 0,
            everyday,
            next_story_ms: from_ms,
            to_ms,
            story: Vec::new(),
        };
        rows.plan_attacks(from_ms);
        rows.everyday -= rows.stage.len();
        rows
    }
}

impl Rows<'_> {
    /// Puts about one wave of attacks a week on stage, as long as they stay a small part of all.
    ///
    /// They wait there from the beginning, so that everyday life goes on around them: a story that
    /// took its time from the rhythm would silence everybody else for as long as it is rows long.
    fn plan_attacks(&mut self, from_ms: i64) {
        let length_ms = self.to_ms.saturating_sub(from_ms);
        let waves = (length_ms / (7 * DAY_MS)).clamp(1, 12);
        let budget = self.everyday / 30;
        for wave in 0..waves {
            for attack in Attack::ALL {
                let slot_ms = length_ms / waves;
                let at_ms = from_ms + slot_ms * wave + self.plot.random.between(0, slot_ms);
                self.plot.attack(attack, at_ms, &mut self.story);
                self.story.retain(|row| row.created_at_ms < self.to_ms);
                if self.stage.len() + self.story.len() > budget {
                    self.story.clear();
                }
                self.story.drain(..).for_each(|row| self.stage.enter(row));
            }
        }
    }

    /// Puts the next story on stage; what would happen after the end of the range is left out.
    fn plan_story(&mut self) {
        self.plot.story(self.next_story_ms, &mut self.story);
        self.story.retain(|row| row.created_at_ms < self.to_ms);
        self.story.truncate(self.everyday - self.planned);
        self.planned += self.story.len();
        self.story.drain(..).for_each(|row| self.stage.enter(row));
        // Up to one row's share of jitter, so that single-row stories do not tick like a clock.
        let jitter = u128::from(self.plot.random.next()) % PARTS_PER_ROW;
        let done = self.planned as u128 * PARTS_PER_ROW + jitter;
        self.next_story_ms = self.rhythm.time_ms(done, self.everyday as u128 * PARTS_PER_ROW);
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        while self.planned < self.everyday {
            if let Some(row) = self.stage.leave_until(self.next_story_ms) {
                return Some(row);
            }
            self.plan_story();
        }
        self.stage.leave_until(i64::MAX)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.stage.len() + self.everyday - self.planned;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Rows<'_> {}
