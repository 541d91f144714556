//! What the `recommended` preset asks of its cookie, as far as the public interface shows it; the requirements named are
//! those of OWASP ASVS 5.0, chapter 3.3. What is asked of names and options is in `src/cookie/tests.rs`, and what is read
//! of several cookies in `src/candidates/tests.rs`.

use core::convert::Infallible;

use proptest::prelude::*;
use session_core::{
    CookieAttributes, CookieFault, CookieName, CookieOptions, CookieScope, Fingerprint, FixedStore, Key, Policy,
    Priority, Rejection, Request, SameSite, SessionId, SessionManager, SetCookie, SetCookieError, Timestamp,
};

/// The line of a new session of this id, under the `recommended` name and options.
fn line(id: &SessionId) -> String {
    let policy = Policy::<u32>::express(Fingerprint::of_hash);
    let keys = Key::new("keyboard cat").into();
    let manager = SessionManager::new(policy, keys, CookieName::HOST_SID, CookieOptions::recommended()).unwrap();
    let mut store = FixedStore::<u32, 1>::new();
    let now = Timestamp::UNIX_EPOCH;
    let pending = manager.receive(Request::new([""; 0], "/").encrypted(true)).unwrap();
    let loaded = pending.load(&mut store, now).unwrap();
    let session = pending.open(loaded, now, || Ok::<_, Infallible>(*id)).unwrap();
    let settled = session.close(now).apply(&mut store, now).unwrap();
    manager.set_cookie(&settled).unwrap().unwrap().to_string()
}

/// 3.3.1: `Secure`, under a name with a prefix. 3.3.2: `SameSite`. 3.3.3: `__Host-`, and what browsers ask of it: the path
/// `/` and no `Domain`. 3.3.4: `HttpOnly`.
#[test]
fn the_recommended_cookie_has_what_is_asked_for() {
    let line = line(&SessionId::from_random([7; 24]));
    let (pair, attributes) = line.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-sid=s%3ABwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH."));
    assert_eq!(attributes, "Path=/; HttpOnly; Secure; SameSite=Lax");
}

proptest! {
    /// 3.3.5: name and value are within 4,096 bytes together; and each attribute within 1,024.
    #[test]
    fn the_recommended_cookie_is_within_what_browsers_keep(id in ".{1,127}") {
        let Ok(id) = id.parse::<SessionId>() else { return Ok(()) };
        let line = line(&id);
        let mut parts = line.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        prop_assert!(name.len() + value.len() <= 10 + 515);
        prop_assert!(parts.all(|attribute| attribute.len() <= 1_024));
    }
}

#[test]
fn a_removal_elsewhere_mirrors_all_but_the_place() {
    let attributes = CookieAttributes::new()
        .max_age(60)
        .domain("www.example.com")
        .path("/")
        .expires(Timestamp::MAX)
        .http_only(true)
        .secure(true)
        .partitioned(true)
        .priority(Priority::High)
        .same_site(SameSite::None);
    let line = SetCookie::new(CookieName::new("__Http-sid").unwrap(), "value", attributes).unwrap();
    let removal = |scope| line.removal_in(scope).map(|line| line.to_string());
    let rest = "Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; Partitioned; Priority=High; SameSite=None";
    assert_eq!(removal(CookieScope::new("/app")), Ok(format!("__Http-sid=; Max-Age=0; Path=/app; {rest}")));
    let shared = CookieScope::new("/").with_domain("example.com");
    assert_eq!(removal(shared), Ok(format!("__Http-sid=; Max-Age=0; Domain=example.com; Path=/; {rest}")));
    assert_eq!(removal(shared.with_domain("a b")), Err(SetCookieError::Domain));
    assert_eq!(removal(CookieScope::new("/;")), Err(SetCookieError::Path));
}

#[test]
fn scopes_read_as_they_were_made() {
    let scope = CookieScope::new("/app").with_domain("example.com");
    assert_eq!((scope.domain(), scope.path()), (Some("example.com"), "/app"));
    assert_eq!(scope.with_domain(""), CookieScope::new("/app"));
}

/// What is refused is said in a phrase, without what was refused.
#[test]
fn refusals_are_phrases() {
    let phrases = [
        CookieFault::Attribute(SetCookieError::Path).to_string(),
        CookieFault::CurrentScope.to_string(),
        CookieFault::Lifetime.to_string(),
        CookieFault::LookAlike.to_string(),
        CookieFault::NameTooLong.to_string(),
        CookieFault::PartitionedNeedsSecure.to_string(),
        CookieFault::Path.to_string(),
        CookieFault::PrefixForbidsDomain.to_string(),
        CookieFault::PrefixNeedsHttpOnly.to_string(),
        CookieFault::PrefixNeedsRootPath.to_string(),
        CookieFault::PrefixNeedsSecure.to_string(),
        CookieFault::SameSiteNeedsSecure.to_string(),
        Rejection::Ambiguous.to_string(),
        Rejection::TooManyCookies.to_string(),
    ];
    for (place, phrase) in phrases.iter().enumerate() {
        assert!(phrase.starts_with(char::is_lowercase) && !phrase.ends_with('.'), "{phrase}");
        assert!(!phrases[..place].contains(phrase), "{phrase}");
    }
}
