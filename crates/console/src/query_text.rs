//! A filter as one query, for whoever asks elsewhere: on a command line, over the API, every
//! minute.

use gatelog_event::time::UnixMicros;
use gatelog_query::pql::{self, Context, Expression};

use crate::filter::{LogFilter, Question};

impl LogFilter {
    /// The query that asks what the filter does, without its times; `None` where that is longer
    /// than a query may be. Times in the text stay as they were written.
    pub(crate) fn query_text(&self, question: &Question, now: UnixMicros) -> Option<String> {
        let parts = [pql::parse(&self.text).expression, Expression::from(&question.beside_text)];
        let text = match Expression::all_of(parts) {
            Expression::All => String::new(),
            expression => expression.to_string(),
        };
        pql::compile(&text, &Context { now }).is_ok().then_some(text)
    }
}
