//! Requests that are none of ours: the host that they name is another one, or a page of another one has sent them.

use picoserve::request::{Headers, RequestParts};

use crate::pages::Answer;

/// Under which names and addresses the device is reached; 127.0.0.1 and `localhost` are for QEMU. **A product replaces
/// this** by its own.
const HOSTS: [&str; 4] = ["device.local", "10.0.2.15", "127.0.0.1", "localhost"];

/// Why a request is not dealt with, if it is not meant for this device, or is a form that another page has sent.
///
/// A name of an attacker's can be made to lead to our address (DNS rebinding). To a browser, a page from there is then of
/// our own origin, and reads all that we answer. What gives it away is the name in `Host`.
pub fn refusal(parts: &RequestParts<'_>) -> Option<Answer> {
    let headers = parts.headers();
    let Some(host) = header(headers, "host").filter(|host| HOSTS.contains(&without_port(host))) else {
        return Some(Answer::message(421, "Unknown host", "This device has another name."));
    };
    // Browsers say with each form where it comes from. `SameSite=Strict` is not enough: a login needs no cookie, and to a
    // browser another port of this host is the same site.
    let origin = header(headers, "origin").and_then(|origin| origin.strip_prefix("http://"));
    let is_form = !matches!(parts.method(), "GET" | "HEAD");
    (is_form && origin != Some(host))
        .then(|| Answer::message(403, "Refused", "This form was not sent from a page of this device."))
}

fn header<'r>(headers: Headers<'r>, name: &str) -> Option<&'r str> {
    headers.get(name)?.as_str().ok()
}

fn without_port(host: &str) -> &str {
    host.split_once(':').map_or(host, |(name, _)| name)
}
