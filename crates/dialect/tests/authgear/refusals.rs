//! Errors, and limits: what a client is told, and what a hostile document cannot do.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use gatelog_auth::Scope;
use gatelog_event::source::{Format, Source};
use serde_json::{Value, json};

use crate::support::{
    ADDRESS, Answer, Reader, Server, example, fixture, global_id, server_with_examples,
};

#[test]
fn errors_of_a_field_are_those_of_authgear() {
    let server = server_with_examples();
    let reader = server.reader();
    let user = global_id("AuditLog", "1");
    let cases = [
        ("after: \"x\"", "invalid pagination cursor", "Invalid", "InvalidCursor"),
        (
            "after: \"b2Zmc2V0Ojk5\", before: \"x\"",
            "invalid pagination cursor",
            "Invalid",
            "InvalidCursor",
        ),
        (&format!("userIDs: [\"{user}\"]"), "invalid user IDs", "Invalid", "Invalid"),
        ("userIDs: [\"7a1d1f2e\"]", "invalid user IDs", "Invalid", "Invalid"),
        ("last: 5", "unsupported pagination", "BadRequest", "InvalidQuery"),
        ("first: 5, last: 5", "unsupported pagination", "BadRequest", "InvalidQuery"),
        ("before: \"b2Zmc2V0Ojk5\"", "unsupported pagination", "BadRequest", "InvalidQuery"),
    ];
    for (arguments, message, name, reason) in cases {
        let query = format!("query {{ auditLogs({arguments}) {{ totalCount }} }}");
        let expected = json!({
            "data": { "auditLogs": null },
            "errors": [{
                "message": message,
                "locations": [{ "line": 1, "column": 9 }],
                "path": ["auditLogs"],
                "extensions": { "errorName": name, "reason": reason },
            }],
        });
        assert_eq!(reader.result(&query, &Value::Null), expected, "{arguments}");
    }
}

#[test]
fn one_field_can_fail_and_another_succeed() {
    let server = server_with_examples();
    let result = server.reader().result(
        "{ good: auditLogs { totalCount } bad: auditLogs(last: 1) { totalCount } }",
        &Value::Null,
    );
    assert_eq!(result["data"], json!({ "good": { "totalCount": 6 }, "bad": null }));
    assert_eq!(result["errors"][0]["path"], json!(["bad"]));
}

#[test]
fn values_of_variables_that_do_not_fit_are_not_explained() {
    let server = server_with_examples();
    let reader = server.reader();
    let list = fixture("authgear-portal-list.graphql");
    for variables in [
        json!({}),
        json!({ "pageSize": null }),
        json!({ "pageSize": "many" }),
        json!({ "pageSize": 1, "rangeFrom": "yesterday" }),
        json!({ "pageSize": 1, "activityTypes": ["USER_FLEW"] }),
        json!({ "pageSize": 1, "userIDs": [null] }),
        json!({ "pageSize": 1, "sortDirection": "UP" }),
    ] {
        let result = reader.result(&list, &variables);
        assert_eq!(result["data"], Value::Null, "{variables}");
        let error = &result["errors"][0];
        assert_eq!(error["message"], "unexpected error", "{variables}");
        assert_eq!(error.get("extensions"), None, "{variables}");
        assert!(error["locations"][0]["line"].is_u64(), "{variables}");
    }
}

