//! Which field a name means: our own names, those of other products, and what somebody who wrote
//! neither may have meant.

use std::fmt;

use super::name::Name;
use crate::field::{Field, Measure};
use crate::path::{DataPath, ROOT};
use crate::suggest::closest;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A field.
    Field(Field),
    /// A number every event has.
    Measure(Measure),
    /// A path into the record.
    Data(DataPath),
}

/// PlusAuth's names. The first segment of a name may be one of them: `details.x` is
/// `data.details.x`.
pub const ALIASES: [(&str, &str); 10] = [
    ("event_type", "type"),
    ("user_id", "actor.id"),
    ("client_address", "ip"),
    ("client_id", "application.id"),
    ("session_id", "session"),
    ("request_id", "request"),
    ("ua", "user_agent"),
    ("message", "data.message"),
    ("amr", "data.amr"),
    ("details", "data.details"),
];

/// What people write when they look for a field, in lower case and with nothing but letters.
const LIKELY: [(&[&str], &str); 16] = [
    (&["user", "userid", "actor", "uid", "sub", "subject", "account"], "actor.id"),
    (
        &["username", "email", "mail", "phone", "identifier", "actoremail", "useremail"],
        "actor.identifier",
    ),
    (&["target", "targetuser", "targetuserid"], "target.id"),
    (&["app", "appid", "application", "applicationid", "client"], "application.id"),
    (&["appname", "clientname"], "application.name"),
    (&["org", "orgid", "organisation", "organizationid", "organisationid"], "organization"),
    (&["address", "ipaddress", "clientip", "remoteip", "remoteaddr"], "ip"),
    (&["event", "eventname", "key", "activitytype"], "type"),
    (&["result", "status", "success"], "outcome"),
    (&["severity", "priority"], "level"),
    (&["timestamp", "date", "datetime", "at", "createdat", "created"], "time"),
    (&["agent"], "user_agent"),
    (&["geo", "countrycode", "place", "location"], "country"),
    (&["os", "system", "platform"], "operating_system"),
    (&["error", "errorcode", "code", "reason"], "error.code"),
    (&["sequence", "position", "offset"], "seq"),
];

impl Named {
    /// What `name` means; `None` if there is no such field.
    pub fn of(name: &Name) -> Option<Self> {
        let mut segments = name.segments().to_vec();
        let alias =
            ALIASES.iter().find(|(alias, _)| segments.first().is_some_and(|it| it == alias));
        if let Some((_, meant)) = alias {
            segments.splice(..1, meant.split('.').map(str::to_owned));
        }
        if segments.first().is_some_and(|first| first == ROOT) {
            return DataPath::new(segments.split_off(1)).map(Self::Data);
        }
        let joined = segments.join(".");
        let measure = || Measure::from_name(&joined).map(Self::Measure);
        Field::from_name(&joined).map(Self::Field).or_else(measure)
    }
}

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => formatter.write_str(field.name()),
            Self::Measure(measure) => formatter.write_str(measure.name()),
            Self::Data(path) => write!(formatter, "{path}"),
        }
    }
}

/// Every name there is, apart from paths into the record.
pub fn names() -> impl Iterator<Item = &'static str> {
    let measures = Measure::ALL.into_iter().map(Measure::name);
    let aliases = ALIASES.into_iter().map(|(alias, _)| alias);
    Field::all().map(Field::name).chain(measures).chain(aliases)
}

/// The name that may have been meant by one that does not exist.
pub(super) fn likely(name: &Name) -> Option<Name> {
    let joined = name.segments().join(".");
    let letters: String =
        joined.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let by_table = LIKELY.iter().find(|(words, _)| words.contains(&letters.as_str()));
    let meant = match by_table {
        Some((_, meant)) => Some(*meant),
        None => closest(&joined, names()),
    };
    meant.and_then(Name::parse)
}
