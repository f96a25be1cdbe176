//! Query strings, with an error for what is not known.

use axum::extract::Query;
use axum::http::Uri;

use crate::problem::Problem;

/// The parameters of a request, each with all its values in order.
#[derive(Debug)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The parameters of an address.
    ///
    /// # Errors
    /// 400 when its query is not form encoded.
    pub(crate) fn of(uri: &Uri) -> Result<Self, Problem> {
        match Query::<Vec<(String, String)>>::try_from_uri(uri) {
            Ok(Query(pairs)) => Ok(Self(pairs)),
            Err(error) => Err(Problem::bad_request(format!("the query string: {error}"))),
        }
    }

    /// Takes a parameter that may stand once.
    ///
    /// # Errors
    /// 400 when it stands more than once.
    pub(crate) fn take(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let mut values = self.take_all(name);
        if values.len() > 1 {
            return Err(Problem::bad_request(format!("the parameter `{name}` stands twice")));
        }
        Ok(values.pop())
    }

    /// Takes all values of a parameter.
    pub(crate) fn take_all(&mut self, name: &str) -> Vec<String> {
        let matching = self.0.extract_if(.., |(found, _)| found == name);
        matching.map(|(_, value)| value).collect()
    }

    /// Ends the reading: nothing may be left.
    ///
    /// # Errors
    /// 400 naming the first parameter nobody took; `known` says what there is.
    pub(crate) fn finish(self, known: &str) -> Result<(), Problem> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => {
                Err(Problem::bad_request(format!("there is no parameter `{name}`; known: {known}")))
            }
        }
    }
}
