//! Counts, histograms, facets, and `explain`.

use gatelog_event::source::Source;
use serde_json::{Value, json};

use crate::support::Server;

const EVENTS: [&str; 5] = [
    r#"{"id":"a","type":"login","outcome":"success","time":"2026-03-28T12:00:00Z","actor":{"id":"u1","name":"Ada"}}"#,
    r#"{"id":"b","type":"login","outcome":"failure","time":"2026-03-28T23:30:00Z","actor":{"id":"u1"},"data":{"k":["x","y"]}}"#,
    r#"{"id":"c","type":"login","outcome":"success","time":"2026-03-29T21:59:59Z","application":{"id":"shop","name":"Shop"},"data":{"k":"x"}}"#,
    r#"{"id":"d","type":"login","outcome":"success","time":"2026-03-29T22:00:00Z","organization":"acme"}"#,
    r#"{"id":"e","source":"logto","type":"Interaction.Create","time":"2026-03-31T12:00:00Z","actor":{"id":"u2"}}"#,
];

fn histogram(server: &Server, parameters: &str) -> Value {
    server.get(&format!("/v1/stats/histogram?{parameters}")).json()
}

/// Starts and counts, with the seconds cut off.
fn counts(histogram: &Value) -> Vec<(String, u64)> {
    let bucket = |bucket: &Value| {
        let start = bucket["start"].as_str().unwrap().replace(":00.000000Z", "");
        (start, bucket["count"].as_u64().unwrap())
    };
    histogram["buckets"].as_array().unwrap().iter().map(bucket).collect()
}

#[test]
fn days_are_those_of_a_time_zone() {
    let server = Server::with(&EVENTS);
    let utc = histogram(&server, "interval=1d");
    assert_eq!((&utc["interval"], &utc["tz"]), (&json!("1d"), &json!("UTC")));
    let days = [
        ("2026-03-28T00:00", 2),
        ("2026-03-29T00:00", 2),
        ("2026-03-30T00:00", 0),
        ("2026-03-31T00:00", 1),
    ];
    assert_eq!(counts(&utc), days.map(|(day, count)| (day.to_owned(), count)));
    // The clocks in Paris are put forward on 29 March: that day has 23 hours.
    let paris = histogram(&server, "interval=1d&tz=Europe/Paris");
    let days = [
        ("2026-03-27T23:00", 1),
        ("2026-03-28T23:00", 2),
        ("2026-03-29T22:00", 1),
        ("2026-03-30T22:00", 1),
    ];
    assert_eq!(counts(&paris), days.map(|(day, count)| (day.to_owned(), count)));
}

#[test]
fn buckets_are_counted_by_value_with_the_rest_apart() {
    let server = Server::with(&EVENTS);
    let by_outcome = histogram(&server, "interval=1M&by=outcome");
    let bucket = json!({
        "start": "2026-03-01T00:00:00.000000Z", "count": 5,
        "by": { "success": 3, "failure": 1, "unknown": 1 },
    });
    assert_eq!(by_outcome["buckets"], json!([bucket]));
    let most = histogram(&server, "interval=1M&by=outcome&by_limit=1");
    assert_eq!(most["buckets"][0]["by"], json!({ "success": 3 }));
    assert_eq!(most["buckets"][0]["other"], 2);
    assert_eq!(most["values"], json!([{ "value": "success", "title": "Success", "count": 3 }]));
    let by_actor = histogram(&server, "interval=1M&by=actor.id");
    assert_eq!(by_actor["values"][0], json!({ "value": "u1", "title": "Ada", "count": 2 }));
    assert_eq!(by_actor["buckets"][0]["other"], 2, "without an actor");
    let by_path = histogram(&server, "interval=1M&by=data.k");
    assert_eq!(by_path["buckets"][0]["by"], json!({ "x": 2, "y": 1 }));
}

