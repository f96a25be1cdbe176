//! What is said when it cannot work: what happened, and what to do.

use gatelog_event::time::UnixMicros;
use gatelog_source::postgres::Product::{Authgear, Logto};
use gatelog_source::postgres::{PostgresFeed, Product, Settings};
use gatelog_source::{Cursor, Feed as _, Secret};

use crate::cluster::{Cluster, settings};
use crate::collected::Collected;
use crate::{LOGTO, logto_rows};

async fn trouble(product: Product, settings: Settings, password: Option<&str>) -> String {
    let mut feed = PostgresFeed::new(product, settings, password.map(Secret::new)).unwrap();
    let trouble = feed.fetch(None, UnixMicros::EPOCH).await.unwrap_err();
    if let Some(password) = password {
        assert!(!trouble.reason.contains(password), "{trouble}");
    }
    trouble.reason
}

#[tokio::test]
async fn each_trouble_says_what_to_do() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 10)).await;
    let of_database = |database: &str| {
        let mut settings = cluster.settings("");
        settings.database = database.to_owned();
        settings
    };
    let user = |user: &str| cluster.settings(&format!("user = {user:?}"));
    let unreachable = settings("127.0.0.1", 1, "");
    let cases: [(Product, Settings, Option<&str>, &[&str]); 9] = [
        (
            Logto,
            cluster.settings(""),
            Some("hunter2"),
            &["28P01", "the password of the role gatelog"],
        ),
        (Logto, cluster.settings(""), None, &["asks for a password"]),
        (Logto, of_database("nothing"), Some("reads"), &["3D000", "check `database`"]),
        (Logto, of_database("postgres"), Some("reads"), &["42P01", "no table \"public\".\"logs\""]),
        (Authgear, cluster.settings(""), Some("reads"), &["42P01", "\"public\".\"_audit_log\""]),
        (
            Logto,
            user("no_rights"),
            Some("reads"),
            &[
                "42501",
                "GRANT SELECT ON \"public\".\"logs\" TO no_rights",
                "ALTER ROLE no_rights BYPASSRLS",
            ],
        ),
        (
            Logto,
            user("sees_none"),
            Some("reads"),
            &["has rows and shows none", "ALTER ROLE sees_none BYPASSRLS"],
        ),
        (Logto, unreachable, Some("reads"), &["Connection refused", "check `host` and `port`"]),
        (
            Logto,
            cluster.settings("tls = \"require\""),
            Some("reads"),
            &["does not support TLS", "tls = \"disable\""],
        ),
    ];
    for (product, settings, password, parts) in cases {
        let reason = trouble(product, settings, password).await;
        for part in parts {
            assert!(reason.contains(part), "{part} is not in: {reason}");
        }
    }
}

#[tokio::test]
async fn what_was_put_right_goes_on_without_a_restart() {
    let cluster = Cluster::start(LOGTO).await;
    cluster.run(&logto_rows(1, 10)).await;
    let settings = cluster.settings("user = \"no_rights\"");
    let mut feed = crate::cluster::feed(Logto, settings);
    assert!(feed.fetch(None, UnixMicros::EPOCH).await.is_err());
    cluster.run("GRANT SELECT ON logs TO no_rights; ALTER ROLE no_rights BYPASSRLS").await;
    let mut collected = Collected::default();
    collected.drain(&mut feed).await;
    assert_eq!(collected.records.len(), 10);
}

#[tokio::test(start_paused = true)]
async fn whoever_listens_and_says_nothing_is_not_waited_for() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let reason = trouble(Logto, settings("127.0.0.1", port, ""), Some("reads")).await;
    assert!(reason.contains("no answer in time"), "{reason}");
}

#[tokio::test]
async fn a_cursor_that_is_none_is_refused_with_what_it_says() {
    let mut feed = crate::cluster::feed(Logto, settings("127.0.0.1", 1, ""));
    let cursor = Cursor("page 7".to_owned());
    let trouble = feed.fetch(Some(&cursor), UnixMicros::EPOCH).await.unwrap_err();
    assert_eq!(trouble.reason, "the saved cursor is not a time and an id: page 7");
}

#[tokio::test]
async fn nothing_can_be_changed_through_a_feed() {
    let cluster = Cluster::start(LOGTO).await;
    let trap = "CREATE SCHEMA trap; CREATE TABLE trap.seen (at timestamptz); \
         CREATE FUNCTION trap.note() RETURNS boolean LANGUAGE sql SECURITY DEFINER \
         AS 'INSERT INTO trap.seen VALUES (now()) RETURNING true'; \
         CREATE VIEW trap.logs AS SELECT * FROM logs WHERE trap.note(); \
         GRANT USAGE ON SCHEMA trap TO gatelog; GRANT SELECT ON trap.logs TO gatelog";
    cluster.run(&format!("{}; {trap}", logto_rows(1, 10))).await;
    let reason = trouble(Logto, cluster.settings("schema = \"trap\""), Some("reads")).await;
    assert!(reason.contains("in a read-only transaction"), "{reason}");
}

#[tokio::test]
async fn one_connection_is_kept_under_its_name() {
    let cluster = Cluster::start(LOGTO).await;
    let mut feed = crate::cluster::feed(Logto, cluster.settings(""));
    let mut collected = Collected::default();
    for _ in 0..3 {
        collected.drain(&mut feed).await;
    }
    let question = "SELECT pid FROM pg_stat_activity WHERE application_name = 'gatelog'";
    assert_eq!(cluster.admin().await.query(question, &[]).await.unwrap().len(), 1);
}
