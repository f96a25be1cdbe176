//! Which route a path is of, and whose ids stand in it.
//!
//! Routes of known APIs are in `templates.txt`. Of every other path a segment is an id if it looks
//! like one, so that a thousand calls to read one user each count as one route.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;

const TEMPLATES: &str = include_str!("route/templates.txt");

/// Segments of an unknown path that are looked at; nobody builds routes that are deeper.
const SEGMENTS_MAX: usize = 32;

/// A longer segment, in bytes, is no word.
const WORD_BYTES_MAX: usize = 40;

/// An id has so many characters at least, unless it has digits only, and two digits among them.
const ID_BYTES_MIN: usize = 8;

/// What a path says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The API that has this route, if it is known.
    pub api: Option<&'static str>,
    /// The path with `{kind}` or `{id}` in place of ids.
    pub template: String,
    /// What it is about: the user, or else what its first id is of.
    pub target: Option<Named>,
    /// The organisation in whose name something is done.
    pub organization: Option<String>,
    /// What is made by creating something here.
    pub creates: Option<&'static str>,
    /// Whether a POST changes nothing.
    pub only_reads: bool,
}

/// An id, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Such as `user`; none where only its looks say that it is an id.
    pub kind: Option<&'static str>,
    /// The id, with percent-encoding undone.
    pub id: String,
}

/// A route of a known API.
struct Template {
    api: &'static str,
    text: &'static str,
    segments: Vec<Segment>,
    creates: Option<&'static str>,
    only_reads: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Segment {
    Word(&'static str),
    Id(&'static str),
}

static KNOWN: LazyLock<Vec<Template>> = LazyLock::new(known);

fn known() -> Vec<Template> {
    let mut api = "";
    let mut templates: Vec<Template> = Vec::new();
    for line in TEMPLATES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            api = name;
            continue;
        }
        let (text, note) = line.split_once(' ').unwrap_or((line, ""));
        let segments = segments(text).map(Segment::of).collect();
        templates.push(Template {
            api,
            text,
            segments,
            creates: None,
            only_reads: !note.is_empty(),
        });
    }
    let creates: Vec<_> = templates.iter().map(|one| one.created_by(&templates)).collect();
    for (template, creates) in templates.iter_mut().zip(creates) {
        template.creates = creates;
    }
    templates
}

impl Segment {
    fn of(text: &'static str) -> Self {
        let kind = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        kind.map_or(Self::Word(text), Self::Id)
    }
}

impl Template {
    fn created_by(&self, templates: &[Self]) -> Option<&'static str> {
        templates.iter().find_map(|longer| match longer.segments.split_last() {
            Some((Segment::Id(kind), begin)) if begin == self.segments => Some(*kind),
            _ => None,
        })
    }

    /// How many words agree with the path; `None` if it is of another route.
    fn words(&self, path: &[&str]) -> Option<usize> {
        if self.segments.len() != path.len() {
            return None;
        }
        let mut words = 0;
        for (segment, given) in self.segments.iter().zip(path) {
            match segment {
                Segment::Word(word) if word != given => return None,
                Segment::Word(_) => words += 1,
                Segment::Id(_) => {}
            }
        }
        Some(words)
    }

    fn route(&self, path: &[&str]) -> Route {
        let ids: Vec<(&str, &str)> = self
            .segments
            .iter()
            .zip(path)
            .filter_map(|(segment, given)| match segment {
                Segment::Id(kind) => Some((*kind, *given)),
                Segment::Word(_) => None,
            })
            .collect();
        let of = |wanted| ids.iter().find(|(kind, _)| *kind == wanted);
        let target = of("user").or(ids.first());
        let kind_of = |kind: &str| {
            self.segments.iter().find_map(|segment| match segment {
                Segment::Id(known) if *known == kind => Some(*known),
                _ => None,
            })
        };
        Route {
            api: Some(self.api),
            template: self.text.to_owned(),
            target: target.map(|(kind, id)| Named { kind: kind_of(kind), id: decoded(id) }),
            organization: of("organization").map(|(_, id)| decoded(id)),
            creates: self.creates,
            only_reads: self.only_reads,
        }
    }
}

/// The route of a path, without its query.
pub fn route(path: &str) -> Route {
    let path: Vec<&str> = segments(path).collect();
    let fitting = KNOWN.iter().filter_map(|one| Some((one.words(&path)?, one)));
    match fitting.max_by_key(|(words, _)| *words) {
        Some((_, template)) => template.route(&path),
        None => unknown(&path),
    }
}

