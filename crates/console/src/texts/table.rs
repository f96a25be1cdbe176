//! The groups of phrases, by the page they are on; those of `/logs` are in [`logs`] and
//! [`explore`], those of events in [`mod@record`] and [`journey`], those of people and things in
//! [`subject`].

use gatelog_event::language::Language;
use jiff::civil::Date;

mod alerts;
mod commands;
mod explore;
mod flows;
mod journey;
mod logs;
mod mail;
mod overview;
mod passkeys;
mod personal_data;
mod places;
mod preferences;
mod provider;
mod record;
mod searches;
mod second_factor;
mod settings;
mod sources;
mod subject;

pub(crate) use alerts::Alerts;
pub(crate) use commands::Commands;
pub(crate) use explore::Explore;
pub(crate) use flows::Flows;
pub(crate) use journey::{Journey, Units};
pub(crate) use logs::{Chart, EXAMPLES, Export, Facets, Live, Logs, Question};
pub(crate) use mail::Mail;
pub(crate) use overview::Overview;
pub(crate) use passkeys::Passkeys;
pub(crate) use personal_data::PersonalData;
pub(crate) use places::Places;
pub(crate) use preferences::Preferences;
pub(crate) use provider::Provider;
pub(crate) use record::Record;
pub(crate) use searches::Searches;
pub(crate) use second_factor::SecondFactor;
pub(crate) use settings::{Account, Activity, Catalogue, Clients, Keys, Members, Roles, Settings};
pub(crate) use sources::{Quarantine, SourceKinds, SourceLabels, Sources};
pub(crate) use subject::{Devices, Find, Subject};

/// A phrase around a name, a time or a number that is written already.
pub(crate) type With = fn(&str) -> String;

/// The same around two of them.
pub(crate) type WithTwo = fn(&str, &str) -> String;

/// The same around three of them.
pub(crate) type WithThree = fn(&str, &str, &str) -> String;

/// Everything the console says in one language.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) language: Language,
    /// Between groups of three digits.
    pub(crate) thousands: char,
    pub(crate) times: Times,
    pub(crate) nouns: Nouns,
    pub(crate) frame: Frame,
    pub(crate) outcomes: Outcomes,
    pub(crate) fields: Fields,
    pub(crate) list: List,
    pub(crate) overview: Overview,
    pub(crate) flows: Flows,
    pub(crate) logs: Logs,
    pub(crate) explore: Explore,
    pub(crate) searches: Searches,
    pub(crate) alerts: Alerts,
    pub(crate) mail: Mail,
    pub(crate) commands: Commands,
    pub(crate) details: Details,
    pub(crate) record: Record,
    pub(crate) places: Places,
    pub(crate) users: Users,
    pub(crate) subject: Subject,
    pub(crate) devices: Devices,
    pub(crate) journey: Journey,
    pub(crate) sign_in: SignIn,
    pub(crate) password: Password,
    pub(crate) second_factor: SecondFactor,
    pub(crate) passkeys: Passkeys,
    pub(crate) provider: Provider,
    pub(crate) account: Account,
    pub(crate) preferences: Preferences,
    pub(crate) personal_data: PersonalData,
    pub(crate) settings: Settings,
    pub(crate) sources: Sources,
    pub(crate) problem: Problem,
}

/// Dates and times.
#[derive(Debug)]
pub(crate) struct Times {
    /// Without the year.
    pub(crate) day: fn(Date) -> String,
    pub(crate) day_of_year: fn(Date) -> String,
    pub(crate) month_of_year: fn(Date) -> String,
    /// Between a day and a time of day.
    pub(crate) before_time: &'static str,
    /// Where the time of day has fractions of a second.
    pub(crate) exact_day: fn(Date) -> String,
    /// Before fractions of a second.
    pub(crate) decimal: char,
    pub(crate) just_now: &'static str,
    pub(crate) ago: With,
    pub(crate) ahead: With,
}

/// What is counted.
#[derive(Debug)]
pub(crate) struct Nouns {
    pub(crate) event: Noun,
    pub(crate) user: Noun,
    pub(crate) byte: Noun,
    pub(crate) year: Noun,
    pub(crate) month: Noun,
    pub(crate) day: Noun,
    pub(crate) hour: Noun,
    pub(crate) minute: Noun,
    pub(crate) second: Noun,
}

/// A noun after a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noun {
    pub(crate) singular: &'static str,
    pub(crate) plural: &'static str,
}

impl Noun {
    /// A noun by both its forms.
    pub(super) const fn new(singular: &'static str, plural: &'static str) -> Self {
        Self { singular, plural }
    }
}

/// What stands around every page.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) colophon: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) tenant: &'static str,
    pub(crate) choose_tenant: &'static str,
    /// The name of the navigation.
    pub(crate) pages: &'static str,
    pub(crate) logs: &'static str,
    pub(crate) users: &'static str,
    pub(crate) settings: &'static str,
    pub(crate) account: &'static str,
    pub(crate) language: &'static str,
    pub(crate) theme: &'static str,
    pub(crate) theme_system: &'static str,
    pub(crate) theme_light: &'static str,
    pub(crate) theme_dark: &'static str,
    pub(crate) api: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) choose_password: &'static str,
    pub(crate) password_used_up: &'static str,
}

/// How events end.
#[derive(Debug)]
pub(crate) struct Outcomes {
    pub(crate) success: &'static str,
    pub(crate) failure: &'static str,
    pub(crate) unknown: &'static str,
}

