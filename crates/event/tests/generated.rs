//! Generated rows of every source: all are accepted, every type is one of the catalogue, and who
//! did it from where is read.

use gatelog_event::catalogue::meaning;
use gatelog_event::intake::Intake;
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::redact::{FingerprintKey, NothingKnown};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;
use gatelog_testkit::{RowsOptions, Source, World, WorldOptions};

const OPTIONS: RowsOptions = RowsOptions {
    seed: 7,
    from_ms: 1_792_540_800_000,
    to_ms: 1_792_540_800_000 + 30 * 86_400_000,
    count: 20_000,
};

#[test]
fn generated_rows_are_events() {
    let world = World::new(WorldOptions { seed: 7, ..WorldOptions::default() });
    let key = FingerprintKey::new([7; 32]);
    for (source, format) in [
        (Source::Logto, Format::Logto),
        (Source::Authgear, Format::Authgear),
        (Source::PlusAuth, Format::PlusAuth),
    ] {
        let received = UnixMicros::EPOCH;
        let intake = Intake { format, key: &key, known: &NothingKnown, received };
        let (mut with_party, mut with_address) = (0, 0);
        for row in world.rows_of(source, OPTIONS) {
            let event = intake.accept(row.json.as_bytes()).expect("an event");
            let document = Document::parse(&event.record).expect("JSON");
            let fields = mapping::map(format, &document).expect("an event");
            assert!(
                meaning(event.source, &event.event_type, event.result).event_type.is_some(),
                "{}",
                row.json
            );
            let time = fields.time.expect("a time");
            assert_eq!(time.seconds_floor(), row.created_at_ms.div_euclid(1_000), "{}", row.json);
            let parties = [&fields.actor, &fields.target];
            with_party += usize::from(parties.iter().any(|party| party.kind.is_some()));
            with_address += usize::from(fields.ip.is_some());
        }
        assert!(with_party * 100 > OPTIONS.count * 60, "{format}: {with_party}");
        assert!(with_address * 100 > OPTIONS.count * 90, "{format}: {with_address}");
    }
}
