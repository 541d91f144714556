//! No call of the core allocates: whole exchanges under an allocator that ends the process.
//!
//! It is a process of its own, since the allocator is one for all.
#![expect(unsafe_code, reason = "an allocator is an unsafe trait")]
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::io::Write;
use std::process::Command;

use rand_chacha::rand_core::SeedableRng;
use session_core::{
    CookieName, CookieOptions, Cookies, Fingerprint, FixedStore, IdsAtRest, Key, KeyRing, Lost, Opening, Policy,
    Request, SameSite, Secure, Session, SessionId, SessionManager, SessionStore, Timestamp, Unprefixed, VerifiedId,
    WriteReason,
};

/// The system's allocator, which ends the process where allocating is forbidden.
struct Trap;

thread_local! {
    /// Of this thread alone: the others are the test harness's.
    static FORBIDDEN: Cell<bool> = const { Cell::new(false) };
}

const CAUGHT: &str = "allocated where that is forbidden";

impl Trap {
    fn check() {
        // Not again on the way out.
        if FORBIDDEN.replace(false) {
            // Past the harness, which would keep the message and lose it.
            let _unheard = writeln!(std::io::stderr(), "{CAUGHT}");
            std::process::abort();
        }
    }
}

// SAFETY: each call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Trap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::check();
        // SAFETY: the caller's duties are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Self::check();
        // SAFETY: the caller's duties are the same.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::check();
        // SAFETY: the caller's duties are the same.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static TRAP: Trap = Trap;

/// Runs something that must not allocate; what it returns is dropped where it may.
fn without_allocating<T>(run: impl FnOnce() -> T) -> T {
    FORBIDDEN.set(true);
    let returned = run();
    FORBIDDEN.set(false);
    returned
}

#[derive(Clone, Copy, Debug, Default, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Visit {
    user: Option<u32>,
    views: u32,
}

type Manager = SessionManager<'static, Visit, [Key; 1]>;

fn manager() -> Manager {
    let options = CookieOptions::new().max_age(60_000).secure(Secure::Auto).same_site(SameSite::Lax);
    let keys = KeyRing::new(Key::new("keyboard cat"), [Key::new("an older one, of more than one block: ".repeat(2))]);
    SessionManager::new(Policy::express(Fingerprint::of_hash), keys, CookieName::CONNECT_SID, options).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_unix_ms(1_700_000_000_000).unwrap()
}

/// One request: loads, counts, stores, and writes the Set-Cookie line.
fn exchange<'b>(
    manager: &Manager,
    store: &mut FixedStore<Visit, 4>,
    cookie: &str,
    line: &'b mut [u8],
) -> (u32, WriteReason, Option<&'b str>) {
    let now = now();
    let pending = manager.receive(Request::new([cookie], "/cart?page=2").encrypted(true)).unwrap();
    let loaded = pending.candidates().find_map(|key| store.load(&key, now).transpose()).transpose().unwrap();
    let mut session = pending.open(loaded, now, || Ok::<_, ()>(SessionId::from_random([7; 24]))).unwrap();
    session.data_mut().views += 1;
    let views = session.data().views;
    let outcome = session.close(now);
    let reason = outcome.write_reason();
    let answer = outcome.op().map(|op| store.apply(op, now)).transpose().unwrap();
    let settled = outcome.settle(answer);
    let written = manager.set_cookie(&settled).unwrap().map(|line_of| line_of.write_to(line).unwrap());
    (views, reason, written)
}

#[test]
fn the_trap_catches_an_allocation() {
    const CHILD: &str = "SESSION_CORE_ALLOCATES";
    if std::env::var_os(CHILD).is_some() {
        without_allocating(|| black_box(Box::new(black_box(1_u8))));
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    let output = child.args(["--exact", "the_trap_catches_an_allocation"]).env(CHILD, "1").output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains(CAUGHT));
}

#[test]
fn two_requests_in_a_row() {
    let manager = manager();
    let mut store = FixedStore::new();
    let (mut first_line, mut second_line) = ([0; 256], [0; 256]);
    let (first, second) = without_allocating(|| {
        let first = exchange(&manager, &mut store, "theme=dark; connect.sid=s%3Aforged.signature", &mut first_line);
        let cookie = first.2.unwrap_or_default().split(';').next().unwrap_or_default();
        (first, exchange(&manager, &mut store, cookie, &mut second_line))
    });
    assert_eq!((first.0, first.1), (1, WriteReason::Changed));
    assert_eq!((second.0, second.1), (2, WriteReason::Changed));
    assert!(first.2.unwrap().starts_with("connect.sid=s%3ABwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH."));
    assert_eq!(first.2, second.2);
}

