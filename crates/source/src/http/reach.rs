//! Which addresses may be reached, also when a name leads there.
//!
//! Who administers a tenant can set addresses to be asked from here, and must not get behind the
//! firewall by that. A name is looked up once, and the connection goes to what was found and
//! checked: an answer that changes in between does not help.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::public::is_public;

/// Which addresses may be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All: the address is in the configuration file.
    Anywhere,
    /// Public ones, and those in networks that whoever runs this has listed.
    PublicAnd(Vec<IpNet>),
}

impl Reach {
    /// Whether an address may be reached.
    pub fn allows(&self, address: IpAddr) -> bool {
        let Self::PublicAnd(networks) = self else { return true };
        let address = address.to_canonical();
        is_public(address) || networks.iter().any(|network| network.contains(&address))
    }

    /// Whether an address in numbers may be reached. Names are looked at when they are resolved.
    pub(super) fn allows_literal(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        host.parse().map_or(true, |address| self.allows(address))
    }

    /// What resolves names, if not all that they lead to may be reached.
    pub(super) fn resolver(&self) -> Option<Arc<Resolver>> {
        match self {
            Self::Anywhere => None,
            Self::PublicAnd(_) => Some(Arc::new(Resolver { reach: self.clone() })),
        }
    }
}

/// Resolves names as the system does, and leaves out what may not be reached.
#[derive(Debug)]
pub(super) struct Resolver {
    reach: Reach,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach.clone();
        Box::pin(async move {
            // The port is put in by whoever connects.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                let reason = format!(
                    "{} leads to addresses in private networks only; whoever runs this server can \
                     list them under `outgoing.networks`",
                    name.as_str()
                );
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason).into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_reached_only_if_listed() {
        let none = Reach::PublicAnd(Vec::new());
        let listed = Reach::PublicAnd(vec!["10.0.0.0/8".parse().expect("a network")]);
        for (url, by_none, by_listed) in [
            ("https://1.1.1.1/", true, true),
            ("https://10.1.2.3/", false, true),
            ("https://[::ffff:10.1.2.3]/", false, true),
            ("https://[64:ff9b::a01:203]/", false, false),
            ("https://192.168.0.1:8443/x", false, false),
            // Other ways of writing 127.0.0.1.
            ("http://2130706433/", false, false),
            ("http://0x7f.1/", false, false),
            ("http://127.0.0.1./", false, false),
            ("https://[::1]/", false, false),
            // Looked at when it is resolved.
            ("https://localhost/", true, true),
        ] {
            let url: Url = url.parse().expect(url);
            assert!(Reach::Anywhere.allows_literal(&url));
            assert_eq!(none.allows_literal(&url), by_none, "{url}");
            assert_eq!(listed.allows_literal(&url), by_listed, "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_leads_nowhere_private() {
        let resolve = async |reach: Reach| {
            let resolver = reach.resolver().expect("a resolver");
            let found = resolver.resolve("localhost".parse().expect("a name")).await;
            found.map(Iterator::count).map_err(|error| error.to_string())
        };
        let refused = resolve(Reach::PublicAnd(Vec::new())).await;
        assert!(refused.is_err_and(|error| error.contains("outgoing.networks")));
        let loopback = ["127.0.0.0/8", "::1/128"].map(|net| net.parse().expect("a network"));
        let found = resolve(Reach::PublicAnd(loopback.to_vec())).await;
        assert!(found.is_ok_and(|count| count > 0));
    }
}
