//! A call as an event in native form.
//!
//! Members of bodies stay directly under their names, whatever is built around them: redaction knows
//! secrets by these names.

use std::collections::HashSet;

use axum::http::{HeaderValue, Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatelog_event::time::UnixMicros;
use serde_json::{Map, Value, json};

use crate::call::{Call, Copied};
use crate::caller::Caller;
use crate::graphql::{self, Operation};
use crate::limits::{PARAMETER_BYTES_MAX, PARAMETERS_MAX};
use crate::route::{Named, Route, route};

/// What a call does, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    Read,
    Update,
    Create,
    Delete,
}

impl Effect {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    fn of_method(method: &Method, route: &Route) -> Self {
        match *method {
            Method::POST if route.only_reads => Self::Read,
            Method::POST => Self::Create,
            Method::PUT | Method::PATCH => Self::Update,
            Method::DELETE => Self::Delete,
            _ => Self::Read,
        }
    }
}

/// What is recorded of a call, ready to be written.
#[derive(Debug)]
pub(crate) struct CallEvent {
    pub(crate) effect: Effect,
    event: Map<String, Value>,
    data: Map<String, Value>,
    /// What bodies add to the data. The only part that a caller can make arbitrarily deep.
    bodies: Map<String, Value>,
}

impl CallEvent {
    pub(crate) fn new(id: &str, call: &Call, caller: Caller) -> Self {
        let route = route(call.uri.path());
        let request = Body::of(call.request_body.take());
        let response = Body::of(call.response_body.take());
        let is_graphql = call.method == Method::POST && route.template.ends_with("/graphql");
        let operation = if is_graphql { Operation::of(request.json()) } else { None };
        let effect = match (&operation, is_graphql) {
            (Some(operation), _) => operation.effect(),
            // What cannot be read may change something.
            (None, true) => Effect::Update,
            (None, false) => Effect::of_method(&call.method, &route),
        };
        let error = error(call.status, response.json());
        let target = target(&route, request.json(), response.json());
        let organization = route.organization.clone().or(caller.organization);
        let actor = caller.actor.map(|(kind, id)| json!({ "kind": kind, "id": id }));
        let event = present([
            ("id", Some(json!(id))),
            ("time", Some(json!(call.started.to_string()))),
            ("type", Some(json!(format!("api.{}", effect.name())))),
            ("outcome", Some(json!(if error.is_none() { "success" } else { "failure" }))),
            ("actor", actor),
            ("application", caller.application.map(|id| json!({ "id": id }))),
            ("target", target),
            ("organization", organization.map(Value::from)),
            ("ip", call.client.map(|address| json!(address.to_string()))),
            ("user_agent", text(call.user_agent.as_ref())),
            ("request", text(call.request_id.as_ref())),
            ("error", error),
        ]);
        let proof = Some(caller.proof).filter(|proof| !proof.is_empty()).map(Value::from);
        let data = present([
            ("api", route.api.map(Value::from)),
            ("method", Some(json!(call.method.as_str()))),
            ("route", Some(json!(route.template))),
            ("status", call.status.map(|status| json!(status.as_u16()))),
            ("duration_ms", Some(milliseconds(call.duration_micros))),
            ("cut_off", call.is_cut.then_some(Value::Bool(true))),
            ("caller", proof),
            ("query", parameters(call.uri.query())),
        ]);
        // A document that is not understood may hold secrets under any name.
        let request = match request {
            Body::Json(_) if is_graphql && operation.is_none() => Body::Nothing,
            request => request,
        };
        let bodies = bodies(effect, operation.as_ref(), request, &response);
        Self { effect, event, data, bodies }
    }

    /// The event as JSON, with what the bodies say.
    pub(crate) fn whole(&self) -> Vec<u8> {
        self.written(self.bodies.clone())
    }

    /// The event as JSON without it, for bodies that no record can hold.
    pub(crate) fn without_bodies(&self) -> Vec<u8> {
        self.written(present([("body", Some(json!("not recorded")))]))
    }

    fn written(&self, bodies: Map<String, Value>) -> Vec<u8> {
        let mut data = self.data.clone();
        data.extend(bodies);
        let mut event = self.event.clone();
        event.insert("data".to_owned(), Value::Object(data));
        Value::Object(event).to_string().into_bytes()
    }
}

/// That calls were not recorded, since the event before.
pub(crate) fn loss(id: &str, calls: u64, now: UnixMicros) -> Vec<u8> {
    let message = format!(
        "{calls} calls were not recorded: the spool was full, could not be written, or there were \
         more than could be taken in"
    );
    let event = json!({
        "id": id,
        "time": now.to_string(),
        "type": "other",
        "outcome": "failure",
        "error": { "code": "record.lost", "message": message },
        "data": { "lost_calls": calls },
    });
    event.to_string().into_bytes()
}

/// A body, as far as it was copied.
enum Body {
    Nothing,
    Json(Value),
    TooLarge,
}

impl Body {
    fn of(copied: Copied) -> Self {
        match copied {
            // What never came to its end is not what was sent.
            Copied::Nothing | Copied::Part(_) => Self::Nothing,
            Copied::TooLarge => Self::TooLarge,
            Copied::Whole(bytes) => {
                serde_json::from_slice(&bytes).map_or(Self::Nothing, Self::Json)
            }
        }
    }

