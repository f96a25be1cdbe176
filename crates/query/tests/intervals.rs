//! Buckets of histograms where clocks change.

#![expect(clippy::expect_used, reason = "a test's panic is its report")]

use gatelog_event::time::UnixMicros;
use gatelog_query::Interval;
use gatelog_query::zone::time_zone;
use jiff::Timestamp;
use proptest::prelude::*;

fn time(text: &str) -> UnixMicros {
    let timestamp: Timestamp = text.parse().expect(text);
    UnixMicros::new(timestamp.as_microsecond()).expect(text)
}

fn interval(text: &str) -> Interval {
    text.parse().expect(text)
}

/// The starts of the buckets of a case of `data/buckets.txt`, a line each.
fn buckets(case: &str) -> String {
    let mut parts = case.split(' ');
    let mut part = || parts.next().expect(case);
    let (zone, width) = (time_zone(part()).expect(case), interval(part()));
    let edges = width.edges(time(part()), time(part()), &zone).expect(case);
    let shown =
        |edge: UnixMicros| edge.timestamp().display_with_offset(zone.to_offset(edge.timestamp()));
    edges.into_iter().map(|edge| format!("  {}\n", shown(edge))).collect()
}

#[test]
fn buckets_follow_the_clocks() {
    let cases = include_str!("data/buckets.txt");
    let mut found = String::new();
    for line in cases.lines().filter(|line| !line.starts_with("  ")) {
        found += &format!("{line}\n");
        if let Some(case) = line.strip_prefix("> ") {
            found += &buckets(case);
        }
    }
    for (found, expected) in found.lines().zip(cases.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), cases.len());
}

#[test]
fn there_is_a_limit() {
    let zone = time_zone("utc").expect("UTC");
    let edges = |width, to| interval(width).edges(UnixMicros::EPOCH, time(to), &zone);
    assert_eq!(edges("1s", "1970-01-01T00:33:20Z").map(|edges| edges.len()), Ok(2_000));
    let error = edges("1s", "1970-01-01T00:33:20.000001Z").expect_err("2,001 buckets");
    assert_eq!(error.to_string(), "more than 2000 buckets of `1s` lie between these times");
    assert!(interval("1s").edges(UnixMicros::MIN, UnixMicros::MAX, &zone).is_err());
    assert!(interval("9y").edges(UnixMicros::MIN, UnixMicros::MAX, &zone).is_ok());
}

#[test]
fn intervals_are_read_and_written() {
    for (text, written) in
        [("1m", "1m"), ("M", "1M"), ("12H", "12h"), ("1q", "3M"), ("90s", "90s"), ("5d", "5d")]
    {
        assert_eq!(interval(text).to_string(), written);
    }
    for (text, reason) in [
        ("", "its unit is one of s, m (minute), h, d, w, M (month), q (quarter) and y"),
        ("1", "its unit is one of s, m (minute), h, d, w, M (month), q (quarter) and y"),
        ("1é", "its unit is one of s, m (minute), h, d, w, M (month), q (quarter) and y"),
        ("1hh", "its unit is one of s, m (minute), h, d, w, M (month), q (quarter) and y"),
        ("0d", "its count is a number from 1 to 9999"),
        ("10000d", "its count is a number from 1 to 9999"),
        ("99999999999d", "its count is a number from 1 to 9999"),
        ("5h", "it does not divide a day evenly, as 5m, 1h and 12h do"),
        ("25h", "it does not divide a day evenly, as 5m, 1h and 12h do"),
    ] {
        let error = text.parse::<Interval>().expect_err(text);
        assert_eq!(error.to_string(), format!("`{text}` is no interval: {reason}"));
    }
}

#[test]
fn an_automatic_interval_suits_the_time() {
    let to = time("2026-11-20T00:00Z");
    for (days, expected) in
        [(0.0, "1s"), (0.04, "1m"), (1.0, "30m"), (7.0, "3h"), (30.0, "12h"), (60.0, "1d")]
    {
        let micros = std::time::Duration::from_secs_f64(days * 86_400.0).as_micros();
        let from = to.saturating_add(-i64::try_from(micros).expect("small"));
        assert_eq!(Interval::automatic(from, to).to_string(), expected, "{days} days");
    }
    assert_eq!(Interval::automatic(UnixMicros::MIN, UnixMicros::MAX).to_string(), "200y");
}

#[test]
fn zones_that_do_not_exist_are_suggested() {
    for (name, message) in [
        ("Europe/Pari", "unknown time zone `Europe/Pari`, did you mean `Europe/Paris`?"),
        ("new york", "unknown time zone `new york`, did you mean `America/New_York`?"),
        ("Mars/Olympus", "unknown time zone `Mars/Olympus`"),
        ("", "unknown time zone ``"),
        ("../etc/passwd", "unknown time zone `../etc/passwd`"),
    ] {
        assert_eq!(time_zone(name).expect_err(name).to_string(), message);
    }
    assert!(time_zone("europe/paris").is_ok());
}

proptest! {
    #[test]
    fn buckets_cover_the_time_once(
        zone in prop::sample::select(&[
            "UTC", "Europe/Paris", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia",
            "Africa/Cairo", "Africa/Monrovia", "Antarctica/Troll", "America/Santiago",
        ][..]),
        width in prop::sample::select(&["15m", "30m", "1h", "6h", "12h", "1d", "2d", "1w", "1M", "1y"][..]),
        from in 0_i64..2_000_000_000,
        seconds in 1_i64..1_000_000,
    ) {
        let from = UnixMicros::new(from * 1_000_000).expect("a time");
        let to = from.saturating_add(seconds * 1_000_000);
        let zone = time_zone(zone).expect("a zone");
        let edges = interval(width).edges(from, to, &zone).expect("few");
        prop_assert!(edges.is_sorted_by(|one, next| one < next));
        prop_assert!(edges.first().is_some_and(|first| *first <= from));
        prop_assert!(edges.get(1).is_none_or(|second| *second > from));
        prop_assert!(edges.last().is_some_and(|last| *last < to));
        // Asking from the start of a bucket on gives the same buckets.
        prop_assert_eq!(interval(width).edges(edges[0], to, &zone).expect("few"), edges);
    }
    #[test]
    fn hours_are_real_hours(
        seconds in 0_i64..86_400,
        width in prop::sample::select(&[(15, "15m"), (30, "30m"), (60, "1h")][..]),
    ) {
        let (minutes, width) = width;
        let zone = time_zone("Europe/Paris").expect("a zone");
        let from = time("2026-10-24T12:00Z").saturating_add(seconds * 1_000_000);
        let edges = interval(width).edges(from, time("2026-10-26T12:00Z"), &zone).expect("few");
        for pair in edges.windows(2) {
            prop_assert_eq!(pair[1].micros() - pair[0].micros(), minutes * 60_000_000);
        }
    }
}