#[test]
fn every_operation_of_a_handler() {
    let manager = manager();
    let mut store = FixedStore::<Visit, 4>::new();
    let left = without_allocating(|| {
        let now = now();
        let pending = manager.receive(Request::new([""; 0], "/")).unwrap();
        let mut session = pending.open(None, now, || Ok::<_, ()>(SessionId::from_random([1; 24]))).unwrap();
        store.apply(session.save().unwrap(), now).unwrap();
        session.set_max_age(Some(-1), now).unwrap();
        session.touch(now);
        let key = *session.key();
        session.reload(store.load(&key, now).unwrap(), now).unwrap();
        store.apply(session.regenerate(SessionId::from_random([2; 24]), now).unwrap().unwrap(), now).unwrap();
        store.apply(session.renew_id(SessionId::from_random([3; 24]), now).unwrap().unwrap(), now).unwrap();
        manager.set_cookie_early(&mut session, now).unwrap().unwrap().removal().write_to(&mut [0; 256]).unwrap();
        store.apply(session.destroy(), now).unwrap();
        let settled = session.close(now).settle_unanswered();
        assert!(!settled.session().is_live());
        store.purge(now, 4);
        store.length(now)
    });
    assert_eq!(left, 0);
}

type Guarded = SessionManager<'static, Visit, [Key; 1]>;

fn guarded() -> Guarded {
    let key = |number| Key::derive([number; 32], Key::SESSION_COOKIES, CookieName::HOST_SID.as_str()).unwrap();
    let policy = Policy::recommended().with_ids_at_rest(IdsAtRest::WriteHashed);
    SessionManager::new(policy, KeyRing::new(key(1), [key(2)]), CookieName::HOST_SID, CookieOptions::recommended())
        .unwrap()
}

/// A cookie as a browser sends it.
struct Sent {
    bytes: [u8; 160],
    length: usize,
}

impl Sent {
    const NONE: Self = Self { bytes: [0; 160], length: 0 };

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap()
    }
}

