//! Windows and their pages as a feed, over anything that gives pages.

use std::future::Future;
use std::time::Duration;

use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;

use super::reading::{Page, Reading, Row, Step, Unread};
use super::windows::{Finished, Mark, Timing, Window, Windows};
use crate::delivery::Delivery;
use crate::feed::{Batch, Cursor, Feed, Fetching, Trouble};

/// From a year to two seconds in halves, with room to spare.
const NARROWINGS_MAX: u32 = 48;

/// The clock of the other side may be behind by so much; it is an error of theirs beyond.
const BEHIND_MS_MAX: i64 = 3_600_000;

/// A page that cannot be had so many times in a row is asked for in a shorter window: there may be
/// something in it that the other side itself cannot show.
const FAILURES_MAX: u32 = 8;

/// What gives the pages of one or several lists.
pub trait Pages: Send {
    /// How the records are written.
    const FORMAT: Format;

    /// The lists to read, in the words of [`Self::page`].
    fn lists(
        &mut self,
        now: UnixMicros,
    ) -> impl Future<Output = Result<Vec<String>, Trouble>> + Send;

    /// A page of a window of a list, numbered from 0.
    fn page(
        &mut self,
        list: &str,
        window: Window,
        number: usize,
        now: UnixMicros,
    ) -> impl Future<Output = Result<Page, Trouble>> + Send;

    /// What to say about rows that are outside of the time that was asked for.
    fn outside(&self) -> &'static str {
        "this API does not keep to the times it is asked for"
    }
}

/// A feed over lists that are to be had by time and page number.
#[derive(Debug)]
pub struct Polled<P> {
    pages: P,
    windows: Windows,
    interval: Duration,
    begun: Option<Begun>,
    /// How far the other side's clock is behind ours. Its rows have its times, so what it may yet
    /// add to a window follows from its clock.
    behind_ms: i64,
}

/// A window that was begun. It outlives trouble and a fetch that was dropped, so that a list which
/// allows a few requests at a time is read all the same.
#[derive(Debug)]
struct Begun {
    after: Option<Mark>,
    window: Window,
    /// When it was begun, by the other side's clock if that is behind.
    began_ms: i64,
    /// The lists that are to be read yet, the next one last.
    lists: Vec<String>,
    reading: Reading,
    number: usize,
    /// How often in a row that page could not be had.
    failures: u32,
    rows: Vec<Row>,
}

impl<P: Pages> Polled<P> {
    /// A feed that has fetched nothing yet.
    pub fn new(pages: P, timing: Timing, interval: Duration) -> Self {
        Self { pages, windows: Windows::new(timing), interval, begun: None, behind_ms: 0 }
    }

    async fn next(&mut self, after: Option<&Cursor>, now: UnixMicros) -> Result<Batch, Trouble> {
        let after = after.map(Mark::parse).transpose()?;
        for _ in 0..NARROWINGS_MAX {
            if self.begun.as_ref().is_none_or(|begun| begun.after != after) {
                let now_ms = now.millis_floor() - self.behind_ms;
                let Some(window) = self.windows.next(after, now_ms) else {
                    return Ok(self.nothing(after));
                };
                let lists = self.pages.lists(now).await?;
                self.begun = Some(Begun::new(after, window, now_ms, lists));
            }
            let read = self.read(now).await;
            let Some(mut begun) = self.begun.take() else { break };
            match read {
                Ok(None) => {
                    let Begun { after, window, began_ms, rows, .. } = begun;
                    return Ok(batch::<P>(self.windows.finish(after, window, rows, began_ms)));
                }
                Ok(Some(rows)) => self.windows.narrow(begun.window, rows),
                Err(trouble) => {
                    let trouble = begun.told(&trouble);
                    begun.failures += 1;
                    // If not even its first page came, it may be too much to be asked for.
                    match begun.reading.has_begun() && begun.failures < FAILURES_MAX {
                        true => self.begun = Some(begun),
                        false => self.windows.calm(),
                    }
                    return Err(trouble);
                }
            }
        }
        Err(Trouble::new("no span of time was short enough to read its events"))
    }

    /// Reads the window that was begun to its end. Says how many rows it has if these are too many.
    async fn read(&mut self, now: UnixMicros) -> Result<Option<usize>, Trouble> {
        let Some(begun) = &mut self.begun else { return Ok(None) };
        while let Some(list) = begun.lists.last() {
            let page = self.pages.page(list, begun.window, begun.number, now).await?;
            begun.failures = 0;
            if let Some(made_ms) = page.made_ms {
                let now_ms = now.millis_floor();
                self.behind_ms = (now_ms - made_ms).clamp(0, BEHIND_MS_MAX);
                begun.began_ms = begun.began_ms.min(now_ms - self.behind_ms);
            }
            let step = begun.reading.take(page).map_err(|unread| {
                begun.reading = Reading::new(begun.window);
                trouble(&unread, self.pages.outside())
            })?;
            match step {
                Step::Ask(next) => begun.number = next,
                Step::Narrow(rows) => return Ok(Some(rows)),
                Step::Whole(rows) => {
                    begun.rows.extend(rows);
                    begun.lists.pop();
                    (begun.reading, begun.number) = (Reading::new(begun.window), 0);
                }
            }
        }
        Ok(None)
    }

    /// The batch when there is no time to ask for yet.
    fn nothing(&self, after: Option<Mark>) -> Batch {
        let mark = after.unwrap_or_else(|| self.windows.beginning());
        Batch { delivery: Delivery::new(P::FORMAT), cursor: mark.cursor(), is_at_head: true }
    }
}

