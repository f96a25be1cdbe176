//! One window, page by page.

use std::collections::HashMap;

use super::windows::Window;

/// How many rows a window may have before it is made narrower.
const ROWS_MAX: usize = 5_000;

/// How many bytes of records it may have before it is made narrower.
const BYTES_MAX: usize = 16 << 20;

/// The narrowest window is read whatever it has, up to this: some hundred megabytes.
const NARROW_ROWS_MAX: usize = 100_000;

/// How often a window is read that does not hold still, before it is made narrower.
const ATTEMPTS_MAX: u32 = 3;

/// How far outside of a window rows may be: bounds are widened for lists that exclude them or know
/// seconds only.
const TOLERANCE_MS: i64 = 2_000;

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What no other row has: its id, or a hash of its bytes.
    pub identity: Vec<u8>,
    /// Its time since the epoch, if it could be read.
    pub time_ms: Option<i64>,
    /// The record.
    pub record: Vec<u8>,
}

/// A page of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many rows the window has.
    pub total: usize,
    /// Those of the page.
    pub rows: Vec<Row>,
}

/// A window that is being read.
#[derive(Debug)]
pub(crate) struct Reading {
    window: Window,
    attempt: u32,
    total: usize,
    taken: usize,
    pages: usize,
    bytes: usize,
    /// The rows by their identities, of all attempts.
    found: HashMap<Vec<u8>, Row>,
    /// How often each row of this attempt came on one page, at most.
    times: HashMap<Vec<u8>, usize>,
}

/// What to do after a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ask for a page, numbered from 0.
    Ask(usize),
    /// These are all.
    Whole(Vec<Row>),
    /// Make the window narrower: it has so many rows that one cannot read them at once.
    Narrow(usize),
}

/// Why a window cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unread {
    /// Rows of other times came.
    #[error(
        "it was asked for a span of time and answered with a row of {time_ms} ms, which is outside of \
         it"
    )]
    Outside {
        /// Since the epoch.
        time_ms: i64,
    },
    /// The number of rows changes whenever it is asked.
    #[error(
        "a span of {width_ms} ms was read {ATTEMPTS_MAX} times, and its {total} rows did not come \
         out the same"
    )]
    Restless {
        /// How wide the window was.
        width_ms: i64,
        /// How many rows it had the last time.
        total: usize,
    },
    /// More rows in the narrowest window than can be read.
    #[error("a span of {width_ms} ms has {total} rows, more than {NARROW_ROWS_MAX}")]
    Crowded {
        /// How wide the window was.
        width_ms: i64,
        /// How many rows it has.
        total: usize,
    },
}

impl Reading {
    pub(crate) fn new(window: Window) -> Self {
        let (found, times) = (HashMap::new(), HashMap::new());
        Self { window, attempt: 1, total: 0, taken: 0, pages: 0, bytes: 0, found, times }
    }

    /// Whether a page was taken.
    pub(crate) fn has_begun(&self) -> bool {
        self.pages > 0 || self.attempt > 1
    }

    /// Takes the page that was asked for; the first one is page 0.
    pub(crate) fn take(&mut self, page: Page) -> Result<Step, Unread> {
        self.check_times(&page)?;
        if self.pages == 0 {
            self.total = page.total;
        }
        if let Some(narrow) = self.check_size(&page)? {
            return Ok(narrow);
        }
        let (has_changed, is_empty) = (page.total != self.total, page.rows.is_empty());
        self.pages += 1;
        self.taken += page.rows.len();
        let mut times: HashMap<Vec<u8>, usize> = HashMap::new();
        for row in page.rows {
            *times.entry(row.identity.clone()).or_default() += 1;
            self.bytes += row.record.len();
            self.found.insert(row.identity.clone(), row);
        }
        for (identity, on_page) in times {
            let most = self.times.entry(identity).or_default();
            *most = on_page.max(*most);
        }
        if has_changed {
            return self.read_again();
        }
        if self.taken < self.total && !is_empty {
            return Ok(Step::Ask(self.pages));
        }
        // The same number of rows is not enough: where the order among equal times is open, one
        // may have come on two pages and another not at all. Rows without an id that are the same
        // to the byte are several if they are on one page, and one event in any case.
        match self.times.values().sum::<usize>() == self.total {
            true => Ok(self.whole()),
            false => self.read_again(),
        }
    }

    fn check_times(&self, page: &Page) -> Result<(), Unread> {
        let Window { from_ms, to_ms } = self.window;
        let span = from_ms - TOLERANCE_MS..=to_ms + TOLERANCE_MS;
        let mut times = page.rows.iter().filter_map(|row| row.time_ms);
        match times.find(|time| !span.contains(time)) {
            Some(time_ms) => Err(Unread::Outside { time_ms }),
            None => Ok(()),
        }
    }

    fn check_size(&self, page: &Page) -> Result<Option<Step>, Unread> {
        let (total, width_ms) = (self.total, self.window.to_ms - self.window.from_ms);
        if self.window.is_narrow() {
            return match total > NARROW_ROWS_MAX {
                true => Err(Unread::Crowded { width_ms, total }),
                false => Ok(None),
            };
        }
        let new: usize = page.rows.iter().map(|row| row.record.len()).sum();
        if total > ROWS_MAX {
            return Ok(Some(Step::Narrow(total)));
        }
        // How many rows it would have had with the bytes that it may have is not known: half.
        Ok((self.bytes + new > BYTES_MAX).then_some(Step::Narrow(1)))
    }

