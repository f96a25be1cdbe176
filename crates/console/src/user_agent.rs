//! What a user agent says of itself, in the reader's words.

use gatelog_service::origin::user_agent::{Device, UserAgent};

use crate::texts::{Devices, Texts};

/// `Chrome 125 · Windows 10 · computer`, as much of it as is known; None if nothing is.
pub(crate) fn in_words(user_agent: &str, texts: &Texts) -> Option<String> {
    let UserAgent { browser, browser_version, system, system_version, device } =
        UserAgent::parse(user_agent)?;
    let device = device.map(|device| device_name(device, &texts.devices).to_owned());
    let parts =
        [with_version(browser, browser_version), with_version(system, system_version), device];
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

fn with_version(name: Option<String>, version: Option<String>) -> Option<String> {
    let name = name?;
    Some(match version {
        Some(version) => format!("{name} {version}"),
        None => name,
    })
}

fn device_name(device: Device, texts: &Devices) -> &'static str {
    match device {
        Device::Computer => texts.computer,
        Device::Phone => texts.phone,
        Device::Tablet => texts.tablet,
        Device::Console => texts.console,
        Device::Robot => texts.robot,
        Device::Program => texts.program,
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
