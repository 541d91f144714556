//! Requests that are none of ours: the host that they name is another one, or a page of another one has sent them.

use picoserve::request::RequestParts;

/// Under which names and addresses the device is reached; 127.0.0.1 and `localhost` are for QEMU. **A product replaces
/// this** by its own.
const HOSTS: [&str; 4] = ["device.local", "10.0.2.15", "127.0.0.1", "localhost"];

/// Whether it is for this device.
///
/// A name of an attacker's can be made to lead to our address (DNS rebinding). To a browser, a page from there is then of
/// our own origin, and reads all that we answer. What gives it away is the name in `Host`.
pub fn is_for_us(parts: &RequestParts<'_>) -> bool {
    header(parts, "host").is_some_and(|host| HOSTS.contains(&without_port(host)))
}

/// Whether one of our own pages has sent it, if it may change something.
///
/// Browsers say with each form where it comes from. `SameSite=Strict` is not enough: a login needs no cookie, and to a
/// browser another port of this host is the same site.
pub fn is_from_us(parts: &RequestParts<'_>) -> bool {
    let is_form = !matches!(parts.method(), "GET" | "HEAD");
    let origin = header(parts, "origin").and_then(|origin| origin.strip_prefix("http://"));
    !is_form || origin.is_some() && origin == header(parts, "host")
}

fn header<'r>(parts: &RequestParts<'r>, name: &str) -> Option<&'r str> {
    parts.headers().get(name)?.as_str().ok()
}

fn without_port(host: &str) -> &str {
    host.split_once(':').map_or(host, |(name, _)| name)
}
