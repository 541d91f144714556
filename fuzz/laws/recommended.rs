//! The laws of the recommended preset, whatever requests come, overlap and fail.

use core::convert::Infallible;
use std::collections::BTreeSet;

use session_core::{
    Answer, AnswerError, CookieName, CookieOptions, CookieReason, CookieScope, Expires, FixedStore, IdsAtRest, Key,
    KeyRing, Limits, Loaded, Opening, Outcome, Policy, Record, Request, Session, SessionCookie, SessionId,
    SessionManager, SessionStore, Settled, StoreAction, StoreKey, StoreOp, Timestamp, Unset,
};

const LIMITS: Limits = Limits::new(10_000, 40_000).with_touch_after(1000).with_clock_skew(500);
const FORMER: [CookieScope<'static>; 2] = [CookieScope::new("/app"), CookieScope::new("/").with_domain("example.com")];
/// How many requests overlap.
const OPEN: usize = 3;
/// What a run may cost.
const STEPS: usize = 200;

type Manager = SessionManager<'static, u8, [Key; 1]>;
type Store = FixedStore<u8, 4>;

/// The bytes say, one after the other, how the manager is made, and what happens then.
///
/// # Panics
///
/// Where a law is broken.
pub(crate) fn law(bytes: &[u8]) {
    let mut bytes = bytes.iter().copied();
    let mut world = World::new(bytes.next().unwrap_or_default(), bytes.next().unwrap_or_default());
    for _ in 0..STEPS {
        let Some(step) = bytes.next() else { break };
        world.step(step, &mut bytes);
    }
    while !world.open.is_empty() {
        world.close(0, 0);
    }
}

struct World {
    manager: Manager,
    older: Key,
    store: Store,
    now: Timestamp,
    /// Of `name=value`, as a browser sends it: what answers have set.
    cookies: Vec<String>,
    open: Vec<Running>,
    /// Keys under which there was a session that the store has let go.
    dead: BTreeSet<String>,
    ids: u64,
}

/// A request that has not been answered.
struct Running {
    session: Session<'static, u8, u64>,
    logged_in: bool,
}

impl World {
    fn new(policy: u8, at_rest: u8) -> Self {
        let name = CookieName::new("__Secure-sid").unwrap();
        let key = |number: u8| Key::derive([number; 32], Key::SESSION_COOKIES, name.as_str()).unwrap();
        let phases = [IdsAtRest::Plain, IdsAtRest::ReadBoth, IdsAtRest::WriteHashed, IdsAtRest::Hashed];
        let policy = Policy::recommended()
            .with_limits(LIMITS)
            .with_candidates(1 + policy % 4)
            .with_persistent_cookie(policy & 4 != 0)
            .with_unset(if policy & 8 == 0 { Unset::Keep } else { Unset::Destroy })
            .with_ids_at_rest(phases[usize::from(at_rest % 4)]);
        let keys = KeyRing::new(key(1), [key(2)]);
        let manager = SessionManager::new(policy, keys, name, CookieOptions::recommended()).unwrap();
        Self {
            manager: manager.with_former(&FORMER).unwrap(),
            older: key(2),
            store: Store::new(),
            now: Timestamp::from_unix_ms(1_700_000_000_000).unwrap(),
            cookies: Vec::new(),
            open: Vec::new(),
            dead: BTreeSet::new(),
            ids: 0,
        }
    }

    fn step(&mut self, step: u8, bytes: &mut impl Iterator<Item = u8>) {
        let mut next = || bytes.next().unwrap_or_default();
        match step % 16 {
            0 => {
                let steps = [1, 499, 1000, 5000, 9999, 10_000, 30_000, 40_000, -400, -5000];
                self.now = self.now.saturating_add(steps[usize::from(next()) % steps.len()]);
            }
            1..=4 => self.receive(&mut next),
            5 | 6 => self.close(next(), next()),
            7 => self.passive(&mut next),
            8 => _ = self.store.purge(self.now, 2),
            _ => self.handle(step, &mut next),
        }
    }

    /// What a handler does with the session of a request.
    fn handle(&mut self, step: u8, next: &mut impl FnMut() -> u8) {
        let (now, id) = (self.now, self.new_id());
        let Some(place) = usize::from(next()).checked_rem(self.open.len()) else { return };
        let running = &mut self.open[place];
        let session = &mut running.session;
        match step % 16 {
            9 => *session.data_mut() = next(),
            10 => {
                let principal = ["ada", "bob"][usize::from(next() % 2)].parse().unwrap();
                running.logged_in |= session.authenticated(principal, id, now).is_ok();
            }
            11 => assert!(session.renew_id(id, now).is_ok_and(|op| op.is_none()) || !session.is_live()),
            12 => assert!(session.regenerate(id, now).is_ok_and(|op| op.is_none()) || !session.is_live()),
            13 => {
                let op = session.destroy();
                let answer = perform(&mut self.store, &mut self.dead, op, running.logged_in, next(), now);
                hear(session, answer, next());
                assert!(*session.data() == 0 && session.principal().is_none());
            }
            14 => {
                let logged_in = running.logged_in;
                let Ok(op) = session.save() else { return };
                let answer = perform(&mut self.store, &mut self.dead, op, logged_in, next(), now);
                hear(session, answer, next());
            }
            _ if next() % 2 == 0 => session.abandon(),
            _ => {
                let loaded = self.store.load(session.key(), now).unwrap();
                let _none = session.reload(loaded, self.now);
            }
        }
    }

    fn receive(&mut self, next: &mut impl FnMut() -> u8) {
        if self.open.len() == OPEN {
            self.close(0, 0);
        }
        let (cookie, id) = (self.cookie(next), self.new_id());
        let pending = self.manager.receive(Request::new([&cookie], "/").encrypted(next() % 4 != 0)).unwrap();
        let loaded = pending.load(&mut self.store, self.now).unwrap();
        let looked = pending.load(&mut self.store, self.now).unwrap();
        let looked = pending.open_passive(looked, self.now).unwrap();
        let session = pending.clone().open(loaded, self.now, || Ok::<_, Infallible>(id)).unwrap();
        let at_once = pending.open_from(&mut self.store, self.now, || Ok::<_, Infallible>(id)).unwrap();
        assert!(at_once.opening() == session.opening() && at_once.record() == session.record());
        assert!((at_once.id(), at_once.key(), at_once.revision()) == (session.id(), session.key(), session.revision()));
        if session.opening() == Opening::Loaded {
            let looked = looked.unwrap();
            assert!(looked.key() == session.key() && looked.record().data() == session.data());
            assert!(!self.dead.contains(session.key().as_str()), "a session that has ended was opened");
        } else {
            assert!(looked.is_none() && *session.data() == 0 && session.principal().is_none() && session.is_new());
        }
        self.open.push(Running { session, logged_in: false });
    }

    fn passive(&mut self, next: &mut impl FnMut() -> u8) {
        let cookie = self.cookie(next);
        let before: Vec<_> = self.store.all(self.now).map(|(key, record)| (*key, *record)).collect();
        if let Some(found) = self.manager.lookup([&cookie], &mut self.store, self.now).unwrap() {
            assert!(!self.dead.contains(found.key().as_str()));
        }
        assert!(before.into_iter().eq(self.store.all(self.now).map(|(key, record)| (*key, *record))));
    }

    /// The end of a request: what the store does, and what the answer says.
    fn close(&mut self, place: u8, mode: u8) {
        let Some(place) = usize::from(place).checked_rem(self.open.len()) else { return };
        let Running { session, logged_in } = self.open.remove(place);
        let outcome = session.close(self.now);
        let action = outcome.write_reason().action();
        assert_eq!(outcome.op().is_none(), action == StoreAction::Nothing);
        let answer = outcome.op().map(|op| perform(&mut self.store, &mut self.dead, op, logged_in, mode, self.now));
        let done = answer.is_none_or(|answer| matches!(answer, Answer::Done(_)));
        let settled = settle(outcome, answer);
        if !done && matches!(action, StoreAction::Create | StoreAction::Update | StoreAction::Replace) {
            assert!(settled.lost().is_some(), "a write was lost and nobody hears of it");
        }
        self.answer(&settled);
    }

    fn answer(&mut self, settled: &Settled<'static, u8, u64>) {
        let headers = match self.manager.headers(settled) {
            Ok(headers) => headers.map(|(name, value)| (name, value.to_string())).collect::<Vec<_>>(),
            Err(error) => {
                assert!(settled.lost().is_some_and(|lost| error == AnswerError::Lost(lost)));
                assert!(self.manager.set_cookie(settled).is_err());
                return;
            }
        };
        assert_eq!(settled.lost(), None);
        let session = settled.session();
        for (name, value) in headers {
            if name != "set-cookie" {
                assert_eq!((name, value.as_str()), ("cache-control", "private, no-store"));
                continue;
            }
            assert!(settled.cookie_reason().is_sent());
            assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~')) && value.contains("; HttpOnly; Secure"));
            let (cookie, _) = value.split_once(';').unwrap();
            // Also from where it used to be set, beside a new one.
            if value.contains("; Expires=Thu, 01 Jan 1970") {
                assert_eq!(cookie, "__Secure-sid=");
                continue;
            }
            assert_ne!(settled.cookie_reason(), CookieReason::Removed);
            assert!(session.is_live());
            let verified = self.manager.verify([cookie]).unwrap();
            assert_eq!((verified.id(), verified.key()), (session.id(), 0));
            if settled.cookie_reason() == CookieReason::New {
                // Nobody else has known the id. A request may take longer than a session lives.
                let loaded = self.store.load(session.key(), self.now).unwrap();
                let lives = loaded.is_some_and(|loaded| !loaded.record().is_moved());
                assert!(lives || session.ticket().unwrap().end() <= self.now, "a cookie of no session");
            }
            self.cookies.push(cookie.to_owned());
        }
    }

    /// What a request sends: cookies of earlier answers, as they were or damaged, one or two of them, or anything.
    fn cookie(&self, next: &mut impl FnMut() -> u8) -> Vec<u8> {
        let how = next();
        let mut pick = || usize::from(next()).checked_rem(self.cookies.len()).map(|place| &*self.cookies[place]);
        let one = pick().unwrap_or_default();
        match how % 8 {
            0..=2 => one.into(),
            3 => format!("{one}; {}", pick().unwrap_or_default()).into(),
            4 => self.manager.verify([one]).map(|verified| self.signed_long_ago(verified.id())).unwrap_or_default(),
            5 => {
                let mut cookie = Vec::from(one);
                if let Some(place) = usize::from(next()).checked_rem(cookie.len()) {
                    cookie[place] ^= next();
                }
                cookie
            }
            6 => format!("__secure-sid=x; {one}").into(),
            _ => (0..next() % 32).map(|_| next()).collect(),
        }
    }

    fn signed_long_ago(&self, id: &SessionId) -> Vec<u8> {
        format!("__Secure-sid=s:{}.{}", id.as_str(), self.older.sign(id.as_str()).as_str()).into()
    }

    /// None comes twice.
    fn new_id(&mut self) -> SessionId {
        self.ids += 1;
        let mut random = [7; 24];
        random[..8].copy_from_slice(&self.ids.to_be_bytes());
        SessionId::from_random(random)
    }
}

/// Some answers are never heard.
fn hear(session: &mut Session<'static, u8, u64>, answer: Answer<u64>, whether: u8) {
    if whether % 4 != 0 {
        session.answered(answer);
    }
}

/// An answer that was not heard is one that did not come.
fn settle(outcome: Outcome<'static, u8, u64>, answer: Option<Answer<u64>>) -> Settled<'static, u8, u64> {
    match answer {
        Some(Answer::Unknown) => outcome.settle_unanswered(),
        answer => outcome.settle(answer),
    }
}

/// Has the store do it, or not, and gives its answer, or none. What is written keeps the laws.
fn perform(
    store: &mut Store,
    dead: &mut BTreeSet<String>,
    op: StoreOp<'_, u8, u64>,
    logged_in: bool,
    mode: u8,
    now: Timestamp,
) -> Answer<u64> {
    let stored = |store: &mut Store, key: &StoreKey| store.load(key, now).unwrap().map(Loaded::into_record);
    let (mut gone, mut written) = (Vec::new(), None);
    assert_ne!(op.name(), "put");
    let refused = match &op {
        // Only the express preset writes blindly.
        StoreOp::Put { .. } => Answer::Unknown,
        StoreOp::Create { key, record, .. } => {
            written = Some((None, **record));
            assert!(!dead.contains(key.as_str()), "a session comes back");
            Answer::Exists
        }
        StoreOp::Update { key, record, .. } => {
            written = Some((stored(store, key), **record));
            Answer::Conflict
        }
        StoreOp::Replace { old, key, record, .. } => {
            written = Some((stored(store, old), **record));
            gone.push(*old);
            assert!(!dead.contains(key.as_str()), "a session comes back");
            Answer::Gone
        }
        StoreOp::Touch { key, cookie, revision, .. } => {
            assert!(revision.is_some());
            if let Some(record) = stored(store, key) {
                assert!(record.is_moved() || end_of(cookie) <= record.ticket().unwrap().end());
            }
            Answer::Gone
        }
        StoreOp::Destroy { key, also, .. } => {
            gone.extend([*key].into_iter().chain(*also));
            Answer::Unknown
        }
    };
    // A store that is full says nothing.
    let answer = match mode % 8 {
        6 => return Answer::Unknown,
        7 => return refused,
        _ => store.apply(op, now).unwrap_or(Answer::Unknown),
    };
    if let Answer::Done(_) = answer {
        dead.extend(gone.iter().map(|key| key.as_str().to_owned()));
        for key in gone {
            assert!(stored(store, &key).is_none_or(|record| record.is_moved()));
        }
        if let Some((before, after)) = written {
            keeps_its_end(before.as_ref(), &after, logged_in);
        }
    }
    if mode % 8 == 5 { Answer::Unknown } else { answer }
}

fn end_of(cookie: &SessionCookie) -> Timestamp {
    match cookie.expiry().expires() {
        Expires::At(end) => end,
        _ => Timestamp::MAX,
    }
}

/// Only a login moves the end of a session later, or says who it is; and no record is kept for longer than that.
fn keeps_its_end(before: Option<&Record<u8>>, after: &Record<u8>, logged_in: bool) {
    let ticket = after.ticket().unwrap();
    assert!(end_of(after.cookie()) <= ticket.end());
    if logged_in {
        return;
    }
    assert!(ticket.principal().is_none() || ticket.principal() == before.and_then(Record::principal));
    if let Some(before) = before.and_then(Record::ticket) {
        assert!(ticket.end() <= before.end() && ticket.created() == before.created(), "the end moved");
        assert!(ticket.login().is_none() || ticket.login() == before.login());
    }
}