    fn read_again(&mut self) -> Result<Step, Unread> {
        if self.attempt < ATTEMPTS_MAX {
            self.attempt += 1;
            (self.taken, self.pages, self.bytes) = (0, 0, 0);
            self.times.clear();
            return Ok(Step::Ask(0));
        }
        if !self.window.is_narrow() {
            return Ok(Step::Narrow(1));
        }
        // Nothing narrower can be asked. With the right number each time, what is found by then
        // is all there is: rows that are the same to the byte count as several, and are one.
        match self.taken == self.total || self.found.len() >= self.total {
            true => Ok(self.whole()),
            false => {
                let width_ms = self.window.to_ms - self.window.from_ms;
                Err(Unread::Restless { width_ms, total: self.total })
            }
        }
    }

    fn whole(&mut self) -> Step {
        Step::Whole(std::mem::take(&mut self.found).into_values().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: Window = Window { from_ms: 0, to_ms: 100_000 };
    const NARROW: Window = Window { from_ms: 0, to_ms: 2_000 };

    fn page(total: usize, ids: &[&str]) -> Page {
        let row = |id: &&str| Row {
            identity: id.as_bytes().to_vec(),
            time_ms: Some(1_000),
            record: id.as_bytes().to_vec(),
        };
        Page { total, rows: ids.iter().map(row).collect() }
    }

    /// What becomes of the pages: the pages that are asked for, and the ids in the end.
    fn read(window: Window, pages: &[Page]) -> (Vec<usize>, Result<Vec<String>, String>) {
        let mut reading = Reading::new(window);
        let mut asked = Vec::new();
        for page in pages {
            match reading.take(page.clone()) {
                Ok(Step::Ask(number)) => asked.push(number),
                Ok(Step::Narrow(rows)) => return (asked, Err(format!("narrow {rows}"))),
                Err(unread) => return (asked, Err(unread.to_string())),
                Ok(Step::Whole(rows)) => {
                    let text = |row: Row| String::from_utf8(row.record).expect("text");
                    let mut ids: Vec<String> = rows.into_iter().map(text).collect();
                    ids.sort();
                    return (asked, Ok(ids));
                }
            }
        }
        (asked, Err("asks for more".to_owned()))
    }

    fn ids(ids: &[&str]) -> Result<Vec<String>, String> {
        Ok(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn a_window_is_whole_when_its_rows_are_as_many_as_it_says() {
        assert_eq!(read(WIDE, &[page(0, &[])]), (vec![], ids(&[])));
        let pages = [page(3, &["a", "b"]), page(3, &["c"])];
        assert_eq!(read(WIDE, &pages), (vec![1], ids(&["a", "b", "c"])));
        // The same to the byte, on one page of one or of several.
        assert_eq!(read(WIDE, &[page(2, &["a", "a"])]), (vec![], ids(&["a"])));
        let pages = [page(3, &["a", "a"]), page(3, &["b"])];
        assert_eq!(read(WIDE, &pages), (vec![1], ids(&["a", "b"])));
    }

    #[test]
    fn a_window_that_changed_is_read_again() {
        let pages = [
            page(3, &["a", "b"]),
            page(4, &["b", "c"]),
            page(4, &["a", "b"]),
            page(4, &["c", "d"]),
        ];
        assert_eq!(read(WIDE, &pages), (vec![1, 0, 1], ids(&["a", "b", "c", "d"])));
        // The number is right, but one came twice, so another is missing.
        let shifted = [page(3, &["a", "b"]), page(3, &["b"])];
        let whole = [page(3, &["b", "a"]), page(3, &["c"])];
        let pages = [shifted.clone(), whole].concat();
        assert_eq!(read(WIDE, &pages), (vec![1, 0, 1], ids(&["a", "b", "c"])));
        let restless = [shifted.clone(), shifted.clone(), shifted].concat();
        assert_eq!(read(WIDE, &restless).1, Err("narrow 1".to_owned()));
        assert_eq!(read(NARROW, &restless).1, ids(&["a", "b"]));
        let short = [page(3, &["a"]), page(3, &[])];
        let short = [short.clone(), short.clone(), short].concat();
        assert!(read(NARROW, &short).1.is_err_and(|error| error.contains("did not come out")));
    }

    #[test]
    fn too_many_rows_and_rows_of_other_times_are_noticed() {
        assert_eq!(read(WIDE, &[page(5_001, &["a"])]).1, Err("narrow 5001".to_owned()));
        assert_eq!(read(NARROW, &[page(5_001, &["a"])]).1, Err("asks for more".to_owned()));
        assert!(read(NARROW, &[page(100_001, &["a"])]).1.is_err_and(|it| it.contains("more than")));
        let elsewhere = Window { from_ms: 500_000, to_ms: 600_000 };
        let outside = read(elsewhere, &[page(1, &["a"])]).1;
        assert!(outside.is_err_and(|error| error.contains("outside")));
    }
}
