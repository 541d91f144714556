//! Flash B: flash A, and a new id with its signed Set-Cookie line, by the parts and without an engine.

use session_core::{CookieAttributes, CookieName, Key, KeyRing, SameSite, SessionId, SetCookie, Timestamp};

use crate::Request;
use crate::verify::verified;

/// Makes the key, once.
#[unsafe(no_mangle)]
pub extern "C" fn answer_start(secret: &[u8; 32], keys: &mut Option<KeyRing>) {
    *keys = Some(Key::new(secret).into());
}

/// Verifies the request's cookie; if that is no good, writes the line for a new id and returns its length.
#[unsafe(no_mangle)]
pub extern "C" fn answer(
    keys: &KeyRing,
    request: &Request<'_>,
    id: &mut Option<SessionId>,
    line: &mut [u8; 320],
) -> usize {
    *id = verified(request, keys);
    if id.is_some() {
        return 0;
    }
    let new = SessionId::from_random(request.random);
    *id = Some(new);
    written(request, keys, &new, line).unwrap_or_default()
}

fn written(request: &Request<'_>, keys: &KeyRing, id: &SessionId, line: &mut [u8; 320]) -> Option<usize> {
    let attributes = CookieAttributes::new()
        .path("/")
        .expires(Timestamp::from_unix_ms(request.now).ok()?.saturating_add(1_200_000))
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Lax);
    let line_of = SetCookie::signed(CookieName::CONNECT_SID, id, keys.signing_key(), attributes).ok()?;
    Some(line_of.copy_to(line).ok()?.len())
}
