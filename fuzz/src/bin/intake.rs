//! Any record is refused at a place, or becomes an event: valid JSON still, of which nothing more
//! is redacted when it comes again, and which can be read back from the log.

#![no_main]

use gatelog_event::intake::{AcceptedEvent, Intake, batch};
use gatelog_event::json::Document;
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use libfuzzer_sys::fuzz_target;

const FORMATS: [Format; 4] = [Format::Native, Format::Logto, Format::Authgear, Format::PlusAuth];

fuzz_target!(|body: &[u8]| {
    let key = FingerprintKey::new([7; 32]);
    for format in FORMATS {
        let received = UnixMicros::EPOCH;
        let intake = Intake { format, key: &key, known: &NothingKnown, received };
        check(&intake, body);
        if let Ok(batch) = batch::split(body) {
            batch.records().take(4).for_each(|record| check(&intake, record.bytes));
        }
    }
});

fn check(intake: &Intake<'_>, record: &[u8]) {
    let event = match intake.accept(record) {
        Ok(event) => event,
        Err(rejection) => return assert!(rejection.offset <= record.len(), "{rejection:?}"),
    };
    Document::parse(&event.record).expect("an accepted record is JSON");
    let again = intake.accept(&event.record).expect("an accepted record is accepted again");
    assert_eq!(again.record, event.record, "nothing more is redacted");
    let (id, is_arrival) = (event.id.clone(), event.time_is_arrival);
    let read = AcceptedEvent::from_stored(event.format, &event.record, id, event.time, is_arrival);
    let read = read.expect("an accepted record is read back from the log");
    assert_eq!(
        (read.source, read.event_type, read.index),
        (event.source, event.event_type, event.index)
    );
}
