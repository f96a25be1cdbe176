//! Members, keys, clients, the catalogue, and what was done here.

use axum::http::StatusCode;
use gatelog_auth::{Role, Scope};
use gatelog_event::source::Format;

use crate::house::{Answer, House, PASSWORD, ada};

/// A house with an operator, and an admin and a viewer of the tenant `acme`.
fn staffed() -> House {
    let house = House::new();
    house.service.create_tenant(&"acme".parse().unwrap(), ada()).unwrap();
    house.settle("root", Scope::Operator, None);
    house.settle("ada", Scope::Admin, Some("acme"));
    house.settle("vic", Scope::Read, Some("acme"));
    house
}

/// The secret that a page shows.
fn secret(page: &Answer) -> String {
    let rest = page.text.split("id=\"secret\">").nth(1).unwrap();
    rest.split('<').next().unwrap().to_owned()
}

fn role(house: &House, name: &str) -> Option<Role> {
    house.service.meta().user(name).unwrap().unwrap().role()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_sees_the_catalogue_and_is_told_why_not_the_rest() {
    let house = staffed();
    let vic = house.browser("vic", PASSWORD).await;
    let first = vic.get("/settings").await;
    assert_eq!(first.header("location"), "/settings/catalogue");
    let page = vic.page("/settings/catalogue").await;
    assert!(!page.text.contains("/settings/members"), "no tab leads there");
    for path in ["members", "members/ada", "keys", "clients", "activity", "keys/key_1/revoke"] {
        let answer = vic.get(&format!("/settings/{path}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.text.contains("needs the scope “admin”"), "{}", answer.text);
    }
    let forms = [
        ("members", "name=eve&role=admin"),
        ("members/vic", "deed=role&role=admin"),
        ("keys", "scope=admin"),
        ("keys/key_1/revoke", ""),
        ("clients", "dialect=logto"),
    ];
    for (path, form) in forms {
        let answer = vic.post(&format!("/settings/{path}"), form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(role(&house, "vic"), Some(Role::Viewer));
    assert_eq!(house.service.meta().credentials(None).unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_creates_a_member_who_can_sign_in_once() {
    let house = staffed();
    let admin = house.browser("ada", PASSWORD).await;
    let created = admin.post("/settings/members", "name=+eve%3Cb%3E+&role=analyst").await;
    assert_eq!(created.status, StatusCode::OK);
    assert_eq!(created.header("cache-control"), "no-store");
    assert!(created.text.contains("eve&#60;b&#62;") && !created.text.contains("eve<b>"));
    assert_eq!(role(&house, "eve<b>"), Some(Role::Analyst));
    house.browser("eve<b>", &secret(&created)).await;

    let again = admin.post("/settings/members", "name=EVE%3Cb%3E&role=viewer").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("there is a user “EVE&#60;b&#62;” already"), "{}", again.text);
    let page = admin.page("/settings/members").await;
    assert!(page.text.contains("Analyst") && !page.text.contains("id=\"secret\""));
    assert!(!page.text.contains(">root<"), "operators are no members of a tenant");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_operator_makes_operators_and_reaches_other_tenants() {
    let house = staffed();
    let admin = house.browser("ada", PASSWORD).await;
    for (path, form) in [
        ("/settings/members", "name=eve&role=operator"),
        ("/settings/members/vic", "deed=role&role=operator"),
        ("/settings/keys", "scope=operator"),
    ] {
        assert_eq!(admin.post(path, form).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let out_of_reach = admin.post("/settings/members/root", "deed=disable").await;
    assert_eq!(out_of_reach.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.get("/settings/members?tenant=default").await.status, StatusCode::FORBIDDEN);

    let operator = house.browser("root", PASSWORD).await;
    let page = operator.page("/settings/members").await;
    for name in ["root", "ada", "vic", "acme"] {
        assert!(page.text.contains(&format!(">{name}<")), "{name}");
    }
    operator.post("/settings/members/vic", "deed=role&role=operator").await;
    assert_eq!(role(&house, "vic"), Some(Role::Operator));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_locks_themselves_or_everybody_out() {
    let house = staffed();
    let admin = house.browser("ada", PASSWORD).await;
    for form in ["deed=disable", "deed=role&role=viewer", "deed=password"] {
        let answer = admin.post("/settings/members/ada", form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{form}");
        assert!(answer.text.contains("Nobody changes what they themselves may do"));
    }
    let operator = house.browser("root", PASSWORD).await;
    for form in ["deed=disable", "deed=role&role=viewer"] {
        let answer = operator.post("/settings/members/ada", form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(answer.text.contains("is the last one with this role"));
    }
    assert_eq!(role(&house, "ada"), Some(Role::Admin));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_member_is_out_at_once_and_comes_back_when_enabled() {
    let house = staffed();
    let admin = house.browser("ada", PASSWORD).await;
    let vic = house.browser("vic", PASSWORD).await;
    let answer = admin.post("/settings/members/vic", "deed=disable").await;
    assert_eq!(answer.header("location"), "/settings/members/vic");
    assert!(vic.get("/logs").await.header("location").starts_with("/sign-in"));
    assert!(admin.page("/settings/members/vic").await.text.contains("Disabled"));
    admin.post("/settings/members/vic", "deed=enable").await;
    let vic = house.browser("vic", PASSWORD).await;
    admin.post("/settings/members/vic", "deed=sessions").await;
    assert_eq!(vic.get("/logs").await.status, StatusCode::SEE_OTHER);
    let reset = admin.post("/settings/members/vic", "deed=password").await;
    house.browser("vic", &secret(&reset)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_revoked_after_a_question() {
    let house = staffed();
    let admin = house.browser("ada", PASSWORD).await;
    let created = admin.post("/settings/keys", "label=backup&scope=read&source=logto").await;
    let key = secret(&created);
    let (now, authenticator) = (house.service.now(), house.service.authenticator());
    let principal = authenticator.bearer(&key, now).unwrap();
    assert_eq!(principal.access.tenant().unwrap().as_str(), "acme");
    let page = admin.page("/settings/keys").await;
    assert!(page.text.contains("backup") && !page.text.contains(&key));

    let confirm = format!("/settings/keys/{}/revoke", principal.id);
    let question = admin.page(&confirm).await;
    assert!(question.text.contains("Revoke the key backup?"), "{}", question.text);
    let revoked = admin.post(&confirm, "").await;
    assert_eq!(revoked.header("location"), "/settings/keys");
    assert!(house.service.meta().credential(&principal.id).unwrap().unwrap().revoked.is_some());
    assert_eq!(admin.get(&confirm).await.status, StatusCode::NOT_FOUND, "once is enough");
    assert!(admin.page("/settings/keys").await.text.contains("Revoked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_another_tenant_is_not_there() {
    let house = staffed();
    let operator = house.browser("root", PASSWORD).await;
    operator.post("/settings/keys?tenant=default", "label=theirs&scope=read").await;
    operator.post("/settings/clients?tenant=default", "label=theirs&dialect=logto").await;
    operator.post("/settings/keys", "label=everywhere&scope=operator").await;
    let meta = house.service.meta();
    let admin = house.browser("ada", PASSWORD).await;
    let keys = meta.credentials(None).unwrap().into_iter().map(|key| ("keys", key.id));
    let clients = meta.clients(None).unwrap().into_iter().map(|client| ("clients", client.id));
    let all: Vec<_> = keys.chain(clients).collect();
    assert_eq!(all.len(), 3);
    for (kind, id) in all {
        let path = format!("/settings/{kind}/{id}/revoke");
        assert_eq!(admin.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(admin.post(&path, "").await.status, StatusCode::NOT_FOUND);
        assert!(!admin.page(&format!("/settings/{kind}")).await.text.contains(&id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_created_with_its_id_and_secret() {
    let house = staffed();
    let admin = house.browser("ada", PASSWORD).await;
    let created = admin.post("/settings/clients", "label=portal&dialect=plusauth").await;
    let client = house.service.meta().clients(None).unwrap().remove(0);
    assert!(created.text.contains(&format!("id=\"client-id\">{}<", client.id)));
    assert_eq!((secret(&created).len(), client.dialect.name()), (64, "plusauth"));
    let path = format!("/settings/clients/{}/revoke", client.id);
    assert!(admin.page(&path).await.text.contains("Revoke the client portal?"));
    admin.post(&path, "").await;
    assert!(house.service.meta().clients(None).unwrap()[0].revoked.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reader_ends_their_other_sessions_and_changes_their_password() {
    let house = staffed();
    let here = house.browser("vic", PASSWORD).await;
    let there = house.browser("vic", PASSWORD).await;
    let page = here.page("/account").await;
    assert_eq!(page.text.matches("name=\"session\"").count(), 2, "not this one");
    assert!(page.text.contains("This one"));
    here.post("/account/sessions", "").await;
    assert_eq!(there.get("/logs").await.status, StatusCode::SEE_OTHER);
    here.page("/logs").await;

    let form = |current: &str, password: &str| {
        format!("current={current}&password={password}&repeated={password}&next=/account")
    };
    let wrong = here.post("/account/password", &form("wrong", "another+good+one")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("not your current password"));
    let right = form("correct+horse+battery", "another+good+one");
    let saved = here.post("/account/password", &right).await;
    assert_eq!(saved.header("location"), "/account");
    house.browser("vic", "another good one").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_says_what_occurs_here_and_what_it_means() {
    let house = staffed();
    let events = r#"
{"type":"login","time":"2026-11-20T10:00:00Z","outcome":"success"}
{"type":"login","time":"2026-11-18T10:00:00Z","outcome":"failure"}
{"type":"our.own/<b>","time":"2026-11-20T10:00:00Z"}
"#;
    house.keep("acme", Format::Native, events).await;
    let vic = house.browser("vic", PASSWORD).await;
    let page = vic.page("/settings/catalogue?source=native").await;
    assert!(
        page.text.contains("<a href=\"/logs?event=login&#38;source=native\">2</a>"),
        "{}",
        page.text
    );
    assert!(page.text.contains("our.own/&#60;b&#62;"));
    assert!(page.text.len() < 100_000, "{}", page.text.len());
    let whole = vic.page("/settings/catalogue").await;
    assert!(whole.text.len() < 100_000 && whole.total() > 300, "{}", whole.total());
    vic.page(&whole.link("next")).await;
    let none = vic.page("/settings/catalogue?search=nothing+like+it").await;
    assert_eq!(none.total(), 0);
    assert!(none.text.contains("id=\"empty\""));

    let login = vic.page("/settings/catalogue/native/login").await;
    assert_eq!(login.total(), 2);
    for time in ["2026-11-18T10:00:00", "2026-11-20T10:00:00"] {
        assert!(login.text.contains(time), "{time}");
    }
    let logto = vic.page("/settings/catalogue/logto/Interaction.SignIn.Submit").await;
    assert!(logto.text.contains("id=\"counterparts\""), "{}", logto.text);
    let own = vic.page("/settings/catalogue/native/our.own%2F%3Cb%3E").await;
    assert!(own.text.contains("id=\"unknown-type\""));
    for nothing in ["native/never.seen", "mainframe/login"] {
        let answer = vic.get(&format!("/settings/catalogue/{nothing}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_tells_in_words_who_read_and_changed_what() {
    let house = staffed();
    house.keep("acme", Format::Native, r#"{"type":"login","outcome":"failure"}"#).await;
    let admin = house.browser("ada", PASSWORD).await;
    let vic = house.browser("vic", PASSWORD).await;
    vic.page("/logs?result=failure").await;
    admin.post("/settings/members/vic", "deed=role&role=analyst").await;
    admin.post("/settings/keys", "label=backup&scope=read").await;
    house.record();

    let page = admin.page("/settings/activity").await;
    for said in [
        "read 1 event of Audit logs",
        "<code>result = failure</code>",
        "changed the role of vic",
        "created the API key backup",
        "created the member vic",
        "signed in",
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let of_vic = admin.page("/settings/activity?person=user:vic&kind=reads").await;
    assert_eq!(of_vic.total(), 1, "{}", of_vic.text);
    let changes = admin.page("/settings/activity?kind=changes&range=1h").await;
    assert!(!changes.text.contains("read 1 event") && changes.text.contains("the role of vic"));
    let link = page.text.split("class=\"said\"><a href=\"").nth(1).unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    admin.page(&link).await;
    assert_eq!(vic.get("/settings/activity").await.status, StatusCode::FORBIDDEN);
}
