//! The laws of the Set-Cookie line: nothing gets out of its place, and a browser reads back what was meant.

use session_core::testing::{Header, Rule, reference};
use session_core::{CookieAttributes, CookieName, Decoded, Priority, SameSite, SetCookie, Timestamp};

/// Lines are a name, a value, a domain, a path, a maximal age in seconds, an expiry in milliseconds, and letters that
/// switch attributes on.
///
/// # Panics
///
/// Where a law is broken.
pub(crate) fn law(lines: &[u8]) {
    let text = String::from_utf8_lossy(lines);
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (name, value, domain, path, max_age, expires, letters) =
        (next(), next(), next(), next(), next(), next(), next());

    let mut attributes = CookieAttributes::new()
        .domain(domain)
        .path(path)
        .http_only(letters.contains('h'))
        .secure(letters.contains('s'))
        .partitioned(letters.contains('p'));
    let max_age: Option<i64> = max_age.parse().ok();
    if let Some(seconds) = max_age {
        attributes = attributes.max_age(seconds);
    }
    let expires = expires.parse().ok().and_then(|ms| Timestamp::from_unix_ms(ms).ok());
    if let Some(expires) = expires {
        attributes = attributes.expires(expires);
    }
    for (letter, same_site) in [('l', SameSite::Lax), ('t', SameSite::Strict), ('n', SameSite::None)] {
        if letters.contains(letter) {
            attributes = attributes.same_site(same_site);
        }
    }
    if letters.contains('m') {
        attributes = attributes.priority(Priority::Medium);
    }

    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let token = CookieName::new(name);
    assert_eq!(token.is_ok(), !name.is_empty() && name.bytes().all(is_token));
    let Ok(token) = token else { return };
    let is_path = path.bytes().all(|byte| matches!(byte, b' '..=b':' | b'='..=b'~'));
    let Ok(line) = SetCookie::new(token, value, attributes) else {
        assert!(!domain.is_empty() || !is_path, "refused for no reason");
        return;
    };
    assert!(is_path);

    let text = line.to_string();
    assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{text:?}");
    let mut buffer = vec![0; text.len()];
    assert_eq!(line.write_to(&mut buffer), Ok(&text[..]));
    if let Some((_, shorter)) = buffer.split_last_mut() {
        assert_eq!(line.write_to(shorter).map_err(|error| error.needed()), Err(text.len()));
    }

    // Inside the grammar, but for what npm cookie lets through as well and the session manager checks.
    let is_odd = max_age.is_some_and(|seconds| seconds <= 0)
        || domain.starts_with('.')
        || expires.is_some_and(|at| !at.iso8601().to_string().starts_with(|first: char| first.is_ascii_digit()));
    match reference::check(Header::SetCookie, text.as_bytes()) {
        Ok(()) | Err(Rule::Prefix | Rule::TooLong) => {}
        Err(rule) => assert!(is_odd && rule == Rule::AttributeValue, "{rule:?}: {text}"),
    }

    let Some(stored) = reference::stored(text.as_bytes()) else {
        assert!(name.starts_with("__") || text.len() > 4096, "dropped: {text}");
        return;
    };
    assert_eq!(stored.name(), name.as_bytes());
    let decoded = Decoded::of(stored.value()).unwrap();
    assert!(decoded.bytes().eq(value.bytes()));
    let expected = |text: &str| (!text.is_empty()).then(|| text.as_bytes().to_vec());
    let has = |name: &str| stored.attribute(name).map(<[u8]>::to_vec);
    // A browser ignores what is longer, and blanks around it.
    if path.len() <= 1024 && domain.len() <= 1024 && path.trim_matches(' ') == path {
        assert_eq!((has("Path"), has("Domain")), (expected(path), expected(domain)));
    }
    for (letter, name) in [('h', "HttpOnly"), ('s', "Secure"), ('p', "Partitioned")] {
        assert_eq!(has(name).is_some(), letters.contains(letter), "{name}");
    }
    assert_eq!(has("Max-Age"), max_age.map(|seconds| seconds.to_string().into_bytes()));
    assert_eq!(has("Expires"), expires.map(|at| at.http_date().to_string().into_bytes()));
    assert_eq!(has("SameSite").is_some(), letters.contains(['l', 't', 'n']));
}
