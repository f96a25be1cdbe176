//! An answer that says no, for a person: with the text that is wrong, and carets below it.

use std::fmt;

use gatelog_query::pql::Diagnostic;
use gatelog_query::pql::diagnostic::render;
use reqwest::StatusCode;
use serde::Deserialize;

use super::Parameters;

#[derive(Deserialize)]
struct Problem {
    detail: String,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    parameter: String,
    message: String,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
    suggestion: Option<String>,
}

/// An answer that says no.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// Its status.
    pub(crate) status: StatusCode,
    text: String,
}

impl Refusal {
    /// What a problem (RFC 9457) says, and where in the parameters.
    pub(super) fn new(status: StatusCode, body: &[u8], parameters: &Parameters) -> Self {
        let problem = serde_json::from_slice(body);
        let text = problem.map_or_else(
            |_| format!("the server answered {status}"),
            |problem| text(problem, parameters),
        );
        Self { status, text }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl std::error::Error for Refusal {}

fn text(problem: Problem, parameters: &Parameters) -> String {
    let Some(parameter) = problem.errors.first().map(|fault| fault.parameter.clone()) else {
        return problem.detail;
    };
    let found = parameters.iter().find(|(name, _)| *name == parameter);
    let text = found.map(|(_, text)| text.as_str()).unwrap_or_default();
    let faults = problem.errors.into_iter().filter(|fault| fault.parameter == parameter);
    let diagnostics: Vec<Diagnostic<String>> = faults.map(diagnostic).collect();
    let what = if parameter == "q" { "the query" } else { &*parameter };
    format!("{what} cannot be understood\n{}", render(text, &diagnostics).trim_end())
}

fn diagnostic(fault: Fault) -> Diagnostic<String> {
    let Fault { message, line, column, start, end, suggestion, .. } = fault;
    // What counts from 1 and comes from elsewhere may be 0.
    let (line, column) = (line.max(1), column.max(1));
    Diagnostic { span: start..end, line, column, mistake: message, suggestion }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_below_what_is_wrong() {
        let body = br#"{"detail":"no","errors":[{"parameter":"q","message":"unknown field `user`",
            "line":1,"column":1,"start":0,"end":4,"suggestion":"actor.id"}]}"#;
        let parameters = vec![("q", "user = 1".to_owned())];
        assert_eq!(
            Refusal::new(StatusCode::BAD_REQUEST, body, &parameters).to_string(),
            "the query cannot be understood\nline 1, column 1: unknown field `user`\n  \
             user = 1\n  ^^^^"
        );
        let body = br#"{"detail":"there is no tenant `x`"}"#;
        let said = Refusal::new(StatusCode::NOT_FOUND, body, &parameters).to_string();
        assert_eq!(said, "there is no tenant `x`");
        let said = Refusal::new(StatusCode::BAD_GATEWAY, b"<html>", &parameters).to_string();
        assert_eq!(said, "the server answered 502 Bad Gateway");
    }
}
