//! What is noted of a call while it passes through, and when it is over.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use gatelog_event::time::UnixMicros;
use gatelog_service::Clock;
use tokio::sync::mpsc;

use crate::limits::BODY_COPY_BYTES_MAX;

/// The id of a request, by the name that most servers and proxies use.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A call, as it is recorded when it is over.
#[derive(Debug)]
pub(crate) struct Call {
    /// When the request's head had come.
    pub(crate) started: UnixMicros,
    /// From then until the answer's last byte was passed on.
    pub(crate) duration_micros: u64,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) client: Option<IpAddr>,
    pub(crate) authorization: Option<HeaderValue>,
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) request_id: Option<HeaderValue>,
    pub(crate) status: Option<StatusCode>,
    /// Whether the answer ended before its end, or never began.
    pub(crate) is_cut: bool,
    pub(crate) request_body: BodyCopy,
    pub(crate) response_body: BodyCopy,
}

impl Call {
    /// What the head of a request says.
    pub(crate) fn new(
        (method, uri, headers): (&Method, &Uri, &HeaderMap),
        client: Option<IpAddr>,
        started: UnixMicros,
    ) -> Self {
        Self {
            started,
            duration_micros: 0,
            method: method.clone(),
            uri: uri.clone(),
            client,
            authorization: headers.get(header::AUTHORIZATION).cloned(),
            user_agent: headers.get(header::USER_AGENT).cloned(),
            request_id: headers.get(REQUEST_ID).cloned(),
            status: None,
            is_cut: true,
            request_body: BodyCopy::default(),
            response_body: BodyCopy::default(),
        }
    }

    /// Notes the head of the answer.
    pub(crate) fn answered(&mut self, status: StatusCode, headers: &HeaderMap) {
        self.status = Some(status);
        self.request_id = self.request_id.take().or_else(|| headers.get(REQUEST_ID).cloned());
    }
}

/// A copy of a small body of JSON, shared by who fills it and who reads it.
#[derive(Clone, Debug, Default)]
pub(crate) struct BodyCopy(Arc<Mutex<Copied>>);

/// How far a copy is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Copied {
    /// Nobody copies it.
    #[default]
    Nothing,
    /// Its beginning.
    Part(Vec<u8>),
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than what is copied.
    TooLarge,
}

impl BodyCopy {
    /// A copy of a body with these headers: nothing unless it is plain JSON.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let is_encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|one| one != "identity");
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|one| one.to_str().ok());
        let media_type = content_type.and_then(|text| text.split(';').next()).unwrap_or_default();
        let media_type = media_type.trim().to_ascii_lowercase();
        let is_json = media_type == "application/json" || media_type.ends_with("+json");
        let copied =
            if is_json && !is_encoded { Copied::Part(Vec::new()) } else { Copied::Nothing };
        Self(Arc::new(Mutex::new(copied)))
    }

    /// The next bytes have passed.
    pub(crate) fn add(&self, bytes: &[u8]) {
        let mut copied = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Copied::Part(part) = &mut *copied {
            if part.len() + bytes.len() > BODY_COPY_BYTES_MAX {
                *copied = Copied::TooLarge;
            } else {
                part.extend_from_slice(bytes);
            }
        }
    }

    /// All of them have passed.
    pub(crate) fn end(&self) {
        let mut copied = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Copied::Part(part) = &mut *copied {
            *copied = Copied::Whole(std::mem::take(part));
        }
    }

    /// What was copied.
    pub(crate) fn take(&self) -> Copied {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A call that is not over. Whatever ends it, it is handed on: dropping it is how it ends.
#[derive(Debug)]
pub(crate) struct Ongoing {
    /// `None` once it is handed on.
    call: Option<Box<Call>>,
    began_micros: u64,
    record: Recording,
}

/// Where calls go when they are over.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) calls: mpsc::Sender<Box<Call>>,
    pub(crate) lost: Arc<Lost>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Calls that are not recorded because there was no room.
#[derive(Debug)]
pub(crate) struct Lost(AtomicU64);

impl Lost {
    /// So many from before.
    pub(crate) fn new(calls: u64) -> Self {
        Self(AtomicU64::new(calls))
    }

    pub(crate) fn add(&self, calls: u64) {
        self.0.fetch_add(calls, Ordering::Relaxed);
    }

    /// How many since somebody asked last.
    pub(crate) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Recording {
    pub(crate) fn begin(&self, call: Call) -> Ongoing {
        let began_micros = self.clock.elapsed_micros();
        Ongoing { call: Some(Box::new(call)), began_micros, record: self.clone() }
    }
}

impl Ongoing {
    /// Notes more of the call.
    pub(crate) fn note(&mut self, note: impl FnOnce(&mut Call)) {
        if let Some(call) = &mut self.call {
            note(call);
        }
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        let Some(mut call) = self.call.take() else { return };
        let now_micros = self.record.clock.elapsed_micros();
        call.duration_micros = now_micros.saturating_sub(self.began_micros);
        // Whoever called does not wait for room.
        if self.record.calls.try_send(call).is_err() {
            self.record.lost.add(1);
        }
    }
}
