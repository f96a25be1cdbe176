//! Requests, counted as they end.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of the durations, in seconds: a page takes milliseconds, an export minutes.
const DURATION_BOUNDS_SECONDS: [f64; 12] =
    [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0, 60.0];

/// Statuses that say a request was refused though it may be a good one, and what for.
const REFUSALS: [(u16, &str); 5] = [
    (401, "unauthenticated"),
    (403, "forbidden"),
    (429, "busy"),
    (503, "unavailable"),
    (507, "disk_full"),
];

/// A label and its value.
type Label = (&'static str, String);

/// The counters of requests. Cheap to clone: clones count together.
#[derive(Clone, Debug)]
pub(crate) struct Traffic {
    requests: Family<[Label; 3], Counter>,
    durations: Family<[Label; 2], Histogram>,
    refusals: Family<[Label; 1], Counter>,
}

impl Default for Traffic {
    fn default() -> Self {
        let histogram = || Histogram::new(DURATION_BOUNDS_SECONDS);
        let refusals = Family::<[Label; 1], Counter>::default();
        // A counter that is there from the start shows its first step.
        for (_, reason) in REFUSALS {
            drop(refusals.get_or_create(&[("reason", reason.to_owned())]));
        }
        Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(histogram),
            refusals,
        }
    }
}

impl Traffic {
    /// Counts a request that is over. `method` and `route` must come from a bounded set.
    pub(crate) fn count(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        let (method, route) = (("method", method.to_owned()), ("route", route.to_owned()));
        let duration = elapsed.as_secs_f64();
        self.durations.get_or_create(&[method.clone(), route.clone()]).observe(duration);
        self.requests.get_or_create(&[method, route, ("status", status.to_string())]).inc();
        if let Some((_, reason)) = REFUSALS.into_iter().find(|(refusal, _)| *refusal == status) {
            self.refusals.get_or_create(&[("reason", reason.to_owned())]).inc();
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let (requests, refusals) = (self.requests.clone(), self.refusals.clone());
        registry.register("gatelog_http_requests", "Answered requests", requests);
        let (help, durations) = ("From a request to the end of its answer", self.durations.clone());
        registry.register_with_unit("gatelog_http_request", help, Unit::Seconds, durations);
        registry.register("gatelog_http_refusals", "Refused requests", refusals);
    }
}
