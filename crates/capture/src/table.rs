//! The tables that are known, and a row of one as the record that the product's API returns for it.
//!
//! A table is recognised by its columns: partitions have names of their own, and dumps of other
//! tables lie beside it. Values are never changed, but JSON is written without the spaces that
//! PostgreSQL puts into it, as every API writes it.

use std::borrow::Cow;
use std::fmt;

use gatelog_event::json::{Document, Kind, Node, write_string};
use gatelog_event::source::Format;
use gatelog_event::time::UnixMicros;

use crate::{Cell, Malformed};

/// A table in which a product keeps its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Logto's `logs`.
    LogtoLogs,
    /// Authgear's `_audit_log` and its partitions.
    AuthgearAuditLog,
}

/// The columns of the rows of a table, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    table: Table,
    columns: Vec<Cow<'static, str>>,
}

/// The order in which Logto's API writes the members of a payload. Others follow in the order of
/// the database.
const LOGTO_PAYLOAD: &[&str] = &[
    "key",
    "result",
    "error",
    "ip",
    "userAgent",
    "userAgentParsed",
    "userId",
    "applicationId",
    "sessionId",
    "cimdClientId",
    "params",
];

/// The same for the members of `userAgentParsed` and for theirs.
const LOGTO_USER_AGENT: &[&str] = &["ua", "browser", "device", "engine", "os", "cpu"];
const LOGTO_USER_AGENT_PARTS: &[&str] =
    &["name", "version", "major", "model", "type", "vendor", "architecture"];

impl Table {
    /// The table whose rows become records of this format, if there is one.
    pub fn of(format: Format) -> Option<Self> {
        match format {
            Format::Logto => Some(Self::LogtoLogs),
            Format::Authgear => Some(Self::AuthgearAuditLog),
            Format::Native | Format::PlusAuth => None,
        }
    }

    /// Its columns as the product creates them.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::LogtoLogs => &["tenant_id", "id", "key", "payload", "created_at"],
            Self::AuthgearAuditLog => &[
                "id",
                "app_id",
                "created_at",
                "user_id",
                "activity_type",
                "ip_address",
                "user_agent",
                "client_id",
                "data",
            ],
        }
    }

    /// Whether a table of this name, perhaps with its schema, is this one or a partition of it.
    pub(crate) fn has_name(self, name: &str) -> bool {
        let name = name.rsplit('.').next().unwrap_or(name);
        match self {
            Self::LogtoLogs => name == "logs",
            Self::AuthgearAuditLog => name.starts_with("_audit_log"),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::LogtoLogs => "Logto's table `logs`",
            Self::AuthgearAuditLog => "Authgear's table `_audit_log`",
        })
    }
}

impl Layout {
    /// The columns as the product creates them.
    pub(crate) fn usual(table: Table) -> Self {
        let columns = table.columns().iter().map(|name| Cow::Borrowed(*name)).collect();
        Self { table, columns }
    }

    /// These columns, unless one of the table's is missing.
    pub(crate) fn of(table: Table, columns: Vec<String>) -> Option<Self> {
        let is_there = |name: &&str| columns.iter().any(|column| column == name);
        let is_whole = table.columns().iter().all(is_there);
        let columns = columns.into_iter().map(Cow::Owned).collect();
        is_whole.then_some(Self { table, columns })
    }

