//! Around a record, in English.

use crate::texts::table::Record;

pub(super) const RECORD: Record = Record {
    views: "Views of the record",
    nested: "Nested",
    flat: "Flat",
    raw: "Raw",
    only: "Only events with this value",
    exclude: "No events with this value",
    more_values: |count| format!("{count} more values are in the raw view."),
    changes: "What changed",
    before: "Before",
    after: "After",
    absent: "not there",
    device: "Device",
    panel: "Event",
    close: "Close",
    open_page: "Open as a page",
};