fn unknown(path: &[&str]) -> Route {
    let mut template = String::new();
    for segment in path.iter().take(SEGMENTS_MAX) {
        template.push('/');
        template.push_str(if looks_like_id(segment) { "{id}" } else { segment });
    }
    if path.len() > SEGMENTS_MAX {
        template.push_str("/{more}");
    }
    if template.is_empty() {
        template.push('/');
    }
    let id = path.iter().take(SEGMENTS_MAX).find(|segment| looks_like_id(segment));
    let target = id.map(|id| Named { kind: None, id: decoded(id) });
    Route { api: None, template, target, organization: None, creates: None, only_reads: false }
}

/// The segments of a path. A slash at the end makes no other route.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/')
        .unwrap_or(path)
        .trim_end_matches('/')
        .split('/')
        .filter(|one| !one.is_empty())
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// Whether a segment is no word of a programmer's. What has unusual characters is a value, so
/// templates never have any.
fn looks_like_id(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let is_long = segment.len() >= ID_BYTES_MIN;
    !segment.bytes().all(is_plain)
        || segment.len() > WORD_BYTES_MAX
        || digits == segment.len()
        || (is_long && digits >= 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(path: &str) -> String {
        let Route { api, template, target, organization, creates, only_reads } = route(path);
        let target = target.map(|Named { kind, id }| format!("{}:{id}", kind.unwrap_or("?")));
        let parts = [
            api.map(str::to_owned),
            Some(template),
            target,
            organization.map(|id| format!("in {id}")),
            creates.map(|kind| format!("creates {kind}")),
            only_reads.then(|| "reads".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn routes_of_known_and_unknown_apis() {
        let cases = [
            ("/api/users", "logto-management /api/users creates user"),
            ("/api/users/abcdefghijkl", "logto-management /api/users/{user} user:abcdefghijkl"),
            (
                "/api/users/u1/password/verify",
                "logto-management /api/users/{user}/password/verify user:u1 reads",
            ),
            (
                "/api/organizations/o1/users/u1/roles/r1",
                "logto-management /api/organizations/{organization}/users/{user}/roles/{organization-role} \
                 user:u1 in o1",
            ),
            (
                "/api/configs/jwt-customizer/test",
                "logto-management /api/configs/jwt-customizer/test reads",
            ),
            ("/api/my-account/password", "logto-account /api/my-account/password"),
            ("/_api/admin/graphql", "authgear-admin /_api/admin/graphql"),
            ("/api/v1/users/", "plusauth /api/v1/users creates user"),
            ("/api/v1/clients/a%40b", "plusauth /api/v1/clients/{application} application:a@b"),
            ("/orders/18/lines", "/orders/{id}/lines ?:18"),
            ("/oauth2/v1/me", "/oauth2/v1/me"),
            ("/f/ada%40acme.example", "/f/{id} ?:ada@acme.example"),
            (
                "/x/3f2504e0-4f89-11d3-9a0c-0305e82c3301",
                "/x/{id} ?:3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            ),
            ("/", "/"),
            ("", "/"),
        ];
        for (path, expected) in cases {
            assert_eq!(told(path), expected, "{path}");
        }
    }

    #[test]
    fn no_template_stands_there_twice() {
        let mut seen = std::collections::HashSet::new();
        for template in KNOWN.iter() {
            assert!(seen.insert(template.text), "{}", template.text);
            assert!(
                !template.api.is_empty() && template.text.starts_with('/'),
                "{}",
                template.text
            );
        }
    }

    proptest! {
        #[test]
        fn a_template_is_short_plain_and_its_own_template(path in "(/[ -~é]{0,60}){0,40}") {
            let found = route(&path);
            prop_assert_eq!(&route(&found.template).template, &found.template);
            prop_assert!(found.template.len() <= (WORD_BYTES_MAX + 1) * (SEGMENTS_MAX + 1));
            prop_assert!(found.template.bytes().all(|byte| byte.is_ascii_graphic()));
        }

        #[test]
        fn ids_never_show_in_a_template(id in "[a-z0-9]{4}[0-9]{2}[a-z0-9]{15}", known in any::<bool>()) {
            let begin = if known { "/api/users/" } else { "/customers/" };
            let found = route(&format!("{begin}{id}/notes"));
            prop_assert!(!found.template.contains(&id), "{}", found.template);
            prop_assert_eq!(found.target.map(|target| target.id), Some(id));
        }
    }
}
