//! The files that are part of Gatelog, in `mappings/*.jq`.

use super::MappingFile;

/// Name and text of each file. A file's name is the one in its head; a test compares them.
const FILES: [(&str, &str); 3] = [
    ("auth0", include_str!("../../mappings/auth0.jq")),
    ("okta", include_str!("../../mappings/okta.jq")),
    ("keycloak", include_str!("../../mappings/keycloak.jq")),
];

/// The names of all files.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().map(|(name, _)| name)
}

/// The text of the file with this name, to be read and to begin one's own with.
pub fn text(name: &str) -> Option<&'static str> {
    FILES.into_iter().find(|(known, _)| *known == name).map(|(_, text)| text)
}

/// The file with this name. That each of them can be used is tested, so that the only name that
/// gives nothing is one that does not exist.
pub fn file(name: &str) -> Option<MappingFile> {
    MappingFile::parse(text(name)?).ok()
}
