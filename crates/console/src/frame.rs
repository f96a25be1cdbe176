//! What stands around every page: theme, navigation, tenant, account.

use crate::assets;
use crate::links::Links;
use crate::session::Theme;

/// More tenants than this are not listed: the name is typed.
const TENANTS_LISTED_MAX: usize = 100;

/// The frame of a page for somebody who is signed in.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) theme: Theme,
    pub(crate) section: Section,
    pub(crate) links: Links,
    pub(crate) tenant: String,
    pub(crate) picker: TenantPicker,
    pub(crate) user: String,
    /// The session was opened with a one-time password, which is used up now.
    pub(crate) must_choose_password: bool,
    /// The page's own address.
    pub(crate) here: String,
}

/// The frame of a page for anybody.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BareFrame {
    pub(crate) theme: Theme,
}

/// The entry of the navigation a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// Audit logs.
    Logs,
    /// Users.
    Users,
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

impl Frame {
    fn current(&self, section: Section) -> &'static str {
        if self.section == section { "page" } else { "false" }
    }

    /// `aria-current` of the entry Audit logs.
    pub(crate) fn logs_current(&self) -> &'static str {
        self.current(Section::Logs)
    }

    /// `aria-current` of the entry Users.
    pub(crate) fn users_current(&self) -> &'static str {
        self.current(Section::Users)
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
