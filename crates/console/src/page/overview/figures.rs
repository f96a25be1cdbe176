//! How often the things people watch happened, and whether that is unusual.

use gatelog_event::time::UnixMicros;
use gatelog_ledger::Matches;
use gatelog_query::pql::{self, Context};

use super::period::Period;
use crate::filter::LogFilter;
use crate::moment::exact;
use crate::problem::Problem;
use crate::texts::{Overview, Texts};
use crate::visitor::Visit;

/// The drawing of a figure, in its own units; the style sheet stretches it.
pub(super) const FIGURE_WIDTH: usize = 720;
pub(super) const FIGURE_HEIGHT: u64 = 48;

/// What is watched.
struct Watched {
    title: fn(&Overview) -> &'static str,
    /// The query that finds it.
    query: &'static str,
}

const WATCHED: [Watched; 6] = [
    Watched { title: |texts| texts.sign_ins, query: r#"action = "login" AND outcome = "success""# },
    Watched { title: |texts| texts.failures, query: r#"outcome = "failure""# },
    Watched {
        title: |texts| texts.sign_ups,
        query: r#"action = "signup" AND outcome = "success""#,
    },
    Watched {
        title: |texts| texts.resets,
        query: r#"action = "password.reset" AND outcome = "success""#,
    },
    Watched { title: |texts| texts.second_factors, query: r#"action = "mfa.verify""# },
    Watched { title: |texts| texts.messages, query: r#"action IN ("code.send", "message.send")"# },
];

/// Numbers that come about by chance are hardly ever further than three standard deviations from
/// what is usual; of so many events, the deviation is their square root.
const DEVIATIONS: u128 = 3;

/// Differences below one in so many of what is usual are of no interest, however many there are.
const LEAST_PART: u128 = 5;

/// Something that is watched.
#[derive(Debug)]
pub(super) struct Figure {
    pub(super) title: &'static str,
    /// How often it happened.
    pub(super) count: String,
    /// How often it usually happens in as much time, if that is known.
    pub(super) usual: Option<String>,
    pub(super) judgement: Judgement,
    /// The events.
    pub(super) link: String,
    pub(super) bars: Vec<Bar>,
    /// The corners of the line of what is usual, as SVG has them.
    pub(super) usual_line: String,
    counts: Vec<u64>,
}

/// How often it happened in one part of the time.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) left: usize,
    pub(super) width: usize,
    pub(super) top: u64,
    pub(super) height: u64,
}

/// Whether a number is unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// There is nothing to compare it with.
    Unknown,
    /// It is what it usually is.
    Usual,
    /// It is higher than chance explains.
    Higher,
    /// It is lower than chance explains.
    Lower,
}

/// The same numbers as a table, for those who do not see the bars.
#[derive(Debug)]
pub(super) struct Numbers {
    pub(super) titles: Vec<&'static str>,
    pub(super) rows: Vec<NumbersRow>,
}

/// One part of the time.
#[derive(Debug)]
pub(super) struct NumbersRow {
    pub(super) start: String,
    pub(super) counts: Vec<String>,
}

impl Judgement {
    /// Judges a number by the sum of as many times before it.
    fn of(count: u64, sum: u64, times: usize) -> Self {
        if times == 0 {
            return Self::Unknown;
        }
        let (sum, times) = (u128::from(sum), times as u128);
        // All of it for as many times, so that nothing is rounded.
        let present = u128::from(count) * times;
        let difference = present.abs_diff(sum);
        let is_chance = difference.pow(2) <= DEVIATIONS.pow(2) * times * sum.max(times);
        if is_chance || difference * LEAST_PART <= sum {
            Self::Usual
        } else if present > sum {
            Self::Higher
        } else {
            Self::Lower
        }
    }

    /// Its name in the style sheet.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unknown | Self::Usual => "usual",
            Self::Higher => "higher",
            Self::Lower => "lower",
        }
    }

    /// Its name for people, if there is something to say.
    pub(super) fn title(self, texts: &Texts) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Usual => Some(texts.overview.as_usual),
            Self::Higher => Some(texts.overview.higher),
            Self::Lower => Some(texts.overview.lower),
        }
    }
}

/// Everything that is watched, among the events of a period and of `earlier` ones before it.
pub(super) fn figures(
    visit: &Visit,
    period: Period,
    earlier: usize,
    matches: &Matches,
) -> Result<Vec<Figure>, Problem> {
    let starts = period.starts(earlier, visit.now);
    let figure = |Watched { title, query }: Watched| {
        let filter = pql::compile(query, &Context { now: visit.now });
        let histogram =
            matches.among(&filter.map_err(Problem::MalformedQuery)?)?.histogram(&starts, None)?;
        let counts: Vec<u64> = histogram.buckets.iter().map(|bucket| bucket.count).collect();
        let list = LogFilter::default().with_text(query.to_owned()).within(period.preset());
        let link = visit.links.filtered(&list);
        Ok(Figure::new(title(&visit.texts.overview), link, &counts, period, visit.texts))
    };
    WATCHED.into_iter().map(figure).collect()
}

