//! `gatelog import --follow`: a file that goes on growing, like `tail -F`.
//!
//! - [`growing`]: the whole lines of such a file, through rotations and truncations.
//! - [`position`]: where to go on after a restart.
//!
//! A batch is sent as soon as there is no more to read, so no line waits for longer than
//! [`POLL_INTERVAL`] and the batch before it. A position is saved when everything before it is kept:
//! after a crash some lines come twice and are recognised by the identity of their events.

mod growing;
mod position;

use std::rc::Rc;
use std::time::Duration;

use anyhow::bail;
use gatelog_capture::mapping_file::MappingFile;

use self::growing::Growing;
use self::position::{Position, PositionFile};
use super::lines::Chunk;
use super::target::Target;
use super::{Totals, import_lines, rejected_path};
use crate::arguments::Import;
use crate::command::stop::Stop;
use crate::output;

/// How often the file is looked at when nothing is left to read.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Takes lines in until SIGINT or SIGTERM.
///
/// # Errors
/// When the file cannot be followed, or lines cannot be kept. What was kept is told first.
pub(super) fn run(arguments: &Import, mapping: Option<&MappingFile>) -> anyhow::Result<()> {
    let [path] = &*arguments.files else { bail!("--follow takes one file") };
    if path.as_os_str() == "-" {
        bail!("--follow takes a file; standard input is read to its end without it");
    }
    let stop = Rc::new(Stop::catch()?);
    let position = arguments.position.clone().map(PositionFile::new);
    let saved = position.as_ref().map(PositionFile::load).transpose()?.flatten();
    let mut followed = Followed {
        arguments,
        mapping,
        growing: Growing::open(path, saved.as_ref())?,
        position,
        saved,
        target: Target::open_for_good(arguments, &stop)?,
        totals: Totals::default(),
    };
    followed.totals.rejects.append_to(path, rejected_path(arguments, path));
    output::note(&format!("following {}; end with Ctrl-C", path.display()));
    let outcome = followed.until(&stop);
    let outcome = outcome.and(followed.target.finish(&mut followed.totals));
    followed.totals.report(arguments.json);
    outcome
}

/// A file that is being followed.
struct Followed<'a> {
    arguments: &'a Import,
    mapping: Option<&'a MappingFile>,
    growing: Growing,
    position: Option<PositionFile>,
    /// What stands in the file of the position.
    saved: Option<Position>,
    target: Target,
    totals: Totals,
}

impl Followed<'_> {
    fn until(&mut self, stop: &Stop) -> anyhow::Result<()> {
        loop {
            let mut chunk = Chunk::default();
            self.growing.read_into(&mut chunk)?;
            let has_more = chunk.is_full();
            self.keep(&chunk)?;
            let pause = if has_more { Duration::ZERO } else { POLL_INTERVAL };
            if stop.comes_within(pause) {
                return Ok(());
            }
        }
    }

    fn keep(&mut self, chunk: &Chunk) -> anyhow::Result<()> {
        let Self { arguments, mapping, target, totals, .. } = self;
        if !chunk.is_empty() {
            import_lines(arguments, *mapping, chunk, target, totals)?;
            target.settle(totals)?;
        }
        let position = self.growing.position();
        if let Some(file) = &self.position
            && position != self.saved
            && let Some(position) = position
        {
            file.save(&position)?;
            self.saved = Some(position);
        }
        Ok(())
    }
}
