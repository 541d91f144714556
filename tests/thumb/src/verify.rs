//! Flash A: from a Cookie header to a verified id.

use session_core::{CookieName, Cookies, KeyRing, SessionId, Unprefixed, VerifiedId};

use crate::Request;

/// Makes the key, once.
#[cfg(feature = "verify")]
#[unsafe(no_mangle)]
pub extern "C" fn verify_start(secret: &[u8; 32], keys: &mut Option<KeyRing>) {
    *keys = Some(session_core::Key::new(secret).into());
}

/// Gives the id that the request's cookie names, if its signature is right.
#[cfg(feature = "verify")]
#[unsafe(no_mangle)]
pub extern "C" fn verify(keys: &KeyRing, request: &Request<'_>, id: &mut Option<SessionId>) {
    *id = verified(request, keys);
}

pub fn verified(request: &Request<'_>, keys: &KeyRing) -> Option<SessionId> {
    let cookie = Cookies::new(request.cookie).find(CookieName::CONNECT_SID.as_str().as_bytes())?;
    VerifiedId::of_cookie(cookie, keys, Unprefixed::Refused).ok().map(|verified| *verified.id())
}
