//! The candidates of a request, beside a model that reads each cookie by itself and counts afterwards.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

extern crate alloc;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{Candidates, Reading, read};

const CANDIDATES: usize = 4;
use crate::cookie::{CookieName, Cookies};
use crate::key::{Key, KeyRing};
use crate::signature::{Rejection, Unprefixed, VerifiedId};

const NAME: CookieName<'static> = CookieName::HOST_SID;
/// The last of them is in no ring.
const SECRETS: [&str; 4] = ["signing", "older", "oldest", "someone else's"];

fn ring() -> KeyRing<[Key; 2]> {
    KeyRing::new(Key::new(SECRETS[0]), [Key::new(SECRETS[1]), Key::new(SECRETS[2])])
}

/// The value of a cookie that the key of this place signed.
fn signed(id: &str, key: usize) -> String {
    format!(
        "s%3A{id}.{}",
        Key::new(SECRETS.get(key).unwrap()).sign(id).as_str().replace('+', "%2B").replace('/', "%2F")
    )
}

/// The same with an escape for each byte.
fn escaped(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn pair(value: &str) -> String {
    format!("{}={value}", NAME.as_str())
}

fn ids(candidates: Candidates<CANDIDATES>) -> Vec<(String, usize)> {
    candidates.iter().map(|verified| (verified.id().as_str().to_string(), verified.key())).collect()
}

fn read_all<H: AsRef<[u8]>>(headers: &[H], limit: usize) -> Result<Vec<(String, usize)>, Rejection> {
    read(headers, NAME, &ring(), limit).candidates.map(ids)
}

/// The rules, as they are said.
fn model(headers: &[String], limit: usize) -> Result<Vec<(String, usize)>, Rejection> {
    let all: Vec<_> = headers.iter().flat_map(|header| Cookies::new(header.as_bytes())).collect();
    let ours: Vec<_> = all.iter().filter(|cookie| cookie.name() == NAME.as_str().as_bytes()).copied().collect();
    let looks_signed = |bytes: Vec<u8>| {
        let text: String = bytes.into_iter().map(char::from).collect();
        let dot = text.len().wrapping_sub(44);
        text.len() <= 173
            && text.starts_with("s:")
            && dot >= 2
            && text.get(dot..).is_some_and(|end| {
                end.starts_with('.')
                    && end.chars().skip(1).all(|letter| letter.is_ascii_alphanumeric() || "+/".contains(letter))
            })
    };
    let tries = ours.iter().filter(|cookie| looks_signed(cookie.value().bytes().collect())).count();
    let semicolons = headers.iter().flat_map(|header| header.matches(';')).count();
    if headers.iter().map(String::len).sum::<usize>() > 16_384 || semicolons > 255 || tries > 16 {
        return Err(Rejection::TooManyCookies);
    }

    let read: Vec<_> = ours.iter().map(|cookie| VerifiedId::of_cookie(*cookie, &ring(), Unprefixed::Refused)).collect();
    let mut found: Vec<(String, usize)> = Vec::new();
    for verified in read.iter().flatten() {
        let id = verified.id().as_str();
        match found.iter_mut().find(|(known, _)| known == id) {
            Some((_, key)) => *key = (*key).min(verified.key()),
            None => found.push((id.to_string(), verified.key())),
        }
    }
    match read.first() {
        _ if found.len() > limit => Err(Rejection::Ambiguous),
        _ if !found.is_empty() => Ok(found),
        Some(Err(rejection)) => Err(*rejection),
        _ => Err(Rejection::Missing),
    }
}

/// A value that is good, or wrong in some way.
fn any_value() -> impl Strategy<Value = String> {
    let good = ("[a-d]", 0..SECRETS.len()).prop_map(|(id, key)| signed(&id, key));
    let other = prop_oneof![
        // Quoted, decoded, with all of it escaped, without the prefix, with another one.
        good.clone().prop_map(|value| format!("\"{value}\"")),
        good.clone().prop_map(|value| value.replace("%3A", ":")),
        good.clone().prop_map(|value| value.replace("s%3A", "%73%3a")),
        good.clone().prop_map(|value| escaped(&value.replace("s%3A", "s:"))),
        good.clone().prop_map(|value| value.replace("s%3A", "")),
        good.clone().prop_map(|value| value.replace("s%3A", "S%3A")),
        // Too short, damaged, without an id, as long as may be and longer.
        "[s%3A.a-d]{0,60}",
        good.clone().prop_map(|value| value.replace('.', "-")),
        good.clone().prop_map(|value| value.replace('.', "..")),
        good.clone().prop_map(|value| format!("{value}*")),
        good.prop_map(|value| value.replace("%2", "%")),
        (0..3_usize).prop_map(|key| signed("", key)),
        (120..135_usize).prop_map(|length| signed(&"x".repeat(length), 0)),
        (40..90_usize).prop_map(|length| signed(&"ü".repeat(length), 0)),
        (500..540_usize).prop_map(|length| format!("s%3A{}", "x".repeat(length))),
        ".{0,9}",
    ];
    prop_oneof![3 => ("[a-d]", 0..SECRETS.len()).prop_map(|(id, key)| signed(&id, key)), 2 => other]
}

fn any_pair() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => any_value().prop_map(|value| pair(&value)),
        1 => any_value().prop_map(|value| format!("__host-SID={value}")),
        1 => any_value().prop_map(|value| format!("sid={value}")),
        1 => "[ -~]{0,12}",
    ]
}

