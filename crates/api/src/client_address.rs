//! Where the client of a request is.

use std::net::IpAddr;

/// The address from which a request was sent: that of the connection, or what a proxy that is known
/// as one says of it. A request carries it as an extension if it came over the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);