#[test]
fn a_range_is_filled_with_zeros_and_an_interval_chosen_for_it() {
    let server = Server::with(&EVENTS);
    let asked = "from=2026-03-25&to=2026-04-01&interval=1d";
    let week = histogram(&server, asked);
    assert_eq!(
        counts(&week).iter().map(|(_, count)| *count).collect::<Vec<_>>(),
        [0, 0, 0, 2, 2, 0, 1]
    );
    let automatic = histogram(&server, "from=2026-03-25&to=2026-04-01&interval=auto");
    assert_eq!(automatic["interval"], "3h");
    assert_eq!(counts(&automatic).len(), 56);
    let nothing = histogram(&server, "q=nothing&interval=1h");
    assert_eq!(nothing["buckets"], json!([]));
}

#[test]
fn what_cannot_be_drawn_is_explained() {
    let server = Server::with(&EVENTS);
    let detail = |parameters: &str| {
        let problem = server.get(&format!("/v1/stats/histogram?{parameters}")).refusal();
        problem["detail"].as_str().unwrap().to_owned()
    };
    let automatic = histogram(&server, "")["interval"].as_str().unwrap().to_owned();
    let too_many = "`interval`: more than 2000 buckets of `1s` lie between these times";
    assert_eq!(detail("interval=1s"), format!("{too_many}; `{automatic}` would do"));
    assert!(detail("tz=Paris").contains("Europe/Paris"));
    assert!(detail("interval=7h").contains("divide a day"));
    assert!(detail("by=colour").contains("events cannot be counted by `colour`"));
    assert!(detail("by=time").contains("events cannot be counted by `time`"));
    assert!(detail("by=outcome&by_limit=0").contains("1 to 100"));
}

#[test]
fn facets_have_exact_counts_and_titles() {
    let server = Server::with(&EVENTS);
    let fields = "type,actor.id,application.id,data.k,user_id";
    let facets = server.get(&format!("/v1/stats/facets?fields={fields}&limit=1")).json();
    let expected = json!({
        "facets": {
            "type": [{ "value": "login", "title": "Login", "count": 4 }],
            "actor.id": [{ "value": "u1", "title": "Ada", "count": 2 }],
            "application.id": [{ "value": "shop", "title": "Shop", "count": 1 }],
            "data.k": [{ "value": "x", "count": 2 }],
            "user_id": [{ "value": "u1", "title": "Ada", "count": 2 }],
        },
        "summary": {
            "type": { "distinct": 2, "missing": 0 },
            "actor.id": { "distinct": 2, "missing": 2 },
            "application.id": { "distinct": 1, "missing": 4 },
            "data.k": { "distinct": 2, "missing": 3 },
            "user_id": { "distinct": 2, "missing": 2 },
        },
    });
    assert_eq!(facets, expected);
    let turkish = server.get("/v1/stats/facets?fields=type,level&limit=1&lang=tr").json();
    assert_ne!(turkish["facets"]["type"][0]["title"], "Login");
    assert!(turkish["facets"]["level"][0]["title"].is_string());
    let of_kind = "outcome,tab,source,action,section,level,counterpart.plusauth";
    let french = server.get(&format!("/v1/stats/facets?fields={of_kind}&limit=1&lang=fr")).json();
    for (field, value, title) in [
        ("outcome", "success", "Succès"),
        ("tab", "user", "Activité des utilisateurs"),
        ("source", "native", "Natif"),
        ("action", "login", "Connexion"),
        ("level", "info", "Information"),
        ("counterpart.plusauth", "2001", "Connexion réussie"),
    ] {
        let first = &french["facets"][field][0];
        assert_eq!((&first["value"], &first["title"]), (&json!(value), &json!(title)));
    }
    assert!(french["facets"]["section"][0]["title"].is_string());
    let english = server.get("/v1/stats/facets?fields=outcome&limit=1").json();
    assert_eq!(english["facets"]["outcome"][0]["title"], "Success");
    let usual = server.get("/v1/stats/facets").json();
    assert_eq!(usual["facets"].as_object().unwrap().len(), 10);
    for wrong in ["limit=0", "limit=1001", "fields=colour", "fields=,", "fields=time", "lang=de"] {
        server.get(&format!("/v1/stats/facets?{wrong}")).refusal();
    }
}

