//! What each option of a cookie comes to: in the line, and in which paths have a session.

use session_core::{
    Attribute, CookieName, CookieOptions, Field, Fingerprint, FixedStore, Key, Policy, Priority, Request, SameSite,
    SessionId, SessionManager, Timestamp,
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn manager(options: CookieOptions<'static>) -> SessionManager<'static, u32> {
    let policy = Policy::express(Fingerprint::of_hash);
    SessionManager::new(policy, Key::new("keyboard cat").into(), CookieName::CONNECT_SID, options).unwrap()
}

/// The attributes of a new session's line; an encrypted request if it is said.
fn attributes(options: CookieOptions<'static>, encrypted: bool) -> String {
    let (manager, mut store) = (manager(options), FixedStore::<u32, 1>::new());
    let pending = manager.receive(Request::new([""], "/").encrypted(encrypted)).unwrap();
    let session = pending.open_from(&mut store, NOW, || Ok::<_, ()>(SessionId::from_random([7; 24]))).unwrap();
    let settled = session.close(NOW).apply(&mut store, NOW).unwrap();
    let line = manager.set_cookie(&settled).unwrap().unwrap().to_string();
    line.split_once(';').unwrap().1.to_owned()
}

#[test]
fn each_option_is_in_the_line() {
    let options = CookieOptions::new();
    let line = |options| attributes(options, true);
    assert_eq!(line(options), " Path=/; HttpOnly");
    assert_eq!(line(options.priority(Priority::Low)), " Path=/; HttpOnly; Priority=Low");
    assert_eq!(line(options.priority(Priority::Medium)), " Path=/; HttpOnly; Priority=Medium");
    assert_eq!(line(options.priority(Priority::High)), " Path=/; HttpOnly; Priority=High");
    assert_eq!(line(options.http_only(false).partitioned(true)), " Path=/; Partitioned");
    assert_eq!(line(options.domain("example.com")), " Domain=example.com; Path=/; HttpOnly");
    let end = Timestamp::from_unix_ms(86_400_000).unwrap();
    let until = " Path=/; Expires=Fri, 02 Jan 1970 00:00:00 GMT; HttpOnly";
    assert_eq!((line(options.expires(end)), line(options.max_age(86_400_000))), (until.into(), until.into()));
    for (same_site, name) in [(SameSite::Lax, "Lax"), (SameSite::None, "None"), (SameSite::Strict, "Strict")] {
        assert_eq!(line(options.same_site(same_site)), format!(" Path=/; HttpOnly; SameSite={name}"));
    }
    let auto = options.same_site_auto();
    assert_eq!(attributes(auto, true), " Path=/; HttpOnly; SameSite=None");
    assert_eq!(attributes(auto, false), " Path=/; HttpOnly; SameSite=Lax");
    // As JavaScript takes them.
    for nothing in [Attribute::Number("0"), Attribute::Number("-0"), Attribute::Number("NaN"), Attribute::Text("")] {
        assert_eq!(line(options.attribute(Field::Domain, nothing)), " Path=/; HttpOnly", "{nothing:?}");
        assert_eq!(line(options.attribute(Field::Path, nothing)), " HttpOnly", "{nothing:?}");
    }
    // The later choice counts.
    assert_eq!(attributes(auto.same_site(SameSite::Strict), false), " Path=/; HttpOnly; SameSite=Strict");
}

/// `cookie.path || '/'`, of whatever a program in JavaScript has put there.
#[test]
fn a_path_counts_as_text_and_none_as_that_of_every_request() {
    let has_session = |path, target| {
        let options = CookieOptions::new().attribute(Field::Path, path);
        manager(options).receive(Request::new([""], target)).is_some()
    };
    for path in [Attribute::Absent, Attribute::Null, Attribute::Bool(false), Attribute::Text("")] {
        assert!(has_session(path, "/") && has_session(path, "/admin"), "{path:?}");
    }
    assert!(has_session(Attribute::Text("/admin"), "/admin/users") && !has_session(Attribute::Text("/admin"), "/"));
    // As text these are no path of a request, as in Express.
    assert!(!has_session(Attribute::Bool(true), "/") && has_session(Attribute::Bool(true), "true"));
    assert!(!has_session(Attribute::Number("7"), "/7") && has_session(Attribute::Number("0"), "/7"));
}
