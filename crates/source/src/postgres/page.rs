//! Rows that are read at once, within limits of rows and bytes.

use std::pin::pin;

use futures_util::StreamExt as _;
use gatelog_capture::copied::CopiedRow;
use gatelog_event::time::UnixMicros;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::delivery::Delivery;

use super::place::Place;
use super::settings::Product;
use super::sweep::{PageEnd, Sweep};

/// Most rows of a page.
pub(super) const PAGE_ROWS_MAX: usize = 20_000;

/// A page ends with the row that goes beyond it. What is waiting is one such page, and one row.
pub(super) const PAGE_BYTES_MAX: usize = 32 << 20;

/// As many rows are asked for as probably have so many bytes, so that few pages are cut.
const PAGE_BYTES_AIM: usize = 24 << 20;

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
    let mut delivery = Delivery::new(product.format());
    let mut end =
        PageEnd { last: None, asked, sent: Vec::new(), reread_rows: 0, is_at_head: false };
    let (mut rows, mut bytes, mut is_cut) = (0, 0, false);
    // A server sends every row as a message of its own (PostgreSQL 15, "Message Formats").
    while let Some(line) = lines.next().await {
        let line = line?;
        rows += 1;
        bytes += line.len();
        add(&CopiedRow::new(product.table(), &line), &mut delivery, &mut end, sweep);
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
    Ok(Page { delivery, end, row_limit_next, is_cut })
}

/// Adds a row, unless it was sent.
fn add(row: &CopiedRow<'_>, delivery: &mut Delivery, end: &mut PageEnd, sweep: &Sweep) {
    let value = |column| row.value(column).unwrap_or_default();
    let place = Place::of_row(&value("created_at"), value("id"));
    end.last = Some(place.clone());
    if sweep.is_sent(&place) {
        end.reread_rows += 1;
        return;
    }
    match row.record() {
        Ok(record) => {
            delivery.push(&record);
            delivery.note_time(place.time);
        }
        Err(bad) => delivery.push_broken(row.line(), bad.to_string()),
    }
    end.sent.push(place);
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
