//! A position as an opaque text: order, time and sequence in hexadecimal.

use gatelog_event::time::UnixMicros;
use gatelog_ledger::Position;
use gatelog_query::Order;

/// Writes the position a page ended at.
pub(crate) fn encode(order: Order, position: Position) -> String {
    let order = order_digit(order);
    format!("{order}{:016x}{:016x}", position.time.micros().cast_unsigned(), position.seq)
}

/// Reads a position back; `None` unless it was written for the same order.
pub(crate) fn decode(order: Order, text: &str) -> Option<Position> {
    let rest = text.strip_prefix(order_digit(order)).filter(|rest| rest.len() == 32)?;
    let (time, seq) = rest.split_at_checked(16)?;
    let time = u64::from_str_radix(time, 16).ok()?.cast_signed();
    let seq = u64::from_str_radix(seq, 16).ok()?;
    Some(Position { time: UnixMicros::new(time)?, seq })
}

fn order_digit(order: Order) -> char {
    match order {
        Order::NewestFirst => '0',
        Order::OldestFirst => '1',
    }
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
        }
        for bad in ["", "0", "x", "0zz", "é", &"0".repeat(34), &"f".repeat(33)] {
            assert_eq!(decode(Order::NewestFirst, bad), None, "{bad}");
        }
    }
}
