//! A query string as Node's `querystring` reads it, and as `URLSearchParams` writes it again.
//!
//! Reading never fails: what is malformed stands for itself, and a name may come several times.

/// Pairs that are read; the rest is left out. Node's default, and a bound on our own work.
const PAIRS_MAX: usize = 1_000;

/// The parameters of a request, in the order in which their names first came.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters(Vec<Parameter>);

#[derive(Clone, Debug)]
struct Parameter {
    name: String,
    /// At least one.
    values: Vec<String>,
}

/// How often a parameter was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given<'p> {
    /// Not at all.
    Absent,
    /// Once, with this value.
    Once(&'p str),
    /// Several times: JavaScript sees an array.
    Repeated,
}

impl Parameters {
    /// Reads what follows the question mark.
    pub(super) fn parse(query: &str) -> Self {
        let mut parameters = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()).take(PAIRS_MAX) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            parameters.add(decode(name), decode(value));
        }
        parameters
    }

    /// Every name with every value.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|it| it.values.iter().map(|value| (&*it.name, &**value)))
    }

    /// The parameter with this name.
    pub(super) fn get(&self, name: &str) -> Given<'_> {
        match self.0.iter().find(|parameter| parameter.name == name).map(|it| it.values.as_slice())
        {
            None | Some([]) => Given::Absent,
            Some([value]) => Given::Once(value),
            Some(_) => Given::Repeated,
        }
    }

    /// The query string with another `page`, which keeps its place or comes last.
    ///
    /// As JavaScript orders the members of an object, names that are array indexes come first, and
    /// as `URLSearchParams` makes text of an array, the values of one name are joined by a comma.
    pub(super) fn with_page(&self, page: &str) -> String {
        let mut pairs: Vec<(&str, String)> =
            self.0.iter().map(|it| (it.name.as_str(), it.values.join(","))).collect();
        match pairs.iter_mut().find(|(name, _)| *name == "page") {
            Some((_, value)) => page.clone_into(value),
            None => pairs.push(("page", page.to_owned())),
        }
        // The one name that sets an object's prototype instead of a member of it.
        pairs.retain(|(name, _)| *name != "__proto__");
        // Stable: other names keep their order.
        pairs.sort_by_key(|(name, _)| array_index(name).map_or(u64::MAX, u64::from));
        let mut query = String::new();
        for (name, value) in pairs {
            if !query.is_empty() {
                query.push('&');
            }
            encode(name, &mut query);
            query.push('=');
            encode(&value, &mut query);
        }
        query
    }

    fn add(&mut self, name: String, value: String) {
        match self.0.iter_mut().find(|parameter| parameter.name == name) {
            Some(known) => known.values.push(value),
            None => self.0.push(Parameter { name, values: vec![value] }),
        }
    }
}

/// `+` is a space, `%` and two hexadecimal digits are a byte, any other `%` is itself; bytes that
/// are not UTF-8 become U+FFFD.
fn decode(text: &str) -> String {
    let spaces = text.replace('+', " ");
    let bytes = percent_decode(spaces.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A path segment as `decodeURIComponent` reads it, or itself where that would throw.
pub(super) fn decode_segment(segment: &str) -> String {
    let well_formed =
        segment.split('%').skip(1).all(|rest| hexadecimal_byte(rest.as_bytes()).is_some());
    let decoded = well_formed.then(|| String::from_utf8(percent_decode(segment.as_bytes())));
    match decoded {
        Some(Ok(text)) => text,
        _ => segment.to_owned(),
    }
}

fn percent_decode(mut text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    while let Some((first, rest)) = text.split_first() {
        match hexadecimal_byte(rest) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                text = rest.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                text = rest;
            }
        }
    }
    bytes
}

/// The byte that two hexadecimal digits at the beginning of `text` stand for.
fn hexadecimal_byte(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// Appends `text` as `application/x-www-form-urlencoded` (WHATWG URL, section 5.2).
fn encode(text: &str, query: &mut String) {
    for byte in text.bytes() {
        match byte {
            b' ' => query.push('+'),
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                query.push(char::from(byte));
            }
            _ => {
                query.push('%');
                let digits = [byte >> 4, byte & 15].map(u32::from);
                let digits = digits.into_iter().filter_map(|digit| char::from_digit(digit, 16));
                query.extend(digits.map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
}

/// The array index that a name stands for, if it is written as JavaScript writes it: 0 to 2^32 - 2.
fn array_index(name: &str) -> Option<u32> {
    let index: u32 = name.parse().ok().filter(|index| *index < u32::MAX)?;
    (index.to_string() == name).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_again() {
        let cases = [
            ("", "page=7"),
            ("&&", "page=7"),
            ("=", "=&page=7"),
            ("a", "a=&page=7"),
            ("a=b=c&d==", "a=b%3Dc&d=%3D&page=7"),
            ("page=1&x=2", "page=7&x=2"),
            ("page=1&x=2&page=3", "page=7&x=2"),
            ("b=1&a=2&b=3", "b=1%2C3&a=2&page=7"),
            ("x=a+b%20c~*()%27!", "x=a+b+c%7E*%28%29%27%21&page=7"),
            ("a=%ZZ&c=%E3&d=%e6%97%a5&e=%", "a=%25ZZ&c=%EF%BF%BD&d=%E6%97%A5&e=%25&page=7"),
            ("z=1&10=a&2=b&01=c&4294967295=d&-1=e", "2=b&10=a&z=1&01=c&4294967295=d&-1=e&page=7"),
            ("__proto__=1&constructor=2", "constructor=2&page=7"),
            ("a[]=1&%61=2", "a%5B%5D=1&a=2&page=7"),
            ("a=\u{fc}", "a=%C3%BC&page=7"),
        ];
        for (query, expected) in cases {
            assert_eq!(Parameters::parse(query).with_page("7"), expected, "{query:?}");
        }
    }

    #[test]
    fn given_once_or_more_often() {
        let parameters = Parameters::parse("a=1&b=&c=x&c=x");
        assert_eq!(parameters.get("a"), Given::Once("1"));
        assert_eq!(parameters.get("b"), Given::Once(""));
        assert_eq!(parameters.get("c"), Given::Repeated);
        assert_eq!(parameters.get("A"), Given::Absent);
    }

    #[test]
    fn pairs_past_the_limit_are_left_out() {
        let query = "a=1&".repeat(PAIRS_MAX) + "b=2";
        assert_eq!(Parameters::parse(&query).get("b"), Given::Absent);
    }

    #[test]
    fn segments() {
        let cases = [
            ("edge%2Fslash", "edge/slash"),
            ("a+b", "a+b"),
            ("%F0%9F%98%80", "😀"),
            ("%E3%81", "%E3%81"),
            ("%41%", "%41%"),
            ("%4", "%4"),
            ("100%25", "100%"),
        ];
        for (segment, expected) in cases {
            assert_eq!(decode_segment(segment), expected, "{segment}");
        }
    }
}