/// What an event has: labels of filters, columns and attributes.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) event: &'static str,
    pub(crate) action: &'static str,
    pub(crate) level: &'static str,
    pub(crate) section: &'static str,
    pub(crate) result: &'static str,
    pub(crate) error: &'static str,
    pub(crate) error_message: &'static str,
    pub(crate) user: &'static str,
    pub(crate) by_application: &'static str,
    pub(crate) identifier: &'static str,
    pub(crate) target: &'static str,
    pub(crate) target_identifier: &'static str,
    pub(crate) application: &'static str,
    pub(crate) organization: &'static str,
    pub(crate) address: &'static str,
    pub(crate) session: &'static str,
    pub(crate) interaction: &'static str,
    pub(crate) request: &'static str,
    pub(crate) user_agent: &'static str,
    pub(crate) time: &'static str,
    pub(crate) event_id: &'static str,
    pub(crate) source: &'static str,
    pub(crate) received: &'static str,
    pub(crate) sequence: &'static str,
    pub(crate) submitter: &'static str,
    pub(crate) note: &'static str,
    /// In the place of an identifier that may have been a password.
    pub(crate) masked: &'static str,
    pub(crate) why_masked: &'static str,
}

/// A table of events and the ways to its other pages.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) pages: &'static str,
    /// Around the times of the first and the last row, newest first.
    pub(crate) span: (&'static str, &'static str, &'static str),
    pub(crate) newest: &'static str,
    pub(crate) newer: &'static str,
    pub(crate) older: &'static str,
    pub(crate) oldest: &'static str,
}

/// `/logs/{id}`
#[derive(Debug)]
pub(crate) struct Details {
    pub(crate) neighbours: &'static str,
    pub(crate) back: &'static str,
    pub(crate) back_filtered: &'static str,
    pub(crate) what: &'static str,
    pub(crate) who: &'static str,
    pub(crate) from_where: &'static str,
    pub(crate) how_kept: &'static str,
    pub(crate) derived_id: &'static str,
    pub(crate) time_is_arrival: &'static str,
    pub(crate) time_is_ahead: &'static str,
    pub(crate) record: &'static str,
    /// After the record's size.
    pub(crate) as_kept: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) selected: &'static str,
    pub(crate) omitted: With,
    /// Around the request that returns the whole record.
    pub(crate) whole_record: (&'static str, &'static str),
}

/// `/users`
#[derive(Debug)]
pub(crate) struct Users {
    pub(crate) title: &'static str,
    pub(crate) search_users: &'static str,
    pub(crate) search: &'static str,
    pub(crate) clear: &'static str,
    pub(crate) user: &'static str,
    pub(crate) id: &'static str,
    pub(crate) last_seen: &'static str,
    pub(crate) events: &'static str,
    pub(crate) failures: &'static str,
    /// After the number of failures, where the column has no title.
    pub(crate) failed: &'static str,
    pub(crate) no_users: &'static str,
    pub(crate) no_users_hint: &'static str,
    pub(crate) no_match: &'static str,
    pub(crate) no_match_hint: &'static str,
    pub(crate) show_all: &'static str,
    pub(crate) pages: &'static str,
    /// Between the rows of a page and the number of all.
    pub(crate) of: &'static str,
    pub(crate) previous: &'static str,
    pub(crate) next: &'static str,
}

/// `/sign-in`
#[derive(Debug)]
pub(crate) struct SignIn {
    pub(crate) title: &'static str,
    pub(crate) submit: &'static str,
    pub(crate) user: &'static str,
    pub(crate) password: &'static str,
    pub(crate) first_time: &'static str,
    /// Around the name of the first user, and the command that makes another password.
    pub(crate) first_time_hint: (&'static str, &'static str, &'static str),
    pub(crate) wrong: &'static str,
    pub(crate) too_many_attempts: fn(minutes: u64) -> String,
    pub(crate) busy: &'static str,
    pub(crate) broken: &'static str,
}

/// `/account/password`
#[derive(Debug)]
pub(crate) struct Password {
    pub(crate) title: &'static str,
    /// Around the user's name.
    pub(crate) intro: (&'static str, &'static str),
    pub(crate) new: &'static str,
    pub(crate) rule: With,
    pub(crate) repeated: &'static str,
    pub(crate) save: &'static str,
    pub(crate) not_now: &'static str,
    pub(crate) change: &'static str,
    pub(crate) others_end: &'static str,
    pub(crate) current: &'static str,
    pub(crate) wrong_current: &'static str,
    /// Around the name of a provider.
    pub(crate) elsewhere: With,
    pub(crate) too_short: With,
    pub(crate) too_long: With,
    pub(crate) not_same: &'static str,
    pub(crate) has_one: &'static str,
    pub(crate) busy: &'static str,
}

/// Why there is no page as asked.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) go_to_logs: &'static str,
    pub(crate) no_page: &'static str,
    pub(crate) no_page_hint: &'static str,
    pub(crate) not_found: &'static str,
    pub(crate) no_event: With,
    pub(crate) no_user: With,
    pub(crate) no_tenant: With,
    pub(crate) foreign_form: &'static str,
    pub(crate) foreign_form_hint: &'static str,
    pub(crate) denied: &'static str,
    pub(crate) own_account: &'static str,
    /// The tenant an account belongs to, and the one that was asked for.
    pub(crate) other_tenant: WithTwo,
    /// The right that is needed, and the one an account has.
    pub(crate) missing_scope: WithTwo,
    pub(crate) too_far: &'static str,
    pub(crate) malformed_query: &'static str,
    pub(crate) too_broad: &'static str,
    pub(crate) too_broad_hint: &'static str,
    pub(crate) busy: &'static str,
    pub(crate) busy_hint: &'static str,
    pub(crate) broken: &'static str,
    pub(crate) broken_hint: &'static str,
}
