//! Golden files: every record in `tests/golden/` beside what becomes of it.
//!
//! `<format>-<name>.json` is a record, `<format>-<name>.txt` what is stored and read from it, or
//! why it is refused. `<format>-<name>.ndjson` holds one record a line, and its `.txt` what
//! becomes of each, under the number of its line. After a change that is meant, `UPDATE_GOLDEN=1 cargo test -p gatelog-event
//! --test golden` writes them again; read the difference. `secrets.txt` lists the secrets that
//! the records hold, one a line: none may be left in any answer.

#![expect(clippy::expect_used, reason = "a test's panic is its report")]

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use gatelog_event::catalogue::catalogue;
use gatelog_event::fields::{Fields, IndexedField, Party};
use gatelog_event::intake::{AcceptedEvent, Intake};
use gatelog_event::json::Document;
use gatelog_event::mapping;
use gatelog_event::personal;
use gatelog_event::redact::{FingerprintKey, KnownIdentifiers, is_marker};
use gatelog_event::source::{Format, Source};
use gatelog_event::time::UnixMicros;

/// The only user name the tenant has seen.
struct OnlyAda;

impl KnownIdentifiers for OnlyAda {
    fn is_known(&self, identifier: &str) -> bool {
        identifier == "ada"
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Records of one format.
struct Golden {
    path: PathBuf,
    format: Format,
    /// One, or each line of a file with several.
    records: Vec<Vec<u8>>,
}

/// Every file of records, in order of names.
fn goldens() -> Vec<Golden> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "json" || it == "ndjson"))
        .collect();
    files.sort();
    files.into_iter().map(Golden::read).collect()
}

impl Golden {
    fn read(path: PathBuf) -> Self {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let format = name.split('-').next().and_then(|format| format.parse().ok());
        let content = fs::read(&path).expect("a file");
        let records = match path.extension().is_some_and(|extension| extension == "ndjson") {
            true => {
                content.trim_ascii_end().split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
            }
            false => vec![content],
        };
        Self { format: format.expect("a format"), path, records }
    }

    fn answer(&self) -> String {
        let answers = self.records.iter().map(|record| answer(record, self.format));
        match self.records.len() {
            1 => answers.collect(),
            _ => (1..)
                .zip(answers)
                .map(|(line, answer)| format!("line {line}\n{answer}\n"))
                .collect(),
        }
    }
}

fn answer(record: &[u8], format: Format) -> String {
    let key = FingerprintKey::new([7; 32]);
    let received = UnixMicros::parse_rfc3339("2026-11-20T16:00:00Z").expect("a time");
    let intake = Intake { format, key: &key, known: &OnlyAda, received };
    match intake.accept(record) {
        Ok(event) => describe(&event, record),
        Err(rejection) => format!("refused at byte {}: {rejection}\n", rejection.offset),
    }
}

fn describe(event: &AcceptedEvent, given: &[u8]) -> String {
    let document = Document::parse(&event.record).expect("what is stored is JSON");
    let fields = mapping::map(event.format, &document).expect("what is stored is an event");
    for (field, value) in event.index.iter() {
        assert!(field.value(&fields).is_some_and(|whole| whole.starts_with(value)), "{field:?}");
    }
    let indexed = IndexedField::ALL.iter().filter(|field| field.value(&fields).is_some()).count();
    assert_eq!(event.index.iter().count(), indexed);

    let derived = if event.id_is_derived { " (derived)" } else { "" };
    let arrival = if event.time_is_arrival { " (arrival)" } else { "" };
    let mut lines = vec![
        format!("id: {}{derived}", event.id),
        format!("source: {}", event.source),
        format!("type: {}", event.event_type),
        format!("result: {}", event.result.name()),
        format!("time: {}{arrival}", event.time),
    ];
    lines.extend(party("actor", &fields.actor));
    lines.extend(party("target", &fields.target));
    lines.extend(others(&fields));
    lines.extend(event.learned.iter().map(|learned| {
        let (name, identifier) = (learned.name.as_deref(), learned.identifier.as_deref());
        format!("learned: {:?} {} {name:?} {identifier:?}", learned.kind, learned.id)
    }));
    lines.push(match given.trim_ascii() == &*event.record {
        true => "record: as given".to_owned(),
        false => format!("record: {}", document.text()),
    });
    lines.join("\n") + "\n"
}

fn party(name: &str, party: &Party<'_>) -> Vec<String> {
    let members = [
        ("kind", &party.kind),
        ("id", &party.id),
        ("identifier", &party.identifier),
        ("name", &party.name),
    ];
    let line = |(member, value): (&str, &Option<Cow<'_, str>>)| {
        value.as_ref().map(|value| format!("{name}.{member}: {value:?}"))
    };
    members.into_iter().filter_map(line).collect()
}

fn others(fields: &Fields<'_>) -> Vec<String> {
    let members = [
        ("application.id", &fields.application_id),
        ("application.name", &fields.application_name),
        ("organization", &fields.organization),
        ("ip", &fields.ip),
        ("user_agent", &fields.user_agent),
        ("session", &fields.session),
        ("interaction", &fields.interaction),
        ("request", &fields.request),
        ("error.code", &fields.error_code),
        ("error.message", &fields.error_message),
    ];
    let line = |(name, value): (&str, &Option<Cow<'_, str>>)| {
        value.as_ref().map(|value| format!("{name}: {value:?}"))
    };
    members.into_iter().filter_map(line).collect()
}

