//! `gatelog user`

use gatelog_auth::{Access, Scope};
use gatelog_meta::{Password, User as StoredUser};
use gatelog_server::administrator;
use gatelog_server::system::{environment, operator};
use serde_json::json;

use super::{open_meta, open_meta_there};
use crate::arguments::User;
use crate::output;

pub(crate) fn run(command: User) -> anyhow::Result<()> {
    match command {
        User::Create { data, name, tenant } => {
            let scope = if tenant.is_some() { Scope::Read } else { Scope::Operator };
            let access = Access::new(scope, tenant, None)?;
            let meta = open_meta(&data.data)?;
            let password =
                administrator::create_user(&meta, &environment(), &name, access, operator())?;
            print_password(&name, password.reveal());
            Ok(())
        }
        User::Password { data, name } => {
            let meta = open_meta_there(&data.data)?;
            let password = administrator::reset_password(&meta, &environment(), &name, operator())?;
            print_password(&name, password.reveal());
            Ok(())
        }
        User::ResetSecondFactor { data, name } => {
            let meta = open_meta_there(&data.data)?;
            let there_was_one =
                administrator::reset_second_factor(&meta, &environment(), &name, operator())?;
            output::note(&match there_was_one {
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
                output::table(["USER", "TENANT", "SCOPE", "CREATED", "PASSWORD"], &rows);
            }
            Ok(())
        }
    }
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

fn as_row(user: &StoredUser) -> [String; 5] {
    [
        user.name.clone(),
        user.access.tenant().map_or_else(|| "all".to_owned(), ToString::to_string),
        user.access.scope().to_string(),
        user.created.to_string(),
        password_state(user).to_owned(),
    ]
}

fn as_json(user: &StoredUser) -> serde_json::Value {
    json!({
        "name": user.name,
        "tenant": user.access.tenant().map(ToString::to_string),
        "scope": user.access.scope().to_string(),
        "created": user.created.to_string(),
        "password": password_state(user),
    })
}
