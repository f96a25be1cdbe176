//! How far long work is: a bar on a terminal, a line at the end of each part elsewhere.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use crate::questions::grouped;

/// How far work is.
pub(crate) struct Progress {
    bar: ProgressBar,
    what: String,
    begun: Instant,
}

impl Progress {
    /// Work of so many steps.
    pub(crate) fn begin(total: u64, what: &str) -> Self {
        let bar = ProgressBar::new(total).with_message(what.to_owned());
        let style = ProgressStyle::with_template(
            "{msg} [{wide_bar}] {human_pos}/{human_len} {per_sec} {eta}",
        );
        let bar = match style {
            Ok(style) => bar.with_style(style.progress_chars("=> ")),
            Err(_) => bar,
        };
        Self { bar, what: what.to_owned(), begun: Instant::now() }
    }

    /// So much more is done.
    pub(crate) fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// The work has ended.
    pub(crate) fn finish(self) {
        let (is_hidden, done) = (self.bar.is_hidden(), grouped(self.bar.position()));
        self.bar.finish_and_clear();
        if is_hidden {
            eprintln!("{}: {done} done in {:.1} s", self.what, self.begun.elapsed().as_secs_f64());
        }
    }
}
