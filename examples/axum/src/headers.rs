//! What an answer says of its session, to browsers and to caches.

use axum::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use session_core::Headers;

/// What only caches of one user may keep is kept by none.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// Adds the session's headers to those of the handler.
pub(crate) fn add(headers: &mut HeaderMap, of_session: Headers<'_>) {
    for (name, value) in of_session {
        if name != SET_COOKIE {
            keep_out_of_caches(headers);
        } else if let Ok(mut line) = HeaderValue::try_from(value.to_string()) {
            // It always is one: no control character comes out of a line.
            line.set_sensitive(true);
            headers.append(SET_COOKIE, line);
        }
    }
}

/// No cache keeps the answer, whatever its handler has said.
///
/// > […] a cache MUST NOT store any part of either the immediate request or the response (RFC 9111, 5.2.2.5, no-store)
pub(crate) fn keep_out_of_caches(headers: &mut HeaderMap) {
    if !headers.get_all(CACHE_CONTROL).iter().any(forbids_storing) {
        headers.insert(CACHE_CONTROL, PRIVATE);
    }
    // > If a targeted cache-control field is present […] a cache MUST ignore the Cache-Control header field (RFC 9213, 2.2)
    let targeted = |name: &&HeaderName| name.as_str().ends_with("cdn-cache-control") || *name == "surrogate-control";
    let targeted: Vec<HeaderName> = headers.keys().filter(targeted).cloned().collect();
    for name in targeted {
        headers.remove(name);
    }
}

fn forbids_storing(cache_control: &HeaderValue) -> bool {
    let mut directives = cache_control.as_bytes().split(|byte| *byte == b',');
    directives.any(|directive| directive.trim_ascii().eq_ignore_ascii_case(b"no-store"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_session_asks_of_caches_wins_over_what_is_laxer() {
        for (of_handler, sent) in [
            (&[][..], &["private, no-store"][..]),
            (&["public, max-age=60"], &["private, no-store"]),
            (&["max-age=60", "private"], &["private, no-store"]),
            (&["no-cache, No-Store"], &["no-cache, No-Store"]),
            (&["max-age=60", "no-store"], &["max-age=60", "no-store"]),
            (&["community=\"no-store\""], &["private, no-store"]),
        ] {
            let mut headers = HeaderMap::new();
            for value in of_handler {
                headers.append(CACHE_CONTROL, HeaderValue::from_static(value));
            }
            keep_out_of_caches(&mut headers);
            assert!(headers.get_all(CACHE_CONTROL).iter().eq(sent), "{of_handler:?}");
        }
    }

    #[test]
    fn what_networks_would_obey_instead_is_removed() {
        let mut headers = HeaderMap::new();
        for name in ["cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control", "surrogate-key"] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static("max-age=60"));
        }
        keep_out_of_caches(&mut headers);
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["cache-control", "surrogate-key"]);
    }
}