#[test]
fn documents_that_are_not_valid_are_explained() {
    let server = server_with_examples();
    let reader = server.reader();
    for (query, part) in [
        ("{ users { totalCount } }", "Cannot query field \"users\" on type \"Query\"."),
        (
            "mutation { deleteUser { id } }",
            "Cannot query field \"deleteUser\" on type \"Mutation\".",
        ),
        ("subscription { events }", "Cannot query field \"events\" on type \"Subscription\"."),
        ("{ ...All } fragment All on Query { apps }", "Cannot query field \"apps\""),
        ("{ auditLogs { nothing } }", "nothing"),
        ("{ auditLogs(activityTypes: [USER_FLEW]) { totalCount } }", "activityTypes"),
        ("{ auditLogs(first: \"5\") { totalCount } }", "first"),
        ("{ auditLogs }", "auditLogs"),
        ("{ node { id } }", "id"),
        ("{ ...A } fragment A on Query { ...A }", "A"),
        ("query A { __typename } query B { __typename }", "operation"),
    ] {
        let result = reader.result(query, &Value::Null);
        assert_eq!(result["data"], Value::Null, "{query}");
        let message = result["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(part), "{query}: {message}");
    }
}

#[test]
fn syntax_errors_say_where_they_are() {
    let server = server_with_examples();
    let reader = server.reader();
    let answer = reader.post("application/graphql", "{\n  auditLogs(");
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let error = answer.json()["error"].clone();
    assert_eq!(error["code"], 500);
    assert_eq!(error["name"], "InternalError");
    assert!(error["message"].as_str().unwrap().starts_with("syntax error in line 2"), "{error}");
}

#[test]
fn bodies_that_are_no_request_are_refused() {
    let server = server_with_examples();
    let reader = server.reader();
    let long = "x".repeat((1 << 20) + 1);
    for (media_type, body, status) in [
        ("text/plain", "{ __typename }", 415),
        ("", "{ __typename }", 415),
        ("application/x-www-form-urlencoded", "query={__typename}", 415),
        ("application/json", "{ __typename }", 400),
        ("application/json", "[{\"query\":\"{ __typename }\"}]", 400),
        ("application/json", "{\"query\":\"{ __typename }\",\"variables\":[1]}", 400),
        ("application/graphql", &long, 413),
        ("application/graphql; charset=utf-8", "{ __typename }", 200),
        ("Application/JSON;charset=utf-8", "{\"query\":\"{ __typename }\"}", 200),
        ("application/json", "{\"query\":\"{ __typename }\",\"variables\":\"{}\"}", 200),
    ] {
        let answer = reader.post(media_type, body.to_owned());
        assert_eq!(answer.status, status, "{media_type}: {}", answer.text());
    }
    let invalid = reader.post("application/graphql", vec![0xff]);
    assert_eq!(invalid.status, StatusCode::BAD_REQUEST);
}

#[test]
fn who_may_not_read_is_told_nothing_else() {
    let server = server_with_examples();
    server.create_tenant("other");
    let ask = |authorization: Option<String>, tenant: Option<&str>| {
        let mut request = Request::post(ADDRESS).header("Content-Type", "application/graphql");
        for (name, value) in
            [("Authorization", authorization), ("Gatelog-Tenant", tenant.map(Into::into))]
        {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        server.ask(request.body(Body::from("{ auditLogs { totalCount } }")).unwrap())
    };
    let bearer = |key: &str| Some(format!("Bearer {key}"));
    let read = server.key(Scope::Read, Some("default"));
    let refused = [
        (None, None),
        (Some("Basic YWRhOng=".to_owned()), None),
        (bearer("eyJhbGciOiJSUzI1NiJ9.e30.c2ln"), None),
        (bearer(&read.replace("gl_", "gl_0")), None),
        (bearer(&server.key(Scope::Ingest, Some("default"))), None),
        (bearer(&read), Some("other")),
        (bearer(&read), Some("No Tenant")),
        (bearer(&server.key(Scope::Operator, None)), Some("nobody")),
    ];
    for (authorization, tenant) in refused {
        let answer = ask(authorization.clone(), tenant);
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{authorization:?} {tenant:?}");
        assert_eq!(answer.text(), "Forbidden");
        assert!(answer.line("content-type").starts_with("text/plain"));
    }
    let total = |answer: Answer| answer.json()["data"]["auditLogs"]["totalCount"].clone();
    assert_eq!(total(ask(bearer(&read), None)), 6);
    assert_eq!(total(ask(Some(format!("bearer {read}")), Some("default"))), 6);
    let operator = server.key(Scope::Operator, None);
    assert_eq!(total(ask(bearer(&operator), Some("default"))), 6);
    assert_eq!(total(ask(bearer(&operator), Some("other"))), 0);
}

#[test]
fn a_document_costs_a_bounded_number_of_pages() {
    let server = server_with_examples();
    let reader = server.reader();
    let many = |part: &str, count: usize| -> String {
        (0..count).map(|at| format!(" a{at}: {part}")).collect()
    };
    let id = global_id("AuditLog", "00000000000a5a60");
    let page = "auditLogs { totalCount }";
    let node = format!("node(id: \"{id}\") {{ id }}");
    let ids = format!("nodes(ids: [{}]) {{ id }}", format!("\"{id}\" ").repeat(101));
    let doubled: String = (1..20)
        .map(|at| format!(" fragment F{at} on Query {{ ...F{} ...F{} }}", at - 1, at - 1))
        .collect();
    let deep = format!(
        "{{ __type(name: \"Query\") {}{{ name }}{} }}",
        "{ fields { type ".repeat(3),
        "} }".repeat(3)
    );
    let of_type = format!(
        "{{ __type(name: \"Query\") {}{{ name }}{} }}",
        "{ ofType ".repeat(20),
        "}".repeat(20)
    );
    let circle: String = (0..60)
        .map(|at| {
            let others: String = (0..60).map(|other| format!(" ...F{other}")).collect();
            format!(" fragment F{at} on Query {{ {others} }}")
        })
        .collect();
    let cases = [
        (format!("{{ {} }}", many(page, 5)), None),
        (
            format!("{{ {} }}", many(page, 6)),
            Some("a document asks for `auditLogs` at most 5 times"),
        ),
        (
            format!("{{ ...P b: {page} }} fragment P on Query {{ {} }}", many(page, 5)),
            Some("a document asks for `auditLogs` at most 5 times"),
        ),
        (format!("{{ {} }}", many(&node, 100)), None),
        (format!("{{ {} }}", many(&node, 101)), Some("a document asks for at most 100 nodes")),
        (format!("{{ {ids} }}"), Some("a document asks for at most 100 nodes")),
        (
            format!("{{ auditLogs {{ edges {{ {} }} }} }}", many("cursor", 500)),
            Some("a document has at most 500 fields, those of fragments included"),
        ),
        (
            format!("{{ ...F19 }} fragment F0 on Query {{ {page} }} {doubled}"),
            Some("Document exceeds the limit of 15000 fields"),
        ),
        (deep, Some("lists of the schema are nested at most 2 deep")),
        (of_type, Some("a document is nested at most 20 deep")),
        (
            format!("{{ ...F0 }} {circle}"),
            Some("a document has at most 50000 selections, those of fragments included"),
        ),
        (format!("{{ {page} }} {}", "#\n".repeat(1_000)), None),
        (
            format!("{{ a {} }}", "{ a".repeat(100)),
            Some("Document nesting exceeds the limit of 64 levels"),
        ),
    ];
    for (query, expected) in cases {
        let result = reader.result(&query, &Value::Null);
        let beginning = &query[..query.len().min(60)];
        assert_eq!(result["errors"][0]["message"].as_str(), expected, "{beginning}");
    }
}

#[test]
fn the_question_for_the_whole_schema_is_within_the_limits() {
    let server = server_with_examples();
    let data = server.reader().data(&fixture("introspection.graphql"));
    assert_eq!(data["__schema"]["queryType"]["name"], "Query");
}

#[test]
fn filters_have_a_bounded_number_of_values() {
    let server = server_with_examples();
    let reader = server.reader();
    let query = "query($to: [String!]) { auditLogs(emailAddresses: $to) { totalCount } }";
    let with =
        |count: usize| reader.result(query, &json!({ "to": vec!["ada@example.com"; count] }));
    assert_eq!(with(100)["data"]["auditLogs"]["totalCount"], 0);
    let error = with(101)["errors"][0].clone();
    assert_eq!(
        error["message"],
        "at most 100 users, addresses and numbers can be asked for at once"
    );
    assert_eq!(error["extensions"]["reason"], "InvalidQuery");
}

#[test]
fn an_answer_holds_a_bounded_amount_of_data() {
    let server = Server::start();
    let mut event = example("00000000000a5a60");
    event["payload"]["note"] = json!("x".repeat(1 << 19));
    let events: Vec<String> = (0..50)
        .map(|number| {
            event["id"] = json!(format!("{number:016x}"));
            event.to_string()
        })
        .collect();
    for part in events.chunks(25) {
        server.keep("default", Format::Authgear, &part.join("\n"));
    }
    let reader = server.reader();
    let data = |count: usize| -> String { (0..count).map(|at| format!(" d{at}: data")).collect() };
    let ask = |count: usize| {
        let query = format!("{{ auditLogs {{ edges {{ node {{ id {} }} }} }} }}", data(count));
        reader.result(&query, &Value::Null)
    };
    assert_eq!(ask(1).get("errors"), None);
    let told = ask(10).to_string().len();
    assert!(told < 200 << 20, "{told} bytes");
    let message = "an answer holds at most 134217728 bytes of `data`; ask for fewer rows";
    assert_eq!(ask(10)["errors"][0]["message"], message);
}

#[test]
fn a_key_for_another_source_sees_nothing() {
    let server = server_with_examples();
    let key = server.key_of(Source::Logto);
    let reader = Reader { server: &server, key };
    let answer = reader.post("application/graphql", "{ auditLogs { totalCount } }");
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[test]
fn a_null_counts_as_not_given() {
    let server = server_with_examples();
    let reader = server.reader();
    let query = "query($first: Int = 2, $is_left_out: Boolean = true) {
        auditLogs(first: $first) { totalCount edges @skip(if: $is_left_out) { cursor } } }";
    let nulls = json!({ "first": null, "is_left_out": null });
    let result = reader.result(query, &nulls);
    assert_eq!(result, json!({ "data": { "auditLogs": { "totalCount": 6 } } }));
    let shown = reader.result(query, &json!({ "first": null, "is_left_out": false }));
    assert_eq!(shown["data"]["auditLogs"]["edges"].as_array().unwrap().len(), 2);
}