    fn json(&self) -> Option<&Value> {
        match self {
            Self::Json(value) => Some(value),
            Self::Nothing | Self::TooLarge => None,
        }
    }
}

impl Operation {
    fn of(request: Option<&Value>) -> Option<Self> {
        let request = request?;
        let document = request.get("query")?.as_str()?;
        graphql::operation(document, request.get("operationName").and_then(Value::as_str))
    }
}

/// What the bodies show of what was done.
fn bodies(
    effect: Effect,
    operation: Option<&Operation>,
    request: Body,
    response: &Body,
) -> Map<String, Value> {
    let is_too_large = matches!(request, Body::TooLarge);
    let told = operation.map(|operation| {
        json!({ "kind": operation.kind, "name": operation.name, "fields": operation.fields })
    });
    let mut request = match request {
        Body::Json(value) => Some(value),
        Body::Nothing | Body::TooLarge => None,
    };
    if operation.is_some() {
        request =
            request.as_mut().and_then(|request| request.get_mut("variables")).map(Value::take);
    }
    let request = request.filter(|value| !value.is_null());
    let (variables, changes) = match (operation.is_some(), effect) {
        (true, _) => (request, None),
        (false, Effect::Read) => (None, None),
        (false, _) => (None, request),
    };
    let (before, after) = before_and_after(response.json());
    present([
        ("operation", told),
        ("variables", variables),
        ("changes", changes),
        ("before", before),
        ("after", after),
        ("body", is_too_large.then(|| json!("too large to be recorded"))),
    ])
}

/// What was there and what is there now, where an answer shows both.
fn before_and_after(response: Option<&Value>) -> (Option<Value>, Option<Value>) {
    let pairs = [("before", "after"), ("old", "new"), ("oldValue", "newValue")];
    let both = pairs.into_iter().find_map(|(old, new)| {
        let response = response?;
        Some((response.get(old)?.clone(), response.get(new)?.clone()))
    });
    both.unzip()
}

/// What a call is about. What did not exist before has its id in the answer.
fn target(route: &Route, request: Option<&Value>, response: Option<&Value>) -> Option<Value> {
    let from_variables = || user_of_variables(request?.get("variables")?);
    let created = || {
        let id = response?.get("id")?.as_str()?;
        Some(Named { kind: route.creates, id: id.to_owned() })
    };
    let named = route.target.clone().or_else(from_variables).or_else(created)?;
    let kind = named.kind.map(Value::from);
    Some(Value::Object(present([("kind", kind), ("id", Some(json!(named.id)))])))
}

/// The user that the variables of an Authgear operation name: `userID` holds `User:` and the id in
/// base64, as ids of its GraphQL do.
fn user_of_variables(variables: &Value) -> Option<Named> {
    let inside = variables.as_object()?.values().filter_map(Value::as_object);
    let objects = variables.as_object().into_iter().chain(inside);
    let global = objects.filter_map(|object| object.get("userID")?.as_str()).next()?;
    let decoded = URL_SAFE_NO_PAD.decode(global.trim_end_matches('=')).ok();
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let id = text.as_deref().and_then(|text| text.strip_prefix("User:")).unwrap_or(global);
    Some(Named { kind: Some("user"), id: id.to_owned() })
}

/// Why a call failed: in the words of the answer, or its status. `None` if it did not. GraphQL says
/// so with the status of a success.
fn error(status: Option<StatusCode>, response: Option<&Value>) -> Option<Value> {
    let graphql = response.and_then(|response| response.get("errors")?.get(0));
    let is_failure =
        status.is_none_or(|status| status.is_client_error() || status.is_server_error());
    if !is_failure && graphql.is_none() {
        return None;
    }
    let body = graphql.or(response);
    let text = |name: &str| body.and_then(|body| body.get(name)?.as_str());
    let status = status.map_or_else(|| "cut_off".to_owned(), |status| status.as_u16().to_string());
    let code = text("code").or_else(|| text("error")).map_or(status, str::to_owned);
    let message = text("message").or_else(|| text("error_description")).or_else(|| text("detail"));
    Some(Value::Object(present([
        ("code", Some(json!(code))),
        ("message", message.map(Value::from)),
    ])))
}

/// The parameters of a query, under their names. Of several with one name the first counts.
fn parameters(query: Option<&str>) -> Option<Value> {
    let mut seen = HashSet::new();
    let parameters = form_urlencoded::parse(query?.as_bytes())
        .filter(|(name, _)| name.len() <= PARAMETER_BYTES_MAX && seen.insert(name.clone()))
        .take(PARAMETERS_MAX)
        .map(|(name, value)| (name.into_owned(), Value::from(begin(&value))));
    let parameters: Map<String, Value> = parameters.collect();
    (!parameters.is_empty()).then_some(Value::Object(parameters))
}

/// The beginning of a text, between two characters.
fn begin(text: &str) -> &str {
    text.get(..text.floor_char_boundary(PARAMETER_BYTES_MAX)).unwrap_or(text)
}

fn text(value: Option<&HeaderValue>) -> Option<Value> {
    value.map(|value| Value::from(String::from_utf8_lossy(value.as_bytes()).into_owned()))
}

fn milliseconds(micros: u64) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "no call lasts for centuries")]
    let milliseconds = micros as f64 / 1_000.0;
    Value::from(milliseconds)
}

fn present<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
