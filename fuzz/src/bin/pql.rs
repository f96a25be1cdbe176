//! Any text is answered, and a query that is printed reads the same.

#![no_main]

use gatelog_event::time::UnixMicros;
use gatelog_query::pql::{self, Context, Diagnostic};
use libfuzzer_sys::fuzz_target;

const CONTEXT: Context = Context { now: UnixMicros::EPOCH };

fuzz_target!(|text: &str| {
    let parsed = pql::parse(text);
    check(text, &parsed.diagnostics);
    match pql::compile(text, &CONTEXT) {
        Ok(filter) => {
            assert_eq!(parsed.diagnostics, []);
            let printed = filter.to_string();
            let again = pql::compile(&printed, &CONTEXT).map(|filter| filter.to_string());
            assert_eq!(again, Ok(printed));
        }
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty());
            check(text, &diagnostics);
        }
    }
    if parsed.diagnostics.is_empty() {
        let printed = parsed.expression.to_string();
        assert_eq!(pql::parse(&printed).expression, parsed.expression, "as {printed:?}");
    }
});

/// What is wrong has a place in the text.
fn check(text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        assert!(text.get(diagnostic.span.clone()).is_some(), "{diagnostic:?}");
    }
    pql::diagnostic::render(text, diagnostics);
}
