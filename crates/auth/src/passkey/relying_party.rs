//! Who we are to a browser: the address of the page, and the host that passkeys are bound to.

use std::net::Ipv4Addr;

use sha2::{Digest, Sha256};

/// A page's address, as far as passkeys depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    origin: String,
    id: String,
}

impl RelyingParty {
    /// The one at an address such as `https://logs.example`. None if browsers use no passkeys there:
    /// over plain HTTP (except at `localhost`), or at a host without a name.
    pub fn at(address: &str) -> Option<Self> {
        let address = address.to_ascii_lowercase();
        let (scheme, rest) = address.split_once("://")?;
        let authority = rest.split('/').next()?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let is_local = host == "localhost" || host.ends_with(".localhost");
        let default_port = match scheme {
            "https" => "443",
            "http" if is_local => "80",
            _ => return None,
        };
        if !is_name(host) || port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return None;
        }
        let port = port.filter(|port| *port != default_port);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self { origin: format!("{scheme}://{host}{port}"), id: host.to_owned() })
    }

    /// The page's origin, as a browser writes it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What passkeys are bound to: the host.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What a device calls us.
    pub(super) fn id_hash(&self) -> [u8; 32] {
        Sha256::digest(&self.id).into()
    }
}

/// Whether it is the name of a host, and no address.
fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    host.split('.').all(is_label) && host.parse::<Ipv4Addr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_bound_to_the_host_of_a_page_with_a_name() {
        let cases = [
            ("https://logs.example", Some(("https://logs.example", "logs.example"))),
            ("https://Logs.Example:443/", Some(("https://logs.example", "logs.example"))),
            ("https://logs.example:8443", Some(("https://logs.example:8443", "logs.example"))),
            ("http://localhost:8620", Some(("http://localhost:8620", "localhost"))),
            ("http://localhost:80", Some(("http://localhost", "localhost"))),
            ("http://logs.example", None),
            ("https://192.0.2.7", None),
            ("http://127.0.0.1:8620", None),
            ("https://[::1]:8620", None),
            ("https://", None),
            ("https://logs..example", None),
            ("https://logs.example:port", None),
            ("https://ada@logs.example", None),
            ("logs.example", None),
            ("", None),
        ];
        for (address, expected) in cases {
            let party = RelyingParty::at(address);
            let party = party.as_ref().map(|party| (party.origin(), party.id()));
            assert_eq!(party, expected, "{address}");
        }
    }
}
