//! What the server says while it works: one line for each thing that happens, as text or JSON.
//!
//! Lines go to standard error. Whatever stands in them may come from an attacker: characters that
//! would end a line or steer a terminal are escaped. Not for results of commands (`gatelog`) nor
//! for events (`ledger`).
//!
//! - [`fields`]: what a line says, by name.
//! - [`mod@line`]: how a line is written.

mod fields;
mod line;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{IsTerminal, Write};

use gatelog_service::Clock;
use serde::Deserialize;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use self::fields::Fields;
use self::line::Line;
use crate::config::LogConfig;
use crate::system::OsClock;

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people: time, level, message, `name=value`.
    #[default]
    Text,
    /// For programs: an object a line.
    Json,
}

/// The least important lines that are written.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What somebody must look at.
    Error,
    /// What somebody should look at.
    Warn,
    /// Also every request, start and stop.
    #[default]
    Info,
    /// Also health checks, and how connections ended.
    Debug,
}

impl LogLevel {
    /// Ours from this level on; other people's code only when something is wrong.
    fn filter(self) -> Targets {
        let (ours, others) = match self {
            Self::Error => (LevelFilter::ERROR, LevelFilter::ERROR),
            Self::Warn => (LevelFilter::WARN, LevelFilter::WARN),
            Self::Info => (LevelFilter::INFO, LevelFilter::WARN),
            Self::Debug => (LevelFilter::DEBUG, LevelFilter::WARN),
        };
        Targets::new().with_default(others).with_target("gatelog", ours)
    }
}

/// Writes the log of this process to standard error from now on, panics included.
pub fn init(config: &LogConfig) {
    let format = config.format;
    // Colours are for people; in a file or a journal they are noise.
    let has_colours = format == LogFormat::Text && std::io::stderr().is_terminal();
    let write = |line: &str| {
        // There is nobody to tell that nothing can be told.
        let _ = std::io::stderr().write_all(line.as_bytes());
    };
    let lines = Lines { format, has_colours, write }.with_filter(config.level.filter());
    // Another subscriber is only there in tests.
    if tracing_subscriber::registry().with(lines).try_init().is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let backtrace = Backtrace::capture();
            let backtrace = match backtrace.status() {
                BacktraceStatus::Captured => Some(tracing::field::display(backtrace)),
                _ => None,
            };
            let place = panic.location().map(tracing::field::display);
            let reason = panic.payload_as_str().unwrap_or("unknown");
            tracing::error!(place, reason, backtrace, "a thread panicked");
        }));
    }
}

/// Turns what is traced into lines.
struct Lines<W> {
    format: LogFormat,
    has_colours: bool,
    /// Takes a whole line, its end included.
    write: W,
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: Fn(&str) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(of_span) = span.extensions().get::<Fields>() {
                fields.extend(of_span);
            }
        }
        let metadata = event.metadata();
        let (time, level, target) = (OsClock.now(), metadata.level(), metadata.target());
        let line = Line { time, level: level_name(*level), target, fields: &fields };
        (self.write)(&match self.format {
            LogFormat::Text => line.to_text(self.has_colours),
            LogFormat::Json => line.to_json(),
        });
    }
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What is written while `work` runs, without the times.
    fn written(format: LogFormat, level: LogLevel, work: impl FnOnce()) -> Vec<String> {
        let log = Arc::new(Mutex::new(String::new()));
        let written = Arc::clone(&log);
        let write = move |line: &str| written.lock().unwrap().push_str(line);
        let lines = Lines { format, has_colours: false, write }.with_filter(level.filter());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), work);
        let log = log.lock().unwrap();
        let time_length = "2026-11-20T12:00:00.000000Z".len();
        let start = if format == LogFormat::Json { "{\"time\":\"".len() } else { 0 };
        log.lines().map(|line| line[start + time_length..].to_owned()).collect()
    }

    fn hostile_request() {
        let span = tracing::error_span!("request", id = "r1", user = tracing::field::Empty);
        let _entered = span.enter();
        span.record("user", "user:eve\n2026 fake\u{1b}[2J\u{202e}");
        tracing::info!(
            route = "/v1/events",
            status = 200,
            ms = 0.5,
            ok = true,
            "a \"request\"\u{9b}"
        );
        tracing::debug!("unheard");
    }

    #[test]
    fn text_is_one_line_that_steers_nothing() {
        let expected = [concat!(
            "  info a \"request\"\\u{9b} route=/v1/events status=200 ms=0.5 ok=true id=r1 ",
            r#"user="user:eve\n2026 fake\u{1b}[2J\u{202e}""#
        )];
        assert_eq!(written(LogFormat::Text, LogLevel::Info, hostile_request), expected);
    }

    #[test]
    fn json_is_one_object_a_line() {
        let lines = written(LogFormat::Json, LogLevel::Info, hostile_request);
        let expected = concat!(
            r#"","level":"info","message":"a \"request\"\u009b","route":"/v1/events","status":200,"#,
            r#""ms":0.5,"ok":true,"id":"r1","user":"user:eve\n2026 fake\u001b[2J\u202e","#,
            r#""target":"gatelog_server::log::tests"}"#
        );
        assert_eq!(lines, [expected]);
        let parsed: serde_json::Value =
            serde_json::from_str(&format!("{{\"time\":\"{}", lines[0])).unwrap();
        assert_eq!(parsed["user"], "user:eve\n2026 fake\u{1b}[2J\u{202e}");
    }

    #[test]
    fn levels_are_of_our_own_lines() {
        let work = || {
            tracing::debug!("ours");
            tracing::info!(target: "hyper::proto", "theirs");
            tracing::warn!(target: "hyper::proto", "theirs");
        };
        assert_eq!(
            written(LogFormat::Text, LogLevel::Debug, work),
            [" debug ours", "  warn theirs"]
        );
        assert_eq!(written(LogFormat::Text, LogLevel::Warn, work), ["  warn theirs"]);
        assert!(written(LogFormat::Text, LogLevel::Error, work).is_empty());
    }
}