#[test]
fn records_become_what_stands_beside_them() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut different = Vec::new();
    for golden in goldens() {
        let answer = golden.answer();
        let beside = golden.path.with_extension("txt");
        if update {
            fs::write(&beside, answer).expect("written");
        } else if fs::read_to_string(&beside).ok().as_deref() != Some(&answer) {
            different.push(format!("--- {}\n{answer}", beside.display()));
        }
    }
    assert!(
        different.is_empty(),
        "differ from the files, see this test's head:\n{}",
        different.concat()
    );
}

#[test]
fn no_secret_is_left() {
    let secrets = fs::read_to_string(folder().join("secrets.txt")).expect("the list");
    let files: Vec<(PathBuf, String, String)> = goldens()
        .into_iter()
        .map(|golden| {
            let records = String::from_utf8(golden.records.concat()).expect("text");
            let answer = golden.answer();
            (golden.path, records, answer)
        })
        .collect();
    for secret in secrets.lines() {
        assert!(files.iter().any(|(_, record, _)| record.contains(secret)), "{secret} is nowhere");
        for (path, _, answer) in &files {
            assert!(!answer.contains(secret), "{secret} is left of {}", path.display());
        }
    }
}

#[test]
fn what_is_stored_reads_the_same_again() {
    for Golden { path, format, records } in goldens() {
        for record in records {
            let key = FingerprintKey::new([7; 32]);
            let intake = Intake { format, key: &key, known: &OnlyAda, received: UnixMicros::EPOCH };
            let Ok(event) = intake.accept(&record) else { continue };
            let rebuilt = AcceptedEvent::from_stored(
                format,
                &event.record,
                event.id.clone(),
                event.time,
                event.time_is_arrival,
            );
            let expected =
                AcceptedEvent { learned: Vec::new(), record_while_unknown: None, ..event };
            assert_eq!(rebuilt, Ok(expected), "{}", path.display());
        }
    }
}

#[test]
fn every_event_type_is_there() {
    let mut types = HashSet::new();
    for Golden { format, records, .. } in goldens() {
        for record in records {
            let document = Document::parse(&record);
            let fields = document.as_ref().ok().and_then(|it| mapping::map(format, it).ok());
            types.extend(fields.map(|fields| (fields.source, fields.event_type.into_owned())));
        }
    }
    for source in [Source::Logto, Source::Authgear, Source::PlusAuth] {
        let path = format!("tests/data/{}-documented-keys.txt", source.name());
        let documented = fs::read_to_string(path).expect("the source's own list");
        let known = catalogue(source).event_types().iter().map(|event_type| event_type.key);
        let missing: Vec<&str> = documented
            .lines()
            .chain(known)
            .filter(|key| !types.contains(&(source, (*key).to_owned())))
            .collect();
        assert_eq!(missing, [""; 0], "{source}");
    }
}

/// What is left of a person's fields, and whether everything else is as it was.
#[test]
fn of_a_masked_record_only_personal_fields_differ() {
    for Golden { path, format, records } in goldens() {
        for record in records {
            let Ok(document) = Document::parse(&record) else { continue };
            let Ok(whole) = mapping::map(format, &document) else { continue };
            let masked = personal::mask_record(format, &record);
            let masked_document = Document::parse(&masked).expect("a record still");
            let seen = mapping::map(format, &masked_document).expect("an event still");
            let place = format!("{}: {}", path.display(), String::from_utf8_lossy(&record));
            let is_hidden = |value: &str| {
                let shown = String::from_utf8_lossy(&masked).to_lowercase();
                value.len() < 3 || is_marker(value) || !shown.contains(&value.to_lowercase())
            };
            for (whole, seen) in [(&whole.actor, &seen.actor), (&whole.target, &seen.target)] {
                assert_eq!(whole.kind, seen.kind, "{place}");
                let name = whole.name.as_deref().filter(|_| personal::is_person(whole));
                let identifier = whole.identifier.as_deref();
                let values =
                    [(name, seen.name.as_deref()), (identifier, seen.identifier.as_deref())];
                for (whole, seen) in values {
                    let Some(whole) = whole else { continue };
                    assert_eq!(Some(&*personal::mask(whole)), seen, "{place}");
                }
                let is_recipient = whole.kind.as_deref() == Some("recipient");
                let id = whole.id.as_deref().filter(|_| is_recipient);
                for value in id.into_iter().chain(identifier) {
                    assert!(is_hidden(value), "{value} in {place}");
                }
                if !is_recipient {
                    assert_eq!(whole.id, seen.id, "{place}");
                }
            }
            let ip = whole.ip.as_deref();
            assert!(ip.is_none_or(is_hidden), "{place}");
            assert_eq!(ip.map(personal::mask).as_deref(), seen.ip.as_deref(), "{place}");
            // Everything else.
            let (actor, target, ip) = (seen.actor.clone(), seen.target.clone(), seen.ip.clone());
            let error_message = seen.error_message.clone();
            assert_eq!(Fields { actor, target, ip, error_message, ..whole }, seen, "{place}");
        }
    }
}
