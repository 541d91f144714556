//! The device preset, and the store that goes with it.

use core::convert::Infallible;

use proptest::prelude::*;
use session_core::{
    ConfigError, CookieName, CookieOptions, FixedStore, Key, KeyRing, Policy, Request, SessionId, SessionManager,
    StoreFull, Timestamp, is_known_host,
};

const PLACES: usize = 4;
const MINUTE: i64 = 60_000;
type Store = FixedStore<u32, PLACES>;
type Manager = SessionManager<'static, u32, [Key; 0], 1>;

fn key(boot: u8) -> Key {
    Key::derive_for_boot([7; 32], Key::SESSION_COOKIES, "sid-7f3a", [boot]).unwrap()
}

fn manager(boot: u8, policy: Policy<u32, 1>) -> Manager {
    let name = CookieName::new("sid-7f3a").unwrap();
    SessionManager::new(policy, key(boot).into(), name, CookieOptions::device()).unwrap()
}

/// Milliseconds since the last start.
fn up(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(ms).unwrap()
}

fn id(byte: u8) -> SessionId {
    SessionId::from_random([byte; 24])
}

/// What a handler does.
#[derive(Clone, Copy, Debug)]
enum Act {
    Look,
    Edit,
    LogIn(u8),
    LogOut,
}

/// One request over plain HTTP; the line of its answer, if it has one.
fn request(
    manager: &Manager,
    store: &mut Store,
    cookie: &str,
    act: Act,
    new: u8,
    now: Timestamp,
) -> Result<Option<String>, StoreFull> {
    let pending = manager.receive(Request::new([cookie], "/")).unwrap();
    let loaded = pending.load(store, now)?;
    let mut session = pending.open(loaded, now, || Ok::<_, Infallible>(id(new))).unwrap();
    match act {
        Act::Look => {}
        Act::Edit => *session.data_mut() += 1,
        Act::LogIn(user) => {
            session.authenticated(format!("user-{user}").parse().unwrap(), id(new ^ 0x80), now).unwrap();
        }
        Act::LogOut => drop(session.destroy()),
    }
    let settled = session.close(now).apply(store, now)?;
    Ok(manager.set_cookie(&settled).unwrap().map(|line| line.to_string()))
}

fn pair(line: &str) -> &str {
    line.split(';').next().unwrap()
}

fn user(manager: &Manager, store: &mut Store, cookie: &str, now: Timestamp) -> Option<String> {
    manager.lookup([cookie], store, now).unwrap()?.record().principal().map(|user| user.as_str().to_owned())
}

#[test]
fn lines_hold_no_date_since_the_clock_has_none() {
    for (policy, end) in [(Policy::device(), ""), (Policy::device().with_persistent_cookie(true), "; Max-Age=600")] {
        let (manager, mut store) = (manager(1, policy), Store::new().with_logins_first());
        // A second after the start, which as a date would be in 1970.
        let line = request(&manager, &mut store, "", Act::LogIn(1), 1, up(1000)).unwrap().unwrap();
        let (_, attributes) = line.split_once(';').unwrap();
        assert_eq!(format!(";{attributes}"), format!("{end}; Path=/; HttpOnly; SameSite=Strict"));
        assert_eq!(user(&manager, &mut store, pair(&line), up(1000)).as_deref(), Some("user-1"));
        let removal = request(&manager, &mut store, pair(&line), Act::LogOut, 2, up(2000)).unwrap().unwrap();
        assert!(removal.starts_with("sid-7f3a=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970"), "{removal}");
    }
}

