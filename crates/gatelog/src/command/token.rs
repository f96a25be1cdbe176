//! `gatelog token`

use anyhow::Context;
use gatelog_auth::Access;
use gatelog_meta::Credential;
use gatelog_server::system::{environment, operator};
use gatelog_service::credentials::create_key;
use serde_json::json;

use super::{open_meta, open_meta_there};
use crate::arguments::Token;
use crate::output;

pub(crate) fn run(command: Token) -> anyhow::Result<()> {
    let environment = environment();
    match command {
        Token::Create { data, tenant, scope, source, label } => {
            let access = Access::new(scope, tenant, source);
            let access = access.context("--scope, --tenant and --source do not fit together")?;
            let meta = open_meta(&data.data)?;
            let key = create_key(&meta, &environment, access, &label, operator())?;
            output::line(&key.reveal());
            output::note(&format!("created {}; it is shown this once, keep it now", key.id()));
            Ok(())
        }
        Token::List { data, tenant, json } => {
            let credentials = open_meta_there(&data.data)?.credentials(tenant.as_ref())?;
            if json {
                let keys: Vec<_> = credentials.iter().map(as_json).collect();
                output::line(&serde_json::Value::from(keys).to_string());
            } else {
                let rows: Vec<_> = credentials.iter().map(as_row).collect();
                output::table(
                    ["KEY", "TENANT", "SCOPE", "SOURCE", "LABEL", "LAST USED", "STATE"],
                    &rows,
                );
            }
            Ok(())
        }
        Token::Revoke { data, id } => {
            open_meta_there(&data.data)?.revoke_credential(&id, &environment.change(operator()))?;
            output::note(&format!("revoked {id}"));
            Ok(())
        }
    }
}

fn as_row(key: &Credential) -> [String; 7] {
    let dash = || "-".to_owned();
    [
        key.id.clone(),
        key.access.tenant().map_or_else(|| "all".to_owned(), ToString::to_string),
        key.access.scope().to_string(),
        key.access.source().map_or_else(dash, |source| source.to_string()),
        key.label.clone(),
        key.last_used.map_or_else(|| "never".to_owned(), |time| time.to_string()),
        if key.revoked.is_some() { "revoked".to_owned() } else { "valid".to_owned() },
    ]
}

fn as_json(key: &Credential) -> serde_json::Value {
    json!({
        "id": key.id,
        "tenant": key.access.tenant().map(ToString::to_string),
        "scope": key.access.scope().to_string(),
        "source": key.access.source().map(|source| source.name()),
        "label": key.label,
        "created": key.created.to_string(),
        "last_used": key.last_used.map(|time| time.to_string()),
        "revoked": key.revoked.map(|time| time.to_string()),
    })
}
