//! Which columns the table has.

use gatelog_event::source::Format;

use crate::house::{Answer, House, PASSWORD};
use crate::logs::with_five;

/// The heads of the table, and the cells of its first row as text.
fn table(page: &Answer) -> (Vec<String>, Vec<String>) {
    let table =
        page.text.split(" id=\"events\">").nth(1).unwrap().split("</table>").next().unwrap();
    let head = table.split("</thead>").next().unwrap();
    let row = table.split("<tbody>").nth(1).unwrap().split("</tr>").next().unwrap();
    (texts(head, "<th "), texts(row, "<td"))
}

fn texts(html: &str, tag: &str) -> Vec<String> {
    let cell = |cell: &str| -> String {
        let texts = cell.split('<').map(|piece| piece.split_once('>').map_or("", |(_, text)| text));
        texts.collect::<String>().trim().to_owned()
    };
    html.split(tag).skip(1).map(|piece| cell(&format!("<{piece}"))).collect()
}

async fn with_details() -> House {
    let house = with_five().await;
    let event = r#"{"id":"e6","time":"2026-11-20T14:20:00Z","type":"login","outcome":"failure","actor":{"id":"u1","identifier":"ada@acme.example"},"error":{"code":"odd"},"ip":"203.0.113.9","data":{"tries":3,"tags":["a","b","c"],"deep":{"x":"<b>"}}}"#;
    house.keep("default", Format::Native, event).await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn any_field_and_any_path_is_a_column() {
    let house = with_details().await;
    let browser = house.browser("ada", PASSWORD).await;
    let cases = [
        ("actor.id,time", "User|Time (UTC)", "Ada Lovelace u1|Nov 20, 14:20:00"),
        ("type,outcome,level", "Event|Result|Level", "Login|Failure|Warning"),
        ("id,seq,source", "Event id|Sequence|Source", "e6|5|Native"),
        ("actor.identifier,actor.name", "Identifier|User’s name", "ada@acme.example|Ada Lovelace"),
        ("error.code,ip,session", "Error|Address|Session", "odd|203.0.113.9|"),
        ("data.tries,data.tags", "data.tries|data.tags", "3|a +2"),
        (
            "data.deep,data.deep.x",
            "data.deep|data.deep.x",
            "{&#34;x&#34;:&#34;&#60;b&#62;&#34;}|&#60;b&#62;",
        ),
    ];
    for (columns, heads, cells) in cases {
        let page = browser.page(&format!("/logs?columns={columns}")).await;
        let (found_heads, found_cells) = table(&page);
        assert_eq!(found_heads[1..].join("|"), heads);
        assert_eq!(found_cells[1..].join("|"), cells);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_narrows_the_question() {
    let house = with_details().await;
    let browser = house.browser("ada", PASSWORD).await;
    let columns =
        "outcome,type,error.code,actor.name,actor.identifier,data.tries,data.tags,id,submitter";
    let page = browser.page(&format!("/logs?columns={columns}")).await;
    let rows = page.text.split(" id=\"events\">").nth(1).unwrap();
    let row = rows.split("<tbody>").nth(1).unwrap().split("</tr>").next().unwrap();
    let links: Vec<String> = row
        .split("<a href=\"?")
        .skip(1)
        .map(|link| format!("?{}", link.split('"').next().unwrap().replace("&#38;", "&")))
        .collect();
    let totals = [2, 4, 1, 3, 3, 1, 1, 1, 6];
    assert_eq!(links.len(), totals.len(), "{row}");
    for (link, total) in links.iter().zip(totals) {
        let narrowed = browser.follow(&page, link).await;
        assert_eq!(narrowed.total(), total, "{link}");
        assert_eq!(table(&narrowed).0.len(), 10, "the columns stay");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_added_moved_and_removed_without_a_script() {
    let house = with_details().await;
    let browser = house.browser("ada", PASSWORD).await;
    let sent = "/logs?tab=user&q=&event=&columns=ip&column=error.code&from=&to=";
    let answer = browser.get(sent).await;
    let tidy = answer.header("location").to_owned();
    let added = browser.get(&tidy).await.header("location").to_owned();
    assert_eq!(added, "/logs?tab=user&columns=ip,error.code");
    let page = browser.page(&added).await;
    assert!(page.text.contains(r#"<input type="hidden" name="columns" value="ip,error.code">"#));
    let link = |label: &str| {
        let before = page.text.split(&format!("\" aria-label=\"{label}\"")).next().unwrap();
        before.rsplit('"').next().unwrap().to_owned()
    };
    let cases = [
        ("Move Address to the right", "/logs?tab=user&columns=error.code,ip"),
        ("Move Error to the left", "/logs?tab=user&columns=error.code,ip"),
        ("Remove Address", "/logs?tab=user&columns=error.code"),
    ];
    for (label, expected) in cases {
        assert_eq!(browser.target(&page, &link(label)).await, expected);
    }
    assert_eq!(browser.target(&page, &page.link("default-columns")).await, "/logs?tab=user");
    let dense = browser.follow(&page, &page.link("dense")).await;
    assert!(dense.text.contains("class=\"events chosen dense\""));

    let wrong = browser.page("/logs?column=nivel").await;
    assert!(wrong.text.contains("“nivel” is no column"), "{}", wrong.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_stay_on_every_way() {
    let house = with_details().await;
    let browser = house.browser("ada", PASSWORD).await;
    let page = browser.page("/logs?user=u1&live=on&columns=seq&dense=on").await;
    assert!(page.text.contains("/logs/live?user=u1&#38;columns=seq&#38;dense=on&#38;since=6"));
    assert!(page.text.contains("/logs/export?user=u1&#38;format="));
    let event = browser.follow(&page, "e6").await;
    assert_eq!(event.link("back"), "/logs?user=u1&live=on&columns=seq&dense=on");
    assert_eq!(page.link("clear"), "/logs?columns=seq&dense=on");
}