#[test]
fn a_session_ends_unused_after_ten_minutes_and_in_use_after_an_hour() {
    let (manager, mut store) = (manager(1, Policy::device()), Store::new());
    let line = request(&manager, &mut store, "", Act::LogIn(1), 1, up(0)).unwrap().unwrap();
    let cookie = pair(&line);
    for minute in (0..60).step_by(9) {
        assert!(user(&manager, &mut store, cookie, up(minute * MINUTE)).is_some(), "{minute}");
        assert_eq!(request(&manager, &mut store, cookie, Act::Look, 2, up(minute * MINUTE)), Ok(None));
    }
    assert!(user(&manager, &mut store, cookie, up(60 * MINUTE - 1)).is_some());
    assert_eq!(user(&manager, &mut store, cookie, up(60 * MINUTE)), None);

    let line = request(&manager, &mut store, "", Act::LogIn(1), 3, up(0)).unwrap().unwrap();
    assert!(user(&manager, &mut store, pair(&line), up(10 * MINUTE - 1)).is_some());
    assert_eq!(user(&manager, &mut store, pair(&line), up(10 * MINUTE)), None);
}

/// Even if a store outlasts the start, as a table in memory that is not cleared does.
#[test]
fn no_cookie_of_an_earlier_start_names_a_session() {
    let (before, mut store) = (manager(1, Policy::device()), Store::new());
    let line = request(&before, &mut store, "", Act::LogIn(1), 1, up(1000)).unwrap().unwrap();
    let after = manager(2, Policy::device());
    assert_eq!(user(&before, &mut store, pair(&line), up(5)).as_deref(), Some("user-1"));
    assert_eq!(user(&after, &mut store, pair(&line), up(5)), None);
    // Nor does the cookie stand in the way of a login.
    let line = request(&after, &mut store, pair(&line), Act::LogIn(2), 2, up(5)).unwrap().unwrap();
    assert_eq!(user(&after, &mut store, pair(&line), up(5)).as_deref(), Some("user-2"));
}

#[test]
fn two_keys_at_most() {
    let new = |ring| {
        let name = CookieName::new("sid").unwrap();
        SessionManager::<u32, [Key; 1], 1>::new(Policy::device(), ring, name, CookieOptions::device()).map(|_| ())
    };
    let ring = || KeyRing::new(key(2), [key(1)]);
    assert_eq!(new(ring()), Ok(()));
    assert_eq!(new(ring().with_next(key(3))), Err(ConfigError::Keys));
}

#[test]
fn a_known_host_is_one_of_the_names_and_maybe_a_port() {
    const NAMES: [&str; 3] = ["192.168.1.7", "[fe80::7]", "meter.local"];
    for host in [
        "192.168.1.7",
        "192.168.1.7:80",
        "METER.local",
        "meter.LOCAL:8080",
        "[fe80::7]",
        "[FE80::7]:443",
        "meter.local:",
    ] {
        assert!(is_known_host(host.as_bytes(), &NAMES), "{host}");
    }
    for host in [
        "",
        ":80",
        "192.168.1.70",
        "92.168.1.7",
        "meter.local.",
        "meter.local:80a",
        "meter.local:-1",
        "a.meter.local",
        "meter.local evil.example",
        "[fe80::7",
        "fe80::7",
        "meter.local,meter.local",
        "192.168.1.7:80:80",
    ] {
        assert!(!is_known_host(host.as_bytes(), &NAMES), "{host}");
    }
    assert!(!is_known_host(b"", &[""]) && !is_known_host(b"a", &[]));
}

/// The table of `FixedStore::with_logins_first`, place by place.
#[test]
fn a_login_takes_the_place_that_is_missed_least() {
    let (manager, mut store) = (manager(1, Policy::device()), Store::new().with_logins_first());
    let mut act = |cookie: &str, act, new, now| request(&manager, &mut store, cookie, act, new, up(now));

    // Two sessions of nobody, a user, and the mark of where the user's session came from.
    let early = act("", Act::Edit, 1, 0).unwrap().unwrap();
    let late = act("", Act::Edit, 2, 10).unwrap().unwrap();
    let before = act("", Act::Edit, 3, 20).unwrap().unwrap();
    let ann = act(pair(&before), Act::LogIn(1), 4, 30).unwrap().unwrap();
    assert_eq!(act("", Act::Edit, 5, 40), Err(StoreFull), "a session of nobody takes no place");
    let bob = act("", Act::LogIn(2), 6, 50).unwrap().unwrap();
    assert_eq!(act(pair(&early), Act::Look, 7, 60), Ok(None));
    let eve = act("", Act::LogIn(3), 8, 70).unwrap().unwrap();
    assert!(act(pair(&early), Act::Edit, 9, 80).is_err(), "its place was the next, so it would be a new one");
    let dan = act("", Act::LogIn(4), 10, 90).unwrap().unwrap();
    assert_eq!(act("", Act::LogIn(5), 11, 100), Err(StoreFull), "no user goes for another");
    assert_eq!(act(pair(&late), Act::Edit, 12, 110), Err(StoreFull));

    let users = [ann, bob, eve, dan].map(|line| user(&manager, &mut store, pair(&line), up(120)));
    assert_eq!(users, ["user-1", "user-2", "user-3", "user-4"].map(|user| Some(user.to_owned())));
}

