//! The query box, the chart and the values beside the table.

use axum::http::StatusCode;
use gatelog_auth::Scope;
use gatelog_event::source::Format;

use crate::house::{Answer, House, PASSWORD};
use crate::logs::with_five;

/// A text as the value of a parameter.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The values of one field as they are listed: name, id and count, and where a click leads.
fn listed(page: &Answer, field: &str) -> Vec<(String, String)> {
    let list = page.text.split(&format!("data-field=\"{field}\">")).nth(1);
    let list = list.map_or("", |list| list.split("<details open").next().unwrap());
    let list = list.split("</aside>").next().unwrap();
    let entries = list.split("<li ").skip(1).map(|entry| {
        let entry = entry.split("</li>").next().unwrap();
        let link = entry.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        let text: String = entry
            .split('<')
            .map(|piece| piece.split_once('>').map_or("", |(_, text)| text))
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("|");
        (text, link.replace("&#38;", "&"))
    });
    entries.collect()
}

fn names(listed: &[(String, String)]) -> Vec<&str> {
    listed.iter().map(|(name, _)| name.as_str()).collect()
}

/// Where the bars of the chart lead.
fn bars(page: &Answer) -> Vec<String> {
    let plot = page.text.split("class=\"plot\"").nth(1).unwrap().split("</div>").nth(1).unwrap();
    let links = plot.split("<a href=\"").skip(1).map(|bar| bar.split('"').next().unwrap());
    links.map(|link| link.replace("&#38;", "&")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_narrows_the_list_together_with_the_filters() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let cases = [
        (r#"outcome = "failure""#, "", 1),
        (r#"type = "login" AND NOT outcome = "failure""#, "", 2),
        (r#"type = "login""#, "&result=success&application=a1", 1),
        (r#"actor.name ILIKE "%hopper""#, "", 2),
        (r#"application.name = "Shop""#, "&range=1h", 0),
        (r#"ip = "203.0.113.0/31""#, "", 3),
        ("bad_password", "", 1),
        ("time >= \"now-1h\"", "", 1),
        ("", "&tab=admin", 1),
    ];
    for (query, filter, expected) in cases {
        let page =
            browser.page(&format!("/logs?q={}{filter}", encoded(query)).replace("q=&", "")).await;
        assert_eq!((page.total(), page.rows() as u64), (expected, expected), "{query} {filter}");
        assert!(page.text.len() > 1_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_query_is_underlined_and_can_be_corrected() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let query = encoded(r#"outcome = "failure" AND usr = "<b>" OR user = "ada""#);
    let page = browser.get(&format!("/logs?q={query}&tab=user")).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text.contains("This query cannot be read"));
    assert!(
        page.text.contains(
            "outcome = &#34;failure&#34; AND <mark>usr</mark> = &#34;&#60;b&#62;&#34; OR \
             <mark>user</mark> = &#34;ada&#34;"
        ),
        "{}",
        page.text
    );
    assert!(page.text.contains("Character 40:</span> <span>unknown field <code>user</code>, did"));
    assert!(!page.text.contains("id=\"events\"") && !page.text.contains("data-total"));
    // The text stays in its field, for the reader to go on with.
    assert!(
        page.text.contains("value=\"outcome = &#34;failure&#34; AND usr = &#34;&#60;b&#62;&#34;")
    );

    let page = browser.get(&format!("/logs?q={}", encoded("user = \"u1\""))).await;
    let correction = page.text.split("id=\"query-error\"").nth(1).unwrap();
    let correction = correction.split("<a class=\"button\" href=\"").nth(1).unwrap();
    let link = correction.split('"').next().unwrap();
    assert_eq!(link, "/logs?q=actor.id+=+%22u1%22");
    assert_eq!(browser.page(link).await.total(), 2);

    // The page of an event says the same, for whoever comes with such an address.
    let details = browser.get("/logs/e1?q=user").await;
    assert_eq!(details.status, StatusCode::OK, "one word is a query");
    let details = browser.get("/logs/e1?q=user+%3D").await;
    assert_eq!(details.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_counted_and_lead_to_their_events() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs").await;
    assert_eq!(names(&listed(&page, "outcome")), ["Success|3", "Failure|1", "No result|1"]);
    let types =
        ["Sign in|4", "Login|3", "Logout|1", "Administration|1", "Changed through the API|1"];
    assert_eq!(names(&listed(&page, "type")), types);
    assert_eq!(names(&listed(&page, "application.id")), ["Shop |a1|2", "Forum |a2|2", "none|1"]);
    assert_eq!(
        names(&listed(&page, "actor.id")),
        ["Ada Lovelace |u1|2", "Grace Hopper |u2|2", "none|1"]
    );
    assert_eq!(names(&listed(&page, "ip")), ["203.0.113.1|3", "203.0.113.2|1", "none|1"]);
    assert_eq!(names(&listed(&page, "error.code")), ["bad_password|1", "none|4"]);
    assert!(listed(&page, "source").is_empty(), "one source tells nothing");

    for field in ["outcome", "level", "type", "application.id", "actor.id", "ip", "error.code"] {
        for (name, link) in listed(&page, field) {
            let narrowed = browser.follow(&page, &link).await;
            let count = name.rsplit('|').next().unwrap();
            assert_eq!(narrowed.total().to_string(), count, "{field} {name} {link}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_left_out_and_taken_back() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs?result=success").await;
    let exclude = page.text.split("title=\"Exclude Login\"").next().unwrap();
    let exclude = exclude.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    assert_eq!(exclude, "?not=type+=+%22login%22");
    let excluding = browser.target(&page, exclude).await;
    assert_eq!(excluding, "/logs?q=type+!=+%22login%22&result=success");
    let without = browser.page(&excluding).await;
    assert_eq!(without.total(), 1);
    let types = listed(&without, "type");
    assert_eq!(names(&types), ["Changed through the API|1", "not| Login"]);
    let back = browser.target(&without, &types[1].1).await;
    assert_eq!(back, "/logs?result=success", "a click takes the condition away");
    // So does one on a value that a filter asks for.
    let outcomes = listed(&without, "outcome");
    assert_eq!(browser.target(&without, &outcomes[0].1).await, "/logs?q=type+!=+%22login%22");
    assert!(without.text.contains("aria-current=\"true\">Success</a>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sections_narrow_the_question_and_are_taken_back() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs").await;
    let (_, link) = &listed(&page, "type")[0];
    let narrowed = browser.target(&page, link).await;
    assert_eq!(narrowed, "/logs?q=section+=+%22Sign+in%22");
    let narrowed = browser.page(&narrowed).await;
    assert_eq!(narrowed.total(), 4);
    let types = listed(&narrowed, "type");
    assert_eq!(names(&types), ["Sign in|4", "Login|3", "Logout|1"]);
    assert_eq!(browser.target(&narrowed, &types[0].1).await, "/logs");
    let without = browser.page("/logs?q=section+!=+%22Sign+in%22").await;
    let types = listed(&without, "type");
    assert_eq!(names(&types), ["Administration|1", "Changed through the API|1", "not| Sign in"]);
    assert_eq!(browser.target(&without, &types[2].1).await, "/logs");
}

#[tokio::test(flavor = "multi_thread")]
async fn rare_types_of_a_section_are_folded_away_unless_they_are_asked_for() {
    let house = with_five().await;
    let odd = (0..8).map(|number| format!("{{\"type\":\"odd.{number}\"}}\n").repeat(9 - number));
    house.keep("default", Format::Native, &odd.collect::<String>()).await;
    let browser = house.browser("ada", PASSWORD).await;
    let folded = |page: &Answer| {
        let folded = page.text.split("<details><summary>").nth(1)?.split("</details>").next()?;
        Some(folded.split("</summary>").map(|part| part.matches("<li").count()).sum::<usize>())
    };
    let page = browser.page("/logs").await;
    assert!(page.text.contains("<details><summary>5 more</summary>"));
    assert_eq!(folded(&page), Some(5));
    let asked = browser.page("/logs?q=type+!=+%22odd.6%22").await;
    assert_eq!(folded(&asked), Some(4), "six others, of which three are shown");
    assert!(asked.text.contains("not</i> odd.6"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_by_another_name_is_counted_and_taken_away() {
    let house = with_five().await;
    let signed_in = r#"{"id":"00000000000a5a03","app_id":"acme","created_at":"2026-11-20T13:00:00","user_id":"g1","activity_type":"user.authenticated","ip_address":"192.0.2.9","client_id":"a1","data":{}}"#;
    house.keep("default", Format::Authgear, signed_in).await;
    let elsewhere = r#"{"id":"e6","time":"2026-11-20T13:00:00Z","type":"logout","ip":"192.0.2.9"}"#;
    house.keep("default", Format::Native, elsewhere).await;
    let browser = house.browser("ada", PASSWORD).await;
    let cases = [
        (r#"type = "user.authenticated""#, "type", vec!["User signed in|1"], true),
        (r#"ip = "192.0.2.0/24""#, "ip", vec!["192.0.2.0/24|1", "192.0.2.9|1"], true),
        (r#"ip = "::ffff:192.0.2.9""#, "ip", vec!["192.0.2.9|1"], true),
        (r#"level = "warning""#, "level", vec!["Warning|1"], true),
        (r#"ip = null"#, "ip", vec!["none|2"], true),
        (
            r#"NOT ip = "203.0.113.0/24" AND ip != null"#,
            "ip",
            vec!["not| 203.0.113.0/24", "192.0.2.9|1", "not| none"],
            false,
        ),
        (r#"type = "nothing""#, "type", vec!["nothing|0"], true),
    ];
    for (query, field, expected, is_on) in cases {
        let page = browser.page(&format!("/logs?q={}", encoded(query))).await;
        let listed = listed(&page, field);
        assert_eq!(names(&listed), expected, "{query}");
        let list = page.text.split(&format!("data-field=\"{field}\">")).nth(1).unwrap();
        assert_eq!(list.split("</li>").next().unwrap().contains(" on\">"), is_on, "{query}");
        if is_on {
            assert_eq!(browser.target(&page, &listed[0].1).await, "/logs", "{query}");
        }
    }
    let page = browser.page("/logs?event=user.authenticated").await;
    assert_eq!(browser.target(&page, &listed(&page, "type")[0].1).await, "/logs");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_values_of_a_field_are_a_click_away() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let events: Vec<String> = (0..12)
        .map(|number| format!(r#"{{"id":"{number}","type":"login","ip":"192.0.2.{number}"}}"#))
        .collect();
    house.keep("default", Format::Native, &events.join("\n")).await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs?result=unknown").await;
    assert_eq!(listed(&page, "ip").len(), 5);
    assert!(page.text.contains("<a class=\"more\" href=\"?more=ip\">7 more</a>"), "{}", page.text);
    assert_eq!(browser.target(&page, "?more=ip").await, "/logs?result=unknown&more=ip");
    let page = browser.page("/logs?result=unknown&more=ip").await;
    assert_eq!(listed(&page, "ip").len(), 12);
    assert!(page.text.contains("<a class=\"more\" href=\"?more=\">Fewer</a>"));
    assert!(listed(&page, "type").is_empty(), "the other lists make room");
    assert_eq!(browser.target(&page, "?more=").await, "/logs?result=unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn bars_count_everything_and_lead_to_their_part_of_the_time() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    for filter in
        ["?", "?range=24h", "?q=type+%3D+%22login%22", "?range=custom&from=2026-11-20T07:59:00Z"]
    {
        let page = browser.page(&format!("/logs{filter}")).await;
        let bars = bars(&page);
        assert!(!bars.is_empty() && bars.len() as u64 <= page.total(), "{filter}");
        let mut counted = 0;
        for bar in bars {
            counted += browser.follow(&page, &bar).await.total();
        }
        assert_eq!(counted, page.total(), "{filter}");
    }
    // The same in numbers, with the hours in which nothing happened.
    let page = browser.page("/logs").await;
    let numbers = page.text.split("id=\"chart-numbers\"").nth(1).unwrap();
    let numbers = numbers.split("</table>").next().unwrap();
    assert!(numbers.contains("Nov 20, 08:00</th><td>1<td>0<td>"));
    assert_eq!(
        numbers.matches("<tr data-from=").count(),
        49,
        "ten minutes each, from 6:00 to 14:00"
    );
    assert!(!browser.page("/logs?user=nobody").await.text.contains("id=\"chart\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn bars_are_of_levels_where_they_are_asked_for() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs?by=level").await;
    assert!(page.text.contains("<li class=\"level-warn\">Warning <b>1</b></li>"), "{}", page.text);
    assert!(page.text.contains("Nov 20, 08:00\n1 event\nWarning 1</title>"));
    assert_eq!(page.text.matches("fill=\"url(#stripes)\"").count(), 1);
    let bar = bars(&page).swap_remove(1);
    let narrowed = browser.target(&page, &bar).await;
    assert!(narrowed.starts_with("/logs?from=") && narrowed.ends_with("&by=level"), "{narrowed}");
    let numbers = page.text.split("id=\"chart-numbers\"").nth(1).unwrap();
    assert!(numbers.contains("<tr data-from=\"2026-11-20T08:00:00Z\"><th>Nov 20, 08:00</th>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chart_speaks_the_readers_language() {
    let house = with_five().await;
    let cookie = house.browser("ada", PASSWORD).await.cookie;
    for (language, expected) in
        [("fr", "20 nov. 08:00\nTotal"), ("tr", "20 Kas 08:00\n1 olay\nBaşarısız 1")]
    {
        let cookie = format!("{cookie}; gatelog_language={language}");
        let request = axum::http::Request::get("/logs").header("cookie", cookie);
        let page = house.send(request.body(axum::body::Body::empty()).unwrap()).await;
        let expected = expected.replace("Total", "1 événement\nÉchec 1");
        assert!(page.text.contains(&format!("<title>{expected}</title>")), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_can_be_exported() {
    let house = with_five().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs?q=type+=+%22login%22&result=success&live=on").await;
    let menu = page.text.split("id=\"export\"").nth(1).unwrap().split("</details>").next().unwrap();
    let links = menu.split("<a href=\"").skip(1).map(|link| link.split('"').next().unwrap());
    let links: Vec<String> = links.map(|link| link.replace("&#38;", "&")).collect();
    assert_eq!(links[0], "/logs/export?q=type+=+%22login%22&result=success&format=ndjson");

    let lines = browser.page(&links[0]).await;
    let ids: Vec<&str> = lines.text.lines().map(|line| &line[7..9]).collect();
    assert_eq!(ids, ["e1", "e5"], "{}", lines.text);
    assert_eq!(lines.header("content-type"), "application/x-ndjson");
    let disposition = lines.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename=\"gatelog-default-"), "{disposition}");
    let sheet = browser.page(&links[1]).await;
    assert_eq!(sheet.text.lines().count(), 3, "{}", sheet.text);
    let request = axum::http::Request::get(&links[2]).header("cookie", &browser.cookie);
    let columns = house.respond(request.body(axum::body::Body::empty()).unwrap()).await;
    let columns = axum::body::to_bytes(columns.into_body(), 1 << 20).await.unwrap();
    assert!(columns.starts_with(b"PAR1") && columns.ends_with(b"PAR1"));

    for (address, status) in [
        ("/logs/export?format=exe", StatusCode::NOT_FOUND),
        ("/logs/export?format=csv&q=user+=", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(browser.get(address).await.status, status, "{address}");
    }
    assert_eq!(house.get(&links[0]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_values_and_queries_are_text() {
    let house = House::new();
    house.settle("ada", Scope::Read, Some("default"));
    let hostile = r#"{"id":"h","type":"</title><script>alert(1)</script>","outcome":"failure",
        "actor":{"id":"\"><script>alert(2)</script>","name":"' onclick=alert(3) \\"},
        "application":{"id":"\" OR ip != null OR \"","name":"</a><script>"},
        "ip":"</li><script>/24","error":{"code":"\u202e<b>\\"}}"#;
    house.keep("default", Format::Native, &hostile.replace('\n', "")).await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs").await;
    let fields = ["type", "application.id", "actor.id", "ip", "error.code"];
    for field in fields {
        let values = listed(&page, field);
        assert_eq!(values.len(), 1, "{field}");
        let narrowed = browser.follow(&page, &values[0].1).await;
        assert_eq!(narrowed.total(), 1, "{field}");
        assert_eq!(narrowed.text.matches("<script").count(), 1, "{field}: {}", narrowed.text);
        // The text of the query itself has to stay what it is.
        let (before, after) = narrowed.text.split_once("<input id=\"query\"").unwrap();
        let shown = format!("{before}{}", after.split_once('>').unwrap().1);
        assert!(!shown.contains("<b>\\") && !shown.contains('\u{202e}'), "{field}: {shown}");
        assert!(narrowed.text.contains(" on\"><a href="), "{field} is marked");
    }
    let queries = [
        "\"><script>alert(1)</script>",
        "</code></pre><script>alert(1)</script> =",
        "\u{202e}user = 1",
        "a = '\" onfocus=alert(1) autofocus x=\"",
    ];
    for query in queries {
        for address in ["/logs", "/logs/h"] {
            let page = browser.get(&format!("{address}?q={}", encoded(query))).await;
            assert_eq!(page.text.matches("<script").count(), 1, "{query}: {}", page.text);
            assert!(!page.text.contains(" onfocus=alert(1) autofocus x=\""), "{query}");
        }
    }
}
