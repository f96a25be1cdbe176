//! One row of CSV (RFC 4180), as `COPY ... WITH (FORMAT csv)` and Authgear's own
//! `audit database dump` write it.
//!
//! PostgreSQL writes a NULL as nothing at all and an empty text as `""`. Authgear writes a NULL as
//! `NULL` and an empty text as nothing, which is taken for a NULL too.

use std::borrow::Cow;
use std::cell::RefCell;

use csv_core::{ReadFieldResult, Reader};

use crate::{Cell, Malformed};

thread_local! {
    /// Making a reader takes longer than reading a row, so it is made once. It cannot be cloned
    /// instead: a clone of csv-core 0.1.13 lacks the tables it reads by.
    static READER: RefCell<Reader> = RefCell::new(Reader::new());
}

/// The values of a row; quoted ones may hold line ends.
pub(crate) fn cells(row: &[u8]) -> Result<Vec<Cell<'static>>, Malformed> {
    READER.with_borrow_mut(|reader| {
        reader.reset();
        read_cells(reader, row)
    })
}

fn read_cells(reader: &mut Reader, row: &[u8]) -> Result<Vec<Cell<'static>>, Malformed> {
    let mut buffer = vec![0; row.len()];
    let (mut cells, mut offset) = (Vec::with_capacity(12), 0);
    loop {
        // A value is never longer than it is written, so it always fits.
        let rest = row.get(offset..).unwrap_or_default();
        let (result, taken, length) = reader.read_field(rest, &mut buffer);
        let (value, is_last) = match result {
            ReadFieldResult::End => return Ok(cells),
            // Nothing ends the last row of a file but its end.
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {
                (buffer.get(..length), true)
            }
            ReadFieldResult::Field { record_end } => (buffer.get(..length), record_end),
        };
        let text = std::str::from_utf8(value.unwrap_or_default())
            .map_err(|_| Malformed::new(offset, "the value is not UTF-8"))?;
        let is_null = matches!(text, "" | "NULL") && rest.first() != Some(&b'"');
        let value = (!is_null).then(|| Cow::Owned(text.to_owned()));
        cells.push(Cell { offset, value });
        offset += taken;
        if is_last {
            return Ok(cells);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(row: &str) -> Vec<Option<String>> {
        cells(row.as_bytes())
            .expect("UTF-8")
            .into_iter()
            .map(|cell| cell.value.map(Cow::into_owned))
            .collect()
    }

    #[test]
    fn values_have_their_place() {
        let cells = cells(b"a,\"b \"\"c\"\"\n,d\",,NULL,\"\",e\r\n").expect("UTF-8");
        let found: Vec<_> = cells.iter().map(|cell| (cell.offset, cell.value.as_deref())).collect();
        let expected = [
            (0, Some("a")),
            (2, Some("b \"c\"\n,d")),
            (15, None),
            (16, None),
            (21, Some("")),
            (24, Some("e")),
        ];
        assert_eq!(found, expected);
        assert_eq!(values("a,"), [Some("a".to_owned()), None]);
    }

    #[test]
    fn a_row_does_not_depend_on_the_one_before() {
        values("a,\"an open quotation");
        assert_eq!(values("b,c\n"), [Some("b".to_owned()), Some("c".to_owned())]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            row in prop::collection::vec("([\",\n\r]|\\PC){0,9}", 1..6),
        ) {
            let quoted: Vec<String> =
                row.iter().map(|value| format!("\"{}\"", value.replace('"', "\"\""))).collect();
            let expected: Vec<_> = row.into_iter().map(Some).collect();
            prop_assert_eq!(values(&(quoted.join(",") + "\n")), expected.clone());
            prop_assert_eq!(values(&quoted.join(",")), expected);
        }
    }
}
