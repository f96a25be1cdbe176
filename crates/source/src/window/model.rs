//! Windows and pages against a simulated list, whose rows appear late and out of order: nothing is
//! lost, and little is fetched twice.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::{Page, Reading, Row, Step};
use super::windows::{Mark, Timing, Window, Windows};

const TIMING: Timing = Timing { begin_ms: 0, lag_ms: 10_000, late_ms: 30_000 };
const PAGE_ROWS: usize = 100;

/// Numbers that follow from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: i64) -> i64 {
        i64::try_from(self.next() % u64::try_from(end).expect("positive")).expect("small")
    }
}

/// A list: rows by their time, and when each one appears.
struct List {
    rows: Vec<(i64, i64, u64)>,
    fetched: usize,
}

impl List {
    /// A quiet year, then an hour of bursts, with whole seconds as the only times.
    fn new(random: &mut Random, end: i64) -> Self {
        let mut rows = Vec::new();
        for id in 0..12_000 {
            let time = match id % 8 {
                0 => random.below(end),
                1 => end - 1_800_000 + random.below(2_000),
                _ => end - random.below(3_600_000),
            };
            let time = time / 1_000 * 1_000;
            rows.push((time, time + random.below(TIMING.late_ms), id));
        }
        Self { rows, fetched: 0 }
    }

    fn page(&mut self, window: Window, number: usize, now: i64, random: &mut Random) -> Page {
        let here = |row: &&(i64, i64, u64)| {
            row.1 <= now && (window.from_ms..=window.to_ms).contains(&row.0)
        };
        let mut rows: Vec<_> = self.rows.iter().filter(here).copied().collect();
        // Now and then the order among equal times is another one.
        let turn = if random.below(200) == 0 { u64::MAX } else { 0 };
        rows.sort_by_key(|(time, _, id)| (*time, id ^ turn));
        let total = rows.len();
        let row = |(time, _, id): (i64, i64, u64)| Row {
            identity: id.to_be_bytes().to_vec(),
            time_ms: Some(time),
            record: id.to_be_bytes().to_vec(),
        };
        let rows: Vec<Row> =
            rows.into_iter().skip(number * PAGE_ROWS).take(PAGE_ROWS).map(row).collect();
        self.fetched += rows.len();
        Page { total, rows }
    }
}

/// Reads one window as a feed does; the clock goes on with every page. None after trouble.
fn read(
    windows: &mut Windows,
    list: &mut List,
    after: Option<Mark>,
    now: &mut i64,
    random: &mut Random,
) -> Option<(Vec<Row>, Mark, bool)> {
    let began = *now;
    loop {
        let window = windows.next(after, began)?;
        let mut reading = Reading::new(window);
        let mut number = 0;
        loop {
            *now += 30;
            if random.below(100) == 0 {
                windows.calm();
                return None;
            }
            match reading.take(list.page(window, number, *now, random)).expect("readable") {
                Step::Ask(next) => number = next,
                Step::Narrow(rows) => {
                    windows.narrow(window, rows);
                    break;
                }
                Step::Whole(rows) => {
                    let finished = windows.finish(after, window, rows, began);
                    return Some((finished.rows, finished.mark, finished.is_at_head));
                }
            }
        }
    }
}

fn run(seed: u64) {
    let mut random = Random(seed);
    let end = 366 * 86_400_000;
    let mut list = List::new(&mut random, end);
    let mut windows = Windows::new(TIMING);
    let (mut durable, mut mark) = (None, None);
    let mut delivered: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut now = end - 3_000_000;
    let mut restarts = 0;
    while now < end + 120_000 {
        let Some((rows, next, is_at_head)) =
            read(&mut windows, &mut list, mark, &mut now, &mut random)
        else {
            now += 1_000;
            continue;
        };
        match random.below(20) {
            // Killed before the rows were kept, or the rows were refused: back to what is durable.
            0 => {
                windows = Windows::new(TIMING);
                mark = durable;
                restarts += 1;
            }
            1 => mark = durable,
            _ => {
                rows.into_iter().for_each(|row| *delivered.entry(row.identity).or_default() += 1);
                (durable, mark) = (Some(next), Some(next));
            }
        }
        now += if is_at_head { 15_000 } else { 200 };
    }
    let missing: BTreeSet<u64> = list.rows.iter().map(|row| row.2).collect();
    let is_missing = |id: &u64| !delivered.contains_key(id.to_be_bytes().as_slice());
    let missing: Vec<u64> = missing.into_iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "seed {seed}: {} rows are missing: {missing:?}", missing.len());
    let twice: usize = delivered.values().map(|times| times - 1).sum();
    assert!(restarts > 5, "seed {seed}: {restarts} restarts");
    assert!(twice < list.rows.len() / 2, "seed {seed}: {twice} rows were delivered again");
    let fetched = list.fetched;
    assert!(fetched < list.rows.len() * 6, "seed {seed}: {fetched} rows were fetched");
}

#[test]
fn nothing_is_lost_and_little_is_fetched_twice() {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("randomness");
    (1..=8).chain([u64::from_be_bytes(bytes)]).for_each(run);
}
