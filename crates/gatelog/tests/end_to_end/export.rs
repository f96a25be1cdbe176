//! `gatelog export`: whole, interrupted and resumed, from a data directory and from a server.

use std::fs::File;

use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;

use crate::support::{Folder, Server};

const EVENTS: u64 = 700;

/// Events with line ends and quotes in a field; every tenth is a failure.
fn folder() -> Folder {
    let folder = Folder::new();
    let event = |number: u64| {
        let outcome = if number.is_multiple_of(10) { "failure" } else { "success" };
        format!(
            "{{\"id\":\"{number}\",\"type\":\"t\",\"outcome\":\"{outcome}\",\
             \"actor\":{{\"name\":\"A \\\"d\\\"\\nda\"}},\
             \"time\":\"2024-05-01T{:02}:00:00Z\"}}\n",
            number % 24
        )
    };
    folder.write("events", (0..EVENTS).map(event).collect::<String>());
    folder.run("import --data data events").succeeded();
    folder
}

fn export(folder: &Folder, options: &str) {
    let ended = folder.run(&format!("export --data data {options}"));
    assert_eq!(ended.succeeded(), "");
}

fn parquet_rows(folder: &Folder, name: &str) -> i64 {
    let reader = SerializedFileReader::new(File::open(folder.path(name)).unwrap()).unwrap();
    reader.metadata().file_metadata().num_rows()
}

#[test]
fn an_interrupted_export_goes_on_behind_its_last_whole_row() {
    let folder = folder();
    for (name, options) in
        [("all.ndjson", ""), ("all.csv", "--fields id,actor.name"), ("last.csv", "--order desc")]
    {
        export(&folder, &format!("{options} --output {name}"));
        let whole = folder.read(name);
        // Nothing, in the header or first row, between rows, in a row, all but the last byte, all.
        let middle = whole.len() / 2;
        let line_end = whole[middle..].find('\n').unwrap() + middle + 1;
        for length in [0, 5, middle, line_end, whole.len() - 1, whole.len()] {
            folder.write("again.partial", &whole[..length]);
            let format = name.rsplit('.').next().unwrap();
            let options = format!("{options} --format {format} --resume --output again");
            export(&folder, &options);
            assert!(folder.read("again") == whole, "{name} from {length} bytes");
            assert!(!folder.path("again.partial").try_exists().unwrap());
            std::fs::remove_file(folder.path("again")).unwrap();
        }
    }
    let lines = folder.read("all.ndjson");
    let events: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len() as u64, EVENTS);
    assert!(events.is_sorted_by_key(|event| event["time"].as_str().unwrap().to_owned()));
}

#[test]
fn whole_parts_of_an_interrupted_export_are_kept() {
    let folder = folder();
    let part = |number: u64| format!("events-{number:05}.parquet");
    let options = "--output events.parquet --part-rows 300";
    export(&folder, options);
    let rows: Vec<i64> = (1..=3).map(|number| parquet_rows(&folder, &part(number))).collect();
    assert_eq!(rows, [300, 300, 100]);
    let first = std::fs::metadata(folder.path(&part(1))).unwrap().modified().unwrap();

    std::fs::remove_file(folder.path(&part(3))).unwrap();
    std::fs::rename(folder.path(&part(2)), folder.path("events-00002.parquet.partial")).unwrap();
    let refused = folder.run(&format!("export --data data {options}"));
    let expected =
        "error: events-00001.parquet is there already; --resume goes on, --force begins again";
    assert_eq!(refused.refused(), expected);
    let resumed = folder.run(&format!("export --data data {options} --resume"));
    assert_eq!((resumed.code, &*resumed.notes), (Some(0), "700 events exported\n"));
    let rows: Vec<i64> = (1..=3).map(|number| parquet_rows(&folder, &part(number))).collect();
    assert_eq!(rows, [300, 300, 100]);
    assert_eq!(std::fs::metadata(folder.path(&part(1))).unwrap().modified().unwrap(), first);

    // Parts that are all full end without an empty one.
    export(&folder, "--output even.parquet --part-rows 350");
    assert!(!folder.path("even-00003.parquet").try_exists().unwrap());
    export(&folder, "--output one.parquet --limit 5");
    assert_eq!(parquet_rows(&folder, "one.parquet"), 5);
}

