//! Which addresses belong to the public internet.
//!
//! From the registries of special-purpose addresses (RFC 6890 and its updates). What is not known
//! to be public is not: of IPv6 that is everything outside of `2000::/3`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What of IPv4 is not public: the first address and how many bits of it count.
const SPECIAL: [([u8; 4], u32); 17] = [
    ([0, 0, 0, 0], 8),        // this network
    ([10, 0, 0, 0], 8),       // private
    ([100, 64, 0, 0], 10),    // shared by the customers of a carrier
    ([127, 0, 0, 0], 8),      // loopback
    ([168, 63, 129, 16], 32), // the machine that an Azure machine runs on
    ([169, 254, 0, 0], 16),   // link-local, and what clouds tell their machines
    ([172, 16, 0, 0], 12),    // private
    ([192, 0, 0, 0], 24),     // protocols
    ([192, 0, 2, 0], 24),     // documentation
    ([192, 31, 196, 0], 24),  // name servers of private addresses
    ([192, 88, 99, 0], 24),   // relays of 6to4
    ([192, 168, 0, 0], 16),   // private
    ([198, 18, 0, 0], 15),    // benchmarks
    ([198, 51, 100, 0], 24),  // documentation
    ([203, 0, 113, 0], 24),   // documentation
    ([224, 0, 0, 0], 4),      // multicast
    ([240, 0, 0, 0], 4),      // reserved, and broadcast
];

/// Whether an address is one of the public internet, also inside of the forms in which IPv6 holds
/// an address of IPv4 that something on the way takes out again.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let address = address.to_bits();
    SPECIAL.iter().all(|(first, bits)| {
        let first = u32::from_be_bytes(*first);
        (address ^ first) >> (32 - bits) != 0
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // NAT64 (RFC 6052) and 6to4 (RFC 3056).
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            is_public_v4(Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low)))
        }
        // Protocols, among them Teredo; documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first >> 13 == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &str = "\
        1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 \
        128.0.0.1 168.63.129.17 172.15.255.255 172.32.0.0 192.167.255.255 198.17.255.255 \
        198.20.0.0 223.255.255.255 2606:4700::1111 2001:200::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 \
        2002:808:808::1";

    const NOT_PUBLIC: &str = "\
        0.0.0.0 10.0.0.0 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 \
        168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 \
        192.168.1.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 \
        255.255.255.255 :: ::1 ::10.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 \
        64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::8.8.8.8 100::1 2001::1 \
        2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2002:a00:1::1 2002:7f00:1::1 3fff::1 \
        fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1";

    #[test]
    fn addresses_are_public_or_not() {
        for (addresses, expected) in [(PUBLIC, true), (NOT_PUBLIC, false)] {
            for address in addresses.split_whitespace() {
                let parsed: IpAddr = address.parse().expect(address);
                assert_eq!(is_public(parsed), expected, "{address}");
            }
        }
    }
}
