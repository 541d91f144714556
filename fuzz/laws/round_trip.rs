//! The laws of what is written and read again: `parse(write(x)) == x`, with a browser in between.

use session_core::testing::{Header, Rule, reference};
use session_core::{Cookie, CookieAttributes, CookieName, Cookies, EncodeUriComponent, SetCookie};

/// Lines are names and values in turns; a name that is no token is passed over.
///
/// # Panics
///
/// Where a law is broken.
pub(crate) fn law(lines: &[u8]) {
    let text = String::from_utf8_lossy(lines);
    let mut lines = text.split('\n');
    let mut written = Vec::new();
    let mut expected: Vec<(&str, &str)> = Vec::new();
    while let Some(name) = lines.next() {
        let value = lines.next().unwrap_or_default();
        let Ok(token) = CookieName::new(name) else { continue };
        expected.push((name, value));

        // The server writes a line, the browser keeps it and sends it back.
        let line = SetCookie::new(token, value, CookieAttributes::new()).unwrap().to_string();
        let by_hand = format!("{name}={}", EncodeUriComponent::new(value));
        assert_eq!(line, by_hand);
        match reference::check(Header::Cookie, line.as_bytes()) {
            Ok(()) => {}
            // Neither is known to the writer of a line: browsers drop such a cookie.
            Err(rule) => assert_eq!(rule, Rule::TooLong),
        }
        match reference::stored(line.as_bytes()) {
            Some(stored) => assert_eq!(stored.sent(), line.as_bytes()),
            None => assert!(name.starts_with("__") || line.len() > 4096, "a browser drops {line}"),
        }
        written.push(line);
    }

    let header = written.join("; ");
    let read: Vec<(Vec<u8>, Vec<u8>)> =
        Cookies::new(header.as_bytes()).map(|pair| (pair.name().to_vec(), pair.value().bytes().collect())).collect();
    let expected: Vec<_> =
        expected.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect();
    assert_eq!(read, expected);

    // What was read, written again, is what was read.
    let again = |pair: Cookie<'_>| (pair.name().to_vec(), pair.raw_value().to_vec());
    let raw: Vec<_> = Cookies::new(text.as_bytes()).map(again).collect();
    let spelled: Vec<_> = raw.iter().map(|(name, value)| [&name[..], b"=\"", value, b"\""].concat()).collect();
    let spelled = spelled.join(&b"; "[..]);
    assert_eq!(Cookies::new(&spelled).map(again).collect::<Vec<_>>(), raw);
}