    /// A row's record, without a line end.
    pub(crate) fn record(&self, cells: &[Cell<'_>]) -> Result<Vec<u8>, Malformed> {
        if cells.len() != self.columns.len() {
            let (found, expected) = (cells.len(), self.columns.len());
            let reason =
                format!("the row has {found} values where the table has {expected} columns");
            return Err(Malformed::new(0, reason));
        }
        match self.table {
            Table::LogtoLogs => self.logto(cells),
            Table::AuthgearAuditLog => self.authgear(cells),
        }
    }

    /// `{"tenantId","id","key","payload","createdAt"}`, its time in milliseconds.
    fn logto(&self, cells: &[Cell<'_>]) -> Result<Vec<u8>, Malformed> {
        let mut out = Vec::with_capacity(1_024);
        for (name, member) in
            [("tenant_id", "{\"tenantId\":"), ("id", ",\"id\":"), ("key", ",\"key\":")]
        {
            out.extend_from_slice(member.as_bytes());
            write_string(self.text(cells, name)?.1, &mut out);
        }
        out.extend_from_slice(b",\"payload\":");
        self.write_json(cells, "payload", logto_order, &mut out)?;
        let (offset, created_at) = self.text(cells, "created_at")?;
        let time = UnixMicros::parse_postgres(created_at).ok_or_else(|| {
            Malformed::new(offset, format!("`created_at` is not a time: {created_at:.40}"))
        })?;
        out.extend_from_slice(format!(",\"createdAt\":{}}}", time.millis_floor()).as_bytes());
        Ok(out)
    }

    /// Every column under its own name, with the event in `data`.
    fn authgear(&self, cells: &[Cell<'_>]) -> Result<Vec<u8>, Malformed> {
        let mut out = Vec::with_capacity(2_048);
        out.push(b'{');
        for (name, cell) in self.columns.iter().zip(cells) {
            if out.len() > 1 {
                out.push(b',');
            }
            write_string(name, &mut out);
            out.push(b':');
            match &cell.value {
                None => out.extend_from_slice(b"null"),
                Some(_) if name == "data" => {
                    self.write_json(cells, name, |_| &[], &mut out)?;
                }
                Some(value) => write_string(value, &mut out),
            }
        }
        out.push(b'}');
        Ok(out)
    }

    fn write_json(
        &self,
        cells: &[Cell<'_>],
        name: &str,
        order: Order,
        out: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        let (offset, json) = self.text(cells, name)?;
        let document = Document::parse(json.as_bytes()).map_err(|error| {
            Malformed::new(offset, format!("`{name}` is not JSON: {}", error.reason))
        })?;
        write_compact(document.root(), &mut Vec::new(), order, out);
        Ok(())
    }

    /// The value of a column, and where it stands.
    fn text<'c>(&self, cells: &'c [Cell<'_>], name: &str) -> Result<(usize, &'c str), Malformed> {
        let cell = self.columns.iter().position(|column| column == name);
        let cell = cell.and_then(|position| cells.get(position));
        let offset = cell.map_or(0, |cell| cell.offset);
        let value = cell.and_then(|cell| cell.value.as_deref());
        value
            .map(|value| (offset, value))
            .ok_or_else(|| Malformed::new(offset, format!("`{name}` has no value")))
    }
}

/// The members that come first in the object at a path.
type Order = fn(&[Cow<'_, str>]) -> &'static [&'static str];

fn logto_order(path: &[Cow<'_, str>]) -> &'static [&'static str] {
    match path {
        [] => LOGTO_PAYLOAD,
        [first] if first == "userAgentParsed" => LOGTO_USER_AGENT,
        [first, _] if first == "userAgentParsed" => LOGTO_USER_AGENT_PARTS,
        _ => &[],
    }
}

/// Writes a value without white space, its numbers and strings as they are written. It goes as
/// deep as a document may be.
fn write_compact<'a>(
    node: Node<'a, '_>,
    path: &mut Vec<Cow<'a, str>>,
    order: Order,
    out: &mut Vec<u8>,
) {
    let (open, close) = match node.kind() {
        Kind::Object => (b'{', b'}'),
        Kind::Array => (b'[', b']'),
        _ => return out.extend_from_slice(node.raw().as_bytes()),
    };
    out.push(open);
    let start = out.len();
    for child in in_order(node, order(path)) {
        if out.len() > start {
            out.push(b',');
        }
        let key = child.key().unwrap_or_default();
        if open == b'{' {
            write_string(&key, out);
            out.push(b':');
        }
        path.push(key);
        write_compact(child, path, order, out);
        path.pop();
    }
    out.push(close);
}

/// The members of an object with those that come first before the others; the elements of an array.
fn in_order<'a, 't>(node: Node<'a, 't>, first: &[&str]) -> Vec<Node<'a, 't>> {
    let rank = |child: &Node<'a, 't>| {
        let key = child.key()?;
        first.iter().position(|name| *name == key)
    };
    let mut children: Vec<_> = node.children().map(|child| (child, rank(&child))).collect();
    // Those without a rank stay as they are, behind the others.
    children.sort_by_key(|(_, rank)| rank.unwrap_or(usize::MAX));
    children.into_iter().map(|(child, _)| child).collect()
}
