//! Where rows end, in NDJSON and in CSV, as the bytes pass by.

use crate::arguments::ExportFormat;

/// Rows that have passed.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// In CSV the first row names the columns, and line ends between quotes end no row.
    is_csv: bool,
    in_quotes: bool,
    /// Bytes that have passed.
    offset: u64,
    /// Ended rows, the header included.
    ended: u64,
    /// Where the first row ended.
    first_end: u64,
    /// Where the last ended row begins and ends.
    last: (u64, u64),
}

impl Rows {
    /// Before the first row.
    pub(super) fn new(format: ExportFormat) -> Self {
        let is_csv = format == ExportFormat::Csv;
        Self { is_csv, in_quotes: false, offset: 0, ended: 0, first_end: 0, last: (0, 0) }
    }

    /// Looks at the next bytes.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.offset += 1;
            match byte {
                b'"' if self.is_csv => self.in_quotes = !self.in_quotes,
                b'\n' if !self.in_quotes => {
                    self.last = (self.last.1, self.offset);
                    self.ended += 1;
                    if self.ended == 1 {
                        self.first_end = self.offset;
                    }
                }
                _ => {}
            }
        }
    }

    /// How many events have passed whole.
    pub(super) fn count(&self) -> u64 {
        self.ended.saturating_sub(u64::from(self.is_csv))
    }

    /// Where the row with the names of the columns ends; 0 if there is none.
    pub(super) fn header_end(&self) -> u64 {
        if self.is_csv { self.first_end } else { 0 }
    }

    /// Where the last whole row begins and ends.
    pub(super) fn last(&self) -> (u64, u64) {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_at_line_ends_outside_of_quotes() {
        for (format, text, count, header_end, last) in [
            (ExportFormat::Ndjson, "", 0, 0, (0, 0)),
            (ExportFormat::Ndjson, "{\"a\":1}\n{\"b", 1, 0, (0, 8)),
            (ExportFormat::Ndjson, "{}\n{}\n", 2, 0, (3, 6)),
            (ExportFormat::Csv, "a,b\r\n", 0, 5, (0, 5)),
            (ExportFormat::Csv, "a\n1\n\"x\n\"\"y\"\n\"cut\n", 2, 2, (4, 12)),
        ] {
            // However the bytes are cut.
            for size in [1, 3, 100] {
                let mut rows = Rows::new(format);
                text.as_bytes().chunks(size).for_each(|bytes| rows.pass(bytes));
                let found = (rows.count(), rows.header_end(), rows.last());
                assert_eq!(found, (count, header_end, last), "{text:?} by {size}");
            }
        }
    }
}
