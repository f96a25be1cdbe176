//! APIs that stand in for those of others: rows in memory, a clock that tests move, and failures
//! at random.
//!
//! - [`collector`]: who keeps what a feed delivers, and is killed now and then.
//! - [`logto`], [`authgear`], [`plusauth`]: the APIs.

pub(crate) mod authgear;
pub(crate) mod collector;
pub(crate) mod logto;
pub(crate) mod plusauth;

use std::io;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use gatelog_event::time::UnixMicros;
use gatelog_source::http::{HttpSettings, Reach};
use tokio::net::TcpListener;

/// 2026-11-20, when tests begin.
pub(crate) const START: i64 = 1_795_132_800_000;

/// What no message may show.
pub(crate) const SECRET: &str = "s3cret-of-the-client";

/// Numbers that follow from a seed (SplitMix64).
#[derive(Debug)]
pub(crate) struct Random(pub(crate) u64);

/// One row of a list.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) time: i64,
    pub(crate) appears: i64,
    pub(crate) record: String,
}

/// What all stand-ins are made of.
#[derive(Debug)]
pub(crate) struct Stage {
    clock: AtomicI64,
    rows: Vec<Row>,
    random: Mutex<Random>,
    /// Of so many requests one fails. 0: none does.
    fails_one_in: i64,
    pub(crate) requests: AtomicUsize,
}

impl Random {
    pub(crate) fn from_system() -> Self {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).expect("randomness");
        Self(u64::from_be_bytes(bytes))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: i64) -> i64 {
        i64::try_from(self.next() % u64::try_from(end).expect("positive")).expect("small")
    }
}

impl Stage {
    pub(crate) fn new(rows: Vec<Row>, seed: u64, fails_one_in: i64) -> Arc<Self> {
        Arc::new(Self {
            clock: AtomicI64::new(START),
            rows,
            random: Mutex::new(Random(seed)),
            fails_one_in,
            requests: AtomicUsize::new(0),
        })
    }

    pub(crate) fn now(&self) -> UnixMicros {
        UnixMicros::from_millis(self.now_ms()).expect("a time")
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub(crate) fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn below(&self, end: i64) -> i64 {
        self.random.lock().expect("a lock").below(end)
    }

    /// What is there now and is wanted, by time. The order among equal times is another one each
    /// time it is asked for, once in ten.
    pub(crate) fn list(&self, is_wanted: impl Fn(&Row) -> bool) -> Vec<&Row> {
        let now = self.now_ms();
        let is_there = |row: &&Row| row.appears <= now && is_wanted(row);
        let mut rows: Vec<&Row> = self.rows.iter().filter(is_there).collect();
        let turns = self.below(10) == 0;
        rows.sort_by(|a, b| {
            let among_equals = a.record.cmp(&b.record);
            a.time.cmp(&b.time).then(if turns { among_equals.reverse() } else { among_equals })
        });
        rows
    }

    /// The records of all rows.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &String> {
        self.rows.iter().map(|row| &row.record)
    }
}

/// A month of rows before the test begins and twenty minutes of it, in bursts with equal times;
/// each appears up to twenty seconds late. Times are whole multiples of `unit_ms`.
pub(crate) fn rows(seed: u64, unit_ms: i64, record: impl Fn(usize, i64) -> String) -> Vec<Row> {
    let mut random = Random(seed);
    let row = |number: usize| {
        let time = match number % 10 {
            0 => START - random.below(30 * 86_400_000),
            1..=3 => START - 86_400_000 + random.below(3_000),
            4 => START + 300_000 + random.below(2_000),
            _ => START + random.below(1_200_000),
        };
        let time = time / unit_ms * unit_ms;
        Row { time, appears: time + random.below(20_000), record: record(number, time) }
    };
    (0..3_000).map(row).collect()
}

/// Serves an API on a free port and returns where it begins.
pub(crate) async fn serve(stage: &Arc<Stage>, router: Router) -> String {
    let router = router.layer(from_fn_with_state(Arc::clone(stage), fail_sometimes));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// How stand-ins are reached: they are on loopback, and one that says nothing is left soon.
pub(crate) fn http() -> HttpSettings {
    let loopback = "127.0.0.0/8".parse().expect("a network");
    let settings = HttpSettings::new(Reach::PublicAnd(vec![loopback]));
    HttpSettings { timeout: Duration::from_millis(700), ..settings }
}

async fn fail_sometimes(State(stage): State<Arc<Stage>>, request: Request, next: Next) -> Response {
    stage.requests.fetch_add(1, Ordering::SeqCst);
    if stage.fails_one_in == 0 || stage.below(stage.fails_one_in) != 0 {
        return next.run(request).await;
    }
    match stage.below(16) {
        0 => std::future::pending().await,
        1..=5 => {
            // The connection ends in the middle of the answer.
            let part: Result<Bytes, io::Error> = Ok(Bytes::from_static(b"[{\"id\":"));
            let parts = [part, Err(io::ErrorKind::ConnectionReset.into())];
            Body::from_stream(futures_util::stream::iter(parts)).into_response()
        }
        6..=10 => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "2")]).into_response(),
        _ => {
            let body = "{\"message\":\"Internal server error.\"}";
            (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
        }
    }
}
