//! A number as JSON and the query language write it.

use std::cmp::Ordering;
use std::fmt;

/// A finite number. Whole numbers of 64 bits are exact; others are IEEE 754 doubles.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// A whole number.
    Whole(i64),
    /// Any other, finite.
    Fraction(f64),
}

impl Number {
    /// Reads a number as JSON writes it; `None` for other text and for what overflows a double.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
        let padded = matches!(digits, [b'0', b'0'..=b'9', ..]);
        if padded || !digits.first().is_some_and(u8::is_ascii_digit) || text.ends_with('.') {
            return None;
        }
        if let Ok(whole) = text.parse() {
            return Some(Self::Whole(whole));
        }
        let float: f64 = text.parse().ok()?;
        float.is_finite().then_some(Self::Fraction(float))
    }

    #[expect(clippy::cast_precision_loss, reason = "what a whole number is as a double")]
    fn as_f64(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Fraction(fraction) => fraction,
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Whole(left), Self::Whole(right)) => left.cmp(right),
            // Zero has two signs as a double and one as a number.
            _ => (self.as_f64() + 0.0).total_cmp(&(other.as_f64() + 0.0)),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(whole) => write!(formatter, "{whole}"),
            Self::Fraction(fraction) => write!(formatter, "{fraction}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        let number = |text| Number::parse(text).expect(text);
        assert_eq!(number("1"), number("1.0"));
        assert_eq!(number("0"), number("-0.0"));
        assert_eq!(number("1e3"), number("1000"));
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("-1.5") < number("-1"));
        assert!(number("99999999999999999999") > number("9223372036854775807"));
        for text in ["", "x", "inf", "NaN", "1e999", "+1", ".5", "-inf", "007", "-01", "1."] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