#[test]
fn names_are_the_titles_of_ids_and_not_counted_by() {
    let server = Server::with(&EVENTS);
    for (name, id) in [
        ("actor.name", "actor.id"),
        ("target.name", "target.id"),
        ("application.name", "application.id"),
        ("organization.name", "organization"),
    ] {
        for (route, parameter) in [("facets", "fields"), ("histogram", "by")] {
            let problem = server.get(&format!("/v1/stats/{route}?{parameter}={name}")).refusal();
            let expected = format!(
                "`{parameter}`: events cannot be counted by `{name}`; count them by `{id}`, whose \
                 `title` is the name"
            );
            assert_eq!(problem["detail"], expected);
        }
    }
}

#[test]
fn an_explanation_tells_how_a_question_is_answered() {
    let server = Server::with(&EVENTS);
    let asked = "q=(outcome+%3D+%22failure%22)+AND+request+%3D+null&from=2026-03-28";
    let mut told = server.get(&format!("/v1/explain?{asked}")).json();
    // The clock of these tests stands still.
    assert_eq!(told["microseconds"].take(), json!(0));
    let expected = json!({
        "query": "outcome = \"failure\" AND request = null",
        "from": "2026-03-28T00:00:00.000000Z", "to": null,
        "conditions": [
            { "condition": "outcome = \"failure\"", "access": "catalogue" },
            { "condition": "request = null", "access": "records" },
        ],
        "segments": { "read": 0, "skipped": 0 }, "tables": 1,
        "records_read": 1, "total": 1, "microseconds": null,
    });
    assert_eq!(told, expected);
}

#[test]
fn questions_for_which_records_are_read_wait_for_each_other_and_nobody_waits_for_them() {
    let server = Server::with(&EVENTS);
    let end = server.take_all_scans();
    let waiting = [
        "/v1/events?q=word",
        "/v1/events?order=seq&request=x",
        "/v1/stats/count?q=NOT+data.k+%3D+%22x%22",
        "/v1/stats/histogram?by=data.k",
        "/v1/stats/facets?fields=type,request",
        "/v1/explain?q=word",
        "/v1/export?q=word",
    ]
    .map(|target| server.ask(target));
    for target in [
        "/v1/events?type=login&actor.id=u1",
        "/v1/events?order=seq",
        "/v1/events/a",
        "/v1/stats/count?q=time+%3E+%22now-1y%22",
        "/v1/stats/histogram?by=outcome",
        "/v1/stats/facets",
        "/v1/export",
    ] {
        assert_eq!(server.get(target).status, 200, "{target}");
    }
    assert_eq!(waiting.iter().filter(|asked| asked.is_finished()).count(), 0);
    drop(end);
    for asked in waiting {
        assert_eq!(server.wait(asked), 200);
    }
}

#[test]
fn an_explanation_shows_what_was_asked_and_not_what_it_stands_for() {
    let server = Server::with(&EVENTS);
    let every_source = format!("Bearer {}", server.new_key(None));
    let logto_only = format!("Bearer {}", server.new_key(Some(Source::Logto)));
    let asked = "q=type+%3D+%22x%22+AND+NOT+(actor.name+%5E%3D+%22A%22+OR+session+%3D+%22s%22)\
                 +AND+application.name+%3D+null+AND+actor.identifier+%3D+%22ada%22+AND+seq+%3E+1";
    let expected = json!([
        { "condition": "type = \"x\"", "access": "catalogue" },
        { "condition": "actor.name ^= \"A\"", "access": "records" },
        { "condition": "session = \"s\"", "access": "tokens" },
        { "condition": "application.name = null", "access": "records" },
        { "condition": "actor.identifier = \"ada\"", "access": "bitmaps" },
        { "condition": "seq >= 2", "access": "numbers" },
    ]);
    for key in [every_source, logto_only] {
        let told = server.get_with(&format!("/v1/explain?{asked}"), &[("authorization", &key)]);
        assert_eq!(told.json()["conditions"], expected);
    }
}
