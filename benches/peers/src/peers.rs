//! Other crates on the same paths, each with its own format of the same id.

use std::hint::black_box;
use std::time::Duration;

use biscotti::config::{CryptoAlgorithm, CryptoRule};
use cookie::{Cookie, CookieJar};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use paths::inputs::{ID, MAX_AGE, NAME, NOW, SECRET, Shape};
use paths::{Call, Who};

/// The paths of `hmac`, `cookie` and `biscotti`.
pub(crate) fn calls() -> Vec<Call> {
    let mut calls = vec![hmac_verify(), cookie_verify(), biscotti_verify(), cookie_set(), biscotti_set()];
    for (path, shape) in Shape::ALL {
        calls.extend([cookie_header(path, shape), cookie_parse(path, shape)]);
        calls.extend(biscotti_header(path, shape));
    }
    calls
}

/// What `sha2` and `hmac` give with the key's state stored: 32 bytes, not compared with any text.
fn hmac_verify() -> Call {
    let keyed = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    let signature = keyed.clone().chain_update(ID).finalize().into_bytes();
    Call::new("verify `sid.mac`", Who::Hmac, move || {
        black_box(&keyed).clone().chain_update(black_box(ID)).verify_slice(black_box(&signature)).is_ok()
    })
}

fn jar_key() -> cookie::Key {
    cookie::Key::from(&[7; 64])
}

/// The value of a signed cookie of the crate `cookie`.
fn jar_value() -> String {
    let mut jar = CookieJar::new();
    jar.signed_mut(&jar_key()).add((NAME, ID));
    jar.get(NAME).expect("it was added").value().to_owned()
}

fn cookie_verify() -> Call {
    let (key, jar, value) = (jar_key(), CookieJar::new(), jar_value());
    assert!(jar.signed(&key).verify(Cookie::new(NAME, value.clone())).is_some());
    Call::new("verify `sid.mac`", Who::Cookie, move || {
        // It takes the cookie by value.
        jar.signed(black_box(&key)).verify(Cookie::new(NAME, black_box(&value).clone()))
    })
}

/// Percent-encoded as the crate does it.
fn encoded(value: &str) -> String {
    let pair = Cookie::new(NAME, value.to_owned()).encoded().to_string();
    pair.split_once('=').expect("a pair").1.to_owned()
}

/// As its signed jar is used: all cookies go into a jar, and ours is taken out of it.
fn cookie_header(path: &str, shape: Shape) -> Call {
    let (key, header) = (jar_key(), shape.header(NAME, &encoded(&jar_value())));
    let call = move || {
        let mut jar = CookieJar::new();
        for cookie in Cookie::split_parse_encoded(black_box(header.as_str())).flatten() {
            jar.add_original(cookie.into_owned());
        }
        jar.signed(&key).get(NAME)
    };
    Call::new(path, Who::Cookie, call)
}

/// The least that it can be used with: no jar but for the key, and parsing ends at our cookie.
fn cookie_parse(path: &str, shape: Shape) -> Call {
    let (key, jar, header) = (jar_key(), CookieJar::new(), shape.header(NAME, &encoded(&jar_value())));
    Call::new(path, Who::CookieParse, move || {
        let mut cookies = Cookie::split_parse_encoded(black_box(header.as_str())).flatten();
        cookies.find(|cookie| cookie.name() == NAME).and_then(|cookie| jar.signed(&key).verify(cookie.into_owned()))
    })
}

fn processor() -> biscotti::Processor {
    let mut config = biscotti::ProcessorConfig::default();
    config.crypto_rules.push(CryptoRule {
        cookie_names: vec![NAME.into()],
        algorithm: CryptoAlgorithm::Signing,
        key: biscotti::Key::from(vec![7; 64]),
        fallbacks: vec![],
    });
    config.into()
}

fn biscotti_value(processor: &biscotti::Processor) -> String {
    processor.process_outgoing(biscotti::ResponseCookie::new(NAME, ID)).value().to_owned()
}

fn biscotti_verify() -> Call {
    let processor = processor();
    let value = biscotti_value(&processor);
    assert_eq!(processor.process_incoming(NAME, &value).map(|cookie| cookie.value() == ID).ok(), Some(true));
    Call::new("verify `sid.mac`", Who::Biscotti, move || {
        black_box(&processor).process_incoming(NAME, black_box(&value)).is_ok()
    })
}

/// `None` for a header that it refuses as a whole: such a refusal is no measure.
fn biscotti_header(path: &str, shape: Shape) -> Option<Call> {
    let processor = processor();
    let header = shape.header(NAME, &biscotti_value(&processor));
    biscotti::RequestCookies::parse_header(&header, &processor).ok()?;
    Some(Call::new(path, Who::Biscotti, move || {
        let cookies = biscotti::RequestCookies::parse_header(black_box(&header), &processor).ok()?;
        cookies.get(NAME).map(|cookie| cookie.value().len())
    }))
}

/// The time at which the cookie ends.
fn expires() -> Duration {
    Duration::from_millis(u64::try_from(NOW + MAX_AGE).unwrap_or_default())
}

fn cookie_set() -> Call {
    let (key, expires) = (jar_key(), cookie::time::OffsetDateTime::UNIX_EPOCH + expires());
    let call = move || {
        let mut jar = CookieJar::new();
        let cookie = Cookie::build((NAME, black_box(ID)))
            .path("/")
            .expires(black_box(expires))
            .http_only(true)
            .secure(true)
            .same_site(cookie::SameSite::Lax);
        jar.signed_mut(&key).add(cookie);
        jar.delta().next().map(|cookie| cookie.encoded().to_string().len())
    };
    Call::new("id to signed Set-Cookie", Who::Cookie, call)
}

fn biscotti_set() -> Call {
    let (processor, expires) = (processor(), biscotti::time::Timestamp::UNIX_EPOCH + expires());
    let expires = expires.to_zoned(biscotti::time::tz::TimeZone::UTC);
    let call = move || {
        let cookie = biscotti::ResponseCookie::new(NAME, black_box(ID))
            .set_path("/")
            .set_expires(black_box(&expires).clone())
            .set_http_only(true)
            .set_secure(true)
            .set_same_site(biscotti::SameSite::Lax);
        let mut cookies = biscotti::ResponseCookies::new();
        cookies.insert(cookie);
        cookies.header_values(&processor).next().map(|line| line.len())
    };
    Call::new("id to signed Set-Cookie", Who::Biscotti, call)
}