#[test]
fn parts_are_replaced_only_by_whole_ones() {
    let folder = folder();
    let part = |number: u64| format!("events-{number:05}.parquet");
    let partial = |number: u64| folder.path(&format!("{}.partial", part(number)));
    let rows = || -> Vec<i64> {
        let numbers = (1..).take_while(|number| folder.path(&part(*number)).try_exists().unwrap());
        numbers.map(|number| parquet_rows(&folder, &part(number))).collect()
    };
    export(&folder, "--output events.parquet --part-rows 200");
    assert_eq!(rows(), [200, 200, 200, 100]);

    // A question that is refused, and a second part that cannot be written.
    let forced = "export --data data --output events.parquet --force --part-rows 300";
    let refused = folder.run(&format!("{forced} type="));
    assert!(refused.refused().starts_with("error: the query cannot be understood\n"));
    assert_eq!(rows(), [200, 200, 200, 100]);
    std::fs::create_dir(partial(2)).unwrap();
    let refused = folder.run(forced);
    let expected = "error: interrupted after 300 events; the files that were there are as they \
                    were: cannot write events-00002.parquet.partial: ";
    assert!(refused.refused().starts_with(expected), "{refused:?}");
    assert_eq!(rows(), [200, 200, 200, 100]);

    std::fs::remove_dir(partial(2)).unwrap();
    export(&folder, "--output events.parquet --force --part-rows 300");
    assert_eq!(rows(), [300, 300, 100]);
    assert!((1..=4).all(|number| !partial(number).try_exists().unwrap()));
    // What is not there is not replaced: such parts are kept one by one.
    export(&folder, "--output new.parquet --force --part-rows 700");
    assert_eq!(parquet_rows(&folder, "new-00001.parquet"), 700);
}

#[test]
fn a_server_and_a_pipe_give_the_same() {
    let folder = folder();
    let question = "--from 2024-05-01T12:00:00Z --to 2024-05-01T20:00:00Z outcome=\"failure\"";
    let piped = folder.run(&format!("export --data data {question}"));
    let piped = piped.succeeded();
    assert!(piped.lines().count() > 10 && !piped.contains("\"cursor\""));
    let server = Server::start(&folder);
    let key = folder.key("--tenant default --scope read");
    let remote = format!("export --url {} --token {key}", server.address);
    assert_eq!(folder.run(&format!("{remote} {question}")).succeeded(), piped);
    folder.run(&format!("{remote} {question} --without-cursors --output f")).succeeded();
    assert_eq!(folder.read("f"), piped);
    let some = folder.run(&format!("{remote} --format csv --fields id --limit 3"));
    assert_eq!(some.succeeded(), "id\r\n0\r\n24\r\n48\r\n");
}

#[test]
fn nothing_is_overwritten_by_accident() {
    let folder = folder();
    folder.write("a.ndjson", "mine");
    folder.write("b.csv.partial", "id,cursor\r\n1,x\r\n");
    folder.write("c.ndjson.partial", "{\"id\":\"1\"}\n");
    for (options, expected) in [
        ("--output a.ndjson", "a.ndjson is there already; --force replaces it"),
        (
            "--output b.csv",
            "b.csv.partial is an export that was interrupted; --resume goes on, --force begins \
             again",
        ),
        (
            "--output c.ndjson --resume",
            "c.ndjson.partial has no cursor in its last row to go on behind; --force begins again",
        ),
        (
            "--output d.parquet --resume",
            "a Parquet file cannot be continued; with --part-rows N finished parts are kept",
        ),
        (
            "--output e.csv --part-rows 5",
            "--part-rows is for Parquet files; other formats are \
          resumed without it",
        ),
    ] {
        let refused = folder.run(&format!("export --data data {options}"));
        assert_eq!(refused.refused(), format!("error: {expected}"), "{options}");
    }
    let refused = folder.run("export --data data --output b.csv --resume");
    assert!(refused.refused().contains("cursor"), "{refused:?}");
    assert_eq!(folder.read("b.csv.partial"), "id,cursor\r\n1,x\r\n");
    // A question that cannot be understood leaves no file behind.
    let refused = folder.run("export --data data --output new.csv type=");
    assert!(refused.refused().starts_with("error: the query cannot be understood\n"));
    assert!(!folder.path("new.csv.partial").try_exists().unwrap());
    export(&folder, "--output a.ndjson --force --limit 1");
    assert_eq!(folder.read("a.ndjson").lines().count(), 1);
}
