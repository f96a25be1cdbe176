//! The table as Logto makes it, and the questions as Logto's API writes them.

use crate::questions::{Asked, LISTED_PREFIXES, Listed, PAGE_ROWS, Window};

/// Logto's table and its indexes.
pub(super) const TABLE: &str = "
    create table logs (
        tenant_id varchar(21) not null,
        id varchar(21) not null primary key,
        key varchar(128) not null,
        payload jsonb not null default '{}'::jsonb,
        created_at timestamptz not null default now()
    );
    create index logs__key on logs (tenant_id, key);
    create index logs__user_id on logs (tenant_id, (payload->>'userId'));
    create index logs__application_id on logs (tenant_id, (payload->>'applicationId'));
    create index logs__hook_id on logs (tenant_id, (payload->>'hookId'));
    create index logs__created_at_id on logs (tenant_id, created_at, id);
";

/// Loads rows in bulk.
pub(super) const COPY: &str = "copy logs (tenant_id, id, key, payload, created_at) from stdin";

/// Gives all rows, the oldest first.
pub(super) const COPY_OUT: &str = "copy (select tenant_id, id, key, payload, created_at \
    from logs order by tenant_id, created_at, id) to stdout";

/// A query, and the values of its parameters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) values: Vec<String>,
}

/// The conditions of a question.
struct Conditions {
    /// Joined by AND.
    parts: Vec<String>,
    values: Vec<String>,
}

/// The query for a page of rows, for questions that want one.
pub(super) fn page(asked: &Asked) -> Option<Sql> {
    let Conditions { parts, values } = conditions(asked)?;
    let offset = match asked {
        Asked::Listed(listed) => listed.offset,
        _ => 0,
    };
    let text = format!(
        "select tenant_id, id, key, payload, extract(epoch from created_at) * 1000 \
         from logs where {} order by created_at desc limit {PAGE_ROWS} offset {offset}",
        parts.join(" and ")
    );
    Some(Sql { text, values })
}

/// The query for how many rows there are, for questions that want a page.
pub(super) fn count(asked: &Asked) -> Option<Sql> {
    let Conditions { parts, values } = conditions(asked)?;
    let text = format!("select count(*) from logs where {}", parts.join(" and "));
    Some(Sql { text, values })
}

/// The query for how many rows there are of each kind, for questions that want no page.
pub(super) fn counts_of(asked: &Asked) -> Sql {
    let text = match asked {
        Asked::OutcomesByDay(window) => format!(
            "select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') || \
             case payload->>'result' when 'Success' then ' success' else ' failure' end, count(*) \
             from logs where tenant_id = 'default' and {} group by 1",
            within(*window)
        ),
        _ => "select key, count(*) from logs where tenant_id = 'default' group by key".to_owned(),
    };
    Sql { text, values: Vec::new() }
}

fn conditions(asked: &Asked) -> Option<Conditions> {
    // Logto's row level security adds it.
    let mut all = Conditions::new("tenant_id = 'default'");
    match asked {
        Asked::Listed(Listed { key, application, user, window, offset: _ }) => {
            let begins = LISTED_PREFIXES.map(|prefix| format!("key like '{prefix}%'"));
            all.parts.push(format!("({})", begins.join(" or ")));
            all.equals("key", key.as_ref());
            all.equals("payload->>'applicationId'", application.as_ref());
            all.equals("payload->>'userId'", user.as_ref());
            all.parts.extend(window.map(within));
        }
        Asked::Anywhere(text) => {
            all.values.push(format!("%{text}%"));
            all.parts.push("payload::text like $1".to_owned());
        }
        Asked::OutcomesByDay(_) | Asked::Types => return None,
    }
    Some(all)
}

impl Conditions {
    fn new(first: &str) -> Self {
        Self { parts: vec![first.to_owned()], values: Vec::new() }
    }

    fn equals(&mut self, column: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.values.push(value.clone());
            self.parts.push(format!("{column} = ${}", self.values.len()));
        }
    }
}

fn within(Window { from_ms, to_ms }: Window) -> String {
    format!(
        "created_at >= to_timestamp({from_ms}::double precision / 1000) and \
         created_at < to_timestamp({to_ms}::double precision / 1000)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_parameters_and_never_text() {
        let (key, user) = (Some("A'B".to_owned()), Some("u".to_owned()));
        let window = Some(Window { from_ms: 1, to_ms: 2 });
        let asked = Asked::Listed(Listed { key, application: None, user, window, offset: 40 });
        let Sql { text, values } = page(&asked).unwrap();
        assert_eq!(values, ["A'B", "u"]);
        assert!(text.contains(" and key = $1 and payload->>'userId' = $2 and created_at >= "));
        assert!(text.ends_with(" order by created_at desc limit 20 offset 40"));
        let Sql { text, values } = count(&asked).unwrap();
        assert!(text.starts_with("select count(*) from logs where tenant_id = 'default' and (key"));
        assert_eq!(values.len(), 2);
    }

    #[test]
    fn counts_by_kind_want_no_page() {
        assert_eq!((page(&Asked::Types), count(&Asked::Types)), (None, None));
        assert!(counts_of(&Asked::Types).text.ends_with("group by key"));
        let window = Window { from_ms: 1, to_ms: 2 };
        assert!(counts_of(&Asked::OutcomesByDay(window)).text.ends_with("group by 1"));
    }
}
