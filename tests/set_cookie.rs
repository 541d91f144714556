//! The Set-Cookie line: what goes in, and what never comes out.

use proptest::prelude::*;
use session_core::{
    Attribute, AttributesTooLong, CookieAttributes, CookieName, Cookies, Decoded, EncodeUriComponent, Expires, Field,
    Priority, SameSite, SessionCookie, SetCookie, SetCookieError, Timestamp,
};

fn any_attributes() -> impl Strategy<Value = (String, String, Option<i64>, Option<i64>, [bool; 3], u8)> {
    let text = || prop_oneof!["[ -~]{0,12}", ".{0,12}", "[a-z.-]{0,12}", "[;,\\r\\n\\x00\\x7f=]{0,3}"];
    let ms = -8_640_000_000_000_000..=8_640_000_000_000_000_i64;
    (text(), text(), prop::option::of(any::<i64>()), prop::option::of(ms), any::<[bool; 3]>(), 0..16_u8)
}

proptest! {
    /// Whatever goes in: printable ASCII comes out, and no `;` but those of our own attributes.
    #[test]
    fn nothing_splits_the_line(
        name in prop_oneof![".{0,8}", "[a-zA-Z.]{1,8}"],
        value in prop_oneof![any::<String>(), "[;,\\r\\n\\x00 \"=]{0,8}"],
        (domain, path, max_age, expires, [http_only, secure, partitioned], choice) in any_attributes(),
    ) {
        let mut attributes = CookieAttributes::new()
            .domain(&domain).path(&path).http_only(http_only).secure(secure).partitioned(partitioned);
        if let Some(seconds) = max_age { attributes = attributes.max_age(seconds); }
        if let Some(ms) = expires { attributes = attributes.expires(Timestamp::from_unix_ms(ms).unwrap()); }
        match choice % 4 { 1 => attributes = attributes.priority(Priority::Low), 2 => attributes = attributes.priority(Priority::High), _ => {} }
        match choice / 4 { 1 => attributes = attributes.same_site(SameSite::Lax), 2 => attributes = attributes.same_site(SameSite::None), _ => {} }

        let Ok(name) = CookieName::new(&name) else { return Ok(()) };
        let Ok(line) = SetCookie::new(name, &value, attributes) else { return Ok(()) };
        let text = line.to_string();
        prop_assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{text:?}");
        let parts: Vec<_> = text.split("; ").collect();
        let given = [!domain.is_empty(), !path.is_empty(), max_age.is_some(), expires.is_some(), http_only, secure, partitioned,
            matches!(choice % 4, 1 | 2), matches!(choice / 4, 1 | 2)];
        prop_assert_eq!(parts.len(), 1 + given.into_iter().filter(|given| *given).count());
        prop_assert_eq!(text.matches(';').count(), parts.len() - 1);

        // Printing is repeatable, and a browser that sends the pair back sends the value.
        prop_assert_eq!(line.to_string(), text.clone());
        let sent = parts[0].as_bytes();
        let cookie = Cookies::new(sent).find(name.as_str().as_bytes()).unwrap();
        prop_assert!(cookie.value().bytes().eq(value.bytes()));
    }

    /// Every buffer from nothing to what is needed: a refusal that says how much, or the whole line.
    #[test]
    fn every_buffer_gets_all_or_a_refusal(value in ".{0,20}") {
        let attributes = CookieAttributes::new().path("/").expires(Timestamp::UNIX_EPOCH).same_site(SameSite::Lax);
        let line = SetCookie::new(CookieName::CONNECT_SID, &value, attributes).unwrap();
        let text = line.to_string();
        for length in 0..text.len() {
            prop_assert_eq!(line.write_to(&mut vec![0; length]).unwrap_err().needed(), text.len());
        }
        for enough in [text.len(), text.len() + 9] {
            let mut buffer = vec![0; enough];
            prop_assert_eq!(line.write_to(&mut buffer), Ok(text.as_str()));
        }
    }

    #[test]
    fn encoding_is_undone_by_decoding(text in any::<String>()) {
        let encoded = EncodeUriComponent::new(&text).to_string();
        prop_assert!(encoded.is_ascii());
        prop_assert!(Decoded::of(encoded.as_bytes()).unwrap().bytes().eq(text.bytes()));
    }
}

