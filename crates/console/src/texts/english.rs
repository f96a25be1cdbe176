//! The console in English.

use gatelog_event::language::Language;

use super::table::{
    Details, Fields, Frame, List, Noun, Nouns, Outcomes, Password, Problem, SignIn, Texts, Times,
    Users,
};

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

pub(super) const TEXTS: Texts = Texts {
    language: Language::English,
    thousands: ',',
    times: TIMES,
    nouns: NOUNS,
    frame: FRAME,
    outcomes: OUTCOMES,
    fields: FIELDS,
    list: LIST,
    overview: overview::OVERVIEW,
    flows: flows::FLOWS,
    logs: logs::LOGS,
    explore: explore::EXPLORE,
    searches: searches::SEARCHES,
    alerts: alerts::ALERTS,
    mail: mail::MAIL,
    commands: commands::COMMANDS,
    details: DETAILS,
    record: record::RECORD,
    places: places::PLACES,
    users: USERS,
    subject: subject::SUBJECT,
    devices: subject::DEVICES,
    journey: journey::JOURNEY,
    sign_in: SIGN_IN,
    password: PASSWORD,
    second_factor: second_factor::SECOND_FACTOR,
    passkeys: passkeys::PASSKEYS,
    provider: provider::PROVIDER,
    account: settings::ACCOUNT,
    preferences: preferences::PREFERENCES,
    personal_data: personal_data::PERSONAL_DATA,
    settings: settings::SETTINGS,
    sources: sources::SOURCES,
    problem: PROBLEM,
};

const TIMES: Times = Times {
    day: |date| date.strftime("%b %-d").to_string(),
    day_of_year: |date| date.strftime("%b %-d %Y").to_string(),
    month_of_year: |date| date.strftime("%b %Y").to_string(),
    before_time: ", ",
    exact_day: |date| date.strftime("%Y-%m-%d").to_string(),
    decimal: '.',
    just_now: "just now",
    ago: |span| format!("{span} ago"),
    ahead: |span| format!("in {span}"),
};

const NOUNS: Nouns = Nouns {
    event: Noun::new("event", "events"),
    user: Noun::new("user", "users"),
    byte: Noun::new("byte", "bytes"),
    year: Noun::new("year", "years"),
    month: Noun::new("month", "months"),
    day: Noun::new("day", "days"),
    hour: Noun::new("hour", "hours"),
    minute: Noun::new("minute", "minutes"),
    second: Noun::new("second", "seconds"),
};

const FRAME: Frame = Frame {
    colophon: "The audit log of identity",
    skip: "Skip to content",
    tenant: "Tenant",
    choose_tenant: "Go",
    pages: "Pages",
    logs: "Audit logs",
    users: "Users",
    settings: "Settings",
    account: "Your account",
    language: "Language",
    theme: "Theme",
    theme_system: "System",
    theme_light: "Light",
    theme_dark: "Dark",
    api: "API reference",
    sign_out: "Sign out",
    choose_password: "Choose a password",
    password_used_up: "Your one-time password is used up. Without a password of your own you cannot \
        sign in again.",
};

const OUTCOMES: Outcomes =
    Outcomes { success: "Success", failure: "Failure", unknown: "No result" };

const FIELDS: Fields = Fields {
    event: "Event",
    action: "Action",
    level: "Level",
    section: "Section",
    result: "Result",
    error: "Error",
    error_message: "Error message",
    user: "User",
    by_application: "By application",
    identifier: "Identifier",
    target: "Target",
    target_identifier: "Target identifier",
    application: "Application",
    organization: "Organization",
    address: "Address",
    session: "Session",
    interaction: "Interaction",
    request: "Request",
    user_agent: "User agent",
    time: "Time",
    event_id: "Event id",
    source: "Source",
    received: "Received",
    sequence: "Sequence",
    submitter: "Submitter",
    note: "Note",
    masked: "masked",
    why_masked: "What was typed may have been a password, so only a keyed hash of it is kept",
};

const LIST: List = List {
    pages: "Pages of events",
    span: ("From ", " back to ", ""),
    newest: "Newest",
    newer: "Newer",
    older: "Older",
    oldest: "Oldest",
};

