//! Execution of a document on the events of one tenant.

use axum::http::StatusCode;
use axum::response::Response;
use juniper::parser::{ParseError, SourcePosition, Spanning};
use juniper::{GraphQLError, RuleError, ValidatedOperation};

use super::answer::{executed, failed, not_executed};
use super::document::Outline;
use super::request::Request;
use super::schema::{Context, SCHEMA};

/// The message of every error that Authgear does not explain.
const UNEXPECTED: &str = "unexpected error";

/// Executes a document, of which `outline` says what it asks for. May read from disk.
pub(super) fn execute(request: &Request, outline: Option<&Outline>, context: &Context) -> Response {
    if let Some(outline) = outline {
        if !outline.unknown_fields().is_empty() {
            return not_executed(StatusCode::OK, outline.unknown_fields());
        }
        if let Some(excess) = outline.excess() {
            return refused(&excess.to_string(), &[]);
        }
    }
    let name = request.operation_name.as_deref();
    let operation = match ValidatedOperation::new(&request.query, name, &SCHEMA) {
        Ok(operation) => operation,
        Err(error) => return invalid(error),
    };
    match operation.execute_sync(&request.variables, context) {
        Ok((data, errors)) => executed(&data, &errors),
        Err(GraphQLError::ValidationError(errors)) => {
            let of_variables = errors.iter().map(|it| RuleError::new(UNEXPECTED, it.locations()));
            not_executed(StatusCode::OK, &of_variables.collect::<Vec<_>>())
        }
        Err(error) => invalid(error),
    }
}

fn invalid(error: GraphQLError) -> Response {
    match error {
        GraphQLError::ParseError(Spanning { item, span }) => unparsed(&item, span.start),
        GraphQLError::ValidationError(errors) => not_executed(StatusCode::OK, &errors),
        other => refused(&other.to_string(), &[]),
    }
}

/// Authgear answers a syntax error as if it were its own, and does not say where it is.
fn unparsed(error: &ParseError, at: SourcePosition) -> Response {
    match error {
        ParseError::DepthLimitExceeded(_)
        | ParseError::TokenLimitExceeded(_)
        | ParseError::FieldLimitExceeded(_) => refused(&error.to_string(), &[at]),
        ParseError::UnexpectedToken(_)
        | ParseError::UnexpectedEndOfFile
        | ParseError::LexerError(_)
        | ParseError::ExpectedScalarError(_) => {
            let (line, column) = (at.line() + 1, at.column() + 1);
            let message = format!("syntax error in line {line}, column {column}: {error}");
            let kind = ("InternalError", "UnexpectedError");
            failed(StatusCode::INTERNAL_SERVER_ERROR, kind, &message)
        }
    }
}

fn refused(message: &str, locations: &[SourcePosition]) -> Response {
    not_executed(StatusCode::OK, &[RuleError::new(message, locations)])
}
