//! Signatures, and what a cookie names.

use session_core::{
    CookieAttributes, CookieName, Cookies, Handle, Key, KeyRing, Principal, SessionId, SetCookie, Signature, StoreKey,
    Unprefixed, VerifiedId, WriteId,
};

use super::Sink;

#[unsafe(no_mangle)]
pub fn input_key(secret: &[u8], texts: &[&str; 3], out: &mut Sink) {
    let [purpose, name, text] = *texts;
    let made = Key::new(secret);
    match Key::derive(secret, purpose, name) {
        Ok(derived) => out.take([u8::from(derived.is_derived()), u8::from(derived.secret_is_short())]),
        Err(error) => out.show(error),
    }
    if let Ok(of_boot) = Key::derive_for_boot(secret, purpose, name, text) {
        out.take([u8::from(of_boot.verify(text, name))]);
    }
    let signature: Signature = made.sign(text);
    out.show(signature.as_str());
    out.take([u8::from(made.verify(text, name))]);
    if let Ok(id) = text.parse::<SessionId>() {
        out.show(StoreKey::signed(&id, &signature).as_str());
        let mut line = [0; 64];
        match SetCookie::signed(CookieName::HOST_SID, &id, &made, CookieAttributes::new().path(name)) {
            Ok(cookie) => match cookie.copy_to(&mut line) {
                Ok(line) => out.take(line.iter().copied()),
                Err(error) => out.show(error),
            },
            Err(error) => out.show(error),
        }
        out.show(Handle::new(&made, &StoreKey::plain(&id)));
    }
}

#[unsafe(no_mangle)]
pub fn input_signed(secrets: &[&[u8]; 3], signed: &str, header: &[u8], out: &mut Sink) {
    let [first, second, next] = secrets.map(Key::new);
    let keys = KeyRing::new(first, [second]).with_next(next);
    match keys.unsign(signed) {
        Ok(unsigned) => {
            out.show(unsigned.text());
            out.take([u8::from(unsigned.state().is_outdated())]);
            out.take(unsigned.key().to_le_bytes());
        }
        Err(error) => out.show(error),
    }
    for form in [Unprefixed::Connect1, Unprefixed::Connect2, Unprefixed::Refused] {
        let of_cookie = Cookies::new(header)
            .find(CookieName::CONNECT_SID.as_str().as_bytes())
            .map(|cookie| VerifiedId::of_cookie(cookie, &keys, form));
        for verified in [Some(VerifiedId::read(signed, &keys, form)), of_cookie].into_iter().flatten() {
            match verified {
                Ok(verified) => out.show(verified.store_key().as_str()),
                Err(error) => out.show(error),
            }
        }
    }
}

/// Names of users and of writes.
#[unsafe(no_mangle)]
pub fn input_principal(text: &str, random: [u8; 9], out: &mut Sink) {
    match text.parse::<Principal>() {
        Ok(principal) => out.show(principal.as_str()),
        Err(error) => out.show(error),
    }
    match text.parse::<Handle>() {
        Ok(handle) => out.show(handle.as_str()),
        Err(error) => out.show(error),
    }
    out.show(WriteId::from_random(random).as_str());
}
