//! Any bytes are read as a dump to their end; every row is a record in JSON, or wrong at a place.

#![no_main]

use gatelog_capture::dump::Dump;
use gatelog_capture::input::Input;
use gatelog_capture::table::Table;
use gatelog_event::json::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &[u8]| {
    let _ = Input::recognise("-", content);
    for table in [Table::LogtoLogs, Table::AuthgearAuditLog] {
        let read =
            [Dump::csv(table, content), Dump::sql(table, content), Dump::copy(table, content)];
        read.into_iter().flatten().for_each(|dump| check(dump, content));
    }
});

fn check(dump: Dump<&[u8]>, content: &[u8]) {
    let lines = content.split(|byte| *byte == b'\n').count() as u64;
    for row in dump.map_while(Result::ok) {
        assert!((1..=lines).contains(&row.line));
        match row.record {
            Ok(record) => {
                Document::parse(&record).expect("a record is JSON");
                assert!(!record.contains(&b'\n'), "a record is one line");
            }
            Err(bad) => assert!((row.line..=lines).contains(&bad.line) && bad.column >= 1),
        }
    }
}