const DETAILS: Details = Details {
    neighbours: "Neighbouring events",
    back: "Audit logs",
    back_filtered: "Audit logs, as filtered",
    what: "What",
    who: "Who",
    from_where: "From where",
    how_kept: "How it was kept",
    derived_id: "The record has no id; this one was derived from its bytes.",
    time_is_arrival: "The record states no time; it is ordered by arrival.",
    time_is_ahead: "The record states a time more than a day ahead; it is ordered by arrival.",
    record: "Record",
    as_kept: "as it was kept",
    copy: "Copy",
    copied: "Copied",
    selected: "Selected: press Ctrl+C",
    omitted: |bytes| format!("The last {bytes} are not shown here."),
    whole_record: ("", " returns all of it."),
};

const USERS: Users = Users {
    title: "Users",
    search_users: "Search users",
    search: "Search",
    clear: "Clear",
    user: "User",
    id: "Id",
    last_seen: "Last seen",
    events: "Events",
    failures: "Failures",
    failed: "failed",
    no_users: "No users yet",
    no_users_hint: "Everybody who does something shows here with their first event.",
    no_match: "Nobody matches",
    no_match_hint: "Look for a part of the name, the e-mail address, the phone number or the id.",
    show_all: "Show all users",
    pages: "Pages of users",
    of: "of",
    previous: "Previous",
    next: "Next",
};

const SIGN_IN: SignIn = SignIn {
    title: "Sign in",
    submit: "Sign in",
    user: "User name",
    password: "Password",
    first_time: "First time here?",
    first_time_hint: (
        "The first start of Gatelog printed a one-time password for ",
        ". It was for once and has expired? ",
        " on the server makes a new one.",
    ),
    wrong: "That user name and password do not belong together, or the one-time password has been \
        used or has expired.",
    too_many_attempts: |minutes| {
        let wait = if minutes <= 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
        format!("Too many failed sign-ins for this user name. Try again in {wait}.")
    },
    busy: "Many people are signing in at this moment. Try again in a few seconds.",
    broken: "Signing in does not work right now; the reason is in the server's log.",
};

const PASSWORD: Password = Password {
    title: "Choose a password",
    intro: (
        "You came with a one-time password, and it is used up. The password you choose now opens \
         all later sessions of ",
        ".",
    ),
    new: "New password",
    rule: |characters| format!("At least {characters} characters; long beats complicated."),
    repeated: "The same again",
    save: "Save password",
    not_now: "Not now",
    change: "Change password",
    others_end: "Your other sessions end with it; this one goes on.",
    current: "Current password",
    wrong_current: "Not saved: that is not your current password.",
    elsewhere: |provider| {
        format!(
            "You sign in at {provider}, with what it asks for. There is no password to set here."
        )
    },
    too_short: |characters| {
        format!("Not saved: a password needs at least {characters} characters.")
    },
    too_long: |bytes| format!("Not saved: a password can have at most {bytes} bytes."),
    not_same: "Not saved: the two passwords are not the same.",
    has_one: "Not saved: this user has chosen a password already.",
    busy: "Not saved: too many people are signing in at this moment. Try again in a few seconds.",
};

const PROBLEM: Problem = Problem {
    go_to_logs: "Go to audit logs",
    no_page: "There is no page here",
    no_page_hint: "The address may be mistyped, or the page has moved.",
    not_found: "Not found",
    no_event: |id| {
        format!(
            "There is no event “{id}”. It may have expired, been erased, or belong to another \
             tenant."
        )
    },
    no_user: |id| {
        format!("There is no user “{id}”. Nobody of that id appears in this tenant's events.")
    },
    no_tenant: |name| {
        format!(
            "There is no tenant “{name}”. Choose another one, or create it with \
             `gatelog tenant create`."
        )
    },
    foreign_form: "This form was not sent from here",
    foreign_form_hint: "Another site made your browser send it. Nothing was done. If it was you, \
        open the page again and repeat it there.",
    denied: "You may not see this",
    own_account: "Nobody changes what they themselves may do. Ask another admin or operator.",
    other_tenant: |held, requested| {
        format!("Your account belongs to the tenant “{held}”, not to “{requested}”.")
    },
    missing_scope: |needed, held| {
        format!("This needs the scope “{needed}”, and your account has “{held}”.")
    },
    too_far: "Your account does not reach this far.",
    malformed_query: "This query cannot be read",
    too_broad: "This question is too broad",
    too_broad_hint: "It would have to read too many records one by one. Narrow it down by time, or by a \
        field that has an index, such as the event, the user or the application.",
    busy: "Too many people are doing this right now",
    busy_hint: "Try again in a minute.",
    broken: "Something went wrong here",
    broken_hint: "The page could not be made, and the reason is in the server's log. No event is \
        lost by this. Try again; if it stays, `gatelog doctor` looks at the data.",
};
