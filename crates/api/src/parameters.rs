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

    /// Takes a whole number.
    ///
    /// # Errors
    /// 400 when it is none, or stands more than once.
    pub(crate) fn take_number(&mut self, name: &str) -> Result<Option<u64>, Problem> {
        let Some(text) = self.take(name)? else { return Ok(None) };
        let number = text.parse().map(Some);
        number
            .map_err(|_| Problem::bad_request(format!("`{name}` must be a number, found `{text}`")))
    }

    /// Takes a number of things: from 1 to `most`, `default` if it is absent.
    ///
    /// # Errors
    /// 400 when it is another number or none, or stands more than once.
    pub(crate) fn take_limit(
        &mut self,
        name: &str,
        default: usize,
        most: usize,
    ) -> Result<usize, Problem> {
        let Some(number) = self.take_number(name)? else { return Ok(default) };
        let within = usize::try_from(number).ok().filter(|number| (1..=most).contains(number));
        within.ok_or_else(|| Problem::bad_request(format!("`{name}` is 1 to {most}")))
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