#[test]
fn without_that_choice_a_stranger_can_fill_the_table() {
    let (manager, mut store) = (manager(1, Policy::device()), Store::new());
    for stranger in 1..=4 {
        request(&manager, &mut store, "", Act::Edit, stranger, up(0)).unwrap();
    }
    assert_eq!(request(&manager, &mut store, "", Act::LogIn(1), 5, up(1)), Err(StoreFull));
}

fn acts() -> impl Strategy<Value = Vec<(u8, Act, i64)>> {
    let act = prop_oneof![
        1 => Just(Act::Look),
        4 => Just(Act::Edit),
        3 => (0_u8..5).prop_map(Act::LogIn),
        1 => Just(Act::LogOut),
    ];
    prop::collection::vec((0_u8..12, act, 0..3 * MINUTE), 1..60)
}

proptest! {
    /// Of twelve browsers: a user's session is there until its time is over, whatever the others do; and a login finds a
    /// place unless users have all of them.
    #[test]
    fn strangers_neither_lock_nor_empty_the_table(acts in acts()) {
        let (manager, mut store) = (manager(1, Policy::device()), Store::new().with_logins_first());
        let mut cookies = [const { String::new() }; 12];
        // Whom each browser is logged in as, until when unless it is used, and until when at the latest.
        let mut users: [Option<(u8, i64, i64)>; 12] = [None; 12];
        let mut now = 0;
        for (number, (browser, act, passed)) in (0_u8..).zip(acts) {
            now += passed;
            for user in &mut users {
                *user = user.filter(|(_, idle, end)| now < *idle && now < *end);
            }
            let browser = usize::from(browser);
            let known = users[browser];
            let taken = users.iter().flatten().count();
            match (request(&manager, &mut store, &cookies[browser], act, number, up(now)), act) {
                (Ok(line), _) => {
                    if let Some(line) = line {
                        cookies[browser] = pair(&line).to_owned();
                    }
                    users[browser] = match (act, known) {
                        (Act::LogIn(user), _) => Some((user, now + 10 * MINUTE, now + 60 * MINUTE)),
                        (Act::LogOut, _) | (_, None) => None,
                        // An edit writes the use; a look does so when a minute has passed since the last one.
                        (Act::Edit, Some((user, _, end))) => Some((user, now + 10 * MINUTE, end)),
                        (Act::Look, Some((user, idle, end))) if idle - now > 9 * MINUTE => Some((user, idle, end)),
                        (Act::Look, Some((user, _, end))) => Some((user, now + 10 * MINUTE, end)),
                    };
                }
                (Err(StoreFull), Act::LogIn(_)) => prop_assert_eq!(taken, PLACES),
                (Err(StoreFull), Act::Edit) => prop_assert_eq!(known, None),
                (Err(StoreFull), _) => prop_assert!(false, "nothing was to be stored"),
            }
            for (known, cookie) in users.iter().zip(&cookies) {
                let expected = known.map(|(user, ..)| format!("user-{user}"));
                prop_assert_eq!(user(&manager, &mut store, cookie, up(now)), expected);
            }
        }
    }
}
