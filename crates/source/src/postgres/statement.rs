//! The SQL by which rows are asked for.
//!
//! `COPY` takes no parameters, so values and names are escaped here, and nowhere else.

use gatelog_event::time::UnixMicros;
use postgres_protocol::escape::{escape_identifier, escape_literal};

use super::place::Place;
use super::settings::{Product, Settings};

/// Rows of a table in the order of time and id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'s> {
    pub(super) product: Product,
    pub(super) settings: &'s Settings,
    /// What is wanted of each, of the table's own columns.
    pub(super) columns: &'s str,
    /// Only rows behind it.
    pub(super) after: &'s Place,
    /// Only rows earlier than it.
    pub(super) before: Option<UnixMicros>,
    pub(super) row_limit: usize,
}

/// The table with its schema, as SQL.
pub(super) fn table(product: Product, settings: &Settings) -> String {
    let schema = escape_identifier(&settings.schema);
    format!("{schema}.{}", escape_identifier(product.table_name()))
}

/// The rows as COPY sends them.
pub(super) fn copy(rows: Rows<'_>) -> String {
    format!("COPY ({}) TO STDOUT", select(rows))
}

/// The rows of one tenant or project, else of all.
///
/// The products' indexes begin with the tenant. So of all, the first rows of each are read by its
/// index and the first of those taken; their names are found by one step in the index each. Over
/// all rows at once every page would sort the whole table.
pub(super) fn select(rows: Rows<'_>) -> String {
    let table = table(rows.product, rows.settings);
    let owner = rows.product.owner_column();
    let row_limit = rows.row_limit;
    if let Some(name) = rows.settings.owner() {
        return rows_of(&table, rows, &escape_literal(name));
    }
    let of_one = rows_of(&table, rows, "owners.name");
    format!(
        "WITH RECURSIVE owners(name) AS (\
         (SELECT {owner} FROM {table} ORDER BY {owner} LIMIT 1) \
         UNION ALL SELECT (SELECT {owner} FROM {table} WHERE {owner} > owners.name \
         ORDER BY {owner} LIMIT 1) FROM owners WHERE owners.name IS NOT NULL) \
         SELECT page.* FROM owners CROSS JOIN LATERAL ({of_one}) AS page \
         ORDER BY page.created_at, page.id LIMIT {row_limit}"
    )
}

fn rows_of(table: &str, rows: Rows<'_>, owner: &str) -> String {
    let Rows { product, columns, after, row_limit, .. } = rows;
    let owner_column = product.owner_column();
    let time = |time: UnixMicros| format!("'{time}'::{}", product.time_type());
    let mut conditions = format!("{owner_column} = {owner}");
    if after.time > UnixMicros::MIN {
        // Partitions and indexes of the time alone are chosen by the first condition.
        let from = time(after.time);
        conditions.push_str(&format!(" AND created_at >= {from}"));
        if !after.id.is_empty() {
            let id = escape_literal(&after.id);
            conditions.push_str(&format!(" AND (created_at, id) > ({from}, {id})"));
        }
    }
    if let Some(before) = rows.before {
        conditions.push_str(&format!(" AND created_at < {}", time(before)));
    }
    format!(
        "SELECT {columns} FROM {table} WHERE {conditions} ORDER BY created_at, id LIMIT {row_limit}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_names_are_escaped() {
        let settings: Settings = toml::from_str(
            "host = \"db\"\ndatabase = \"d\"\nuser = \"u\"\nschema = 'a\"b'\ntenant_id = \"o'x\"",
        )
        .expect("settings");
        let after = Place { time: UnixMicros::EPOCH, id: "\\'; DROP".to_owned() };
        let rows = Rows {
            product: Product::Logto,
            settings: &settings,
            columns: "id",
            after: &after,
            before: None,
            row_limit: 7,
        };
        assert_eq!(
            copy(rows),
            "COPY (SELECT id FROM \"a\"\"b\".\"logs\" WHERE tenant_id = 'o''x' \
             AND created_at >= '1970-01-01T00:00:00.000000Z'::timestamptz \
             AND (created_at, id) > ('1970-01-01T00:00:00.000000Z'::timestamptz,  \
             E'\\\\''; DROP') ORDER BY created_at, id LIMIT 7) TO STDOUT"
        );
    }
}
