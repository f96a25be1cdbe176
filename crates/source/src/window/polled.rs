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
}

/// A window that was begun. It outlives trouble and a fetch that was dropped, so that a list which
/// allows a few requests at a time is read all the same.
#[derive(Debug)]
struct Begun {
    after: Option<Mark>,
    window: Window,
    began_ms: i64,
    /// The lists that are to be read yet, the next one last.
    lists: Vec<String>,
    reading: Reading,
    number: usize,
    rows: Vec<Row>,
}

impl<P: Pages> Polled<P> {
    /// A feed that has fetched nothing yet.
    pub fn new(pages: P, timing: Timing, interval: Duration) -> Self {
        Self { pages, windows: Windows::new(timing), interval, begun: None }
    }

    async fn next(&mut self, after: Option<&Cursor>, now: UnixMicros) -> Result<Batch, Trouble> {
        let after = after.map(Mark::parse).transpose()?;
        for _ in 0..NARROWINGS_MAX {
            if self.begun.as_ref().is_none_or(|begun| begun.after != after) {
                let Some(window) = self.windows.next(after, now.millis_floor()) else {
                    return Ok(self.nothing(after));
                };
                let lists = self.pages.lists(now).await?;
                self.begun = Some(Begun::new(after, window, now.millis_floor(), lists));
            }
            let read = self.read(now).await;
            let Some(begun) = self.begun.take() else { break };
            match read {
                Ok(None) => {
                    let Begun { after, window, began_ms, rows, .. } = begun;
                    return Ok(batch::<P>(self.windows.finish(after, window, rows, began_ms)));
                }
                Ok(Some(rows)) => self.windows.narrow(begun.window, rows),
                // Not even its first page came: it may be too much to be asked for.
                Err(trouble) if !begun.reading.has_begun() => {
                    self.windows.calm();
                    return Err(trouble);
                }
                Err(trouble) => {
                    self.begun = Some(begun);
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
        Self { after, window, began_ms, lists, reading, number: 0, rows }
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
    use super::*;

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
