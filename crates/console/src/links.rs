//! Addresses of pages, and what is read out of them.

use gatelog_event::tenant::TenantName;
use gatelog_ledger::Sequence;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::filter::LogFilter;
use crate::listing::Place;
use crate::record::RecordShape;
use crate::subject::Subject;
use crate::time_range::Preset;
use crate::view::View;

/// What stays readable in a path (RFC 3986, unreserved).
const NOT_IN_PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What stays readable in a parameter's value (WHATWG URL, query percent-encode set, and what
/// separates parameters): queries are read in addresses too.
const NOT_IN_VALUE: &AsciiSet =
    &NOT_IN_PATH.remove(b'!').remove(b'*').remove(b',').remove(b':').remove(b'=').remove(b'@');

/// Names below `/logs` and `/users` that are no ids.
const PAGES_BELOW: [&str; 4] = ["live", "export", "complete", "find"];

/// The parameters of an address, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    pairs: Vec<(String, String)>,
    /// Whether one of them means the same everywhere now and did not as it was sent.
    is_settled: bool,
}

impl Parameters {
    /// Reads the part of an address after `?`.
    pub(crate) fn parse(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { pairs, is_settled: false }
    }

    /// A parameter's value, if it has one that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut named =
            self.pairs.iter().filter(|(found, value)| found == name && !value.is_empty());
        named.next().map(|(_, value)| value.as_str())
    }

    /// The same with those of `changes` in the place of its own of the same names.
    pub(crate) fn changed(&self, changes: &Self) -> Self {
        let stays =
            |(name, _): &&(String, String)| changes.pairs.iter().all(|(other, _)| other != name);
        let pairs = self.pairs.iter().filter(stays).chain(&changes.pairs).cloned().collect();
        Self { pairs, ..*self }
    }

    /// The same with what `settle` makes of values of these names: what they mean to this reader,
    /// in words that mean it to everybody.
    pub(crate) fn settled(
        mut self,
        names: &[&str],
        settle: impl Fn(&str) -> Option<String>,
    ) -> Self {
        for (name, value) in &mut self.pairs {
            let meant = names.contains(&&**name).then(|| settle(value)).flatten();
            if let Some(meant) = meant.filter(|meant| meant != value) {
                *value = meant;
                self.is_settled = true;
            }
        }
        self
    }

    /// The same address without empty parameters, if it has some, as a form sends all its fields;
    /// and with settled ones, so that it can be handed on.
    pub(crate) fn tidier(&self, path: &str) -> Option<String> {
        let full = self.pairs.iter().filter(|(_, value)| !value.is_empty());
        let full: Vec<(&str, &str)> = full.map(|(name, value)| (&**name, &**value)).collect();
        (self.is_settled || full.len() < self.pairs.len()).then(|| address(path, full))
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

    /// What happens now, within a time.
    pub(crate) fn overview(&self, within: Preset) -> String {
        let range = Some(within.name()).filter(|_| within != Preset::Day);
        self.address(
            "/overview",
            range.map(|name| ("range", name.to_owned())).into_iter().collect(),
        )
    }

    /// How far people came in each flow.
    pub(crate) fn all_flows(&self) -> String {
        self.address("/flows", Vec::new())
    }

    /// How far people came in a flow, among events that pass a filter.
    pub(crate) fn flows(&self, flow: &'static str, filter: &LogFilter) -> String {
        self.flows_with(flow, filter, [])
    }

    /// The same with parameters that only this page has.
    pub(crate) fn flows_with(
        &self,
        flow: &'static str,
        filter: &LogFilter,
        more: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> String {
        let mut parameters = vec![("flow", flow.to_owned())];
        parameters.extend(filter.write());
        parameters.extend(more.into_iter().map(|(name, value)| (name, value.to_owned())));
        self.address("/flows", parameters)
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

    /// The events that pass a filter, as they arrive from a sequence on.
    pub(crate) fn live(&self, filter: &LogFilter, from: Sequence) -> String {
        let mut parameters = filter.live(false).write();
        parameters.push(("since", from.to_string()));
        self.address("/logs/live", parameters)
    }

    /// The events that pass a filter, in a format.
    pub(crate) fn export(&self, filter: &LogFilter, format: &'static str) -> String {
        let mut parameters = filter.live(false).shown_as(View::default()).write();
        parameters.push(("format", format.to_owned()));
        self.address("/logs/export", parameters)
    }

    /// One event, reached through a filter.
    pub(crate) fn event(&self, id: &str, filter: &LogFilter) -> String {
        self.event_view(id, filter, RecordShape::default())
    }

    /// The same with a view of its record.
    pub(crate) fn event_view(&self, id: &str, filter: &LogFilter, view: RecordShape) -> String {
        let view = (view != RecordShape::default()).then(|| ("view", view.name().to_owned()));
        self.address(&event_path(id), filter.write().into_iter().chain(view).collect())
    }

    /// Searches that are kept.
    pub(crate) fn searches(&self) -> String {
        self.address("/searches", Vec::new())
    }

    /// One of them.
    pub(crate) fn search(&self, number: i64) -> String {
        self.address(&format!("/searches/{number}"), Vec::new())
    }

    /// Where one of them is deleted.
    pub(crate) fn delete_search(&self, number: i64) -> String {
        self.address(&format!("/searches/{number}/delete"), Vec::new())
    }

    /// Alerts.
    pub(crate) fn alerts(&self) -> String {
        self.address("/alerts", Vec::new())
    }

    /// One of them.
    pub(crate) fn alert(&self, number: i64) -> String {
        self.address(&format!("/alerts/{number}"), Vec::new())
    }

    /// Where something is done with one of them.
    pub(crate) fn alert_action(&self, number: i64, action: &'static str) -> String {
        self.address(&format!("/alerts/{number}/{action}"), Vec::new())
    }

    /// A new alert about the events that pass a filter.
    pub(crate) fn new_alert(&self, filter: &LogFilter) -> String {
        self.address("/alerts/new", filter.live(false).shown_as(View::default()).write())
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
        self.subject(Subject::User, id)
    }

    /// Everything about one person, application, address or organisation.
    pub(crate) fn subject(&self, subject: Subject, id: &str) -> String {
        self.subject_page(subject, id, Place::Newest)
    }

    /// The same, and a page of its events.
    pub(crate) fn subject_page(&self, subject: Subject, id: &str, place: Place) -> String {
        self.address(&below(subject.path(), id), place.write().into_iter().collect())
    }

    /// Whoever is meant by something that was typed.
    pub(crate) fn find(&self, who: &str) -> String {
        self.address("/users/find", vec![("who", who.to_owned())])
    }

    /// The events of one interaction; `event` is the one the reader comes from.
    pub(crate) fn journey(&self, interaction: &str, event: &str) -> String {
        self.address(&below("/journeys", interaction), vec![("event", event.to_owned())])
    }

    /// The journey of an event, however it is told.
    pub(crate) fn journey_around(&self, event: &str) -> String {
        self.address(&below("/journeys/around", event), Vec::new())
    }

    /// What seems to be the visit that an event is part of, whatever else it names.
    pub(crate) fn visit_around(&self, event: &str) -> String {
        self.address(&below("/journeys/around", event), vec![("visit", "on".to_owned())])
    }

    /// The reader's account.
    pub(crate) fn account(&self) -> String {
        self.address(ACCOUNT, Vec::new())
    }

    /// Where the reader says why they need to see personal data.
    pub(crate) fn unmask(&self) -> String {
        self.address("/account/personal-data", Vec::new())
    }

    /// Where they mask it again.
    pub(crate) fn mask(&self) -> String {
        self.address("/account/personal-data/mask", Vec::new())
    }

    /// Where the reader ends their sessions.
    pub(crate) fn own_sessions(&self) -> String {
        self.address("/account/sessions", Vec::new())
    }

    /// A page of the settings; `page` is empty or begins with a slash.
    pub(crate) fn settings(&self, page: &str) -> String {
        self.settings_page(page, Vec::new())
    }

    /// A page of the settings about one thing, such as a member.
    pub(crate) fn settings_of(&self, page: &str, id: &str) -> String {
        self.settings(&format!("{page}/{}", last_part(id)))
    }

    /// A page of the settings, with parameters of that page.
    pub(crate) fn settings_page(
        &self,
        page: &str,
        parameters: Vec<(&'static str, String)>,
    ) -> String {
        self.address(&format!("/settings{page}"), parameters)
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

/// The way to a provider, by its name.
pub(crate) fn provider(name: &str) -> String {
    format!("/sign-in/oidc/{}", last_part(name))
}

/// The way to a provider and from there on to `next`.
pub(crate) fn sign_in_at(name: &str, next: &str) -> String {
    address(&provider(name), [("next", next)])
}

/// The page that asks for a code and leads on to `next`.
pub(crate) fn sign_in_code(next: &str) -> String {
    address("/sign-in/code", [("next", next)])
}

/// The way to choose a password that leads on to `next`.
pub(crate) fn choose_password(next: &str) -> String {
    address("/account/password", [("next", next)])
}

/// The reader's account, in whichever tenant.
pub(crate) const ACCOUNT: &str = "/account";

/// The page on which a passkey is made, from which one comes back to `next`.
pub(crate) fn passkeys(next: &str) -> String {
    address("/account/passkeys", [("next", next)])
}

/// The page of one passkey of the reader's.
pub(crate) fn passkey(number: i64) -> String {
    format!("/account/passkeys/{number}")
}

/// The page of the second factor, from which one comes back to `next`.
pub(crate) fn totp(next: &str) -> String {
    address("/account/totp", [("next", next)])
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

/// The path of one event.
pub(crate) fn event_path(id: &str) -> String {
    below("/logs", id)
}

/// An id as the last part of a path.
pub(crate) fn last_part(id: &str) -> String {
    utf8_percent_encode(id, NOT_IN_PATH).to_string()
}

fn below(path: &str, id: &str) -> String {
    match id.as_bytes().split_first() {
        // The first letter written otherwise makes it no page of ours.
        Some((first, rest)) if PAGES_BELOW.contains(&id) => {
            format!("{path}/%{first:02X}{}", String::from_utf8_lossy(rest))
        }
        _ => format!("{path}/{}", last_part(id)),
    }
}

/// A path with parameters.
pub(crate) fn address<'p, V: AsRef<str>>(
    path: &str,
    parameters: impl IntoIterator<Item = (&'p str, V)>,
) -> String {
    let mut address = path.to_owned();
    for (name, value) in parameters {
        let value = utf8_percent_encode(value.as_ref(), NOT_IN_VALUE).to_string();
        let separator = if address.len() == path.len() { '?' } else { '&' };
        address.extend([separator.encode_utf8(&mut [0; 4]), name, "=", &value.replace("%20", "+")]);
    }
    address
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
    fn values_of_any_shape_fit_into_an_address() {
        let value = "a=1 & b != \"é+%\" #'<>?/";
        let address = address("/logs", [("q", value), ("tab", "user")]);
        assert_eq!(address, "/logs?q=a=1+%26+b+!=+%22%C3%A9%2B%25%22+%23%27%3C%3E%3F%2F&tab=user");
        let (_, query) = address.split_once('?').unwrap();
        assert_eq!(Parameters::parse(query).get("q"), Some(value));
    }

    #[test]
    fn empty_fields_of_a_form_disappear() {
        let parameters = Parameters::parse("event=&user=a+b&tab=");
        assert_eq!(parameters.tidier("/logs").unwrap(), "/logs?user=a+b");
        assert_eq!(Parameters::parse("user=a").tidier("/logs"), None);
    }
}
