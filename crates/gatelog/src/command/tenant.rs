//! `gatelog tenant`

use gatelog_meta::Tenant as StoredTenant;
use gatelog_server::system::{environment, operator};
use gatelog_service::new_tenant;
use serde_json::json;

use super::{open_meta, open_meta_there};
use crate::arguments::Tenant;
use crate::output;

pub(crate) fn run(command: Tenant) -> anyhow::Result<()> {
    match command {
        Tenant::Create { data, name } => {
            let environment = environment();
            let tenant = new_tenant(name, &environment)?;
            open_meta(&data.data)?.create_tenant(&tenant, &environment.change(operator()))?;
            output::note(&format!("created the tenant `{}`", tenant.name));
            Ok(())
        }
        Tenant::List { data, json } => {
            let tenants = open_meta_there(&data.data)?.tenants()?;
            if json {
                let tenants: Vec<_> = tenants.iter().map(as_json).collect();
                output::line(&serde_json::Value::from(tenants).to_string());
            } else {
                let row = |tenant: &StoredTenant| {
                    [tenant.name.to_string(), tenant.created.to_string(), tenant.log_origin.clone()]
                };
                let rows: Vec<_> = tenants.iter().map(row).collect();
                output::table(["TENANT", "CREATED", "LOG ORIGIN"], &rows);
            }
            Ok(())
        }
    }
}

fn as_json(tenant: &StoredTenant) -> serde_json::Value {
    json!({
        "name": tenant.name.as_str(),
        "created": tenant.created.to_string(),
        "log_origin": tenant.log_origin,
    })
}
