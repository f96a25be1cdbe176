//! What a request comes from: an address and a user agent.
//!
//! User agents are parsed as `ua-parser-js` would, which is what Logto writes beside them.

use std::sync::Arc;

use crate::json::push_string;
use crate::random::Random;
use crate::world::Pool;

#[derive(Debug, Clone)]
pub(crate) struct Device {
    /// As Node.js writes it: IPv4 mapped into IPv6.
    pub(crate) address: String,
    pub(crate) agent: Arc<Agent>,
}

#[derive(Debug)]
pub(crate) struct Agent {
    pub(crate) text: String,
    /// The members `userAgent` and `userAgentParsed` of a payload.
    pub(crate) members_json: String,
}

/// All user agents that occur, by what they run on.
#[derive(Debug)]
pub(crate) struct Agents {
    pub(crate) desktops: Pool<Arc<Agent>>,
    pub(crate) phones: Pool<Arc<Agent>>,
    /// HTTP libraries inside mobile and television applications.
    pub(crate) native: Pool<Arc<Agent>>,
    pub(crate) servers: Pool<Arc<Agent>>,
    /// What attackers use.
    pub(crate) bots: Pool<Arc<Agent>>,
}

impl Agents {
    pub(crate) fn new() -> Self {
        let desktops = (139..=142)
            .flat_map(|version| PLATFORMS.map(|platform| chrome(&platform, version)))
            .chain((140..=142).map(edge))
            .chain((141..=143).map(firefox))
            .collect();
        let phones = [139, 141, 142].map(|version| chrome(&PIXEL, version)).into_iter();
        let phones = phones
            .chain([("iPhone", "17_7"), ("iPhone", "18_6"), ("iPhone", "26_1")].map(safari))
            .chain([("iPad", "18_6"), ("iPad", "26_1")].map(safari))
            .collect();
        Self {
            desktops: Pool::new(chrome(&PLATFORMS[0], 142), desktops),
            phones: Pool::new(safari(("iPhone", "26_0")), phones),
            native: Pool::new(bare("okhttp/4.12.0"), vec![bare("Dart/3.5 (dart:io)")]),
            servers: Pool::new(
                bare("node"),
                ["python-requests/2.32.3", "Go-http-client/1.1", "axios/1.7.9"].map(bare).into(),
            ),
            bots: Pool::new(
                bare("python-requests/2.31.0"),
                vec![bare("curl/8.5.0"), chrome(&PLATFORMS[2], 120)],
            ),
        }
    }
}

impl Device {
    /// A browser at home or in a café: an address nobody else is likely to have.
    pub(crate) fn at_home(agent: &Arc<Agent>, random: &mut Random) -> Self {
        let address = if random.chance(120) {
            let [a, b, c] = [0; 3].map(|_| random.below(65_536));
            format!("2001:db8:{a:x}:{b:x}::{c:x}")
        } else {
            let (net, host) = (18 + random.below(2), random.below(65_536));
            format!("::ffff:198.{net}.{}.{}", host / 256, host % 256)
        };
        Self { address, agent: Arc::clone(agent) }
    }

    /// A browser behind the one address of an organization's office.
    pub(crate) fn at_office(agent: &Arc<Agent>, organization: usize) -> Self {
        let address = format!("::ffff:203.0.113.{}", 1 + organization % 254);
        Self { address, agent: Arc::clone(agent) }
    }

    /// A machine in the company's own data centre.
    pub(crate) fn in_rack(agent: &Arc<Agent>, random: &mut Random) -> Self {
        let address = format!("::ffff:198.51.100.{}", 1 + random.below(60));
        Self { address, agent: Arc::clone(agent) }
    }

    /// The address as other programs write it: IPv4 as such.
    pub(crate) fn plain_address(&self) -> &str {
        self.address.strip_prefix("::ffff:").unwrap_or(&self.address)
    }

    /// One of an attacker's few rented machines.
    pub(crate) fn rented(agent: &Arc<Agent>, number: usize) -> Self {
        let address = format!("::ffff:192.0.2.{}", 1 + number % 254);
        Self { address, agent: Arc::clone(agent) }
    }
}

/// Where a browser runs: the user agent's comment, and what the parser makes of it.
struct Platform {
    comment: &'static str,
    browser: &'static str,
    mobile: &'static str,
    device_json: &'static str,
    os_json: &'static str,
    cpu_json: &'static str,
}

