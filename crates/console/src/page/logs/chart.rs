//! The bar chart: how many events match over time, by how they ended or how much they matter, drawn
//! as SVG.
//!
//! Every bar leads to its part of the time. The same numbers are in a table for those who do not
//! see the bars. Widths are percentages, so the chart needs no script to fit.

use gatelog_event::catalogue::Level;
use gatelog_event::fields::Outcome;
use gatelog_event::time::UnixMicros;
use gatelog_ledger::{Bucket, CountedBy, Histogram, Matches};
use gatelog_query::{Field, Grouping, Interval, Query};

use crate::change;
use crate::problem::Problem;
use crate::texts::Texts;
use crate::time_range::Bound;
use crate::view::Series;
use crate::visitor::Visit;

mod precision;

use precision::Precision;

/// The bars' height in pixels, without the labels below.
const HEIGHT: u64 = 96;

/// Labels below the bars.
const LABELS_MAX: usize = 7;

/// No label begins further right than this, in percent: it would be cut.
const LABEL_START_MAX: usize = 90;

/// The same on a telephone.
const NARROW_LABEL_START_MAX: usize = 70;

/// Parts of a bar from the bottom up: what is looked for most often stands on the line.
const OUTCOMES: [Outcome; 3] = [Outcome::Failure, Outcome::Success, Outcome::Unknown];
const LEVELS: [Level; 3] = [Level::Error, Level::Warn, Level::Info];

/// A chart of the events that match.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(crate) height: u64,
    /// What the lines stand for: the top one, the middle one.
    pub(crate) scale: [String; 2],
    pub(crate) legend: Vec<LegendEntry>,
    /// What the bars can be made of.
    pub(crate) series: Vec<SeriesLink>,
    pub(crate) bars: Vec<Bar>,
    pub(crate) labels: Vec<Label>,
}

/// What one colour stands for.
#[derive(Debug)]
pub(crate) struct LegendEntry {
    pub(crate) class: &'static str,
    pub(crate) title: &'static str,
    pub(crate) count: String,
}

/// A way to bars that are made of something else.
#[derive(Debug)]
pub(crate) struct SeriesLink {
    pub(crate) title: &'static str,
    pub(crate) link: String,
    pub(crate) is_current: bool,
}

/// What a part of a bar stands for.
#[derive(Clone, Copy, Debug)]
struct PartKind {
    /// The value that is counted.
    value: &'static str,
    title: &'static str,
    /// What the style sheet knows its colour by.
    class: &'static str,
}

/// One bucket.
#[derive(Debug)]
pub(crate) struct Bar {
    /// When it starts.
    pub(crate) start: String,
    /// From when to when it is, as a range of time is written in an address.
    pub(crate) from: String,
    pub(crate) to: String,
    /// All it says.
    pub(crate) title: String,
    /// The same question, about its time only; none if nothing happened then.
    pub(crate) link: Option<String>,
    pub(crate) place: Place,
    pub(crate) parts: Vec<BarPart>,
    /// Counts in the order of the legend.
    pub(crate) counts: Vec<String>,
    pub(crate) total: String,
}

/// The events of a bucket that have something in common, in pixels.
#[derive(Debug)]
pub(crate) struct BarPart {
    pub(crate) class: &'static str,
    pub(crate) top: u64,
    pub(crate) height: u64,
}

/// Where a bucket stands among all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    index: usize,
    count: usize,
}

/// A time below the bars.
#[derive(Debug)]
pub(crate) struct Label {
    pub(crate) place: Place,
    pub(crate) text: String,
    /// When it goes where there is little room, as the style sheet knows it.
    pub(crate) class: &'static str,
}

impl Chart {
    /// The chart of a question; none if nothing matches.
    pub(crate) fn new(
        visit: &Visit,
        query: &Query,
        matches: &Matches,
        series: Series,
    ) -> Result<Option<Self>, Problem> {
        let Some((earliest, latest)) = matches.extent()? else {
            return Ok(None);
        };
        let from = query.from.unwrap_or(earliest);
        let last = if query.from.is_some() { latest.max(visit.now) } else { latest };
        let to = query.to.unwrap_or(last.saturating_add(1));
        let interval = Interval::automatic(from, to);
        // An automatic interval never makes too many of them.
        let starts = interval.edges(from, to, visit.zone.rules()).unwrap_or_default();
        let kinds = kinds(series, visit.texts);
        let grouping = Grouping::Field(field(series));
        let by = CountedBy { grouping, values_max: kinds.len() };
        let histogram = matches.histogram(&starts, Some(&by))?;
        let drawing = Drawing { visit, query, precision: Precision::of(&starts, &visit.zone) };
        Ok(Some(drawing.chart(&histogram, &kinds, series)))
    }

    /// The same on a page that shows no other series.
    pub(crate) fn without_series(self) -> Self {
        Self { series: Vec::new(), ..self }
    }
}

/// The field whose values are counted.
fn field(series: Series) -> Field {
    match series {
        Series::Outcome => Field::Outcome,
        Series::Level => Field::Level,
    }
}

/// The parts of bars from the bottom up.
fn kinds(series: Series, texts: &Texts) -> [PartKind; 3] {
    match series {
        Series::Outcome => OUTCOMES.map(|outcome| PartKind {
            value: outcome.name(),
            title: texts.outcome(outcome),
            class: outcome.name(),
        }),
        Series::Level => LEVELS.map(|level| PartKind {
            value: level.name(),
            title: level.title(texts.language),
            class: match level {
                Level::Info => "level-info",
                Level::Warn => "level-warn",
                Level::Error => "level-error",
            },
        }),
    }
}

