//! Rows that are read at once, within limits of rows and bytes.

use std::future::pending;
use std::mem::take;
use std::panic::resume_unwind;
use std::pin::pin;

use bytes::Bytes;
use futures_util::StreamExt as _;
use gatelog_capture::copied::CopiedRow;
use gatelog_event::time::UnixMicros;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::delivery::Delivery;

use super::place::Place;
use super::settings::Product;
use super::sweep::{PageEnd, Sweep};

/// Most rows of a page.
pub(super) const PAGE_ROWS_MAX: usize = 20_000;

/// A page ends with the row that goes beyond it. What is waiting is one such page, and one row.
pub(super) const PAGE_BYTES_MAX: usize = 32 << 20;

/// Rows that become records on a thread of their own, while others are still on their way.
const DECODED_ROWS: usize = 1_000;

/// As many rows are asked for as probably have so many bytes. The memory of larger pages would go
/// back to the system after each (jemalloc's `oversize_threshold`, 8 MiB) and be zeroed for the next.
const PAGE_BYTES_AIM: usize = 6 << 20;

/// The database's time, in microseconds since the epoch.
const CLOCK: &str = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

/// Rows that were read at once.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) delivery: Delivery,
    pub(super) end: PageEnd,
    /// How many rows to ask for next.
    pub(super) row_limit_next: usize,
    /// Whether the connection still sends rows that nobody wants.
    pub(super) is_cut: bool,
}

/// Reads the rows of a COPY statement that asks for at most `row_limit`.
pub(super) async fn read(
    client: &Client,
    product: Product,
    statement: &str,
    row_limit: usize,
    sweep: &Sweep,
) -> Result<Page, tokio_postgres::Error> {
    // Before the rows, so that what commits from now on is known to be later.
    let asked = clock(client).await?;
    let mut lines = pin!(client.copy_out(statement).await?);
    let mut decoding = Decoding { product, rows: Vec::new(), deliveries: Vec::new() };
    let mut end =
        PageEnd { last: None, asked, sent: Vec::new(), reread_rows: 0, is_at_head: false };
    let (mut rows, mut bytes, mut is_cut) = (0, 0, false);
    // A server sends every row as a message of its own (PostgreSQL 15, "Message Formats").
    while let Some(line) = lines.next().await {
        let line = line?;
        rows += 1;
        bytes += line.len();
        if let Some(time) = note(&CopiedRow::new(product.table(), &line), &mut end, sweep) {
            decoding.push(line, time);
        }
        is_cut = bytes > PAGE_BYTES_MAX;
        if is_cut {
            break;
        }
    }
    end.is_at_head = rows < row_limit && !is_cut;
    let row_limit_next = match bytes.checked_div(rows) {
        Some(row_bytes) => (PAGE_BYTES_AIM / row_bytes.max(1)).clamp(1, PAGE_ROWS_MAX),
        None => row_limit,
    };
    let delivery = decoding.finish(bytes).await;
    Ok(Page { delivery, end, row_limit_next, is_cut })
}

/// Notes where a row stands, and says its time if it is to be sent: not if it was already.
fn note(row: &CopiedRow<'_>, end: &mut PageEnd, sweep: &Sweep) -> Option<UnixMicros> {
    let place = place(row);
    end.last = Some(place.clone());
    if sweep.is_sent(&place) {
        end.reread_rows += 1;
        return None;
    }
    let time = place.time;
    end.sent.push(place);
    Some(time)
}

fn place(row: &CopiedRow<'_>) -> Place {
    let value = |column| row.value(column).unwrap_or_default();
    Place::of_row(&value("created_at"), value("id"))
}

/// Rows that become records, in their order, each with its time.
struct Decoding {
    product: Product,
    rows: Vec<(Bytes, UnixMicros)>,
    deliveries: Vec<JoinHandle<Delivery>>,
}

impl Decoding {
    fn push(&mut self, row: Bytes, time: UnixMicros) {
        self.rows.push((row, time));
        if self.rows.len() == DECODED_ROWS {
            let (product, rows) = (self.product, take(&mut self.rows));
            self.deliveries.push(spawn_blocking(move || decode(product, &rows)));
        }
    }

    /// All records. They have hardly more than the `row_bytes` that came.
    async fn finish(self, row_bytes: usize) -> Delivery {
        let mut delivery = Delivery::new(self.product.format());
        delivery.lines.reserve(row_bytes);
        for decoded in self.deliveries {
            match decoded.await {
                Ok(decoded) => delivery.append(decoded),
                Err(ended) => match ended.try_into_panic() {
                    Ok(panic) => resume_unwind(panic),
                    // The runtime ends: without these rows the page must never be kept.
                    Err(_) => pending().await,
                },
            }
        }
        // Of a quiet table these are all.
        delivery.append(decode(self.product, &self.rows));
        delivery
    }
}

fn decode(product: Product, rows: &[(Bytes, UnixMicros)]) -> Delivery {
    let mut delivery = Delivery::new(product.format());
    for (row, time) in rows {
        let row = CopiedRow::new(product.table(), row);
        match row.record() {
            Ok(record) => {
                delivery.push(&record);
                delivery.note_time(*time);
            }
            Err(bad) => delivery.push_broken(row.line(), bad.to_string()),
        }
    }
    delivery
}

async fn clock(client: &Client) -> Result<UnixMicros, tokio_postgres::Error> {
    let answer = client.simple_query(CLOCK).await?;
    let text = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    // Without a time nothing counts as known for good, so everything is read again.
    let micros = text.and_then(|text| text.parse().ok());
    Ok(micros.map_or(UnixMicros::MIN, UnixMicros::clamped))
}
