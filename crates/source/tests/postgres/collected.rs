//! Keeps what a feed delivers, as whoever runs it does: durable, once by its id.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use gatelog_event::time::UnixMicros;
use gatelog_source::{Batch, Cursor, Delivery, Feed, Trouble};
use serde_json::Value;

const WAIT: Duration = Duration::from_secs(120);

/// What is kept.
#[derive(Default)]
pub(crate) struct Collected {
    /// Records by their id.
    pub(crate) records: BTreeMap<String, String>,
    /// What cannot be a record, and why.
    pub(crate) broken: Vec<(String, String)>,
    /// How many records came, again or not.
    pub(crate) deliveries: usize,
    /// The most bytes that came at once.
    pub(crate) bytes_max: usize,
    pub(crate) troubles: Vec<String>,
    pub(crate) cursor: Option<Cursor>,
}

impl Collected {
    pub(crate) fn keep(&mut self, batch: Batch) {
        let Delivery { lines, broken, .. } = batch.delivery;
        self.bytes_max = self.bytes_max.max(lines.len());
        for line in String::from_utf8(lines).expect("text").lines() {
            let id = id(line);
            let before = self.records.insert(id.clone(), line.to_owned());
            assert!(before.is_none_or(|before| before == line), "{id} came with other content");
            self.deliveries += 1;
        }
        let text = |bytes| String::from_utf8(bytes).expect("text");
        self.broken.extend(broken.into_iter().map(|row| (text(row.bytes), row.reason)));
        self.cursor = Some(batch.cursor);
    }

    /// Fetches one batch and keeps it; says whether there is nothing newer.
    pub(crate) async fn fetch(&mut self, feed: &mut dyn Feed) -> Result<bool, Trouble> {
        let cursor = self.cursor.clone();
        let batch = feed.fetch(cursor.as_ref(), UnixMicros::EPOCH).await?;
        let is_at_head = batch.is_at_head;
        self.keep(batch);
        Ok(is_at_head)
    }

    /// Fetches until there is nothing newer.
    pub(crate) async fn drain(&mut self, feed: &mut dyn Feed) {
        while !self.fetch(feed).await.expect("a batch") {}
    }

    /// Runs a feed until so many records are kept, whatever goes wrong meanwhile.
    pub(crate) async fn follow(&mut self, feed: &mut dyn Feed, records: usize) {
        let start = Instant::now();
        while self.records.len() < records {
            assert!(
                start.elapsed() < WAIT,
                "{} of {records}: {:?}",
                self.records.len(),
                self.troubles
            );
            match self.fetch(feed).await {
                Ok(false) => {}
                Ok(true) => tokio::time::sleep(Duration::from_millis(10)).await,
                Err(trouble) => {
                    self.troubles.push(trouble.reason);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }
}

/// The id of a record of either product.
pub(crate) fn id(record: &str) -> String {
    let record: Value = serde_json::from_str(record).expect("JSON");
    record["id"].as_str().expect("an id").to_owned()
}
