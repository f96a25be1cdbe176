//! What the names of members say of their values, whatever a source writes them like: `givenName`,
//! `given_name` and `Given-Name` are the same.

/// What a name says of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It is somebody's, and so is everything in it.
    Personal,
    /// It is what something is called, which may be a person.
    Name,
    /// It says how the record is read.
    Structure,
    /// It is what a browser says of itself.
    Agent,
    /// Nothing.
    Nothing,
}

/// Names that are personal as a whole; without what parts their words.
const PERSONAL: [&str; 43] = [
    "accountname",
    "avatar",
    "birthdate",
    "birthday",
    "contactname",
    "customername",
    "dateofbirth",
    "dob",
    "displayname",
    "employeename",
    "familyname",
    "firstname",
    "forwarded",
    "fullname",
    "givenname",
    "holdername",
    "lastname",
    "legalname",
    "login",
    "loginhint",
    "loginid",
    "loginname",
    "maidenname",
    "membername",
    "middlename",
    "msisdn",
    "nickname",
    "ownername",
    "personname",
    "photo",
    "picture",
    "postalcode",
    "preferredusername",
    "realname",
    "remoteaddr",
    "screenname",
    "streetaddress",
    "surname",
    "to",
    "username",
    "xforwardedfor",
    "xrealip",
    "zipcode",
];

/// Words of which one is enough.
const WORDS: [&str; 20] = [
    "address",
    "addresses",
    "avatar",
    "email",
    "emails",
    "identifier",
    "identifiers",
    "invitee",
    "ip",
    "ips",
    "mail",
    "mobile",
    "nickname",
    "phone",
    "phones",
    "picture",
    "recipient",
    "recipients",
    "surname",
    "username",
];

/// Last words of names whose value says something else of it: `emailVerified`, `phoneNumberId`.
const QUALITIES: [&str; 18] = [
    "at",
    "count",
    "enabled",
    "format",
    "id",
    "ids",
    "kind",
    "length",
    "method",
    "methods",
    "required",
    "status",
    "template",
    "type",
    "uid",
    "uuid",
    "verification",
    "verified",
];

/// Last words of names whose value says what the record is.
const STRUCTURE: [&str; 10] =
    ["action", "event", "key", "kind", "level", "outcome", "result", "source", "status", "type"];

/// Names of addresses of somebody's pages. What has more in it is called the same.
const PAGES: [&str; 2] = ["profile", "website"];

/// Last words of the names around things that have a name and are no people.
const THINGS: [&str; 46] = [
    "api",
    "app",
    "application",
    "applications",
    "apps",
    "browser",
    "city",
    "client",
    "clients",
    "config",
    "connector",
    "connectors",
    "country",
    "cpu",
    "device",
    "domain",
    "domains",
    "engine",
    "error",
    "errors",
    "event",
    "flow",
    "geo",
    "group",
    "groups",
    "hook",
    "hooks",
    "key",
    "oauth",
    "org",
    "organization",
    "organizations",
    "os",
    "permission",
    "permissions",
    "plan",
    "policy",
    "provider",
    "providers",
    "resource",
    "resources",
    "role",
    "roles",
    "scope",
    "scopes",
    "tenant",
];

/// What the member `name` in the member `outer` says of its value.
pub(super) fn meaning(name: &str, outer: &str, is_container: bool) -> Meaning {
    let words = words(name);
    let (whole, last) = (words.concat(), words.last().map_or("", String::as_str));
    let is = |known: &[&str], word: &str| known.contains(&word);
    if is(&PERSONAL, &whole) {
        return Meaning::Personal;
    }
    if matches!(whole.as_str(), "useragent" | "ua") {
        return Meaning::Agent;
    }
    if is(&STRUCTURE, last) {
        return Meaning::Structure;
    }
    if !is(&QUALITIES, last) && words.iter().any(|word| is(&WORDS, word)) {
        return Meaning::Personal;
    }
    if !is_container && is(&PAGES, &whole) {
        return Meaning::Personal;
    }
    let outer = self::words(outer);
    let is_of_thing = outer.last().is_some_and(|outer| is(&THINGS, outer));
    match whole.as_str() {
        "name" if !is_of_thing => Meaning::Name,
        _ => Meaning::Nothing,
    }
}

/// The words of a name, in lower case: `primaryEmail`, `primary_email`, `IPAddress`.
fn words(name: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let characters: Vec<char> = name.chars().collect();
    for (place, character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            continue;
        }
        let before = place.checked_sub(1).and_then(|place| characters.get(place));
        let after = characters.get(place + 1);
        let follows_small = before.is_some_and(|before| before.is_lowercase());
        let begins_word = before.is_some_and(|before| before.is_uppercase())
            && after.is_some_and(|after| after.is_lowercase());
        if character.is_uppercase() && (follows_small || begins_word) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(character.to_lowercase());
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}
