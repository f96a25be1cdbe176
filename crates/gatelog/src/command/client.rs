//! `gatelog client`

use gatelog_server::system::{environment, operator};
use gatelog_service::credentials::create_client;
use serde_json::json;

use super::{open_meta, open_meta_there};
use crate::arguments::Client;
use crate::output;

pub(crate) fn run(command: Client) -> anyhow::Result<()> {
    let environment = environment();
    match command {
        Client::Create { data, tenant, dialect, label, json } => {
            let meta = open_meta(&data.data)?;
            let reads = (dialect, tenant);
            let client = create_client(&meta, &environment, reads, &label, operator())?;
            if json {
                let told = json!({ "client_id": client.id(), "client_secret": client.reveal() });
                output::line(&told.to_string());
            } else {
                output::line(&format!("client_id      {}", client.id()));
                output::line(&format!("client_secret  {}", client.reveal()));
            }
            output::note("the secret is shown this once, keep it now");
            Ok(())
        }
        Client::List { data, tenant, json } => {
            let clients = open_meta_there(&data.data)?.clients(tenant.as_ref())?;
            if json {
                let clients: Vec<_> = clients.iter().map(as_json).collect();
                output::line(&serde_json::Value::from(clients).to_string());
            } else {
                let rows: Vec<_> = clients.iter().map(as_row).collect();
                let head = ["CLIENT", "DIALECT", "TENANT", "LABEL", "LAST USED", "STATE"];
                output::table(head, &rows);
            }
            Ok(())
        }
        Client::Revoke { data, id } => {
            open_meta_there(&data.data)?.revoke_client(&id, &environment.change(operator()))?;
            output::note(&format!("revoked {id}"));
            Ok(())
        }
    }
}

fn as_row(client: &gatelog_meta::Client) -> [String; 6] {
    [
        client.id.clone(),
        client.dialect.to_string(),
        client.tenant.to_string(),
        client.label.clone(),
        client.last_used.map_or_else(|| "never".to_owned(), |time| time.to_string()),
        if client.revoked.is_some() { "revoked".to_owned() } else { "valid".to_owned() },
    ]
}

fn as_json(client: &gatelog_meta::Client) -> serde_json::Value {
    json!({
        "id": client.id,
        "dialect": client.dialect.name(),
        "tenant": client.tenant.as_str(),
        "label": client.label,
        "created": client.created.to_string(),
        "last_used": client.last_used.map(|time| time.to_string()),
        "revoked": client.revoked.map(|time| time.to_string()),
    })
}
