//! Writes invented rows as NDJSON: `cargo run --release -p gatelog-testkit --example rows --
//! 1000000 > rows.ndjson`, of Logto or, with a second argument, `authgear` or `plusauth`. The last
//! 30 days before 2026-11-20; the same number gives the same rows.

use std::io::{self, BufWriter, Write};

use gatelog_testkit::{RowsOptions, Source, World, WorldOptions};

const TO_MS: i64 = 1_795_132_800_000;
const SPAN_MS: i64 = 30 * 24 * 3_600 * 1_000;

fn main() -> io::Result<()> {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000);
    let source = match std::env::args().nth(2).as_deref() {
        Some("authgear") => Source::Authgear,
        Some("plusauth") => Source::PlusAuth,
        _ => Source::Logto,
    };
    let users = (count / 250).clamp(500, 50_000);
    let world = World::new(WorldOptions { users, ..WorldOptions::default() });
    let options = RowsOptions { seed: 1, from_ms: TO_MS - SPAN_MS, to_ms: TO_MS, count };
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    for row in world.rows_of(source, options) {
        out.write_all(row.json.as_bytes())?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
