//! How far long work is: a bar on a terminal; elsewhere a line now and then, for logs and pipes.
//!
//! Work that is over before the first line would be due says nothing there.

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;
use std::time::{Duration, Instant};

use indicatif::{BinaryBytes, HumanDuration, ProgressBar, ProgressStyle};

use super::{grouped, note};

/// Time between two lines: often enough to see that work goes on, rarely enough for a log.
const PAUSE: Duration = Duration::from_secs(10);

/// How far work is. Clones are of the same work.
#[derive(Clone)]
pub(crate) enum Progress {
    Bar(ProgressBar),
    Lines(Rc<Lines>),
}

/// Tells in lines how far work is.
pub(crate) struct Lines {
    what: String,
    measure: Measure,
    /// The end, if it is known.
    total: Option<u64>,
    position: Cell<u64>,
    /// When the next line is due.
    due: Cell<Duration>,
    /// The time since the work began.
    clock: Box<dyn Fn() -> Duration>,
    write: Box<dyn Fn(&str)>,
}

/// What steps are counted in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Steps,
    Bytes,
}

impl Progress {
    /// Work of so many steps.
    pub(crate) fn of_steps(total: u64, what: &str) -> Self {
        Self::new(what, Measure::Steps, Some(total))
    }

    /// Work of which nobody knows how many steps it has.
    pub(crate) fn of_steps_without_end(what: &str) -> Self {
        Self::new(what, Measure::Steps, None)
    }

    /// Work on so many bytes, if it is known how many.
    pub(crate) fn of_bytes(total: Option<u64>, what: &str) -> Self {
        Self::new(what, Measure::Bytes, total)
    }

    fn new(what: &str, measure: Measure, total: Option<u64>) -> Self {
        let bar = bar(what, measure, total);
        if !bar.is_hidden() {
            return Self::Bar(bar);
        }
        let start = Instant::now();
        let lines = Lines::new(what, measure, total, move || start.elapsed(), note);
        Self::Lines(Rc::new(lines))
    }

    /// So much more is done.
    pub(crate) fn advance(&self, steps: u64) {
        match self {
            Self::Bar(bar) => bar.inc(steps),
            Self::Lines(lines) => lines.reach(lines.position.get().saturating_add(steps)),
        }
    }

    /// So much is done in all.
    pub(crate) fn reach(&self, position: u64) {
        match self {
            Self::Bar(bar) => bar.set_position(position),
            Self::Lines(lines) => lines.reach(position),
        }
    }

    /// A reader whose bytes are the work that is done.
    pub(crate) fn reading<R: Read>(&self, reader: R) -> impl Read + use<R> {
        Reading { reader, progress: self.clone() }
    }

    /// Prints a line that is not part of the result, beside the bar.
    pub(crate) fn note(&self, text: &str) {
        match self {
            Self::Bar(bar) => bar.suspend(|| note(text)),
            Self::Lines(_) => note(text),
        }
    }

    /// The work has ended.
    pub(crate) fn finish(&self) {
        match self {
            Self::Bar(bar) => bar.finish_and_clear(),
            Self::Lines(lines) => lines.finish(),
        }
    }
}

impl Lines {
    fn new(
        what: &str,
        measure: Measure,
        total: Option<u64>,
        clock: impl Fn() -> Duration + 'static,
        write: impl Fn(&str) + 'static,
    ) -> Self {
        let (what, position, due) = (what.to_owned(), Cell::new(0), Cell::new(PAUSE));
        Self { what, measure, total, position, due, clock: Box::new(clock), write: Box::new(write) }
    }

    fn reach(&self, position: u64) {
        self.position.set(position);
        let now = (self.clock)();
        if now >= self.due.get() {
            self.due.set(now + PAUSE);
            (self.write)(&self.line());
        }
    }

    fn finish(&self) {
        if self.due.get() > PAUSE {
            let time = HumanDuration((self.clock)());
            (self.write)(&format!("{}, done in {time:#}", self.line()));
        }
    }

    fn line(&self) -> String {
        let number = |number| match self.measure {
            Measure::Steps => grouped(number),
            Measure::Bytes => BinaryBytes(number).to_string(),
        };
        let (what, position) = (&self.what, self.position.get());
        let reached = number(position);
        match self.total.filter(|total| *total > 0) {
            Some(total) => {
                let percent = u128::from(position) * 100 / u128::from(total);
                format!("{what}: {reached} of {} ({percent} %)", number(total))
            }
            None => format!("{what}: {reached}"),
        }
    }
}

struct Reading<R> {
    reader: R,
    progress: Progress,
}

impl<R: Read> Read for Reading<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.reader.read(buffer)?;
        self.progress.advance(length as u64);
        Ok(length)
    }
}

/// A bar, which hides itself where there is no terminal.
fn bar(what: &str, measure: Measure, total: Option<u64>) -> ProgressBar {
    let template = match (measure, total) {
        (Measure::Steps, _) => "{msg} [{wide_bar}] {human_pos}/{human_len} {per_sec} {eta}",
        (Measure::Bytes, Some(_)) => {
            "{msg} [{wide_bar}] {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta}"
        }
        (Measure::Bytes, None) => "{msg} {binary_bytes} {binary_bytes_per_sec}",
    };
    let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let bar = bar.with_message(what.to_owned());
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Work that reaches each position at a second, then ends; what is written of it.
    fn written(
        measure: Measure,
        total: Option<u64>,
        steps: &[(u64, u64)],
        end: u64,
    ) -> Vec<String> {
        let (second, written) = (Rc::new(Cell::new(0)), Rc::new(RefCell::new(Vec::new())));
        let (clock, page) = (Rc::clone(&second), Rc::clone(&written));
        let lines = Lines::new(
            "exporting",
            measure,
            total,
            move || Duration::from_secs(clock.get()),
            move |line| page.borrow_mut().push(line.to_owned()),
        );
        let progress = Progress::Lines(Rc::new(lines));
        for (at, position) in steps {
            second.set(*at);
            progress.reach(*position);
        }
        second.set(end);
        progress.finish();
        written.take()
    }

    #[test]
    fn long_work_writes_a_line_every_ten_seconds_and_at_its_end() {
        let steps = [(1, 10), (9, 900), (10, 1_000), (11, 1_100), (25, 2_500), (34, 3_400)];
        let expected = [
            "exporting: 1,000 of 4,000 (25 %)",
            "exporting: 2,500 of 4,000 (62 %)",
            "exporting: 3,400 of 4,000 (85 %), done in 40s",
        ];
        assert_eq!(written(Measure::Steps, Some(4_000), &steps, 40), expected);
        let bytes = written(Measure::Bytes, None, &[(10, 3 << 20)], 130);
        assert_eq!(bytes, ["exporting: 3.00 MiB", "exporting: 3.00 MiB, done in 2m"]);
    }

    #[test]
    fn short_work_writes_nothing() {
        assert_eq!(written(Measure::Steps, Some(10), &[(1, 5), (9, 10)], 9), [""; 0]);
    }

    #[test]
    fn what_is_read_is_done() {
        let lines = Lines::new("x", Measure::Bytes, Some(4), || Duration::ZERO, |_| {});
        let progress = Progress::Lines(Rc::new(lines));
        std::io::copy(&mut progress.reading(&b"abcd"[..]), &mut std::io::sink()).unwrap();
        let Progress::Lines(lines) = progress else { panic!("a bar") };
        assert_eq!(lines.line(), "x: 4 B of 4 B (100 %)");
    }
}
