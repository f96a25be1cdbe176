//! A request's body: a document, its variables, and which of its operations is meant.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use juniper::{InputValue, Variables};
use serde::Deserialize;

use super::schema::leaf::Leaf;

/// What is asked, not looked at yet.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The document.
    pub(super) query: String,
    /// Which of its operations is meant, if it was said.
    pub(super) operation_name: Option<String>,
    /// Values for its variables.
    pub(super) variables: Variables<Leaf>,
}

/// A body that is no request.
#[derive(Debug, thiserror::Error)]
pub(super) enum Malformed {
    /// It is said to be something else.
    #[error("send `application/json` or `application/graphql`")]
    MediaType,
    /// It is not the JSON object it should be.
    #[error("the body must be an object with `query`, `variables` and `operationName`: {0}")]
    Json(#[from] serde_json::Error),
    /// It is not text.
    #[error("the document must be UTF-8")]
    Text,
    /// The variables are not an object.
    #[error("`variables` must be an object")]
    Variables,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    query: Option<String>,
    variables: Option<InputValue<Leaf>>,
    operation_name: Option<String>,
}

impl Request {
    /// Reads a body.
    ///
    /// # Errors
    /// [`Malformed`].
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Malformed> {
        let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
        match &*media_type.trim().to_ascii_lowercase() {
            "application/json" => Self::of_json(serde_json::from_slice(body)?),
            "application/graphql" => Ok(Self {
                query: str::from_utf8(body).map_err(|_| Malformed::Text)?.to_owned(),
                operation_name: None,
                variables: Variables::new(),
            }),
            _ => Err(Malformed::MediaType),
        }
    }

    fn of_json(body: Body) -> Result<Self, Malformed> {
        let Body { query, variables, operation_name } = body;
        // As there, variables may also be JSON in a string.
        let variables = match variables {
            Some(InputValue::Scalar(Leaf::String(text))) => serde_json::from_str(&text)?,
            other => other,
        };
        let variables = match variables {
            None | Some(InputValue::Null) => Vec::new(),
            Some(InputValue::Object(variables)) => variables,
            Some(_) => return Err(Malformed::Variables),
        };
        // As there, a variable that is null counts as not given, so that its default holds.
        let given = variables.into_iter().filter(|(_, value)| !value.item.is_null());
        Ok(Self {
            query: query.unwrap_or_default(),
            operation_name: operation_name.filter(|name| !name.is_empty()),
            variables: given.map(|(name, it)| (name.item, it.item)).collect(),
        })
    }
}
