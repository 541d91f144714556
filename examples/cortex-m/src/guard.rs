//! Requests that are none of ours: the host that they name is another one, or a page of another one has sent them.

use picoserve::request::RequestParts;
use session_core::is_known_host;

/// Under which names and addresses the device is reached; 127.0.0.1 and `localhost` are for QEMU. **A product replaces
/// this** by its own.
const HOSTS: [&str; 4] = ["device.local", "10.0.2.15", "127.0.0.1", "localhost"];

/// Whether it is for this device, and not for a name of an attacker's that was made to lead to our address (DNS rebinding).
pub fn is_for_us(parts: &RequestParts<'_>) -> bool {
    parts.headers().get("host").is_some_and(|host| is_known_host(host.as_raw(), &HOSTS))
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
