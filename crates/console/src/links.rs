//! Addresses of pages, and what is read out of them.

use gatelog_event::tenant::TenantName;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::filter::LogFilter;
use crate::listing::Place;

/// What stays readable in a path (RFC 3986, unreserved).
const NOT_IN_PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parameters of an address, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the part of an address after `?`.
    pub(crate) fn parse(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// A parameter's value, if it has one that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(found, value)| found == name && !value.is_empty());
        named.next().map(|(_, value)| value.as_str())
    }

    /// The same address without empty parameters, if it has some: a form sends all its fields.
    pub(crate) fn tidier(&self, path: &str) -> Option<String> {
        let full = self.0.iter().filter(|(_, value)| !value.is_empty());
        let full: Vec<(&str, &str)> = full.map(|(name, value)| (&**name, &**value)).collect();
        (full.len() < self.0.len()).then(|| address(path, full))
    }
}

/// Makes addresses of one tenant's pages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    /// Named in every address if the reader has a choice.
    tenant: Option<TenantName>,
}

impl Links {
    /// Addresses that name their tenant.
    pub(crate) fn of_tenant(tenant: TenantName) -> Self {
        Self { tenant: Some(tenant) }
    }

    /// The tenant to be named in a form.
    pub(crate) fn tenant(&self) -> Option<&str> {
        self.tenant.as_ref().map(TenantName::as_str)
    }

    /// Audit logs, unfiltered.
    pub(crate) fn logs(&self) -> String {
        self.address("/logs", Vec::new())
    }

    /// Audit logs that pass a filter.
    pub(crate) fn filtered(&self, filter: &LogFilter) -> String {
        self.address("/logs", filter.write())
    }

    /// One page of audit logs that pass a filter.
    pub(crate) fn logs_page(&self, filter: &LogFilter, place: Place) -> String {
        let mut parameters = filter.write();
        parameters.extend(place.write());
        self.address("/logs", parameters)
    }

    /// One event, reached through a filter.
    pub(crate) fn event(&self, id: &str, filter: &LogFilter) -> String {
        self.address(&below("/logs", id), filter.write())
    }

    /// Users, all of them.
    pub(crate) fn users(&self) -> String {
        self.address("/users", Vec::new())
    }

    /// Users, with parameters of that page.
    pub(crate) fn users_page(&self, parameters: Vec<(&'static str, String)>) -> String {
        self.address("/users", parameters)
    }

    /// One user.
    pub(crate) fn user(&self, id: &str) -> String {
        self.user_page(id, Place::Newest)
    }

    /// One user, and a page of their events.
    pub(crate) fn user_page(&self, id: &str, place: Place) -> String {
        self.address(&below("/users", id), place.write().into_iter().collect())
    }

    fn address(&self, path: &str, parameters: Vec<(&'static str, String)>) -> String {
        let tenant = self.tenant().map(|tenant| ("tenant", tenant.to_owned()));
        address(path, tenant.into_iter().chain(parameters))
    }
}

/// The way to sign in that leads on to `next`.
pub(crate) fn sign_in(next: &str) -> String {
    let next = Some(next).filter(|next| !matches!(*next, "/" | "/logs"));
    address("/sign-in", next.map(|next| ("next", next)))
}

/// The way to choose a password that leads on to `next`.
pub(crate) fn choose_password(next: &str) -> String {
    address("/account/password", [("next", next)])
}

/// `next` if it is an address of ours, else the audit logs.
///
/// Only a path counts: `//host` and `/\host` would lead elsewhere, and browsers drop control
/// characters before they look.
pub(crate) fn local(next: Option<&str>) -> &str {
    let is_local = |next: &&str| {
        next.starts_with('/')
            && !next.starts_with("//")
            && !next.contains('\\')
            && next.bytes().all(|byte| byte.is_ascii_graphic())
    };
    next.filter(is_local).unwrap_or("/logs")
}

fn below(path: &str, id: &str) -> String {
    format!("{path}/{}", utf8_percent_encode(id, NOT_IN_PATH))
}

fn address<'p, V: AsRef<str>>(
    path: &str,
    parameters: impl IntoIterator<Item = (&'p str, V)>,
) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_leads_nowhere_else() {
        for good in ["/logs", "/logs?user=a%20b&tab=user", "/users/x"] {
            assert_eq!(local(Some(good)), good);
        }
        let elsewhere = [
            "",
            "logs",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "/é",
        ];
        for bad in elsewhere {
            assert_eq!(local(Some(bad)), "/logs", "{bad}");
        }
    }

    #[test]
    fn ids_of_any_shape_fit_into_an_address() {
        let links = Links::of_tenant("acme".parse().unwrap());
        let address = links.event("a/b?c#d é", &LogFilter::default());
        assert_eq!(address, "/logs/a%2Fb%3Fc%23d%20%C3%A9?tenant=acme");
    }

    #[test]
    fn empty_fields_of_a_form_disappear() {
        let parameters = Parameters::parse("event=&user=a+b&tab=");
        assert_eq!(parameters.tidier("/logs").unwrap(), "/logs?user=a+b");
        assert_eq!(Parameters::parse("user=a").tidier("/logs"), None);
    }
}