#[test]
fn a_removal_mirrors_every_attribute() {
    let attributes = CookieAttributes::new()
        .max_age(60)
        .domain("example.com")
        .path("/a")
        .expires(Timestamp::MAX)
        .http_only(true)
        .secure(true)
        .partitioned(true)
        .priority(Priority::Medium)
        .same_site(SameSite::None);
    let line = SetCookie::new(CookieName::CONNECT_SID, "value", attributes).unwrap();
    assert_eq!(
        line.removal().to_string(),
        "connect.sid=; Max-Age=0; Domain=example.com; Path=/a; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; \
         Secure; Partitioned; Priority=Medium; SameSite=None"
    );
}

#[test]
fn a_value_does_not_print_in_debug() {
    let line = SetCookie::new(CookieName::CONNECT_SID, "s3cret", CookieAttributes::new()).unwrap();
    assert!(!format!("{line:?}").contains("s3cret"));
}

/// What stands in a document has the effect that JavaScript gives it, and is refused where npm cookie throws.
#[test]
fn stored_attributes_count_as_javascript_takes_them() {
    let line = |field, value| {
        let mut cookie = SessionCookie::default();
        cookie.set_attribute(field, value).unwrap();
        let attributes = cookie.line_attributes()?;
        Ok(SetCookie::new(CookieName::CONNECT_SID, "", attributes)?.to_string())
    };
    let plain = "connect.sid=; Path=/; HttpOnly";
    for value in [Attribute::Bool(false), Attribute::Null, Attribute::Number("0"), Attribute::Text("")] {
        assert_eq!(line(Field::Secure, value).as_deref(), Ok(plain));
        assert_eq!(line(Field::SameSite, value).as_deref(), Ok(plain));
        assert_eq!(line(Field::HttpOnly, value).as_deref(), Ok("connect.sid=; Path=/"));
    }
    assert_eq!(line(Field::Secure, Attribute::Text("no")), Ok(format!("{plain}; Secure")));
    assert_eq!(line(Field::SameSite, Attribute::Bool(true)), Ok(format!("{plain}; SameSite=Strict")));
    assert_eq!(line(Field::Priority, Attribute::Text("hIGh")), Ok(format!("{plain}; Priority=High")));
    assert_eq!(line(Field::Path, Attribute::Number("5")).as_deref(), Ok("connect.sid=; Path=5; HttpOnly"));
    assert_eq!(line(Field::SameSite, Attribute::Text("auto")), Err(SetCookieError::SameSite));
    assert_eq!(line(Field::Priority, Attribute::Number("1")), Err(SetCookieError::Priority));
    assert_eq!(line(Field::Domain, Attribute::Text("a b")), Err(SetCookieError::Domain));
    assert_eq!(line(Field::Path, Attribute::Text("/;")), Err(SetCookieError::Path));
}

#[test]
fn text_without_room_changes_nothing() {
    let mut cookie = SessionCookie::default();
    cookie.set_attribute(Field::Domain, Attribute::Text("example.com")).unwrap();
    let before = cookie;
    let long = "x".repeat(150);
    assert_eq!(cookie.set_attribute(Field::SameSite, Attribute::Text(&long)), Err(AttributesTooLong));
    assert_eq!(cookie, before);
    assert_eq!(cookie.expiry().expires(), Expires::Null);
}

/// What `String` of a whole number looks like in JavaScript, and nothing else, goes into a line as it is.
#[test]
fn a_spelled_max_age_is_a_whole_number() {
    let line = |seconds| {
        let attributes = CookieAttributes::new().max_age_spelled(seconds);
        SetCookie::new(CookieName::CONNECT_SID, "", attributes).map(|line| line.to_string())
    };
    for good in ["0", "12", "-12", "1e+21", "-1e+21", "1.5e+300", "1.7976931348623157e+308"] {
        assert_eq!(line(good), Ok(format!("connect.sid=; Max-Age={good}")));
    }
    let bad = [
        "",
        "-",
        "--1",
        "+1",
        "1.5",
        "1.",
        ".5",
        "e+21",
        "1e21",
        "1e-21",
        "1e+",
        "1.e+21",
        ".5e+21",
        "1.5.5e+21",
        "1e+2e+1",
        " 1",
        "1 ",
        "0x1",
        "Infinity",
        "NaN",
        "1; Path=/",
    ];
    for bad in bad {
        assert_eq!(line(bad), Err(SetCookieError::MaxAge), "{bad}");
    }
}