const PLATFORMS: [Platform; 3] = [
    Platform {
        comment: "Macintosh; Intel Mac OS X 10_15_7",
        browser: "Chrome",
        mobile: "",
        device_json: r#"{"model":"Macintosh","vendor":"Apple"}"#,
        os_json: r#"{"name":"macOS","version":"10.15.7"}"#,
        cpu_json: "{}",
    },
    Platform {
        comment: "Windows NT 10.0; Win64; x64",
        browser: "Chrome",
        mobile: "",
        device_json: "{}",
        os_json: r#"{"name":"Windows","version":"10"}"#,
        cpu_json: r#"{"architecture":"amd64"}"#,
    },
    Platform {
        comment: "X11; Linux x86_64",
        browser: "Chrome",
        mobile: "",
        device_json: "{}",
        os_json: r#"{"name":"Linux"}"#,
        cpu_json: r#"{"architecture":"amd64"}"#,
    },
];

const PIXEL: Platform = Platform {
    comment: "Linux; Android 15; Pixel 9",
    browser: "Mobile Chrome",
    mobile: "Mobile ",
    device_json: r#"{"model":"Pixel 9","type":"mobile","vendor":"Google"}"#,
    os_json: r#"{"name":"Android","version":"15"}"#,
    cpu_json: "{}",
};

fn chrome(platform: &Platform, version: u32) -> Arc<Agent> {
    let Platform { comment, browser, mobile, device_json, os_json, cpu_json } = platform;
    let text = format!(
        "Mozilla/5.0 ({comment}) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/{version}.0.0.0 {mobile}Safari/537.36"
    );
    let parsed = format!(
        r#""browser":{{"name":"{browser}","version":"{version}.0.0.0","major":"{version}"}},"device":{device_json},"engine":{{"name":"Blink","version":"{version}.0.0.0"}},"os":{os_json},"cpu":{cpu_json}"#
    );
    agent(text, &parsed)
}

fn edge(version: u32) -> Arc<Agent> {
    let text = format!(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
         Chrome/{version}.0.0.0 Safari/537.36 Edg/{version}.0.0.0"
    );
    let parsed = format!(
        r#""browser":{{"name":"Edge","version":"{version}.0.0.0","major":"{version}"}},"device":{{}},"engine":{{"name":"Blink","version":"{version}.0.0.0"}},"os":{{"name":"Windows","version":"10"}},"cpu":{{"architecture":"amd64"}}"#
    );
    agent(text, &parsed)
}

fn firefox(version: u32) -> Arc<Agent> {
    let text = format!(
        "Mozilla/5.0 (X11; Linux x86_64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
    );
    let parsed = format!(
        r#""browser":{{"name":"Firefox","version":"{version}.0","major":"{version}"}},"device":{{}},"engine":{{"name":"Gecko","version":"{version}.0"}},"os":{{"name":"Linux"}},"cpu":{{"architecture":"amd64"}}"#
    );
    agent(text, &parsed)
}

/// Safari on an iPhone or iPad with the system version written as `18_6`.
fn safari((model, system): (&str, &str)) -> Arc<Agent> {
    let version = system.replace('_', ".");
    let major = version.split('.').next().unwrap_or_default();
    let (platform, form) =
        if model == "iPad" { ("CPU OS", "tablet") } else { ("CPU iPhone OS", "mobile") };
    let text = format!(
        "Mozilla/5.0 ({model}; {platform} {system} like Mac OS X) AppleWebKit/605.1.15 \
         (KHTML, like Gecko) Version/{version} Mobile/15E148 Safari/604.1"
    );
    let parsed = format!(
        r#""browser":{{"name":"Mobile Safari","version":"{version}","major":"{major}"}},"device":{{"model":"{model}","type":"{form}","vendor":"Apple"}},"engine":{{"name":"WebKit","version":"605.1.15"}},"os":{{"name":"iOS","version":"{version}"}},"cpu":{{}}"#
    );
    agent(text, &parsed)
}

/// A user agent the parser knows nothing about.
fn bare(text: &str) -> Arc<Agent> {
    agent(text.to_owned(), r#""browser":{},"device":{},"engine":{},"os":{},"cpu":{}"#)
}

fn agent(text: String, parsed_json: &str) -> Arc<Agent> {
    let mut members_json = String::from("\"userAgent\":");
    push_string(&mut members_json, &text);
    members_json.push_str(",\"userAgentParsed\":{\"ua\":");
    push_string(&mut members_json, &text);
    members_json.extend([",", parsed_json, "}"]);
    Arc::new(Agent { text, members_json })
}
