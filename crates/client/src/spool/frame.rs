//! Bytes of a spool's file: a head, then one frame for each event.
//!
//! ```text
//! FILE     := "GLSPOOL1" FRAME*
//! FRAME    := LENGTH CHECKSUM SEQUENCE EVENT
//! LENGTH   := u32, bytes of EVENT        CHECKSUM := u32, CRC-32C of LENGTH, SEQUENCE and EVENT
//! SEQUENCE := u64                        EVENT    := an event in native form, JSON
//! ```
//!
//! Integers are little-endian. A file ends where a frame does not fit or its checksum differs: what
//! follows was being written when the process or the machine ended.

use crate::limits::EVENT_BYTES_MAX;

/// What every file begins with.
pub(crate) const HEAD: &[u8; 8] = b"GLSPOOL1";

/// Bytes of a frame beside its event.
pub(crate) const FRAME_BYTES: usize = 16;

/// One event of a spool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame<'b> {
    pub(crate) sequence: u64,
    pub(crate) event: &'b [u8],
}

/// Appends a frame to `bytes`.
pub(crate) fn write(frame: Frame<'_>, bytes: &mut Vec<u8>) {
    // Longer events are refused before they come here.
    let length = u32::try_from(frame.event.len()).unwrap_or(u32::MAX).to_le_bytes();
    let sequence = frame.sequence.to_le_bytes();
    bytes.extend_from_slice(&length);
    bytes.extend_from_slice(&checksum(length, sequence, frame.event).to_le_bytes());
    bytes.extend_from_slice(&sequence);
    bytes.extend_from_slice(frame.event);
}

/// The frame that `bytes` begin with, and what follows it; `None` if that is not a whole one.
pub(crate) fn read(bytes: &[u8]) -> Option<(Frame<'_>, &[u8])> {
    let (length, bytes) = bytes.split_first_chunk::<4>()?;
    let (sum, bytes) = bytes.split_first_chunk::<4>()?;
    let (sequence, bytes) = bytes.split_first_chunk::<8>()?;
    let event_bytes = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    if event_bytes > EVENT_BYTES_MAX {
        return None;
    }
    let (event, rest) = bytes.split_at_checked(event_bytes)?;
    let is_whole = checksum(*length, *sequence, event) == u32::from_le_bytes(*sum);
    is_whole.then_some((Frame { sequence: u64::from_le_bytes(*sequence), event }, rest))
}

fn checksum(length: [u8; 4], sequence: [u8; 8], event: &[u8]) -> u32 {
    let head = crc32c::crc32c_append(crc32c::crc32c(&length), &sequence);
    crc32c::crc32c_append(head, event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written() {
        let mut bytes = Vec::new();
        let frames = [Frame { sequence: 1, event: b"{}" }, Frame { sequence: 9, event: b"" }];
        frames.into_iter().for_each(|frame| write(frame, &mut bytes));
        let (first, rest) = read(&bytes).unwrap();
        let (second, rest) = read(rest).unwrap();
        assert_eq!(([first, second], rest), (frames, &[][..]));
    }

    #[test]
    fn a_frame_that_is_cut_or_changed_anywhere_is_none() {
        let mut bytes = Vec::new();
        write(Frame { sequence: 7, event: br#"{"type":"t"}"# }, &mut bytes);
        for length in 0..bytes.len() {
            assert_eq!(read(&bytes[..length]), None, "{length} bytes");
            let mut changed = bytes.clone();
            changed[length] ^= 1;
            assert_eq!(read(&changed), None, "byte {length}");
        }
    }
}
