//! JSON text, appended piece by piece to a string: the generator's speed depends on it.
//!
//! Not a serializer: the writer of a row knows its shape and keeps the commas right.

use std::fmt::Write as _;

const DAY_MS: i64 = 86_400_000;

/// Appends `text` as it stands inside a JSON string, escaped.
pub(crate) fn push_escaped(json: &mut String, text: &str) {
    let mut clean_from = 0;
    for (position, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        json.push_str(text.get(clean_from..position).unwrap_or_default());
        clean_from = position + 1;
        match byte {
            b'"' => json.push_str("\\\""),
            b'\\' => json.push_str("\\\\"),
            b'\n' => json.push_str("\\n"),
            _ => push_formatted(json, format_args!("\\u{byte:04x}")),
        }
    }
    json.push_str(text.get(clean_from..).unwrap_or_default());
}

/// Appends `text` as a JSON string, quoted and escaped.
pub(crate) fn push_string(json: &mut String, text: &str) {
    json.push('"');
    push_escaped(json, text);
    json.push('"');
}

pub(crate) fn push_number(json: &mut String, number: i64) {
    push_formatted(json, format_args!("{number}"));
}

/// Appends a time as JavaScript's `toISOString` writes it: `2026-11-20T15:54:14.987Z`.
pub(crate) fn push_iso_time(json: &mut String, time_ms: i64) {
    let (year, month, day) = civil_date(time_ms.div_euclid(DAY_MS));
    let ms = time_ms.rem_euclid(DAY_MS);
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    let thousandth = ms % 1_000;
    push_formatted(
        json,
        format_args!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{thousandth:03}Z"
        ),
    );
}

fn push_formatted(json: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = json.write_fmt(arguments);
}

/// Year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
///
/// Years are taken to begin in March, so that the leap day is the last of its year.
fn civil_date(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_survives_a_json_parser() {
        for text in ["", "plain", "say \"hi\" \\ there", "tab\tline\nnul\0", "Zoë 李 \u{1F511}"] {
            let mut json = String::new();
            push_string(&mut json, text);
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }

    #[test]
    fn times_are_written_as_javascript_does() {
        for (time_ms, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_190_054_987, "2026-11-20T15:54:14.987Z"),
            (1_798_761_599_999, "2026-12-31T23:59:59.999Z"),
        ] {
            let mut json = String::new();
            push_iso_time(&mut json, time_ms);
            assert_eq!(json, expected);
        }
    }
}
