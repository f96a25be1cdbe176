//! A place to go on from, as an opaque text in hexadecimal.
//!
//! Its first character says what it is a place in, so that a cursor is refused where it means
//! nothing.

use gatelog_event::time::UnixMicros;
use gatelog_ledger::{PageStart, Position, Sequence};
use gatelog_query::Order;

use crate::problem::Problem;

/// What is wrong with a cursor that cannot be read.
pub(crate) const NOT_OURS: &str =
    "this cursor is not one of ours for this order; start without one";

/// A place in the order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ArrivalCursor {
    /// The first sequence that was not looked at.
    pub(crate) next: Sequence,
    /// The first time that is asked about. It is part of the cursor because what `from=now-1h`
    /// means moves on while the place does not.
    pub(crate) from: Option<UnixMicros>,
}

/// Writes the position a page ended at: the order, the time, the sequence.
pub(crate) fn encode(order: Order, position: Position) -> String {
    format!("{}{}{:016x}", order_digit(order), time_digits(position.time), position.seq)
}

/// Reads a position back; `None` unless it was written for the same order.
fn decode(order: Order, text: &str) -> Option<Position> {
    let rest = text.strip_prefix(order_digit(order))?;
    let (time, seq) = rest.split_at_checked(16)?;
    Some(Position { time: read_time(time)?, seq: read_digits(seq)? })
}

/// Where a page begins that follows the one this cursor was returned with.
///
/// # Errors
/// 400 when it was written for another order, or not by us.
pub(crate) fn after(order: Order, text: &str) -> Result<PageStart, Problem> {
    let position = decode(order, text);
    position.map(PageStart::After).ok_or_else(|| Problem::bad_request(NOT_OURS))
}

impl ArrivalCursor {
    /// As a text.
    pub(crate) fn encode(self) -> String {
        let from = self.from.map(time_digits).unwrap_or_default();
        format!("{ARRIVAL_DIGIT}{:016x}{from}", self.next)
    }

    /// Reads it back; `None` for anything else.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let (next, from) = text.strip_prefix(ARRIVAL_DIGIT)?.split_at_checked(16)?;
        let from = if from.is_empty() { None } else { Some(read_time(from)?) };
        Some(Self { next: read_digits(next)?, from })
    }
}

const ARRIVAL_DIGIT: char = '2';

fn order_digit(order: Order) -> char {
    match order {
        Order::NewestFirst => '0',
        Order::OldestFirst => '1',
    }
}

fn time_digits(time: UnixMicros) -> String {
    format!("{:016x}", time.micros().cast_unsigned())
}

fn read_time(digits: &str) -> Option<UnixMicros> {
    UnixMicros::new(read_digits(digits)?.cast_signed())
}

fn read_digits(digits: &str) -> Option<u64> {
    let is_whole = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_whole { u64::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_in_their_order_only() {
        for micros in [-5, 0, 1_790_000_000_000_123] {
            let position = Position { time: UnixMicros::clamped(micros), seq: 77 };
            let text = encode(Order::NewestFirst, position);
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            assert_eq!(decode(Order::NewestFirst, &text), Some(position));
            assert_eq!(decode(Order::OldestFirst, &text), None);
            assert_eq!(ArrivalCursor::decode(&text), None);
        }
        let bad =
            ["", "0", "x", "0zz", "é", &"0".repeat(34), &"f".repeat(33), &"+".repeat(33), "2é"];
        for bad in bad {
            assert_eq!(decode(Order::NewestFirst, bad), None, "{bad}");
            assert_eq!(ArrivalCursor::decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn places_in_the_order_of_arrival_read_back() {
        for from in [None, Some(UnixMicros::clamped(-5)), Some(UnixMicros::MAX)] {
            for next in [0, 41, Sequence::MAX] {
                let cursor = ArrivalCursor { next, from };
                let text = cursor.encode();
                assert_eq!(ArrivalCursor::decode(&text), Some(cursor), "{text}");
                assert_eq!(decode(Order::NewestFirst, &text), None);
            }
        }
    }
}
