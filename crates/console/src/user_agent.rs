//! What a user agent says of itself, in words: browser, system and device.
//!
//! It is what a client claims, and no more than that.

use woothee::parser::Parser;

use crate::texts::{Devices, Texts};

/// What the parser writes for what it does not know.
const UNKNOWN: &str = "UNKNOWN";

/// `Chrome 125 · Windows 10 · computer`, as much of it as is known; None if nothing is.
pub(crate) fn in_words(user_agent: &str, texts: &Texts) -> Option<String> {
    let parsed = Parser::new().parse(user_agent)?;
    let known = |text: &str| (!matches!(text, "" | UNKNOWN)).then(|| text.to_owned());
    let major = parsed.version.split('.').next().unwrap_or_default();
    let browser = match parsed.name {
        // Which one, stands where others have their version.
        "HTTP Library" => known(parsed.version),
        name => known(name).map(|name| with_version(&name, major)),
    };
    let system = known(parsed.os).map(|name| system(&name, &parsed.os_version));
    let device = device(parsed.category, parsed.os, &texts.devices).map(str::to_owned);
    let parts: Vec<String> = [browser, system, device].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn with_version(name: &str, version: &str) -> String {
    match version {
        "" | UNKNOWN => name.to_owned(),
        version => format!("{name} {version}"),
    }
}

/// A system by the name its maker gives it.
fn system(name: &str, version: &str) -> String {
    match name {
        // Windows 11 says that it is 10.
        "Windows 10" => "Windows 10/11".to_owned(),
        name if name.starts_with("Windows ") => name.to_owned(),
        // Every later version says that it is 10.15.
        "Mac OSX" => "macOS".to_owned(),
        "iPhone" => with_version("iOS", version),
        "iPad" => with_version("iPadOS", version),
        name => with_version(name, version),
    }
}

fn device(category: &str, system: &str, texts: &Devices) -> Option<&'static str> {
    match (category, system) {
        (_, "iPad") => Some(texts.tablet),
        ("pc", _) => Some(texts.computer),
        ("smartphone" | "mobilephone", _) => Some(texts.phone),
        ("appliance", _) => Some(texts.console),
        ("crawler", _) => Some(texts.robot),
        ("misc", _) => Some(texts.program),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use gatelog_event::language::Language;

    use super::*;

    #[test]
    fn user_agents_in_words() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/125.0.0.0 Safari/537.36",
                Some("Chrome 125 · Windows 10/11 · computer"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like \
                 Gecko) Version/17.4 Safari/605.1.15",
                Some("Safari 17 · macOS · computer"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
                Some("Safari 17 · iOS 17.4 · phone"),
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                 Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
                Some("Safari 16 · iPadOS 16.6 · tablet"),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0",
                Some("Firefox 126 · Linux · computer"),
            ),
            ("curl/8.5.0", Some("curl · program")),
            ("Gatelog-Shipper/1.0", None),
            ("", None),
        ];
        for (user_agent, expected) in cases {
            let said = in_words(user_agent, Texts::of(Language::English));
            assert_eq!(said.as_deref(), expected, "{user_agent}");
        }
    }
}