/// Now and then as many pairs, or as much of one, as stands at a limit.
fn any_filling() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => Just(String::new()),
        1 => (240..260_usize).prop_map(|pairs| "a=;".repeat(pairs)),
        1 => (14_000..16_390_usize).prop_map(|length| format!("a={}", "b".repeat(length))),
    ]
}

proptest! {
    #[test]
    fn the_candidates_are_those_of_the_model(
        headers in prop::collection::vec((any_filling(), prop::collection::vec(any_pair(), 0..8)), 0..4),
        limit in 1..=CANDIDATES,
    ) {
        let headers: Vec<_> = headers.into_iter().map(|(filling, pairs)| format!("{filling}; {}", pairs.join("; "))).collect();
        let expected = model(&headers, limit);
        let Reading { candidates, look_alike } = read(&headers, NAME, &ring(), limit);
        prop_assert_eq!(candidates.map(ids), expected.clone());
        if expected != Err(Rejection::TooManyCookies) {
            let mut all = headers.iter().flat_map(|header| Cookies::new(header.as_bytes()));
            prop_assert_eq!(look_alike, all.any(|cookie| cookie.name() == b"__host-SID"));
        }
    }

    /// Only the order of the answer depends on that of the cookies.
    #[test]
    fn no_order_makes_another_session_of_it(pairs in prop::collection::vec(any_pair(), 0..8), limit in 1..=CANDIDATES) {
        let sorted = |pairs: &[String]| read_all(&[pairs.join("; ")], limit).map(|mut ids| { ids.sort(); ids });
        let forwards = sorted(&pairs);
        let backwards = sorted(&pairs.iter().rev().cloned().collect::<Vec<_>>());
        prop_assert_eq!(forwards.clone().ok(), backwards.clone().ok());
        prop_assert_eq!(forwards == Err(Rejection::Ambiguous), backwards == Err(Rejection::Ambiguous));
    }
}

