//! Flash B: flash A, and a new id with its signed Set-Cookie line, by the parts and without an engine.

use session_core::{CookieAttributes, CookieName, Key, KeyRing, SameSite, SessionId, SetCookie, Timestamp};

use crate::Request;
use crate::verify::{VALUE_LENGTH, verified};

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
    let signature = keys.signing_key().sign(id.as_str());
    let mut value = [0; VALUE_LENGTH];
    let parts = ["s:", id.as_str(), ".", signature.as_str()];
    for (place, byte) in value.iter_mut().zip(parts.iter().flat_map(|part| part.bytes())) {
        *place = byte;
    }
    let attributes = CookieAttributes::new()
        .path("/")
        .expires(Timestamp::from_unix_ms(request.now).ok()?.saturating_add(1_200_000))
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Lax);
    let value = core::str::from_utf8(&value).ok()?;
    let line = SetCookie::new(CookieName::CONNECT_SID, value, attributes).ok()?.write_to(line).ok()?;
    Some(line.len())
}
