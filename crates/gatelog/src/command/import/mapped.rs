//! Chunks of another system's JSON as chunks of events, under the numbers of their lines.

use gatelog_capture::mapping_file::MappingFile;
use gatelog_event::intake::batch::Batch;
use gatelog_service::RejectedLine;

use super::lines::Chunk;

/// The events of a chunk.
pub(super) struct Mapped {
    /// One line can give many, so these are several chunks at times.
    pub(super) chunks: Vec<Chunk>,
    /// Lines of which the mapping makes no event.
    pub(super) without_event: u64,
}

impl Mapped {
    /// Maps every line of a chunk.
    ///
    /// # Errors
    /// When mapping cannot begin.
    pub(super) fn of(mapping: &MappingFile, chunk: &Chunk) -> anyhow::Result<Self> {
        let batch = Batch::lines(chunk.body());
        let records: Vec<_> = batch.records().collect();
        let inputs: Vec<&[u8]> = records.iter().map(|record| record.bytes).collect();
        let mapped = mapping.map(&inputs).map_err(anyhow::Error::msg)?;
        let (mut chunks, mut without_event) = (vec![Chunk::default()], 0);
        for (record, mapped) in records.into_iter().zip(mapped) {
            let (number, line) = chunk.line(record.line);
            match mapped {
                Ok(events) if events.is_empty() => without_event += 1,
                Ok(events) => {
                    for event in &events {
                        open(&mut chunks).push(number, event);
                    }
                }
                Err(unmapped) => {
                    let column = batch.place(record, unmapped.offset).column;
                    let rejected = RejectedLine { line: number, column, reason: unmapped.reason };
                    open(&mut chunks).push_bad(rejected, line);
                }
            }
        }
        Ok(Self { chunks, without_event })
    }
}

/// The last chunk; a new one if that is full.
fn open(chunks: &mut Vec<Chunk>) -> &mut Chunk {
    match chunks.pop_if(|last| !last.is_full()) {
        Some(last) => chunks.push_mut(last),
        None => chunks.push_mut(Chunk::default()),
    }
}
