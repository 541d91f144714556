//! Managers of any configuration, and sessions with all that can be done with one, under both presets.

use session_core::{
    Attribute, CookieName, CookieOptions, CookieScope, Field, Fingerprint, FixedStore, IdsAtRest, Key, KeyRing, Limits,
    PathRule, Policy, Request, SessionId, SessionManager, SessionStore, Timestamp, Unprefixed, Unset, WriteId,
};

use super::Sink;

type Store = FixedStore<u32, 8>;
type Manager<'c, const N: usize> = SessionManager<'c, u32, [Key; 1], N>;

/// What is configured, and what comes in.
pub struct Given<'g> {
    secrets: [&'g [u8]; 2],
    texts: [&'g str; 6],
    numbers: [i64; 5],
    headers: &'g [&'g [u8]],
    random: [[u8; 24]; 3],
    now: Timestamp,
}

#[unsafe(no_mangle)]
pub fn input_express(given: &Given<'_>, store: &mut Store, out: &mut Sink) {
    let [a, b, ..] = given.numbers;
    let policy = Policy::express(Fingerprint::of_hash)
        .with_resave(a & 1 == 0)
        .with_rolling(a & 2 == 0)
        .with_save_uninitialized(a & 4 == 0)
        .with_unset(if a & 8 == 0 { Unset::Destroy } else { Unset::Keep })
        .with_path_rule(if a & 16 == 0 { PathRule::Prefix } else { PathRule::Rfc6265 });
    let keys = given.secrets.map(Key::new);
    serve(given, policy, keys, options(given).max_age(b), store, out);
}

#[unsafe(no_mangle)]
pub fn input_recommended(given: &Given<'_>, store: &mut Store, out: &mut Sink) {
    let [idle, absolute, touch, skew, moved] = given.numbers;
    let policy = Policy::recommended()
        .with_limits(Limits::new(idle, absolute).with_touch_after(touch).with_clock_skew(skew))
        .with_candidates(given.random.as_flattened().first().copied().unwrap_or_default())
        .with_persistent_cookie(idle & 1 == 0)
        .with_epochs(idle & 2 == 0)
        .with_express_keys(idle & 4 == 0)
        .with_moved_mark(moved)
        .with_ids_at_rest(if idle & 8 == 0 { IdsAtRest::ReadBoth } else { IdsAtRest::WriteHashed });
    let [_, purpose, name, ..] = given.texts;
    let keys = given.secrets.map(|secret| Key::derive(secret, purpose, name).unwrap_or_else(|_| Key::new(secret)));
    serve(given, policy, keys, options(given), store, out);
}

#[unsafe(no_mangle)]
pub fn input_device(given: &Given<'_>, store: &mut Store, out: &mut Sink) {
    let [idle, absolute, ..] = given.numbers;
    let [_, purpose, name, _, _, text] = given.texts;
    let policy = Policy::device().with_limits(Limits::new(idle, absolute));
    let keys = given.secrets.map(|secret| Key::derive(secret, purpose, name).unwrap_or_else(|_| Key::new(secret)));
    let options = CookieOptions::device().attribute(Field::Priority, Attribute::Text(text));
    serve(given, policy, keys, options, store, out);
}

fn options<'g>(given: &Given<'g>) -> CookieOptions<'g> {
    let [_, _, _, path, domain, text] = given.texts;
    CookieOptions::recommended()
        .path(path)
        .domain(domain)
        .attribute(Field::Priority, Attribute::Text(text))
        .same_site_auto()
}

fn serve<const N: usize>(
    given: &Given<'_>,
    policy: Policy<u32, N>,
    [signing, older]: [Key; 2],
    options: CookieOptions<'_>,
    store: &mut Store,
    out: &mut Sink,
) {
    let [name, _, _, path, domain, _] = given.texts;
    let former = [CookieScope::new(path).with_domain(domain)];
    let keys = KeyRing::new(signing, [older]);
    let made = CookieName::new(name).map(|name| SessionManager::new(policy, keys, name, options));
    match made {
        Ok(Ok(manager)) => match manager.with_unprefixed(Unprefixed::Connect1).with_former(&former) {
            Ok(manager) => {
                look(given, &manager, store, out);
                if exchange(given, &manager, store, out).is_none() {
                    out.show("no session");
                }
            }
            Err(error) => out.show(error),
        },
        Ok(Err(error)) => out.show(error),
        Err(error) => out.show(error),
    }
}

