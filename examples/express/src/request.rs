//! What a request says beside its cookies.

use napi_derive::napi;
use session_core::{PathRule, Proxy, is_encrypted};

use crate::sessions::header_bytes;

/// Whether a request for this target has a session whose cookie has this path.
#[napi(catch_unwind)]
pub fn has_session(path: String, target: String) -> bool {
    PathRule::Prefix.matches(&path, &target)
}

/// Whether a request came encrypted. `proxy` is the option of that name, of which only `true` and `false` count.
#[napi(catch_unwind)]
pub fn came_encrypted(own: bool, proxy: Option<bool>, secure: bool, forwarded: Option<String>) -> bool {
    let proxy = match proxy {
        Some(true) => Proxy::Trusted,
        Some(false) => Proxy::Ignored,
        None => Proxy::Framework { secure },
    };
    is_encrypted(own, proxy, &header_bytes(forwarded.unwrap_or_default()))
}
