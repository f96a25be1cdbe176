//! What an intermediary adds to a request and takes away (RFC 9110, section 7.6, and RFC 7239).

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// About one connection only.
const HOP_BY_HOP: [HeaderName; 6] = [
    header::CONNECTION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// The only protocol that connections are changed to.
const WEBSOCKET: &[u8] = b"websocket";

/// Who sent a request.
#[derive(Clone, Debug)]
pub(crate) struct Sender<'s> {
    /// The other end of the connection.
    pub(crate) peer: IpAddr,
    /// Whether it is a proxy whose word on the client counts.
    pub(crate) is_proxy: bool,
    /// The scheme and host by which the client sees this proxy.
    pub(crate) scheme: &'s str,
    pub(crate) host: Option<&'s str>,
}

/// Whether both ends are to change to WebSocket. No other protocol is passed on: in a tunnel of
/// HTTP/2 calls would pass that nobody sees.
pub(crate) fn is_upgrade(headers: &HeaderMap) -> bool {
    let is_websocket = headers
        .get(header::UPGRADE)
        .is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(WEBSOCKET));
    is_websocket && connection_options(headers).any(|option| option.eq_ignore_ascii_case("upgrade"))
}

/// Makes one header of all cookies: HTTP/2 may send several, HTTP/1.1 must not (RFC 9113, section
/// 8.2.3).
pub(crate) fn join_cookies(headers: &mut HeaderMap) {
    let cookies: Vec<&[u8]> =
        headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if cookies.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&cookies.join(&b"; "[..]))
    {
        headers.insert(header::COOKIE, joined);
    }
}

/// Takes away what is about one connection. That a client takes trailers is told to the next one.
pub(crate) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let takes_trailers = headers.get_all(header::TE).iter().any(|value| {
        let mut codings = value.to_str().unwrap_or_default().split(',');
        codings.any(|coding| coding.trim().eq_ignore_ascii_case("trailers"))
    });
    let named: Vec<HeaderName> = connection_options(headers)
        .filter_map(|option| HeaderName::from_bytes(option.as_bytes()).ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
    if takes_trailers {
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
    }
}

fn connection_options(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::CONNECTION).into_iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',').map(str::trim))
}

/// Says from whom a request is. What somebody else than a known proxy says of that is taken away.
pub(crate) fn forward(headers: &mut HeaderMap, sender: &Sender<'_>) {
    if !sender.is_proxy {
        for name in [header::FORWARDED, FORWARDED_HOST, FORWARDED_PROTO, REAL_IP, FORWARDED_FOR] {
            headers.remove(name);
        }
    }
    let peer = sender.peer.to_string();
    let earlier: Vec<&str> =
        headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
    let all = earlier.into_iter().chain([&*peer]).collect::<Vec<_>>().join(", ");
    insert(headers, FORWARDED_FOR, &all);
    if headers.contains_key(header::FORWARDED)
        && let Ok(element) = HeaderValue::from_str(&forwarded_element(sender.peer))
    {
        headers.append(header::FORWARDED, element);
    }
    if !headers.contains_key(FORWARDED_PROTO) {
        insert(headers, FORWARDED_PROTO, sender.scheme);
    }
    if let Some(host) = sender.host.filter(|_| !headers.contains_key(FORWARDED_HOST)) {
        insert(headers, FORWARDED_HOST, host);
    }
    headers.append(header::VIA, HeaderValue::from_static("1.1 gatelog"));
}

fn insert(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

fn forwarded_element(peer: IpAddr) -> String {
    match peer {
        IpAddr::V4(address) => format!("for={address}"),
        IpAddr::V6(address) => format!("for=\"[{address}]\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn told(headers: &HeaderMap) -> Vec<String> {
        let mut lines: Vec<_> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort();
        lines
    }

    #[test]
    fn what_is_about_one_connection_ends_here() {
        let mut given = headers(&[
            ("connection", "close, X-Mine"),
            ("x-mine", "1"),
            ("te", "gzip, Trailers"),
            ("transfer-encoding", "chunked"),
            ("keep-alive", "timeout=5"),
            ("accept", "*/*"),
        ]);
        remove_hop_by_hop(&mut given);
        assert_eq!(told(&given), ["accept: */*", "te: trailers"]);
    }

    #[test]
    fn an_upgrade_is_to_websocket_and_needs_both_headers() {
        let cases = [
            (headers(&[("connection", "keep-alive, Upgrade"), ("upgrade", "WebSocket")]), true),
            (headers(&[("connection", "upgrade, http2-settings"), ("upgrade", "h2c")]), false),
            (headers(&[("upgrade", "websocket")]), false),
            (headers(&[("connection", "upgrade")]), false),
        ];
        for (given, expected) in cases {
            assert_eq!(is_upgrade(&given), expected, "{given:?}");
        }
    }

    #[test]
    fn cookies_are_one_header() {
        let mut given = headers(&[("cookie", "a=1"), ("cookie", "b=2")]);
        join_cookies(&mut given);
        assert_eq!(told(&given), ["cookie: a=1; b=2"]);
    }

    #[test]
    fn only_known_proxies_say_where_a_request_is_from() {
        let given = [
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "for=192.0.2.1"),
        ];
        let sent = |is_proxy| {
            let mut headers = headers(&given);
            let peer = "10.1.2.3".parse().unwrap();
            forward(&mut headers, &Sender { peer, is_proxy, scheme: "http", host: Some("a:1") });
            told(&headers)
        };
        assert_eq!(
            sent(false),
            [
                "via: 1.1 gatelog",
                "x-forwarded-for: 10.1.2.3",
                "x-forwarded-host: a:1",
                "x-forwarded-proto: http"
            ]
        );
        assert_eq!(
            sent(true),
            [
                "forwarded: for=10.1.2.3",
                "forwarded: for=192.0.2.1",
                "via: 1.1 gatelog",
                "x-forwarded-for: 192.0.2.1, 10.1.2.3",
                "x-forwarded-host: a:1",
                "x-forwarded-proto: https"
            ]
        );
    }
}
