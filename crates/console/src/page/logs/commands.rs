//! The same question asked elsewhere: by `curl` of the API, and by `gatelog query`.

use crate::filter::{LogFilter, Question};
use crate::text::visible_json;
use crate::visitor::Visit;

/// The longest query that is told as commands, in bytes: a list stays light, and nobody reads more
/// of it in a shell.
const QUERY_BYTES_MAX: usize = 600;

/// A command for a POSIX shell.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) hint: &'static str,
    pub(super) text: String,
}

/// The same question by `curl` and by `gatelog query`; none if it is too long.
pub(super) fn commands(visit: &Visit, filter: &LogFilter, question: &Question) -> Vec<Command> {
    let query = filter.query_text(question, visit.now);
    let Some(query) = query.filter(|query| query.len() <= QUERY_BYTES_MAX) else {
        return Vec::new();
    };
    // What does not show is escaped, which a query reads as the same between its quotes.
    let query = visible_json(&query);
    let (tenant, bounds) = (visit.tenant.name().as_str(), filter.range.written_bounds());
    let Texts { curl, gatelog } = Texts::of(&visit.origin, tenant, &query, bounds);
    let hints = &visit.texts.commands;
    vec![
        Command { id: "command-curl", name: "curl", hint: hints.curl_hint, text: curl },
        Command {
            id: "command-gatelog",
            name: "gatelog query",
            hint: hints.gatelog_hint,
            text: gatelog,
        },
    ]
}

/// Both commands.
#[derive(Debug, PartialEq, Eq)]
struct Texts {
    curl: String,
    gatelog: String,
}

impl Texts {
    fn of(
        origin: &str,
        tenant: &str,
        query: &str,
        (from, to): (Option<String>, Option<String>),
    ) -> Self {
        let mut curl = format!(
            "curl --get {} \\\n  -H \"Authorization: Bearer $GATELOG_TOKEN\" \\\n  -H {}",
            quoted(&format!("{origin}/v1/events")),
            quoted(&format!("Gatelog-Tenant: {tenant}")),
        );
        let mut gatelog = format!("gatelog query --tenant {}", quoted(tenant));
        for (name, bound) in [("from", from), ("to", to)] {
            let Some(bound) = bound else { continue };
            curl += &format!(" \\\n  --data-urlencode {}", quoted(&format!("{name}={bound}")));
            gatelog += &format!(" --{name} {}", quoted(&bound));
        }
        if !query.is_empty() {
            curl += &format!(" \\\n  --data-urlencode {}", quoted(&format!("q={query}")));
            // A query may begin as an option does.
            gatelog += &format!(" -- {}", quoted(query));
        }
        Self { curl, gatelog }
    }
}

/// `text` as one word of a POSIX shell, without quotes where it needs none.
fn quoted(text: &str) -> String {
    let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b':' | b'/');
    match !text.is_empty() && text.bytes().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell() {
        for (text, expected) in [
            ("now-24h", "now-24h"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's $HOME `x` \\", r"'it'\''s $HOME `x` \'"),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn only_what_is_asked_is_said() {
        let commands = Texts::of("http://h:1", "acme", "", (None, None));
        assert_eq!(commands.gatelog, "gatelog query --tenant acme");
        let from = Some("now-24h".to_owned());
        let commands = Texts::of("http://h:1", "acme", r#"ip = "::1""#, (from, None));
        assert_eq!(
            commands.gatelog,
            r#"gatelog query --tenant acme --from now-24h -- 'ip = "::1"'"#
        );
        let expected = [
            "curl --get http://h:1/v1/events \\",
            "  -H \"Authorization: Bearer $GATELOG_TOKEN\" \\",
            "  -H 'Gatelog-Tenant: acme' \\",
            "  --data-urlencode 'from=now-24h' \\",
            "  --data-urlencode 'q=ip = \"::1\"'",
        ];
        assert_eq!(commands.curl, expected.join("\n"));
    }
}