#[test]
fn each_row_of_the_table() {
    let [a, b, old_a] = [pair(&signed("a", 0)), pair(&signed("b", 0)), pair(&signed("a", 2))];
    let less_old_a = pair(&signed("a", 1));
    let forged = pair(&signed("a", 3));
    let of = |ids: &[(&str, usize)]| Ok(ids.iter().map(|(id, key)| (id.to_string(), *key)).collect::<Vec<_>>());
    assert_eq!(read_all::<&str>(&[], 4), Err(Rejection::Missing));
    assert_eq!(read_all(&["a=b", "c=d"], 4), Err(Rejection::Missing));
    assert_eq!(read_all(&[&pair("abc"), &forged], 4), Err(Rejection::NotSigned), "what is wrong with the first");
    assert_eq!(read_all(&[&forged, &pair("abc")], 4), Err(Rejection::BadSignature));
    assert_eq!(read_all(&[pair(&signed("", 0))], 4), Err(Rejection::EmptyId));
    assert_eq!(read_all(&[pair(&signed("a", 0).replace("s%3A", ""))], 4), Err(Rejection::NotSigned), "an id of 2012");
    assert_eq!(read_all(&[&pair("abc"), &forged, &a], 4), of(&[("a", 0)]), "a bad one before a good one hides nothing");
    assert_eq!(read_all(&[&a, &b], 4), of(&[("a", 0), ("b", 0)]));
    assert_eq!(read_all(&[format!("{b}; x=y; {a}")], 4), of(&[("b", 0), ("a", 0)]));
    assert_eq!(read_all(&[&a, &b], 1), Err(Rejection::Ambiguous));
    assert_eq!(read_all(&[&old_a, &a, &old_a], 1), of(&[("a", 0)]), "the newest key that signed it counts");
    assert_eq!(read_all(&[&old_a], 1), of(&[("a", 2)]));
    assert_eq!(read_all(&[&old_a, &less_old_a], 1), of(&[("a", 1)]), "of two older ones, too");
    assert_eq!(read_all(&[&less_old_a, &old_a], 1), of(&[("a", 1)]));

    // The longest value, each byte of it escaped, and one byte more.
    let longest = |length| {
        let id = "x".repeat(length);
        read_all(&[pair(&escaped(&format!("s:{id}.{}", Key::new(SECRETS[0]).sign(&id).as_str())))], 4).map(|_| ())
    };
    assert_eq!((longest(127), longest(128)), (Ok(()), Err(Rejection::TooLong)));
}

#[test]
fn too_many_begins_behind_each_limit() {
    let good = pair(&signed("a", 0));
    let answer = |filling: String| read_all(&[filling, good.clone()], 4).map(|_| ());
    assert_eq!(answer("x".repeat(16_384 - good.len())), Ok(()));
    assert_eq!(answer("x".repeat(16_385 - good.len())), Err(Rejection::TooManyCookies));
    assert_eq!(answer("a=;".repeat(255)), Ok(()));
    assert_eq!(answer("a=;".repeat(256)), Err(Rejection::TooManyCookies));
    let forged = pair(&signed("a", 3)) + ";";
    assert_eq!(answer(forged.repeat(15)), Ok(()));
    assert_eq!(answer(forged.repeat(16)), Err(Rejection::TooManyCookies));
    let letters = "x".repeat(43);
    for malformed in ["s:abc.def", &format!("s:abc{letters}"), &format!("abc.{letters}"), &format!("s:abc.*{letters}")]
    {
        assert_eq!(answer((pair(malformed) + ";").repeat(17)), Ok(()), "no hash is spent on {malformed}");
    }
}

#[test]
fn look_alikes_are_told_of_names_with_a_prefix() {
    let look_alike = |name: &str, sent: &str| {
        read::<_, CANDIDATES>([format!("{sent}={}", signed("a", 0))], CookieName::new(name).unwrap(), &ring(), 4)
            .look_alike
    };
    assert!(look_alike("__Host-sid", "__host-sid"));
    assert!(look_alike("__Host-sid", "__HOST-SID"));
    assert!(!look_alike("__Host-sid", "__Host-sid"));
    assert!(!look_alike("__Host-sid", "__host-other"));
    assert!(!look_alike("sid", "SID") && !look_alike("sid", "siD"));
}

#[test]
fn nothing_secret_prints() {
    let printed = format!("{:?}", read::<_, CANDIDATES>([pair(&signed("secret-id", 0))], NAME, &ring(), 4));
    assert!(printed.contains("key: 0") && !printed.contains("secret-id"), "{printed}");
}
