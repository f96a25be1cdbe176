//! Events by time, as bars.

use std::collections::BTreeMap;

use gatelog_query::zone::time_zone;
use serde::Deserialize;

use super::CountedValue;
use crate::answers::Parameters;
use crate::arguments::Query;
use crate::output::table::{Cell, Table, terminal_width};
use crate::output::time::Clockface;
use crate::output::{self, grouped};

/// What bars are made of: the most frequent values, the first one first...
const GLYPHS: [&str; 4] = ["█", "▓", "▒", "░"];

/// ...and everything else.
const GLYPH_OF_OTHERS: &str = "·";

/// What bars are made of when nothing is counted apart.
const GLYPH_OF_ALL: &str = "█";

/// Beside a bar stand its time and its count.
const BESIDE_BAR_WIDTH: usize = 40;

/// The longest bar where there is no terminal.
const BAR_WIDTH_DEFAULT: usize = 60;

#[derive(Deserialize)]
pub(super) struct Histogram {
    interval: String,
    tz: String,
    buckets: Vec<Bucket>,
    values: Option<Vec<CountedValue>>,
}

#[derive(Deserialize)]
struct Bucket {
    start: String,
    count: u64,
    #[serde(default)]
    by: BTreeMap<String, u64>,
}

pub(super) fn parameters(arguments: &Query) -> Parameters {
    let mut parameters = Parameters::new();
    parameters.extend(arguments.interval.clone().map(|interval| ("interval", interval)));
    if let Some(by) = arguments.by.clone() {
        parameters.push(("by", by));
        // As many as bars can show, unless a program reads them.
        let shown = (!arguments.json).then(|| GLYPHS.len().to_string());
        let limit = arguments.limit.map(|limit| limit.to_string()).or(shown);
        parameters.extend(limit.map(|limit| ("by_limit", limit)));
    }
    let local = || Clockface::new(arguments.utc).zone_name().map(str::to_owned);
    let tz = arguments.tz.clone().or_else(local);
    parameters.extend(tz.map(|tz| ("tz", tz)));
    parameters
}

pub(super) fn print(histogram: Histogram) {
    let zone = time_zone(&histogram.tz);
    let clockface = zone.map_or_else(|_| Clockface::new(true), Clockface::of_zone);
    let greatest = histogram.buckets.iter().map(|bucket| bucket.count).max().unwrap_or(0);
    let width = terminal_width().map_or(BAR_WIDTH_DEFAULT, |width| {
        width.saturating_sub(BESIDE_BAR_WIDTH).max(GLYPHS.len())
    });
    let values = histogram.values.unwrap_or_default();
    let mut table = Table::new(["START", "EVENTS", ""]);
    for bucket in &histogram.buckets {
        let bar = bar(bucket, &values, greatest, width);
        let start = clockface.show(&bucket.start);
        table.push(vec![
            Cell::whole(start.strip_suffix(" 00:00:00").unwrap_or(&start)),
            Cell::number(&grouped(bucket.count)),
            Cell::whole(&bar),
        ]);
    }
    table.print();
    let legend = values.iter().zip(GLYPHS).map(|(value, glyph)| {
        let name = value.title.as_ref().unwrap_or(&value.value);
        format!("{glyph} {name} {}", grouped(value.count))
    });
    legend.for_each(|line| output::note(&line));
    let total = output::events(histogram.buckets.iter().map(|bucket| bucket.count).sum());
    output::note(&format!("{total}, by {} in {}", histogram.interval, histogram.tz));
}

/// A bar of the bucket's length, each value's part in its glyph.
fn bar(bucket: &Bucket, values: &[CountedValue], greatest: u64, width: usize) -> String {
    let length = |count: u64| {
        let scaled = (u128::from(count) * width as u128).div_ceil(u128::from(greatest.max(1)));
        usize::try_from(scaled).unwrap_or(width).min(width)
    };
    let of_value = |value: &CountedValue| bucket.by.get(&value.value).copied().unwrap_or(0);
    let (mut bar, mut drawn, mut counted) = (String::new(), 0, 0);
    for (glyph, value) in GLYPHS.into_iter().zip(values) {
        // Ends are rounded, not lengths, so that the parts add up to the whole.
        counted += of_value(value);
        let end = length(counted.min(bucket.count));
        bar.push_str(&glyph.repeat(end.saturating_sub(drawn)));
        drawn = drawn.max(end);
    }
    let glyph = if values.is_empty() { GLYPH_OF_ALL } else { GLYPH_OF_OTHERS };
    bar + &glyph.repeat(length(bucket.count).saturating_sub(drawn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_counts() {
        let value = |value: &str| CountedValue { value: value.to_owned(), title: None, count: 0 };
        let bar = |count: u64, by: &[(&str, u64)]| {
            let by: BTreeMap<_, _> = by.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect();
            let values = if by.is_empty() { vec![] } else { vec![value("a"), value("b")] };
            super::bar(&Bucket { start: String::new(), count, by }, &values, 100, 10)
        };
        assert_eq!(bar(0, &[]), "");
        assert_eq!(bar(1, &[]), "█");
        assert_eq!(bar(50, &[]), "█████");
        assert_eq!(bar(100, &[("a", 50), ("b", 30)]), "█████▓▓▓··");
        assert_eq!(bar(40, &[("b", 40)]), "▓▓▓▓");
    }
}
