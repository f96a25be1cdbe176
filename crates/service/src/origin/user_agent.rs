//! What a user agent says of itself: browser, system and device.
//!
//! It is what a client claims, and no more than that.

use woothee::parser::Parser;

/// What the parser writes for what it does not know.
const UNKNOWN: &str = "UNKNOWN";

/// What the parser calls all programs that are no browsers.
const PROGRAM: &str = "HTTP Library";

/// A user agent, as far as it is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserAgent {
    /// The browser or program.
    pub browser: Option<String>,
    /// The first part of its version.
    pub browser_version: Option<String>,
    /// The operating system, by the name its maker gives it.
    pub system: Option<String>,
    /// Its version, where the user agent tells the truth about it.
    pub system_version: Option<String>,
    /// What it runs on.
    pub device: Option<Device>,
}

/// A kind of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// A desktop or laptop computer.
    Computer,
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// A game console or television.
    Console,
    /// A crawler.
    Robot,
    /// A program that no person sits at.
    Program,
}

impl UserAgent {
    /// Reads the header. None if nothing of it is understood.
    pub fn parse(header: &str) -> Option<Self> {
        let parsed = Parser::new().parse(header)?;
        let known = |text: &str| (!matches!(text, "" | UNKNOWN)).then(|| text.to_owned());
        let (browser, browser_version) = match parsed.name {
            // Which one, stands where others have their version.
            PROGRAM => (known(parsed.version), None),
            name => (known(name), known(parsed.version.split('.').next().unwrap_or_default())),
        };
        let (system, is_told) = system(parsed.os);
        let system_version = known(&parsed.os_version).filter(|_| is_told && system.is_some());
        let device = device(parsed.category, parsed.os);
        let found = Self {
            browser,
            browser_version,
            system: system.map(str::to_owned),
            system_version,
            device,
        };
        let nothing = found.browser.is_none() && found.system.is_none() && device.is_none();
        (!nothing).then_some(found)
    }
}

/// A system's name, and whether its version is told.
fn system(parsed: &str) -> (Option<&str>, bool) {
    match parsed {
        "" | UNKNOWN => (None, false),
        // Windows 11 says that it is 10.
        "Windows 10" => (Some("Windows 10/11"), false),
        // Every later version says that it is 10.15.
        "Mac OSX" => (Some("macOS"), false),
        "iPhone" => (Some("iOS"), true),
        "iPad" => (Some("iPadOS"), true),
        name if name.starts_with("Windows ") => (Some(name), false),
        name => (Some(name), true),
    }
}

fn device(category: &str, system: &str) -> Option<Device> {
    match (category, system) {
        (_, "iPad") => Some(Device::Tablet),
        ("pc", _) => Some(Device::Computer),
        ("smartphone" | "mobilephone", _) => Some(Device::Phone),
        ("appliance", _) => Some(Device::Console),
        ("crawler", _) => Some(Device::Robot),
        ("misc", _) => Some(Device::Program),
        _ => None,
    }
}
