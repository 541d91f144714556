//! Flash D: a whole exchange with the recommended preset, and a look into a session by it.
//!
//! Hashed ids ([`IdsAtRest`](session_core::IdsAtRest)) are a value of the policy, and so the same code:
//! an entry for them would take the same flash.

use session_core::{CookieName, CookieOptions, FixedStore, Key, Policy, SessionId, SessionManager, Timestamp};

use crate::Request;

/// What the session of a small device holds.
#[derive(Clone, Copy, Default)]
pub struct Visit {
    pub views: u32,
}

pub type Store = FixedStore<Visit, 8>;
pub type Manager = SessionManager<'static, Visit, [Key; 0], 1>;
pub type Session = session_core::Session<'static, Visit, u64>;

/// One session a request: a device has no sessions of an older configuration.
const POLICY: Policy<Visit, 1> = Policy::recommended().with_one_candidate();

/// Makes the manager, once.
#[cfg(feature = "recommended")]
#[unsafe(no_mangle)]
pub extern "C" fn recommended_start(secret: &[u8; 32], manager: &mut Option<Manager>) {
    *manager = made(secret);
}

/// Counts a visit and writes the Set-Cookie line of the answer, whose length is returned.
#[cfg(feature = "recommended")]
#[unsafe(no_mangle)]
pub extern "C" fn recommended(
    manager: &Manager,
    request: &Request<'_>,
    store: &mut Store,
    line: &mut [u8; 320],
) -> usize {
    answer(manager, request, store, line, count).unwrap_or_default()
}

/// Makes the manager, once.
#[cfg(feature = "passive")]
#[unsafe(no_mangle)]
pub extern "C" fn passive_start(secret: &[u8; 32], manager: &mut Option<Manager>) {
    *manager = made(secret);
}

/// Looks how often a visitor was there, and nothing else.
#[cfg(feature = "passive")]
#[unsafe(no_mangle)]
pub extern "C" fn passive(manager: &Manager, request: &Request<'_>, store: &mut Store) -> u32 {
    views(manager, request, store).unwrap_or_default()
}

#[cfg(feature = "passive")]
fn views(manager: &Manager, request: &Request<'_>, store: &mut Store) -> Option<u32> {
    let now = Timestamp::from_unix_ms(request.now).ok()?;
    let found = manager.lookup([request.cookie], store, now).ok()??;
    Some(found.record().data().views)
}

pub fn made(secret: &[u8; 32]) -> Option<Manager> {
    let name = CookieName::HOST_SID;
    let key = Key::derive(secret, Key::SESSION_COOKIES, name.as_str()).ok()?;
    SessionManager::new(POLICY, key.into(), name, CookieOptions::recommended()).ok()
}

/// One exchange, of which `handle` is the handler.
pub fn answer(
    manager: &Manager,
    request: &Request<'_>,
    store: &mut Store,
    line: &mut [u8; 320],
    handle: impl FnOnce(&mut Session, Timestamp),
) -> Option<usize> {
    let now = Timestamp::from_unix_ms(request.now).ok()?;
    let pending = manager.receive(session_core::Request::new([request.cookie], request.target).encrypted(true))?;
    let new_id = || Ok::<_, ()>(SessionId::from_random(request.random));
    let mut session = pending.open_from(store, now, new_id).ok()?;
    handle(&mut session, now);
    let settled = session.close(now).apply(store, now).ok()?;
    let line = manager.set_cookie(&settled).ok()??.copy_to(line).ok()?;
    Some(line.len())
}

#[cfg(feature = "recommended")]
fn count(session: &mut Session, _: Timestamp) {
    session.data_mut().views += 1;
}
