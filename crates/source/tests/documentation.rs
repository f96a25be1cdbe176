//! What the documents tell people to write can be read.

#![expect(clippy::expect_used, reason = "a test's panic is its report")]

use std::path::Path;

use gatelog_source::Definition;
use gatelog_source::datadog::AuthgearDatadogSettings;
use gatelog_source::syslog::settings::SyslogSettings;
use gatelog_source::webhook::authgear::AuthgearWebhookSettings;
use gatelog_source::webhook::logto::LogtoWebhookSettings;
use gatelog_source::webhook::mapped::{MappedWebhookSettings, TokenWebhookSettings};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A configuration file, as far as it is about sources.
#[derive(Deserialize)]
struct Configuration {
    #[serde(default)]
    sources: Vec<Definition>,
}

/// A document, and how many sources are set up in it.
const DOCUMENTS: [(&str, usize); 7] = [
    ("logto-webhook", 1),
    ("authgear-webhook", 1),
    ("authgear-stream", 2),
    ("auth0", 1),
    ("okta", 1),
    ("keycloak", 2),
    ("syslog", 2),
];

#[test]
fn every_source_in_a_document_can_be_set_up() {
    for (document, expected) in DOCUMENTS {
        let path = format!("../../docs/sources/{document}.md");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = std::fs::read_to_string(path).expect(document);
        let sources: Vec<_> = blocks(&text).iter().flat_map(|block| sources(block)).collect();
        assert_eq!(sources.len(), expected, "{document}");
        for source in sources {
            if let Err(error) = read(source) {
                panic!("{document}: {error}");
            }
        }
    }
}

/// The blocks of TOML, without what they are indented by.
fn blocks(text: &str) -> Vec<String> {
    let parts = text.split("```toml\n").skip(1);
    let block = |part: &str| {
        let lines = part.split("```").next().unwrap_or_default().lines();
        lines.map(|line| format!("{}\n", line.trim())).collect()
    };
    parts.map(block).collect()
}

fn sources(block: &str) -> Vec<Definition> {
    toml::from_str::<Configuration>(block).expect(block).sources
}

fn read(source: Definition) -> Result<(), String> {
    match &*source.kind {
        "logto-webhook" => settings::<LogtoWebhookSettings>(source),
        "authgear-webhook" => settings::<AuthgearWebhookSettings>(source),
        "authgear-datadog" => settings::<AuthgearDatadogSettings>(source),
        "auth0" | "okta" => settings::<TokenWebhookSettings>(source),
        "mapped-webhook" => settings::<MappedWebhookSettings>(source),
        "syslog" => settings::<SyslogSettings>(source),
        kind => Err(format!("there is no kind `{kind}`")),
    }
}

fn settings<S: DeserializeOwned>(source: Definition) -> Result<(), String> {
    let settings = serde_json::Value::Object(source.settings);
    serde_json::from_value::<S>(settings).map(drop).map_err(|error| error.to_string())
}
