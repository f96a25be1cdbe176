//! `[outgoing]`: what may be reached from here at addresses that are set in the console.

use gatelog_source::http::Reach;
use ipnet::IpNet;
use serde::Deserialize;

/// `[outgoing]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct OutgoingConfig {
    /// Networks that are not public and may be reached all the same, such as `10.0.0.0/8`. None.
    pub networks: Vec<IpNet>,
}

impl OutgoingConfig {
    /// Which addresses may be reached if a tenant's administrator sets them.
    pub fn reach(&self) -> Reach {
        Reach::PublicAnd(self.networks.clone())
    }
}
