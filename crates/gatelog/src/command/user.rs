//! `gatelog user`

use gatelog_auth::{InvalidAccess, Role};
use gatelog_event::tenant::TenantName;
use gatelog_meta::{Password, User as StoredUser};
use gatelog_server::system::{environment, operator};
use gatelog_service::credentials::{NewMember, create_member, reset_password};
use serde_json::json;

use super::{open_meta, open_meta_there};
use crate::arguments::User;
use crate::output;

pub(crate) fn run(command: User) -> anyhow::Result<()> {
    match command {
        User::Create { data, name, tenant, role, personal_data } => {
            let (role, tenant) = place(role, tenant)?;
            let meta = open_meta(&data.data)?;
            let member = NewMember { name: &name, role, tenant, personal_data };
            let password = create_member(&meta, &environment(), &member, operator())?;
            print_password(&name, password.reveal());
            Ok(())
        }
        User::Password { data, name } => {
            let meta = open_meta_there(&data.data)?;
            let password = reset_password(&meta, &environment(), &name, operator())?;
            print_password(&name, password.reveal());
            Ok(())
        }
        User::Disable { data, name } => {
            let change = environment().change(operator());
            open_meta_there(&data.data)?.disable_user(&name, &change)?;
            output::note(&format!("`{name}` cannot sign in any more; all sessions have ended"));
            Ok(())
        }
        User::Enable { data, name } => {
            let change = environment().change(operator());
            open_meta_there(&data.data)?.enable_user(&name, &change)?;
            output::note(&format!("`{name}` can sign in again"));
            Ok(())
        }
        User::PersonalData { data, name, right } => {
            let meta = open_meta_there(&data.data)?;
            meta.set_personal_data(&name, right, &environment().change(operator()))?;
            output::note(&format!("`{name}` sees personal data: {right}"));
            Ok(())
        }
        User::ResetSecondFactor { data, name } => {
            let meta = open_meta_there(&data.data)?;
            let change = environment().change(operator());
            output::note(&match meta.reset_second_factors(&name, &change)? {
                true => format!("`{name}` signs in with the password alone now"),
                false => format!("`{name}` had no second factor"),
            });
            Ok(())
        }
        User::List { data, json } => {
            let users = open_meta_there(&data.data)?.users()?;
            if json {
                let users: Vec<_> = users.iter().map(as_json).collect();
                output::line(&serde_json::Value::from(users).to_string());
            } else {
                let rows: Vec<_> = users.iter().map(as_row).collect();
                let heads =
                    ["USER", "TENANT", "ROLE", "PERSONAL DATA", "CREATED", "PASSWORD", "STATE"];
                output::table(heads, &rows);
            }
            Ok(())
        }
    }
}

/// Which role where. Without a role, whoever has a tenant is a viewer, and else an operator.
fn place(
    role: Option<Role>,
    tenant: Option<TenantName>,
) -> Result<(Role, TenantName), InvalidAccess> {
    match (role, tenant) {
        (Some(Role::Operator) | None, None) => Ok((Role::Operator, TenantName::default_tenant())),
        (Some(Role::Operator), Some(_)) => Err(InvalidAccess::OperatorWithTenant),
        (Some(role), None) => Err(InvalidAccess::TenantMissing(role.scope())),
        (role, Some(tenant)) => Ok((role.unwrap_or(Role::Viewer), tenant)),
    }
}

/// What a user may do, in one word.
fn role_of(user: &StoredUser) -> &'static str {
    user.role().map_or_else(|| user.access.scope().name(), Role::name)
}

fn print_password(name: &str, password: &str) {
    output::line(password);
    output::note(&format!("one-time password for `{name}`, valid for 7 days and one sign-in"));
}

fn password_state(user: &StoredUser) -> &'static str {
    match user.password {
        Password::Unset => "none",
        Password::OneTime { .. } => "one-time",
        Password::Chosen(_) => "chosen",
        Password::Elsewhere { .. } => "elsewhere",
    }
}

fn as_row(user: &StoredUser) -> [String; 7] {
    [
        user.name.clone(),
        user.access.tenant().map_or_else(|| "all".to_owned(), ToString::to_string),
        role_of(user).to_owned(),
        user.personal_data().to_string(),
        user.created.to_string(),
        password_state(user).to_owned(),
        if user.disabled.is_some() { "disabled".to_owned() } else { "enabled".to_owned() },
    ]
}

fn as_json(user: &StoredUser) -> serde_json::Value {
    json!({
        "name": user.name,
        "tenant": user.access.tenant().map(ToString::to_string),
        "role": role_of(user),
        "personal_data": user.personal_data().name(),
        "scope": user.access.scope().to_string(),
        "created": user.created.to_string(),
        "password": password_state(user),
        "disabled": user.disabled.map(|time| time.to_string()),
    })
}