/// The numbers of all figures side by side.
pub(super) fn numbers(visit: &Visit, period: Period, figures: &[Figure]) -> Numbers {
    let row = |(part, start): (usize, UnixMicros)| NumbersRow {
        start: exact(start, &visit.zone, visit.texts),
        counts: figures
            .iter()
            .map(|figure| visit.texts.number(figure.counts.get(part).copied().unwrap_or(0)))
            .collect(),
    };
    Numbers {
        titles: figures.iter().map(|figure| figure.title).collect(),
        rows: period.starts(0, visit.now).into_iter().enumerate().map(row).collect(),
    }
}

impl Figure {
    /// `counts` are those of the parts of earlier periods, then of this one.
    fn new(
        title: &'static str,
        link: String,
        counts: &[u64],
        period: Period,
        texts: &Texts,
    ) -> Self {
        let parts = period.parts();
        let (before, present) = counts.split_at(counts.len().saturating_sub(parts));
        let (count, sum) = (present.iter().sum(), before.iter().sum::<u64>());
        let times = before.len() / parts;
        let usual = sums(before, parts);
        let scale = Scale::new(present, &usual, times);
        let line = if times > 0 { scale.line(&usual) } else { String::new() };
        Self {
            title,
            link,
            count: texts.number(count),
            usual: rounded(sum, times as u64).map(|usual| texts.number(usual)),
            judgement: Judgement::of(count, sum, times),
            bars: present.iter().enumerate().map(|(at, count)| scale.bar(at, *count)).collect(),
            usual_line: line,
            counts: present.to_vec(),
        }
    }
}

/// A quotient to the nearest whole number; none of nothing.
fn rounded(dividend: u64, divisor: u64) -> Option<u64> {
    dividend.saturating_add(divisor / 2).checked_div(divisor)
}

/// The sum of each part over periods of so many parts, one after the other.
fn sums(counts: &[u64], parts: usize) -> Vec<u64> {
    let mut sums = vec![0_u64; parts];
    for period in counts.chunks_exact(parts) {
        sums.iter_mut().zip(period).for_each(|(sum, count)| *sum += count);
    }
    sums
}

/// From numbers to places in the drawing.
struct Scale {
    /// The highest number, for as many times as sums are of.
    peak: u64,
    times: u64,
    parts: usize,
}

impl Scale {
    fn new(counts: &[u64], sums: &[u64], times: usize) -> Self {
        let times = times.max(1) as u64;
        let highest = counts.iter().map(|count| count * times).chain(sums.iter().copied()).max();
        Self { peak: highest.unwrap_or(0).max(1), times, parts: counts.len().max(1) }
    }

    /// The height of a sum.
    fn height(&self, sum: u64) -> u64 {
        let height = rounded(sum.saturating_mul(FIGURE_HEIGHT), self.peak).unwrap_or(0);
        // What happened at all is seen.
        height.max(u64::from(sum > 0))
    }

    fn left(&self, part: usize) -> usize {
        part * FIGURE_WIDTH / self.parts
    }

    fn bar(&self, part: usize, count: u64) -> Bar {
        let height = self.height(count * self.times);
        let (left, end) = (self.left(part), self.left(part + 1));
        let gap = (end - left) / 6;
        Bar { left, width: end - left - gap, top: FIGURE_HEIGHT.saturating_sub(height), height }
    }

    /// A step for each part.
    fn line(&self, sums: &[u64]) -> String {
        let corners = |(part, sum): (usize, &u64)| {
            let top = FIGURE_HEIGHT.saturating_sub(self.height(*sum));
            format!("{},{top} {},{top}", self.left(part), self.left(part + 1))
        };
        sums.iter().enumerate().map(corners).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chance_explains_is_usual() {
        use Judgement::{Higher, Lower, Unknown, Usual};
        for (count, sum, times, expected) in [
            (5, 0, 0, Unknown),
            (0, 0, 7, Usual),
            (3, 0, 7, Usual),
            (4, 0, 7, Higher),
            (0, 9, 1, Usual),
            (0, 10, 1, Lower),
            (130, 700, 7, Usual),
            (131, 700, 7, Higher),
            (12_000, 40_000, 4, Usual),
            (12_001, 40_000, 4, Higher),
            (7_999, 40_000, 4, Lower),
        ] {
            assert_eq!(Judgement::of(count, sum, times), expected, "{count}: {sum} in {times}");
        }
    }

    #[test]
    fn the_usual_is_of_the_same_parts() {
        assert_eq!(sums(&[], 2), [0, 0]);
        assert_eq!(sums(&[1, 2, 3, 7], 2), [4, 9]);
        assert_eq!((rounded(9, 2), rounded(8, 3), rounded(1, 0)), (Some(5), Some(3), None));
    }

    #[test]
    fn bars_stand_on_the_line_and_fit() {
        let counts: Vec<u64> = (0..24).collect();
        let scale = Scale::new(&counts, &[46; 24], 2);
        for (count, height) in [(0, 0), (1, 2), (23, FIGURE_HEIGHT)] {
            let bar = scale.bar(23, count);
            assert_eq!((bar.height, bar.top + bar.height), (height, FIGURE_HEIGHT));
            assert!(bar.left + bar.width <= FIGURE_WIDTH);
        }
        assert_eq!(Scale::new(&[1_000_000], &[], 0).bar(0, 1).height, 1);
        assert_eq!(scale.line(&[0, 46]), "0,48 30,48 30,0 60,0");
    }
}