impl Begun {
    fn new(after: Option<Mark>, window: Window, began_ms: i64, lists: Vec<String>) -> Self {
        let (reading, rows) = (Reading::new(window), Vec::new());
        Self { after, window, began_ms, lists, reading, number: 0, failures: 0, rows }
    }

    /// Trouble with the span of time that it is about.
    fn told(&self, trouble: &Trouble) -> Trouble {
        let (from, to) = (in_words(self.window.from_ms), in_words(self.window.to_ms));
        let reason = format!("{} (asked for {from} to {to})", trouble.reason);
        Trouble { reason, retry_after: trouble.retry_after }
    }
}

fn trouble(unread: &Unread, outside: &str) -> Trouble {
    Trouble::new(match unread {
        Unread::Outside { time_ms } => {
            format!("a row of {} came that was not asked for: {outside}", in_words(*time_ms))
        }
        Unread::Restless { .. } | Unread::Crowded { .. } => unread.to_string(),
    })
}

impl<P: Pages> Feed for Polled<P> {
    fn fetch<'f>(&'f mut self, after: Option<&'f Cursor>, now: UnixMicros) -> Fetching<'f> {
        Box::pin(self.next(after, now))
    }

    fn interval(&self) -> Duration {
        self.interval
    }
}

fn batch<P: Pages>(finished: Finished) -> Batch {
    let mut delivery = Delivery::new(P::FORMAT);
    for row in finished.rows {
        delivery.push(&on_one_line(row.record));
        if let Some(time) = row.time_ms.and_then(UnixMicros::from_millis) {
            delivery.note_time(time);
        }
    }
    let cursor = finished.mark.cursor();
    Batch { delivery, cursor, is_at_head: finished.is_at_head }
}

/// Line ends in JSON are between its words only, where a space says the same.
fn on_one_line(mut record: Vec<u8>) -> Vec<u8> {
    record.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    record
}

fn in_words(millis: i64) -> String {
    UnixMicros::from_millis(millis).map_or_else(|| millis.to_string(), |time| time.to_string())
}

impl Mark {
    /// `2026-11-20T14:29:31.123000Z batch 17`.
    fn cursor(self) -> Cursor {
        Cursor(format!("{} batch {}", in_words(self.settled_ms), self.batch))
    }

    fn parse(cursor: &Cursor) -> Result<Self, Trouble> {
        let read = || {
            let (time, batch) = cursor.0.split_once(" batch ")?;
            let settled_ms = UnixMicros::parse_rfc3339(time)?.millis_floor();
            Some(Self { settled_ms, batch: batch.parse().ok()? })
        };
        let unknown = || format!("the place to go on from cannot be read: {:?}", cursor.0);
        read().ok_or_else(|| Trouble::new(unknown()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Row;
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    /// An hour with a row each second, of which one cannot be shown: no page with it can be had.
    struct Unshowable(i64);

    impl Pages for Unshowable {
        const FORMAT: Format = Format::Logto;

        async fn lists(&mut self, _now: UnixMicros) -> Result<Vec<String>, Trouble> {
            Ok(vec![String::new()])
        }

        async fn page(
            &mut self,
            _list: &str,
            window: Window,
            number: usize,
            _now: UnixMicros,
        ) -> Result<Page, Trouble> {
            let times = (0..HOUR_MS).step_by(1_000);
            let here = times.filter(|time| (window.from_ms..=window.to_ms).contains(time));
            let here: Vec<i64> = here.collect();
            let page = here.iter().skip(number * 100).take(100).copied();
            let row = |time_ms: i64| {
                let identity = time_ms.to_be_bytes().to_vec();
                Row { identity, time_ms: Some(time_ms), record: b"{}".to_vec() }
            };
            match page.clone().any(|time| time == self.0) {
                true => Err(Trouble::new("GET /api/logs: the answer is 500")),
                false => {
                    Ok(Page { total: here.len(), made_ms: None, rows: page.map(row).collect() })
                }
            }
        }
    }

    #[tokio::test]
    async fn what_cannot_be_shown_is_told_and_all_before_it_is_read() {
        let timing = Timing { begin_ms: 0, lag_ms: 10_000, late_ms: 30_000 };
        let mut feed = Polled::new(Unshowable(3_000_000), timing, Duration::from_secs(15));
        let now = UnixMicros::from_millis(2 * HOUR_MS).expect("a time");
        let (mut after, mut newest, mut reason) = (None, None, String::new());
        for _ in 0..300 {
            match feed.fetch(after.as_ref(), now).await {
                Ok(batch) => {
                    newest = newest.max(batch.delivery.newest);
                    after = Some(batch.cursor);
                }
                Err(trouble) => reason = trouble.reason,
            }
        }
        // The second before it is in the shortest window with it.
        assert_eq!(newest.map(UnixMicros::millis_floor), Some(2_998_000));
        let told = "GET /api/logs: the answer is 500 (asked for 1970-01-01T00:49:5";
        assert!(reason.starts_with(told), "{reason}");
    }

    #[test]
    fn a_place_is_a_time_that_people_can_read() {
        let mark = Mark { settled_ms: 1_763_648_971_123, batch: 17 };
        let cursor = mark.cursor();
        assert_eq!(cursor.0, "2025-11-20T14:29:31.123000Z batch 17");
        assert_eq!(Mark::parse(&cursor), Ok(mark));
        assert!(Mark::parse(&Cursor("yesterday".to_owned())).is_err());
    }

    #[test]
    fn a_record_is_one_line() {
        assert_eq!(on_one_line(b"{\n  \"a\": 1\r\n}".to_vec()), b"{   \"a\": 1  }");
    }
}
