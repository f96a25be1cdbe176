//! Who keeps what a feed delivers, and is killed now and then.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use gatelog_source::{Batch, Cursor, Feed, Trouble};

use super::{Random, SECRET, START, Stage};

/// How often it is killed at least.
const KILLS: usize = 50;

/// How often it fetches at most.
const FETCHES_MAX: usize = 10_000;

/// What was kept, how often it came, and what went wrong on the way.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) lines: BTreeMap<String, usize>,
    pub(crate) troubles: Vec<Trouble>,
    pub(crate) kills: usize,
}

impl Collected {
    fn keep(&mut self, batch: &Batch) {
        let text = std::str::from_utf8(&batch.delivery.lines).expect("text");
        for line in text.lines() {
            *self.lines.entry(line.to_owned()).or_default() += 1;
        }
    }

    fn note(&mut self, trouble: Trouble) {
        assert!(!trouble.reason.contains(SECRET), "{trouble}");
        self.troubles.push(trouble);
    }
}

/// Runs a feed until it has caught up after half an hour, and was killed often enough: dropped, and
/// opened again at the last place that is durable. Then every row of the list has come.
pub(crate) async fn collect(
    stage: &Stage,
    open: impl Fn() -> Box<dyn Feed>,
    random: &mut Random,
) -> Collected {
    let mut collected = Collected::default();
    let mut feed = open();
    let (mut durable, mut after): (Option<Cursor>, Option<Cursor>) = (None, None);
    let mut has_caught_up = false;
    for fetches in 0.. {
        if has_caught_up && stage.now_ms() > START + 1_800_000 && collected.kills >= KILLS {
            break;
        }
        assert!(fetches < FETCHES_MAX, "it does not catch up: {durable:?}");
        has_caught_up = false;
        let fetching = feed.fetch(after.as_ref(), stage.now());
        let patience = if random.below(10) == 0 { 3 } else { 60_000 };
        let fetched = tokio::time::timeout(Duration::from_millis(patience), fetching).await;
        let chance = random.below(12);
        if chance < 2 {
            collected.kills += 1;
            feed = open();
            after.clone_from(&durable);
        } else {
            match fetched {
                // Refused by whoever keeps events: asked again from where it is durable.
                Ok(Ok(_)) if chance == 2 => after.clone_from(&durable),
                Ok(Ok(batch)) => {
                    collected.keep(&batch);
                    has_caught_up = batch.is_at_head;
                    durable = Some(batch.cursor.clone());
                    after = Some(batch.cursor);
                    stage.pass(if batch.is_at_head { 5_000 } else { 0 });
                }
                Ok(Err(trouble)) => {
                    let wait = trouble.retry_after.unwrap_or(Duration::from_secs(1)).as_millis();
                    stage.pass(i64::try_from(wait).expect("an hour at most"));
                    collected.note(trouble);
                }
                Err(_) => {}
            }
        }
        stage.pass(200);
    }
    let missing: Vec<&String> =
        stage.lines().filter(|line| !collected.lines.contains_key(*line)).collect();
    assert!(missing.is_empty(), "{} rows are missing, such as {:?}", missing.len(), missing[0]);
    let known: BTreeSet<&String> = stage.lines().collect();
    assert_eq!(collected.lines.len(), known.len(), "rows came that are not in the list");
    collected
}

/// Fetches once from the beginning.
pub(crate) async fn fetch_once(stage: &Stage, mut feed: impl Feed) -> Result<Batch, Trouble> {
    feed.fetch(None, stage.now()).await
}