/// One request under the recommended preset: what the store was asked for, what was lost, and the cookie of the answer.
fn guarded_exchange(
    manager: &Guarded,
    store: &mut FixedStore<Visit, 4>,
    cookies: &[&str],
    (minute, new): (i64, u8),
    handle: impl FnOnce(&mut Session<'_, Visit, u64>, &mut FixedStore<Visit, 4>, Timestamp),
) -> (WriteReason, Option<Lost>, Sent) {
    let now = now().saturating_add(minute * 60_000);
    let pending = manager.receive(Request::new(cookies, "/").encrypted(true)).unwrap();
    let loaded = pending.load(store, now).unwrap();
    let mut session = pending.open(loaded, now, || Ok::<_, ()>(SessionId::from_random([new; 24]))).unwrap();
    handle(&mut session, store, now);
    let outcome = session.close(now);
    let reason = outcome.write_reason();
    let settled = outcome.apply(store, now).unwrap();
    let mut sent = Sent::NONE;
    let Ok(headers) = manager.headers(&settled) else { return (reason, settled.lost(), sent) };
    for (name, value) in headers {
        let mut text = [0; 256];
        let mut room = text.as_mut_slice();
        write!(room, "{value}").unwrap();
        if name == "set-cookie" {
            sent.length = text.iter().position(|byte| *byte == b';').unwrap();
            sent.bytes[..sent.length].copy_from_slice(&text[..sent.length]);
        }
    }
    (reason, settled.lost(), sent)
}

#[test]
fn requests_under_the_recommended_preset() {
    let (manager, mut store) = (guarded(), FixedStore::new());
    let store = &mut store;
    without_allocating(|| {
        let count = |session: &mut Session<'_, Visit, u64>, _: &mut _, _| session.data_mut().views += 1;
        let nothing = |_: &mut Session<'_, Visit, u64>, _: &mut _, _| {};

        let (reason, lost, first) = guarded_exchange(&manager, store, &["a=b; __host-sid=c"], (0, 1), count);
        assert!(reason == WriteReason::Created && lost.is_none() && first.length > 0);
        let (reason, lost, none) = guarded_exchange(&manager, store, &[first.as_str()], (1, 2), count);
        assert!(reason == WriteReason::Updated && lost.is_none() && none.length == 0);
        let (reason, ..) = guarded_exchange(&manager, store, &[first.as_str()], (3, 2), nothing);
        assert!(reason == WriteReason::Used);

        let (reason, lost, second) = guarded_exchange(&manager, store, &[first.as_str()], (4, 2), |session, _, now| {
            session.authenticated("ada".parse().unwrap(), SessionId::from_random([3; 24]), now).unwrap();
            assert!(session.is_fresh(60_000, now) && session.principal().is_some());
        });
        assert!(reason == WriteReason::Renamed && lost.is_none() && second.length > 0);

        // The old id is marked as one that moved.
        let (reason, lost, none) = guarded_exchange(&manager, store, &[first.as_str()], (4, 4), count);
        assert!(reason == WriteReason::NoSession && lost == Some(Lost::NoSession) && none.length == 0);

        let pending = manager.receive(Request::new([second.as_str()], "/")).unwrap();
        let now = now().saturating_add(4 * 60_000);
        let loaded = pending.load(store, now).unwrap();
        assert!(pending.open_passive(loaded, now).unwrap().is_some_and(|found| found.record().data().views == 2));
        assert!(manager.lookup([second.as_str()], store, now).unwrap().is_some());

        // Of two sessions none is taken.
        let (_, _, third) = guarded_exchange(&manager, store, &[], (5, 5), count);
        let both = [second.as_str(), third.as_str()];
        let (reason, lost, none) = guarded_exchange(&manager, store, &both, (5, 6), |session, _, _| {
            assert_eq!(session.opening(), Opening::Ambiguous);
        });
        assert!(reason == WriteReason::NoSession && lost.is_none() && none.length == 0);

        // A write of another request comes between.
        let (reason, lost, none) =
            guarded_exchange(&manager, store, &[third.as_str()], (5, 6), |session, store, now| {
                let other = session.save().unwrap();
                store.apply(other, now).unwrap();
                session.data_mut().views += 1;
            });
        assert!(reason == WriteReason::Updated && lost == Some(Lost::Conflict) && none.length == 0);

        let (reason, lost, removed) = guarded_exchange(&manager, store, &[second.as_str()], (6, 7), |session, _, _| {
            // The end of the request asks for it again.
            let _later = session.destroy();
        });
        assert!(reason == WriteReason::Ended && lost.is_none() && removed.as_str() == "__Host-sid=");
        assert!(manager.lookup([second.as_str()], store, now).unwrap().is_none());
    });
}

#[test]
fn cookies_and_signatures_by_themselves() {
    let key = Key::new("keyboard cat");
    let signed = format!("s%3Aabc.{}", key.sign("abc").as_str().replace('+', "%2B").replace('/', "%2F"));
    let header = format!("a=1; b=%C3%BC; b=2; connect.sid={signed}");
    let keys = KeyRing::from(key);
    let id = without_allocating(|| {
        let cookies = Cookies::new(header.as_bytes());
        assert_eq!(cookies.clone().first_of_each().count(), 3);
        let mut value = [0; 128];
        let value = cookies.find(b"connect.sid").unwrap().value().latin1_to(&mut value).unwrap();
        *VerifiedId::read(value, &keys, Unprefixed::Refused).unwrap().id()
    });
    assert_eq!(id.as_str(), "abc");
}

/// What a server does with a cookie and no engine, for any header.
#[test]
fn the_parts_of_an_exchange_by_themselves() {
    use session_core::{CookieAttributes, Rejection, SetCookie};

    let (express, guarded) = (manager(), guarded());
    let headers = [";".repeat(4096), format!("connect.sid={0}; __Host-sid={0}", "%".repeat(2000)), "x=1; ".repeat(200)];
    let key = Key::new("keyboard cat");
    let mut rng = rand_chacha::ChaCha20Rng::from_seed([7; 32]);
    let mut line = [0; 256];
    let line = without_allocating(|| {
        for header in &headers {
            assert!(express.verify([header]).is_err());
            assert!(guarded.verify([header]).is_err());
        }
        let forged = VerifiedId::read("s:abc.forged", &KeyRing::from(key.clone()), Unprefixed::Refused);
        assert_eq!(forged, Err(Rejection::BadSignature));

        let id = SessionId::generate(&mut rng);
        let attributes = CookieAttributes::new().path("/").expires(now()).http_only(true).same_site(SameSite::Lax);
        SetCookie::signed(CookieName::CONNECT_SID, &id, &key, attributes).unwrap().copy_to(&mut line).unwrap()
    });
    assert!(line.starts_with(b"connect.sid=s%3A") && line.ends_with(b"; SameSite=Lax"));
    let cookie = String::from_utf8_lossy(line).split(';').next().unwrap().to_owned();
    without_allocating(|| assert!(express.verify([&cookie]).is_ok()));
}

#[cfg(feature = "serde")]
#[test]
fn a_record_as_json() {
    use session_core::Record;

    let manager = manager();
    let text = concat!(
        r#"{"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:14:20.000Z","httpOnly":true,"path":"/"},"#,
        r#""user":7,"views":3}"#
    );
    let escaped = text.replace('/', r"\/").replace("user", r"\u0075ser");
    let mut store = FixedStore::new();
    let mut line = [0; 256];
    let cookie = exchange(&manager, &mut store, "", &mut line).2.unwrap().split(';').next().unwrap();
    without_allocating(|| {
        let mut scratch = [0; 256];
        let mut record = Record::<Visit>::from_json_in(text, &mut scratch).unwrap();
        assert!(record == Record::from_json_in(&escaped, &mut scratch).unwrap());
        assert_eq!(record.write_json_to(&mut [0; 256]).unwrap(), text);
        record.data_mut().views += 1;
        assert_ne!(Fingerprint::of_json(record.data()), Fingerprint::of_json(&Visit::default()));
        assert!(Record::<Visit>::from_json_in("{}", &mut scratch).is_err());

        let found = manager.lookup([cookie], &mut store, now()).unwrap().unwrap();
        assert!(found.record().write_json_to(&mut [0; 256]).is_ok());
    });
}
