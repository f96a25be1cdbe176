//! `GET /v1/export`: every matching event, in every format.

use std::io::Read;

use flate2::read::GzDecoder;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Value, json};

use crate::support::Server;

/// Events of which three cells are formulas, one has a line end, and one has quotes.
const EVENTS: [&str; 3] = [
    "{\"id\":\"a\",\"type\":\"login\",\"outcome\":\"success\",\"time\":\"2026-05-01T00:00:00Z\",\"user_agent\":\"=1+1\",\"actor\":{\"id\":\"-u1\",\"name\":\"+Ada\"},\"data\":{\r\"n\": 1.50, \"list\":[1,\"x\"]}}",
    r#"{"id":"b","type":"login","time":"2026-05-02T00:00:00Z","user_agent":"@SUM(A1)","session":"two\r\nlines","request":"a, \"b\""}"#,
    r#"{"id":"c","type":"Ünïcode","time":"1960-01-01T00:00:00.5Z"}"#,
];

fn many(count: usize) -> Server {
    let server = Server::start();
    let event = |n: usize| format!("{{\"id\":\"{n}\",\"type\":\"t\",\"time\":{}}}\n", n / 3);
    server.keep(&(0..count).map(event).collect::<String>());
    server
}

fn ids(ndjson: &str) -> Vec<String> {
    let events = ndjson.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn ndjson_is_what_a_page_returns() {
    let server = Server::with(&EVENTS);
    let answer = server.get("/v1/export");
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    assert_eq!(answer.headers["gatelog-total"], "3");
    let disposition = "attachment; filename=\"gatelog-default-20261120T142931Z.ndjson\"";
    assert_eq!(answer.headers["content-disposition"], disposition);
    let exported: Vec<Value> =
        answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let page = server.get("/v1/events?order=asc").json();
    assert_eq!(json!(exported), page["events"]);
    let newest_first = server.get("/v1/export?order=desc&limit=2");
    assert_eq!(ids(newest_first.text()), ["b", "a"]);
    assert_eq!(newest_first.headers["gatelog-total"], "3");
}

#[test]
fn csv_cells_are_quoted_and_no_formulas() {
    let server = Server::with(&EVENTS);
    let fields = "id,time,seq,type,title,outcome,actor.id,actor.name,user_agent,session,request,\
                  data.n,data.list,data.nothing";
    let answer = server.get(&format!("/v1/export?format=csv&fields={fields}"));
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8; header=present");
    let expected = [
        fields,
        "c,1960-01-01T00:00:00.500000Z,2,Ünïcode,Ünïcode,unknown,,,,,,,,",
        "a,2026-05-01T00:00:00.000000Z,0,login,Login,success,'-u1,'+Ada,'=1+1,,,1.50,\"[1,\"\"x\"\"]\",",
        "b,2026-05-02T00:00:00.000000Z,1,login,Login,unknown,,,'@SUM(A1),\"two\r\nlines\",\"a, \"\"b\"\"\",,,",
        "",
    ];
    assert_eq!(answer.text(), expected.join("\r\n"));
    let nothing = server.get("/v1/export?format=csv&fields=id,seq&q=id+%3D+%22x%22");
    assert_eq!(nothing.text(), "id,seq\r\n");
}

#[test]
fn a_column_can_be_any_field_once() {
    let server = Server::with(&EVENTS);
    let header = |fields: &str| {
        let answer = server.get(&format!("/v1/export?format=csv&{fields}"));
        answer.text().lines().next().unwrap().to_owned()
    };
    assert!(header("").starts_with("time,source,type,title,action,outcome,level,actor.id,"));
    assert_eq!(header("fields=user_id,+event_type,cursor,data"), "actor.id,type,cursor,data");
    assert_eq!(header("fields=id&cursors=true"), "id,cursor");
    for wrong in ["fields=id,colour", "fields=id,id", "fields=user_id,actor.id", "fields=,"] {
        server.get(&format!("/v1/export?format=csv&{wrong}")).refusal();
    }
    server.get("/v1/export?fields=id").refusal();
    server.get("/v1/export?format=xml").refusal();
}

#[test]
fn an_interrupted_export_goes_on_after_its_last_whole_row() {
    let server = many(1_000);
    for order in ["asc", "desc"] {
        let whole = ids(server.get(&format!("/v1/export?order={order}")).text());
        assert_eq!(whole.len(), 1_000);
        let target = format!("/v1/export?order={order}&cursors=true");
        let begun = server.get(&format!("{target}&limit=400"));
        let last: Value = serde_json::from_str(begun.text().lines().last().unwrap()).unwrap();
        let cursor = last["cursor"].as_str().unwrap();
        assert!(cursor.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let rest = server.get(&format!("{target}&cursor={cursor}"));
        assert_eq!([ids(begun.text()), ids(rest.text())].concat(), whole);
        // The same cursor, from a table.
        let table = server.get(&format!("/v1/export?format=csv&fields=id,cursor&order={order}"));
        let row = table.text().lines().nth(400).unwrap().to_owned();
        assert_eq!(row, format!("{},{cursor}", whole[399]));
    }
    let cursor = server.get("/v1/events?limit=1").json()["next"].as_str().unwrap().to_owned();
    server.get(&format!("/v1/export?order=asc&cursor={cursor}")).refusal();
}

#[test]
fn what_is_exported_is_what_was_there_when_it_began() {
    let server = many(5_000);
    let mut coming = server.open("/v1/export?order=asc", &[]);
    let mut text = coming.next().unwrap().unwrap();
    server.keep(r#"{"id":"late","type":"t","time":1000000}"#);
    while let Some(piece) = coming.next() {
        text.push_str(&piece.unwrap());
    }
    assert_eq!(ids(&text), (0..5_000).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn answers_are_compressed_for_those_who_accept_it() {
    let server = many(3_000);
    let plain = server.get("/v1/export").body;
    let gzip = server.get_with("/v1/export", &[("accept-encoding", "gzip")]);
    assert_eq!(gzip.headers["content-encoding"], "gzip");
    let mut decompressed = Vec::new();
    GzDecoder::new(&*gzip.body).read_to_end(&mut decompressed).unwrap();
    assert!(decompressed == plain);
    let zstd = server.get_with("/v1/export", &[("accept-encoding", "gzip, zstd")]);
    assert_eq!(zstd.headers["content-encoding"], "zstd");
    assert!(zstd::decode_all(&*zstd.body).unwrap() == plain);
    let parquet = server.get_with("/v1/export?format=parquet", &[("accept-encoding", "gzip")]);
    assert_eq!(parquet.headers.get("content-encoding"), None);
}

#[test]
fn parquet_has_typed_columns() {
    let server = Server::with(&EVENTS);
    let answer = server.get("/v1/export?format=parquet");
    assert_eq!(answer.headers["content-type"], "application/vnd.apache.parquet");
    let reader = SerializedFileReader::new(bytes::Bytes::from(answer.body)).unwrap();
    let rows: Vec<Row> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    let column = |row: &Row, name: &str| -> Field {
        row.get_column_iter().find(|(found, _)| *found == name).unwrap().1.clone()
    };
    let text = |text: &str| Field::Str(text.to_owned());
    assert_eq!(
        rows.iter().map(|row| column(row, "id")).collect::<Vec<_>>(),
        ["c", "a", "b"].map(text)
    );
    assert_eq!(column(&rows[0], "time"), Field::TimestampMicros(-315_619_199_500_000));
    assert_eq!(column(&rows[1], "seq"), Field::Long(0));
    assert_eq!(column(&rows[1], "actor.name"), text("+Ada"));
    assert_eq!(column(&rows[0], "actor.name"), Field::Null);
    let Field::Str(data) = column(&rows[1], "data") else { panic!("not text") };
    assert_eq!(serde_json::from_str::<Value>(&data).unwrap(), json!({"n": 1.5, "list": [1, "x"]}));
    let columns = reader.metadata().file_metadata().schema_descr().num_columns();
    assert_eq!(columns, 33);
}

#[test]
fn parquet_of_many_rows_has_several_groups() {
    let server = many(70_000);
    let answer = server.get("/v1/export?format=parquet&fields=seq,id,data");
    let reader = SerializedFileReader::new(bytes::Bytes::from(answer.body)).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 70_000);
    assert!(reader.metadata().num_row_groups() > 1);
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    for (n, row) in (0..).zip(rows) {
        assert_eq!(row.get_column_iter().next().unwrap().1, &Field::Long(n));
    }
    let nothing = server.get("/v1/export?format=parquet&q=nothing");
    let reader = SerializedFileReader::new(bytes::Bytes::from(nothing.body)).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
}

#[test]
fn so_many_exports_run_at_once_and_no_more() {
    let server = many(5_000);
    let keys: Vec<String> = (0..3).map(|_| format!("Bearer {}", server.new_key(None))).collect();
    let ask = |key: &str| server.open("/v1/export", &[("authorization", key)]);
    let mut under_way: Vec<_> = (0..4).map(|_| ask(&keys[0])).collect();
    let mut refused = ask(&keys[0]);
    assert_eq!(refused.status, 429);
    assert_eq!(refused.headers["retry-after"], "1");
    let why = refused.next().unwrap().unwrap();
    assert!(why.contains("you have 4 exports under way"), "{why}");
    under_way.extend((0..4).map(|_| ask(&keys[1])));
    assert!(under_way.iter().all(|export| export.status == 200));
    let mut refused = ask(&keys[2]);
    assert_eq!(refused.status, 429);
    let why = refused.next().unwrap().unwrap();
    assert!(why.contains("8 exports are under way"), "{why}");
    assert_eq!(server.status_next_door("/v1/export", &keys[2]), 429, "it is the same room");
    drop(under_way);
    assert_eq!(ask(&keys[2]).status, 200);
}

#[test]
fn an_export_that_nobody_reads_gives_its_place_back() {
    let server = many(5_000);
    let mut unread: Vec<_> = (0..4).map(|_| server.open("/v1/export", &[])).collect();
    unread[0].next().unwrap().unwrap();
    assert_eq!(server.get("/v1/export").status, 429);
    server.pass_seconds(61);
    assert_eq!(server.get("/v1/export").status, 200);
    assert!(unread[0].next().unwrap().is_err(), "half an export is not taken for a whole one");
}

#[test]
fn parquet_of_many_short_values_has_groups_that_fit_into_memory() {
    let server = Server::start();
    let names: Vec<String> =
        (0..90).map(|n| format!("{}{}", (b'a' + n / 10) as char, n % 10)).collect();
    let data: Vec<String> = names.iter().map(|name| format!("\"{name}\":\"x\"")).collect();
    let data = data.join(",");
    let event = |n: usize| format!("{{\"id\":\"{n}\",\"type\":\"t\",\"data\":{{{data}}}}}\n");
    server.keep(&(0..6_000).map(event).collect::<String>());
    let columns: Vec<String> = names.iter().map(|name| format!("data.{name}")).collect();
    let answer = server.get(&format!("/v1/export?format=parquet&fields={}", columns.join(",")));
    let reader = SerializedFileReader::new(bytes::Bytes::from(answer.body)).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 6_000);
    // Half a million values of one letter each.
    assert!(reader.metadata().num_row_groups() > 1);
}
