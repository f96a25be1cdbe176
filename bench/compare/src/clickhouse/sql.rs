//! A table for the same rows, and the same questions, as somebody who knows ClickHouse writes them.

use crate::questions::{Asked, LISTED_PREFIXES, Listed, PAGE_ROWS, Window};

/// Who asks over HTTP.
pub(super) const USER: &str = "compare";

/// In the order of time, compressed by zstd, with what is asked for in columns of its own, and
/// filters for values that hardly repeat and for words.
pub(super) const TABLE: &str = "
    create table logs (
        tenant_id LowCardinality(String),
        id String codec(ZSTD(3)),
        key LowCardinality(String),
        payload String codec(ZSTD(3)),
        created_at DateTime64(3, 'UTC') codec(Delta, ZSTD(3)),
        result LowCardinality(String) materialized JSONExtractString(payload, 'result'),
        application_id LowCardinality(String)
            materialized JSONExtractString(payload, 'applicationId'),
        user_id String materialized JSONExtractString(payload, 'userId') codec(ZSTD(3)),
        index ids id type bloom_filter(0.01) granularity 1,
        index users user_id type bloom_filter(0.01) granularity 1,
        index words payload type tokenbf_v1(65536, 3, 0) granularity 1
    )
    engine = MergeTree order by (tenant_id, created_at, id)
";

/// Takes rows as Logto's API returns them; their payloads are kept as they are written.
pub(super) const INSERT: &str = "
    insert into logs (tenant_id, id, key, payload, created_at)
    select tenantId, id, key, payload, fromUnixTimestamp64Milli(createdAt, 'UTC')
    from input('tenantId String, id String, key String, payload String, createdAt Int64')
    format JSONEachRow
";

pub(super) const BYTES_PER_ROW: &str =
    "select sum(bytes_on_disk) / sum(rows) from system.parts where active and table = 'logs'";

/// A query, and its parameters by name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) values: Vec<(&'static str, String)>,
}

/// The query for a page of rows, for questions that want one.
pub(super) fn page(asked: &Asked) -> Option<Sql> {
    let Sql { text: conditions, values } = conditions(asked)?;
    let offset = match asked {
        Asked::Listed(listed) => listed.offset,
        _ => 0,
    };
    let text = format!(
        "select tenant_id, id, key, payload, toUnixTimestamp64Milli(created_at) as time_ms \
         from logs where {conditions} order by created_at desc limit {PAGE_ROWS} offset {offset} \
         format JSONEachRow"
    );
    Some(Sql { text, values })
}

/// The query for how many rows there are, for questions that want a page.
pub(super) fn count(asked: &Asked) -> Option<Sql> {
    let Sql { text: conditions, values } = conditions(asked)?;
    Some(Sql { text: format!("select count() from logs where {conditions}"), values })
}

/// The query for how many rows there are of each kind, for questions that want no page.
pub(super) fn counts_of(asked: &Asked) -> Sql {
    let text = match asked {
        Asked::OutcomesByDay(window) => format!(
            "select concat(toString(toDate(created_at)), if(result = 'Success', ' success', \
             ' failure')), count() from logs where tenant_id = 'default' and {} \
             group by toDate(created_at), result",
            within(*window)
        ),
        _ => "select key, count() from logs where tenant_id = 'default' group by key".to_owned(),
    };
    Sql { text, values: Vec::new() }
}

fn conditions(asked: &Asked) -> Option<Sql> {
    let mut parts = vec!["tenant_id = 'default'".to_owned()];
    let mut values = Vec::new();
    match asked {
        Asked::Listed(Listed { key, application, user, window, offset: _ }) => {
            let begins = LISTED_PREFIXES.map(|prefix| format!("key like '{prefix}%'"));
            parts.push(format!("({})", begins.join(" or ")));
            let columns = [("key", key), ("application_id", application), ("user_id", user)];
            for (column, value) in columns {
                if let Some(value) = value {
                    parts.push(format!("{column} = {{{column}:String}}"));
                    values.push((column, value.clone()));
                }
            }
            parts.extend(window.map(within));
        }
        // The words, which the filter knows, and then the text.
        Asked::Anywhere(text) => {
            let words = text.split(|character: char| !character.is_ascii_alphanumeric());
            let words = words.filter(|word| !word.is_empty());
            parts.extend(words.map(|word| format!("hasToken(payload, '{word}')")));
            parts.push("position(payload, {text:String}) > 0".to_owned());
            values.push(("text", text.clone()));
        }
        Asked::OutcomesByDay(_) | Asked::Types => return None,
    }
    Some(Sql { text: parts.join(" and "), values })
}

fn within(Window { from_ms, to_ms }: Window) -> String {
    format!(
        "created_at >= fromUnixTimestamp64Milli({from_ms}, 'UTC') and \
         created_at < fromUnixTimestamp64Milli({to_ms}, 'UTC')"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_parameters_and_never_text() {
        let (key, user) = (Some("A'B".to_owned()), Some("u".to_owned()));
        let asked =
            Asked::Listed(Listed { key, application: None, user, window: None, offset: 40 });
        let Sql { text, values } = page(&asked).unwrap();
        assert_eq!(values, [("key", "A'B".to_owned()), ("user_id", "u".to_owned())]);
        assert!(text.contains(" and key = {key:String} and user_id = {user_id:String} order by"));
        assert!(text.ends_with(" limit 20 offset 40 format JSONEachRow"));
    }

    #[test]
    fn words_are_looked_up_before_the_text() {
        let asked = Asked::Anywhere("a'da@acme.example".to_owned());
        let Sql { text, values } = count(&asked).unwrap();
        assert!(text.contains("hasToken(payload, 'da') and hasToken(payload, 'acme')"));
        assert!(text.ends_with("position(payload, {text:String}) > 0"));
        assert_eq!(values, [("text", "a'da@acme.example".to_owned())]);
        assert_eq!((page(&Asked::Types), count(&Asked::Types)), (None, None));
    }
}
