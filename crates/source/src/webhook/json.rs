//! A body as one record of one line, or the place where it is broken.

use std::borrow::Cow;

use gatelog_event::intake::batch::{self, Place};

use super::Refusal;

/// The body without line ends. Strict JSON has them between values only, where a space says the
/// same.
pub(crate) fn one_line(json: &[u8]) -> Cow<'_, [u8]> {
    let json = json.trim_ascii();
    if !json.iter().any(|byte| is_line_end(*byte)) {
        return Cow::Borrowed(json);
    }
    Cow::Owned(json.iter().map(|byte| if is_line_end(*byte) { b' ' } else { *byte }).collect())
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// 400 for a body that should be one JSON value and is broken at `offset`.
pub(crate) fn broken(body: &[u8], offset: usize, reason: &str) -> Refusal {
    let Place { line, column } = batch::place_in(body, offset);
    Refusal::bad_request(format!("the body is not JSON: line {line}, column {column}: {reason}"))
}