fn series_links(current: Series, texts: &Texts) -> Vec<SeriesLink> {
    let link = |series: Series| SeriesLink {
        title: match series {
            Series::Outcome => texts.fields.result,
            Series::Level => texts.fields.level,
        },
        link: change::with("by", series.parameter().unwrap_or_default()),
        is_current: series == current,
    };
    Series::ALL.map(link).into()
}

struct Drawing<'d> {
    visit: &'d Visit,
    query: &'d Query,
    precision: Precision<'d>,
}

impl Drawing<'_> {
    fn chart(&self, histogram: &Histogram, kinds: &[PartKind], series: Series) -> Chart {
        let texts = self.visit.texts;
        let peak = histogram.buckets.iter().map(|bucket| bucket.count).max().unwrap_or_default();
        let top = round_up(peak);
        // Which of the counted values each part is.
        let position =
            |kind: &PartKind| histogram.values.iter().position(|value| value.value == kind.value);
        let present: Vec<(PartKind, usize)> =
            kinds.iter().filter_map(|kind| Some((*kind, position(kind)?))).collect();
        let legend = present.iter().filter_map(|(PartKind { class, title, .. }, position)| {
            let count = texts.number(histogram.values.get(*position)?.count);
            Some(LegendEntry { class, title, count })
        });
        let ends = histogram.buckets.iter().skip(1).map(|next| Some(next.start)).chain([None]);
        let count = histogram.buckets.len();
        let bars = histogram.buckets.iter().zip(ends).enumerate();
        let bars = bars.map(|(index, (bucket, end))| {
            let place = Place { index, count };
            self.bar(bucket, end, place, &present, top)
        });
        Chart {
            height: HEIGHT,
            scale: [texts.number(top), texts.number(top / 2)],
            legend: legend.collect(),
            series: series_links(series, texts),
            bars: bars.collect(),
            labels: self.labels(&histogram.buckets),
        }
    }

    fn bar(
        &self,
        bucket: &Bucket,
        end: Option<UnixMicros>,
        place: Place,
        present: &[(PartKind, usize)],
        top: u64,
    ) -> Bar {
        let texts = self.visit.texts;
        let counts: Vec<(PartKind, u64)> = present
            .iter()
            .map(|(kind, at)| (*kind, bucket.by_value.get(*at).copied().unwrap_or_default()))
            .collect();
        let (mut parts, mut below) = (Vec::new(), 0);
        for (kind, count) in counts.iter().filter(|(_, count)| *count > 0) {
            // Something that happened once among thousands shows all the same.
            let height = (count * HEIGHT / top.max(1)).max(1);
            let top = HEIGHT.saturating_sub(below + height);
            parts.push(BarPart { class: kind.class, top, height });
            below += height;
        }
        let start = self.precision.distinct(bucket.start, self.visit.now, texts);
        let total = texts.counted(bucket.count, texts.nouns.event);
        let by_kind = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| format!("\n{} {}", kind.title, texts.number(*count)));
        let from = Bound::At(self.query.from.map_or(bucket.start, |from| from.max(bucket.start)));
        let to = end.or(self.query.to).map_or(Bound::Open, Bound::At);
        Bar {
            title: format!("{start}\n{total}{}", by_kind.collect::<String>()),
            start,
            from: from.written(),
            to: to.written(),
            link: (bucket.count > 0).then(|| change::between(&from, &to)),
            place,
            parts,
            counts: counts.iter().map(|(_, count)| texts.number(*count)).collect(),
            total: texts.number(bucket.count),
        }
    }

    fn labels(&self, buckets: &[Bucket]) -> Vec<Label> {
        let count = buckets.len();
        let step = count.div_ceil(LABELS_MAX).max(1);
        let labelled = buckets.iter().enumerate().step_by(step).enumerate();
        let labelled = labelled.filter(|(_, (index, _))| index * 100 <= count * LABEL_START_MAX);
        let label = |(number, (index, bucket)): (usize, (usize, &Bucket))| Label {
            place: Place { index, count },
            text: self.precision.text(bucket.start, self.visit.now, self.visit.texts),
            class: match (number % 2, index * 100 <= count * NARROW_LABEL_START_MAX) {
                (1, _) => "minor",
                (_, false) => "late",
                _ => "",
            },
        };
        labelled.map(label).collect()
    }
}

/// The least even number not below `peak` that is easily read: 2, 4, 6, 8 or 10 times a power of
/// ten.
fn round_up(peak: u64) -> u64 {
    let mut power: u64 = 1;
    while power.saturating_mul(10) < peak {
        power = power.saturating_mul(10);
    }
    peak.max(1).div_ceil(2 * power).saturating_mul(2 * power)
}

impl Place {
    /// Where the bucket begins.
    pub(crate) fn left(self) -> String {
        self.percent(self.index)
    }

    /// How wide it is.
    pub(crate) fn width(self) -> String {
        self.percent(1)
    }

    /// Buckets as a percentage of all, with two decimals.
    fn percent(self, buckets: usize) -> String {
        let share = buckets * 10_000 / self.count.max(1);
        format!("{}.{:02}%", share / 100, share % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_with_a_number_that_is_easily_read() {
        let cases = [(0, 2), (1, 2), (3, 4), (10, 10), (11, 20), (99, 100), (4_001, 6_000)];
        for (peak, expected) in cases {
            assert_eq!(round_up(peak), expected, "{peak}");
        }
    }

    #[test]
    fn places_are_percentages() {
        let place = Place { index: 2, count: 3 };
        assert_eq!([place.left(), place.width()], ["66.66%", "33.33%"]);
    }
}
