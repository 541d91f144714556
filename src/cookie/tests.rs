//! What the `recommended` preset takes, beside what a browser keeps.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

extern crate alloc;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{
    Attribute, CookieFault, CookieName, CookieOptions, CookieScope, Field, Priority, SameSite, Secure, SetCookie,
    SetCookieError, check, check_former,
};
use crate::expiry::MaxAge;
use crate::id::SessionId;
use crate::key::Key;
use crate::time::Timestamp;

const RECOMMENDED: CookieOptions<'static> = CookieOptions::recommended();

fn check_named(name: &str, options: CookieOptions<'_>) -> Result<(), CookieFault> {
    check(CookieName::new(name).unwrap(), &options)
}

/// OWASP ASVS 5.0, 3.3.1 and 3.3.3: `Secure` and what each prefix promises.
#[test]
fn what_each_prefix_needs() {
    let hidden_not = RECOMMENDED.http_only(false);
    let below = RECOMMENDED.path("/app");
    let shared = RECOMMENDED.domain("example.com");
    let plain = RECOMMENDED.secure(Secure::Never);
    let by_request = RECOMMENDED.secure(Secure::Auto);

    let path = Err(CookieFault::PrefixNeedsRootPath);
    let domain = Err(CookieFault::PrefixForbidsDomain);
    let http_only = Err(CookieFault::PrefixNeedsHttpOnly);
    let secure = Err(CookieFault::PrefixNeedsSecure);
    for (name, expected) in [
        ("sid", [Ok(()), Ok(()), Ok(()), Ok(()), Ok(())]),
        ("__Secure-sid", [Ok(()), Ok(()), Ok(()), secure, secure]),
        ("__Host-sid", [Ok(()), path, domain, secure, secure]),
        ("__Http-sid", [http_only, Ok(()), Ok(()), secure, secure]),
        ("__Host-Http-sid", [http_only, path, domain, secure, secure]),
    ] {
        assert_eq!(check_named(name, RECOMMENDED), Ok(()), "{name}");
        let found = [hidden_not, below, shared, plain, by_request].map(|options| check_named(name, options));
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_prefix_in_another_case_is_none() {
    for name in ["__host-sid", "__HOST-sid", "__secure-sid", "__http-", "__Host-http-sid", "__host-Http-sid"] {
        assert_eq!(check_named(name, RECOMMENDED), Err(CookieFault::LookAlike), "{name}");
    }
    for name in ["__Host-Sid", "__Host-httpsid", "__host", "_Host-sid", "Host-sid"] {
        assert_eq!(check_named(name, RECOMMENDED), Ok(()), "{name}");
    }
}

/// OWASP ASVS 5.0, 3.3.2: `SameSite` by choice, and `None` for encrypted connections alone.
#[test]
fn what_other_sites_are_sent_needs_secure() {
    let same_site = Err(CookieFault::SameSiteNeedsSecure);
    let partitioned = Err(CookieFault::PartitionedNeedsSecure);
    for (secure, expected) in [
        (Secure::Always, [Ok(()); 3]),
        // `same_site_auto` is `None` where the cookie is secure, and `Lax` where it is not.
        (Secure::Auto, [same_site, Ok(()), partitioned]),
        (Secure::Never, [same_site, same_site, partitioned]),
    ] {
        let options = RECOMMENDED.secure(secure);
        let found = [options.same_site(SameSite::None), options.same_site_auto(), options.partitioned(true)]
            .map(|options| check_named("sid", options));
        assert_eq!(found, expected, "{secure:?}");
    }
}

#[test]
fn what_no_line_can_have_is_refused_before() {
    let fault = |field, value| check_named("sid", RECOMMENDED.attribute(field, value));
    let of = |error| Err(CookieFault::Attribute(error));
    assert_eq!(fault(Field::Domain, Attribute::Text("a b")), of(SetCookieError::Domain));
    assert_eq!(fault(Field::Path, Attribute::Text("/;")), of(SetCookieError::Path));
    assert_eq!(fault(Field::Priority, Attribute::Number("1")), of(SetCookieError::Priority));
    assert_eq!(fault(Field::SameSite, Attribute::Text("auto")), of(SetCookieError::SameSite));
    for none in [Attribute::Absent, Attribute::Text(""), Attribute::Bool(true), Attribute::Text("app")] {
        assert_eq!(fault(Field::Path, none), Err(CookieFault::Path));
    }
}

#[test]
fn lifetimes_are_for_the_policy() {
    let lifetime = Err(CookieFault::Lifetime);
    assert_eq!(check_named("sid", RECOMMENDED.max_age(60_000)), lifetime);
    assert_eq!(check_named("sid", RECOMMENDED.expires(Timestamp::MAX)), lifetime);
    for max_age in [MaxAge::Absent, MaxAge::False, MaxAge::Invalid, MaxAge::Ms(0)] {
        assert_eq!(check_named("sid", RECOMMENDED.max_age_value(max_age)), lifetime);
    }
    assert_eq!(check_named("sid", RECOMMENDED.max_age_value(MaxAge::Null)), Ok(()));
}

#[test]
fn a_former_scope_is_another_one_and_can_be_removed() {
    let fault = |name, scope| check_former(CookieName::new(name).unwrap(), &RECOMMENDED.domain("a.example"), scope);
    assert_eq!(fault("sid", CookieScope::new("/")), Ok(()));
    assert_eq!(fault("sid", CookieScope::new("/app").with_domain("a.example")), Ok(()));
    assert_eq!(fault("sid", CookieScope::new("/").with_domain("example")), Ok(()));
    for same in ["a.example", ".a.example", "A.Example"] {
        assert_eq!(fault("sid", CookieScope::new("/").with_domain(same)), Err(CookieFault::CurrentScope));
    }
    assert_eq!(fault("sid", CookieScope::new("")), Err(CookieFault::Path));
    assert_eq!(fault("sid", CookieScope::new("/\n")), Err(CookieFault::Attribute(SetCookieError::Path)));
    let bad = CookieScope::new("/").with_domain("a b");
    assert_eq!(fault("sid", bad), Err(CookieFault::Attribute(SetCookieError::Domain)));
    // A browser never had such a cookie, and would ignore its removal.
    assert_eq!(fault("__Host-sid", CookieScope::new("/app")), Err(CookieFault::PrefixNeedsRootPath));
    let name = CookieName::HOST_SID;
    assert_eq!(check_former(name, &RECOMMENDED, CookieScope::new("/")), Err(CookieFault::CurrentScope));
}

/// OWASP ASVS 5.0, 3.3.5: with the longest name, id and attributes a line is within what browsers keep.
#[test]
fn the_longest_line_fits() {
    assert_eq!(check_named(&"n".repeat(3_582), RECOMMENDED), Err(CookieFault::NameTooLong));
    let (name, path) = ("n".repeat(3_581), "/".repeat(160 - "medium".len() - "strict".len()));
    let options = RECOMMENDED.path(&path).priority(Priority::Medium).same_site(SameSite::Strict).partitioned(true);
    assert_eq!((check_named(&name, options), options.check()), (Ok(()), Ok(())));

    let id: SessionId = ("ü".repeat(63) + "\"").parse().unwrap();
    let cookie = options.cookie(true, Timestamp::MAX);
    let key = Key::new("keyboard cat");
    let attributes = cookie.line_attributes().unwrap().expires(Timestamp::MAX);
    let line = SetCookie::signed(CookieName::new(&name).unwrap(), &id, &key, attributes).unwrap().to_string();
    let mut parts = line.split("; ");
    let pair = parts.next().unwrap().len() - "=".len();
    // This signature has few letters to escape; there could be 43.
    assert!((4_000..=4_096 - 2 * (43 - line.matches("%2").count())).contains(&pair), "{pair}");
    assert!(parts.all(|attribute| attribute.len() <= 1_024));
}

/// What a browser does with a line that an encrypted answer carries: rfc6265bis-22, sections 5.4 to 5.7, with
/// layered-cookies-02 for `__Http-` and `__Host-Http-`, and CHIPS.
fn browser_keeps(line: &str) -> bool {
    let mut parts = line.split("; ");
    let name = parts.next().unwrap().split('=').next().unwrap().to_lowercase();
    let attributes: Vec<&str> = parts.collect();
    let has = |attribute: &str| attributes.contains(&attribute);
    let is_shared = attributes.iter().any(|attribute| attribute.starts_with("Domain="));
    let for_host = has("Secure") && has("Path=/") && !is_shared;
    let for_http = has("Secure") && has("HttpOnly");
    (!name.starts_with("__secure-") || has("Secure"))
        && (!name.starts_with("__host-") || for_host)
        && (!name.starts_with("__http-") || for_http)
        && (!name.starts_with("__host-http-") || for_host && for_http)
        && (!has("SameSite=None") || has("Secure"))
        && (!has("Partitioned") || has("Secure"))
}

fn any_options() -> impl Strategy<Value = CookieOptions<'static>> {
    let secure = prop_oneof![Just(Secure::Always), Just(Secure::Auto), Just(Secure::Never)];
    let same_site =
        prop_oneof![Just(None), Just(Some(SameSite::Lax)), Just(Some(SameSite::None)), Just(Some(SameSite::Strict)),];
    let path = prop_oneof![4 => Just("/"), 1 => Just("/app"), 1 => Just("//")];
    let domain = prop_oneof![3 => Just(""), 1 => Just("example.com")];
    (secure, same_site, path, domain, any::<[bool; 2]>()).prop_map(
        |(secure, same_site, path, domain, [http_only, partitioned])| {
            let options = CookieOptions::new().secure(secure).path(path).domain(domain);
            let options = options.http_only(http_only).partitioned(partitioned);
            same_site.map_or_else(|| options.same_site_auto(), |same_site| options.same_site(same_site))
        },
    )
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof!["(__Secure-|__Host-|__Http-|__Host-Http-)[a-z]{0,3}", "[a-zA-Z_-]{1,9}", "__[Hh][Oo]st-[Hh]ttp[-x]"]
}

proptest! {
    /// What is taken is kept by every browser, on both lines, and what is refused is dropped on one of them, or its name
    /// is a look-alike.
    #[test]
    fn what_is_taken_is_what_a_browser_keeps(name in any_name(), options in any_options()) {
        let name = CookieName::new(&name).unwrap();
        let kept = [false, true].map(|encrypted| {
            let cookie = options.cookie(encrypted, Timestamp::UNIX_EPOCH);
            let line = SetCookie::new(name, "", cookie.line_attributes().unwrap()).unwrap();
            browser_keeps(&line.to_string())
        });
        let is_look_alike = ["__Secure-", "__Host-", "__Http-", "__Host-Http-"].iter().any(|prefix| {
            let same = name.as_str().to_lowercase().starts_with(&prefix.to_lowercase());
            same && !name.as_str().starts_with(prefix)
        });
        prop_assert_eq!(check(name, &options) == Err(CookieFault::LookAlike), is_look_alike);
        match check(name, &options) {
            Ok(()) => prop_assert_eq!(kept, [true; 2]),
            Err(CookieFault::LookAlike) => prop_assert!(is_look_alike),
            Err(_) => prop_assert_ne!(kept, [true; 2]),
        }
    }

    /// A removal is kept (that is, obeyed) wherever the line itself was.
    #[test]
    fn a_removal_is_obeyed(name in "(__Secure-|__Http-|)[a-z]{1,3}", options in any_options(), path in "/[a-c]{0,2}", domain in "(|example[.]org)") {
        let name = CookieName::new(&name).unwrap();
        let scope = CookieScope::new(&path).with_domain(&domain);
        let options = options.secure(Secure::Always).http_only(true);
        prop_assert_eq!(check(name, &options), Ok(()));
        let former = check_former(name, &options, scope);
        prop_assume!(former != Err(CookieFault::CurrentScope));
        prop_assert_eq!(former, Ok(()));
        for encrypted in [false, true] {
            let cookie = options.cookie(encrypted, Timestamp::UNIX_EPOCH);
            let line = SetCookie::new(name, "value", cookie.line_attributes().unwrap()).unwrap();
            let removal = line.removal_in(scope).unwrap().to_string();
            prop_assert!(browser_keeps(&removal));
            prop_assert!(removal.contains("=; Max-Age=0; "));
            let apart = |line: &str| -> Vec<String> {
                let place = ["Domain=", "Path=", "Max-Age=", "Expires="];
                line.split("; ").skip(1).filter(|part| !place.iter().any(|name| part.starts_with(name))).map(String::from).collect()
            };
            prop_assert_eq!(apart(&removal), apart(&line.to_string()));
        }
    }
}
