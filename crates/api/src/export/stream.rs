//! From the ledger to the client.

use std::io;

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use gatelog_ledger::{PageStart, Reading};
use gatelog_query::{Order, Query};

use super::asked::Format;
use super::column::{Column, Known};
use super::output::{Encoding, Output};
use super::parquet::ParquetRows;
use super::progress::{Counter, Tracked};
use super::text;
use crate::blocking::blocking;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::room::Place;
use crate::seen::SeenEvent;
use crate::taken;

/// Events read at a time.
const HANDFUL: usize = 64;

/// A piece of the body is sent when it has this many bytes.
const PIECE_BYTES: usize = 128 << 10;

/// Which events are exported.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) query: Query,
    pub(super) start: PageStart,
    /// How many at most.
    pub(super) limit: u64,
}

/// An export under way.
pub(super) struct Export {
    reader: Reader,
    reading: Reading,
    order: Order,
    /// How many events may still be exported.
    left: u64,
    rows: Rows,
    counter: Counter,
    _place: Place,
}

/// Rows in one of the formats.
enum Rows {
    Ndjson { with_cursors: bool, output: Output },
    Csv { columns: Vec<Column>, output: Output },
    Parquet(Box<ParquetRows>),
}

impl Export {
    /// Answers the question; reads no event yet.
    pub(super) fn open(
        reader: Reader,
        part: &Part,
        format: Format,
        encoding: Encoding,
        (place, counter): (Place, Counter),
    ) -> Result<Self, Problem> {
        let Part { query, start, limit } = part;
        let reading = reader.tenant.ledger().matches(query)?.read(query.order, *start)?;
        let rows = Rows::new(format, encoding).map_err(|error| Problem::internal(&error))?;
        counter.found(reading.total().min(*limit));
        let (order, left) = (query.order, *limit);
        Ok(Self { reader, reading, order, left, rows, counter, _place: place })
    }

    /// How many events match.
    pub(super) fn total(&self) -> u64 {
        self.reading.total()
    }

    /// The next piece of the body, and the export if more follows.
    ///
    /// # Errors
    /// What the ledger says, or that a record is not what was once accepted.
    pub(super) fn piece(mut self) -> io::Result<(Bytes, Option<Self>)> {
        let mut piece = Vec::new();
        while piece.len() < PIECE_BYTES {
            if self.counter.is_cancelled() {
                return Err(io::Error::other("it was cancelled"));
            }
            let handful = usize::try_from(self.left).unwrap_or(usize::MAX).min(HANDFUL);
            let events = self.reading.events(handful).map_err(io::Error::other)?;
            if events.is_empty() {
                piece.append(&mut self.rows.finish()?);
                return Ok((piece.into(), None));
            }
            self.reader.returned(events.len());
            self.counter.written(events.len());
            self.left = self.left.saturating_sub(events.len() as u64);
            let events = self.reader.seen(events);
            piece.append(&mut self.rows.write(&events, &self.reader, self.order)?);
        }
        Ok((piece.into(), Some(self)))
    }
}

impl Rows {
    fn new(format: Format, encoding: Encoding) -> io::Result<Self> {
        let mut output = Output::new(encoding)?;
        Ok(match format {
            Format::Ndjson { with_cursors } => Self::Ndjson { with_cursors, output },
            Format::Csv(columns) => {
                output.write(&text::csv_header(&columns)?)?;
                Self::Csv { columns, output }
            }
            Format::Parquet(columns) => Self::Parquet(Box::new(ParquetRows::new(columns)?)),
        })
    }

    /// Takes rows, and returns the bytes that are ready to leave.
    fn write(
        &mut self,
        events: &[SeenEvent],
        reader: &Reader,
        order: Order,
    ) -> io::Result<Vec<u8>> {
        let (names, derivation) = (reader.names(), &**reader.tenant.ledger().derivation());
        let known = Known { names, derivation, order };
        match self {
            Self::Ndjson { with_cursors, output } => {
                let cursors = with_cursors.then_some(order);
                output.write(&text::ndjson(events, names, cursors)?)?;
                Ok(output.take())
            }
            Self::Csv { columns, output } => {
                output.write(&text::csv(events, known, columns)?)?;
                Ok(output.take())
            }
            Self::Parquet(rows) => rows.write(events, known),
        }
    }

    /// Ends the rows, and returns the bytes that are left.
    fn finish(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Self::Ndjson { output, .. } | Self::Csv { output, .. } => {
                output.finish()?;
                Ok(output.take())
            }
            Self::Parquet(rows) => rows.finish(),
        }
    }
}

/// The body of the answer: its first piece, and what follows. Nothing of that is read before the
/// client has taken what was.
pub(super) fn body(first: Bytes, rest: Option<Export>, tracked: Tracked) -> Body {
    let counter = tracked.counter();
    let of_pieces = counter.clone();
    let rest = stream::try_unfold((rest, tracked), move |(rest, tracked)| {
        let counter = of_pieces.clone();
        async move {
            let Some(export) = rest else {
                // Whoever asks for more has taken all of it.
                tracked.done();
                return Ok(None);
            };
            let tenant = export.reader.tenant.name().clone();
            let read = blocking(move || export.piece()).await.map_err(io::Error::other);
            let (piece, rest) = read.flatten().inspect_err(|error| {
                if !counter.is_cancelled() {
                    tracing::error!(%tenant, %error, "an export was cut off");
                }
            })?;
            Ok(Some((piece, (rest, tracked))))
        }
    });
    taken::body(stream::once(async { Ok(first) }).chain(rest), counter.cancelled())
}
