//! Rows that a running database copies out, one at a time: what `COPY` sends without a dump around
//! it.

use std::borrow::Cow;

use crate::table::{Layout, Table};
use crate::{Malformed, copy};

/// A row as `COPY ... TO STDOUT` sends it, with the columns of [`Table::columns`] in their order.
/// Only what is asked for is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopiedRow<'r> {
    table: Table,
    line: &'r [u8],
}

/// A copied row that cannot be a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}, at byte {offset} of the row")]
pub struct BadCopy {
    /// Where in the row's text, in bytes from 0.
    pub offset: usize,
    /// What is wrong, in words.
    pub reason: String,
}

impl<'r> CopiedRow<'r> {
    /// A row in its text, with or without the line end.
    pub fn new(table: Table, line: &'r [u8]) -> Self {
        Self { table, line: line.strip_suffix(b"\n").unwrap_or(line) }
    }

    /// The row's text, without the line end.
    pub fn line(&self) -> &'r [u8] {
        self.line
    }

    /// The value of a column; `None` for NULL, and for what is no text.
    pub fn value(&self, column: &str) -> Option<String> {
        let position = self.table.columns().iter().position(|name| *name == column)?;
        let written = copy::written(self.line).nth(position)?;
        copy::cells(written).ok()?.pop()?.value.map(Cow::into_owned)
    }

    /// The record that the product's API returns for the row, without a line end.
    ///
    /// # Errors
    /// When the row has other columns, is no text, or holds something else than JSON or a time
    /// where the product writes them.
    pub fn record(&self) -> Result<Vec<u8>, BadCopy> {
        let record =
            copy::cells(self.line).and_then(|cells| Layout::usual(self.table).record(&cells));
        record.map_err(|Malformed { offset, reason }| BadCopy { offset, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: &str) -> CopiedRow<'_> {
        CopiedRow::new(Table::LogtoLogs, line.as_bytes())
    }

    #[test]
    fn a_row_says_its_values_and_becomes_a_record() {
        let row = row(concat!(
            "default\ta\\\\b\tUpdate\t{\"key\": \"Update\", \"result\": \"Success\"}",
            "\t2026-11-20 14:29:31.123456+00\n"
        ));
        assert_eq!(row.value("id").as_deref(), Some("a\\b"));
        assert_eq!(row.value("created_at").as_deref(), Some("2026-11-20 14:29:31.123456+00"));
        assert_eq!(row.value("app_id"), None);
        let record = row.record().map(|record| String::from_utf8(record).expect("text"));
        assert_eq!(
            record.as_deref(),
            Ok("{\"tenantId\":\"default\",\"id\":\"a\\\\b\",\"key\":\"Update\",\
                \"payload\":{\"key\":\"Update\",\"result\":\"Success\"},\"createdAt\":1795184971123}")
        );
    }

    #[test]
    fn a_row_that_is_no_record_still_says_its_values() {
        let row = row("default\tx1\tUpdate\t\\N\tinfinity");
        assert_eq!(row.value("id").as_deref(), Some("x1"));
        assert_eq!(row.value("payload"), None);
        let bad = row.record().expect_err("a payload is missing");
        assert_eq!(bad.to_string(), "`payload` has no value, at byte 18 of the row");
    }
}