fn look<const N: usize>(given: &Given<'_>, manager: &Manager<'_, N>, store: &mut Store, out: &mut Sink) {
    match manager.lookup(given.headers, store, given.now) {
        Ok(Some(found)) => out.take(found.record().data().to_le_bytes()),
        Ok(None) => {}
        Err(error) => out.show(error),
    }
    match manager.verify(given.headers) {
        Ok(verified) => out.show(verified.id().as_str()),
        Err(error) => out.show(error),
    }
}

fn exchange<const N: usize>(
    given: &Given<'_>,
    manager: &Manager<'_, N>,
    store: &mut Store,
    out: &mut Sink,
) -> Option<()> {
    let [_, _, _, target, user, text] = given.texts;
    let [first, second, third] = given.random.map(SessionId::from_random);
    let [number, epoch, ..] = given.numbers;
    let now = given.now;
    let request = Request::new(given.headers, target).encrypted(number & 1 == 0);
    let pending = match manager.receive_with(request, options(given)) {
        Ok(pending) => pending?,
        Err(error) => return Some(out.show(error)),
    };
    if let Some(rejection) = pending.rejection() {
        out.show(rejection);
    }
    out.take([u8::from(pending.has_look_alike()), u8::from(pending.counts_epochs())]);
    pending.candidates().for_each(|key| out.show(key.as_str()));
    let from_store = pending.clone().open_from(store, now, || Ok::<_, ()>(first));
    out.take([u8::from(from_store.is_ok_and(|session| session.is_new()))]);
    let loaded = pending.load(store, now).ok()?;
    let mut session = pending.open(loaded, now, || Ok::<_, ()>(first)).ok()?;
    *session.data_mut() += 1;
    session.touch(now);
    if let Err(error) = session.set_max_age(Some(number), now) {
        out.show(error);
    }
    if let Err(error) = session.cookie_mut().set_attribute(Field::Path, Attribute::Text(text)) {
        out.show(error);
    }
    if let Ok(principal) = user.parse() {
        let done = if number & 2 == 0 {
            session.authenticated(principal, second, now)
        } else {
            session.authenticated_in_epoch(principal, epoch.unsigned_abs(), second, now)
        };
        if let Err(error) = done {
            out.show(error);
        }
    }
    out.take([u8::from(session.is_fresh(number, now)), u8::from(session.is_new()), u8::from(session.is_live())]);
    for step in 0..4 {
        let op = match step {
            0 => session.regenerate(third, now),
            1 => session.renew_id(second, now),
            2 => session.save().map(Some),
            _ if number & 4 == 0 => Ok(Some(session.destroy())),
            _ => Ok(None),
        };
        let answer = match op {
            Ok(Some(op)) => store.apply(op, now).ok()?,
            Ok(None) => continue,
            Err(error) => {
                out.show(error);
                continue;
            }
        };
        session.answered(answer);
    }
    let key = *session.key();
    let reread = store.load(&key, now).ok()?;
    if let Err(error) = session.reload(reread, now) {
        out.show(error);
    }
    if number & 8 == 0 {
        match manager.set_cookie_early(&mut session, now) {
            Ok(line) => line.into_iter().for_each(|line| out.show(line)),
            Err(error) => out.show(error),
        }
    }
    if number & 16 == 0 {
        session.abandon();
    }
    let outcome = session.close(now).with_write_id(WriteId::from_random([7; 9]));
    let reread = outcome.keys().filter_map(|key| store.load(&key, now).ok().flatten());
    let answer = outcome.confirm(reread);
    let settled = if number & 32 == 0 { outcome.settle(Some(answer)) } else { outcome.apply(store, now).ok()? };
    match manager.headers(&settled) {
        Ok(headers) => headers.for_each(|(name, value)| {
            out.show(name);
            out.show(value);
        }),
        Err(error) => out.show(error),
    }
    out.show(manager.removal_cookie(settled.session()).ok()?);
    out.take(settled.into_record().into_data().to_le_bytes());
    Some(())
}
