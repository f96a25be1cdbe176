//! Authgear's audit log, fetched.

use gatelog_source::authgear_api::{AuthgearApiFeed, AuthgearApiSettings};
use gatelog_source::{Feed, Secret};
use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData as _};

use crate::stand_in::authgear::{record, start};
use crate::stand_in::collector::{collect, fetch_once};
use crate::stand_in::{Random, Stage, http, rows};

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_RSA_SHA256).expect("a key")
}

fn feed(endpoint: &str, key: &KeyPair, key_id: &str) -> AuthgearApiFeed {
    let settings = format!(
        "endpoint = \"{endpoint}\"\napp_id = \"shop\"\nkey_id = \"{key_id}\"\n\
         private_key = \"file:x\"\n"
    );
    let settings: AuthgearApiSettings = toml::from_str(&settings).expect("settings");
    settings.connect(&Secret::new(key.serialize_pem()), http()).expect("a feed")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_of_an_authgear_that_fails_arrives_at_a_collector_that_is_killed() {
    let mut random = Random::from_system();
    println!("seed {}", random.0);
    let stage = Stage::new(rows(random.0, 1_000, record), random.0, 12);
    let key = key();
    let endpoint = start(&stage, key.subject_public_key_info()).await;
    let open = || -> Box<dyn Feed> { Box::new(feed(&endpoint, &key, "key-1")) };
    let collected = collect(&stage, open, &mut random).await;
    let graphql = |reason: &str| reason.ends_with("/_api/admin/graphql: unexpected error");
    assert!(collected.troubles.iter().any(|trouble| graphql(&trouble.reason)));
}

#[tokio::test]
async fn a_key_that_the_project_does_not_know_is_trouble() {
    let stage = Stage::new(Vec::new(), 1, 0);
    let key = key();
    let endpoint = start(&stage, key.subject_public_key_info()).await;
    let trouble = fetch_once(&stage, feed(&endpoint, &key, "key-2")).await.expect_err("trouble");
    assert!(trouble.reason.contains("the answer is 403 Forbidden"), "{trouble}");
    fetch_once(&stage, feed(&endpoint, &key, "key-1")).await.expect("a batch");
}
