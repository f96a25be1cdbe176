//! What stands around every page: language, theme, time zone, navigation, tenant, account.

use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Method, Uri};
use gatelog_auth::Sight;
pub(crate) use gatelog_meta::personal_data::REASON_CHARACTERS_MAX;

use crate::links::Links;
use crate::moment::clock;
use crate::session::Theme;
use crate::shortcuts::Shortcuts;
use crate::texts::Texts;
use crate::visitor::Visit;
use crate::zone::Zone;
use crate::{assets, language};

/// More tenants than this are not listed: the name is typed.
const TENANTS_LISTED_MAX: usize = 100;

/// The frame of a page for somebody who is signed in.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) texts: &'static Texts,
    pub(crate) theme: Theme,
    pub(crate) zone: Zone,
    pub(crate) shortcuts: Shortcuts,
    pub(crate) section: Section,
    pub(crate) links: Links,
    pub(crate) tenant: String,
    pub(crate) picker: TenantPicker,
    pub(crate) user: String,
    pub(crate) sight: SightView,
    /// The session was opened with a one-time password, which is used up now.
    pub(crate) must_choose_password: bool,
    /// Something is wrong with a source that the reader administers.
    pub(crate) sources_need_attention: bool,
    /// The page's own address.
    pub(crate) here: String,
}

/// The frame of a page for anybody.
#[derive(Clone, Debug)]
pub(crate) struct BareFrame {
    pub(crate) texts: &'static Texts,
    pub(crate) theme: Theme,
    pub(crate) zone: Zone,
    pub(crate) shortcuts: Shortcuts,
    /// An address to come back to.
    pub(crate) here: String,
}

/// The entry of the navigation a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// What happens now.
    Overview,
    /// How far people come.
    Flows,
    /// Audit logs.
    Logs,
    /// Searches that are kept.
    Searches,
    /// Queries that are counted every minute.
    Alerts,
    /// Users.
    Users,
    /// Settings.
    Settings,
    /// None of them.
    None,
}

/// How the reader gets to another tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TenantPicker {
    /// Not at all: there is no other one to be read.
    Fixed,
    /// Out of a list.
    Listed(Vec<String>),
    /// By its name: there are too many to list.
    Typed,
}

/// What the reader is told of whether they see personal data; nothing if they always do.
#[derive(Debug)]
pub(crate) enum SightView {
    /// They do.
    Whole,
    /// They do until this time, or until they send a form to this address.
    Unmasked { until: String, mask: String },
    /// They do not, and may say why they need to in a form sent to this address.
    MaskedUntilAsked { unmask: String },
    /// They do not.
    Masked,
}

impl SightView {
    /// What the reader of a page is told.
    pub(crate) fn new(visit: &Visit) -> Self {
        match visit.sight {
            Sight::Whole => Self::Whole,
            Sight::Masked => Self::Masked,
            Sight::MaskedUntilAsked => Self::MaskedUntilAsked { unmask: visit.links.unmask() },
            Sight::Unmasked(until) => {
                Self::Unmasked { until: clock(until, &visit.zone), mask: visit.links.mask() }
            }
        }
    }
}

impl TenantPicker {
    /// The way to choose among these.
    pub(crate) fn new(tenants: Vec<String>) -> Self {
        match tenants.len() {
            0 | 1 => Self::Fixed,
            count if count <= TENANTS_LISTED_MAX => Self::Listed(tenants),
            _ => Self::Typed,
        }
    }
}

impl BareFrame {
    /// The frame of the answer to a request.
    pub(crate) fn of_request(method: &Method, uri: &Uri, headers: &HeaderMap) -> Self {
        let path = uri.path_and_query().map(PathAndQuery::as_str);
        // What a form is sent to may be no page.
        let here = path.filter(|_| matches!(*method, Method::GET | Method::HEAD));
        Self {
            texts: Texts::of(language::of_request(headers)),
            theme: Theme::of_request(headers),
            zone: Zone::of_request(headers),
            shortcuts: Shortcuts::of_request(headers),
            here: here.unwrap_or("/").to_owned(),
        }
    }
}

impl Frame {
    fn current(&self, section: Section) -> &'static str {
        if self.section == section { "page" } else { "false" }
    }

    /// `aria-current` of the entry Overview.
    pub(crate) fn overview_current(&self) -> &'static str {
        self.current(Section::Overview)
    }

    /// `aria-current` of the entry Flows.
    pub(crate) fn flows_current(&self) -> &'static str {
        self.current(Section::Flows)
    }

    /// `aria-current` of the entry Audit logs.
    pub(crate) fn logs_current(&self) -> &'static str {
        self.current(Section::Logs)
    }

    /// `aria-current` of the entry Saved searches.
    pub(crate) fn searches_current(&self) -> &'static str {
        self.current(Section::Searches)
    }

    /// `aria-current` of the entry Alerts.
    pub(crate) fn alerts_current(&self) -> &'static str {
        self.current(Section::Alerts)
    }

    /// `aria-current` of the entry Users.
    pub(crate) fn users_current(&self) -> &'static str {
        self.current(Section::Users)
    }

    /// `aria-current` of the entry Settings.
    pub(crate) fn settings_current(&self) -> &'static str {
        self.current(Section::Settings)
    }
}

/// Address of the style sheet.
pub(crate) fn style() -> String {
    assets::STYLE.path()
}

/// Address of the script.
pub(crate) fn script() -> String {
    assets::SCRIPT.path()
}

/// Address of the icon.
pub(crate) fn icon() -> String {
    assets::ICON.path()
}
