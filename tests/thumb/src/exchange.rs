//! Flash C: a whole exchange with the express preset and a store of eight places.

use session_core::{
    CookieName, CookieOptions, Fingerprint, FixedStore, Key, Policy, SameSite, Secure, SessionId, SessionManager,
    Timestamp,
};

use crate::Request;

/// What the session of a small device holds.
#[derive(Clone, Copy, Default, Hash)]
pub struct Visit {
    user: Option<u16>,
    views: u32,
}

pub type Store = FixedStore<Visit, 8>;
pub type Manager = SessionManager<'static, Visit, [Key; 0], 1>;

/// Makes the manager, once.
#[unsafe(no_mangle)]
pub extern "C" fn exchange_start(secret: &[u8; 32], manager: &mut Option<Manager>) {
    *manager = SessionManager::new(
        Policy::express(Fingerprint::of_hash).with_one_candidate(),
        Key::new(secret).into(),
        CookieName::CONNECT_SID,
        CookieOptions::new().max_age(1_200_000).secure(Secure::Auto).same_site(SameSite::Lax),
    )
    .ok();
}

/// Counts a visit and writes the Set-Cookie line of the answer, whose length is returned.
#[unsafe(no_mangle)]
pub extern "C" fn exchange(manager: &Manager, request: &Request<'_>, store: &mut Store, line: &mut [u8; 320]) -> usize {
    answer(manager, request, store, line).unwrap_or_default()
}

fn answer(manager: &Manager, request: &Request<'_>, store: &mut Store, line: &mut [u8; 320]) -> Option<usize> {
    let now = Timestamp::from_unix_ms(request.now).ok()?;
    let pending = manager.receive(session_core::Request::new([request.cookie], request.target))?;
    let new_id = || Ok::<_, ()>(SessionId::from_random(request.random));
    let mut session = pending.open_from(store, now, new_id).ok()?;
    session.data_mut().views += 1;
    let settled = session.close(now).apply(store, now).ok()?;
    let line = manager.set_cookie(&settled).ok()??.copy_to(line).ok()?;
    Some(line.len())
}
