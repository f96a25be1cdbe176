//! How a value is written.

use std::fmt;

use gatelog_ledger::Distribution;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

/// A name without its unit, what it means in a few words, and the unit.
type Description<'a> = (&'a str, &'a str, Option<&'a Unit>);

/// Writes metrics one after the other.
pub(super) struct Writer<'a>(pub(super) DescriptorEncoder<'a>);

impl Writer<'_> {
    /// A number that only grows.
    pub(super) fn counter(
        &mut self,
        (name, help, unit): Description<'_>,
        value: u64,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, unit, MetricType::Counter)?;
        metric.encode_counter::<NoLabelSet, _, u64>(&value, None)
    }

    /// Several such numbers, told apart by labels.
    pub(super) fn counters<'l, const LABELS: usize>(
        &mut self,
        (name, help, unit): Description<'_>,
        values: impl IntoIterator<Item = ([(&'static str, &'l str); LABELS], u64)>,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, unit, MetricType::Counter)?;
        for (labels, value) in values {
            let mut labelled = metric.encode_family(&labels)?;
            labelled.encode_counter::<NoLabelSet, _, u64>(&value, None)?;
        }
        Ok(())
    }

    /// A number that goes up and down.
    pub(super) fn gauge(&mut self, (name, help, unit): Description<'_>, value: u64) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, unit, MetricType::Gauge)?;
        metric.encode_gauge(&value)
    }

    /// Several such numbers, told apart by labels.
    pub(super) fn gauges<'l, const LABELS: usize>(
        &mut self,
        (name, help, unit): Description<'_>,
        values: impl IntoIterator<Item = ([(&'static str, &'l str); LABELS], u64)>,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, unit, MetricType::Gauge)?;
        for (labels, value) in values {
            metric.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    /// How measurements are distributed; `unit_count` of what they count in make one unit.
    pub(super) fn histogram(
        &mut self,
        (name, help, unit): Description<'_>,
        distribution: &Distribution,
        unit_count: f64,
    ) -> fmt::Result {
        let number = |count: u64| to_f64(count) / unit_count;
        let bound = |bound| if bound == u64::MAX { f64::INFINITY } else { number(bound) };
        let buckets = distribution.buckets.iter();
        let buckets: Vec<_> = buckets.map(|&(limit, count)| (bound(limit), count)).collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        let mut metric = self.0.encode_descriptor(name, help, unit, MetricType::Histogram)?;
        metric.encode_histogram::<NoLabelSet>(number(distribution.sum), count, &buckets, None)
    }

    /// Labels that describe, and no number.
    pub(super) fn info(
        &mut self,
        name: &str,
        help: &str,
        labels: [(&str, &str); 1],
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Info)?;
        metric.encode_info(&labels)
    }
}

/// The nearest floating-point number, which is what OpenMetrics readers keep anyway.
#[expect(clippy::cast_precision_loss, reason = "what is lost is less than is measured")]
fn to_f64(count: u64) -> f64 {
    count as f64
}
