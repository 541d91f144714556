//! Keys derived from a secret, against Node's HKDF and one out of the crate `hmac`.

use base64ct::{Base64Unpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use serde_json::Value;
use session_core::{Key, SecretTooShort};

const SECRET: &str = "a secret of more than 32 bytes, out of the configuration";

fn from_hex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// `node tests/vectors/make.mjs --check` makes the file again, and `tests/vectors/hkdf.py` does so in Python.
#[test]
fn keys_are_those_of_node() {
    let mut refused = 0;
    let rows = include_str!("vectors/hkdf.jsonl").lines().skip(1).map(|line| {
        let row: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| row["request"][name].as_str();
        let secret = text("secret").map_or_else(|| from_hex(text("secret_hex").unwrap()), Into::into);
        let message = text("text").unwrap();
        let key = Key::derive(secret, text("purpose").unwrap(), text("name").unwrap());
        if row["reply"]["error"]["kind"] == "secret_too_short" {
            assert_eq!(key.err(), Some(SecretTooShort), "{}", row["name"]);
            refused += 1;
            return;
        }
        let expected = &row["reply"]["ok"];
        let same = Key::new(from_hex(expected["key"].as_str().unwrap()));
        assert_eq!(same.sign(message).as_str(), expected["signature"], "{}", row["name"]);
        assert_eq!(key.unwrap().sign(message).as_str(), expected["signature"], "{}", row["name"]);
    });
    assert_eq!((rows.count(), refused), (89, 8));
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut hmac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    parts.iter().for_each(|part| hmac.update(part));
    hmac.finalize().into_bytes().to_vec()
}

/// Key::derive's table, written down a second time.
fn reference(secret: &[u8], purpose: &str, name: &str) -> Option<Vec<u8>> {
    (secret.len() >= 32).then(|| hmac(&hmac(b"session-core key v1", &[secret]), &[&info(purpose, name), &[1]]))
}

fn info(purpose: &str, name: &str) -> Vec<u8> {
    let length = |text: &str| u64::try_from(text.len()).unwrap().to_be_bytes();
    [&length(purpose), purpose.as_bytes(), &length(name), name.as_bytes()].concat()
}

proptest! {
    #[test]
    fn keys_of_a_start_are_hkdf(
        secret in prop::collection::vec(any::<u8>(), 20..70),
        (purpose, name) in (".{0,20}", ".{0,20}"),
        boot in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let length = u64::try_from(boot.len()).unwrap().to_be_bytes();
        let info = [info(&purpose, &name).as_slice(), &length, &boot].concat();
        let bytes = (secret.len() >= 32).then(|| hmac(&hmac(b"session-core key v1", &[&secret]), &[&info, &[1]]));
        let key = Key::derive_for_boot(&secret, &purpose, &name, &boot);
        prop_assert!(key.as_ref().map_or(true, Key::is_derived));
        prop_assert_eq!(
            key.ok().map(|key| key.sign("a").as_str().to_owned()),
            bytes.map(|bytes| Key::new(bytes).sign("a").as_str().to_owned())
        );
        // Not even an empty one gives the key of all starts.
        if let (Ok(one), Ok(all)) = (Key::derive_for_boot(&secret, &purpose, &name, []), Key::derive(&secret, &purpose, &name)) {
            prop_assert!(one.sign("a").as_str() != all.sign("a").as_str());
        }
    }
}

proptest! {
    #[test]
    fn keys_are_hkdf(
        secret in prop::collection::vec(any::<u8>(), 20..150),
        purpose in ".{0,80}",
        name in ".{0,80}",
        text in ".{0,20}",
    ) {
        let key = Key::derive(&secret, &purpose, &name);
        let expected = reference(&secret, &purpose, &name).map(Key::new);
        prop_assert_eq!(key.as_ref().err().is_some(), expected.is_none());
        for (key, expected) in key.iter().zip(&expected) {
            prop_assert!(key.verify(&text, expected.sign(&text).as_str()));
        }
    }

    /// Names and purposes that are cut elsewhere, swapped or empty give another key.
    #[test]
    fn each_pair_has_a_key_of_its_own(one in ("[ab]{0,3}", "[ab]{0,3}"), two in ("[ab]{0,3}", "[ab]{0,3}")) {
        let signature = |(purpose, name): &(String, String)| {
            Key::derive(SECRET, purpose, name).map(|key| key.sign("").as_str().to_owned())
        };
        prop_assert_eq!(signature(&one) == signature(&two), one == two);
    }

    /// A route that signs what the user likes with the secret, as cookie-parser does, prints no derived key: not for the
    /// texts that go into a derivation, nor for others.
    #[test]
    fn no_signature_under_the_secret_is_a_key(text in ".{0,40}", purpose in ".{0,9}", name in ".{0,9}") {
        let derived = Key::derive(SECRET, &purpose, &name).unwrap();
        let info = String::from_utf8(info(&purpose, &name)).unwrap();
        for signed in [text.as_str(), &purpose, &name, &info, &format!("{info}\u{1}"), "session-core key v1"] {
            let mut printed = [0; 32];
            Base64Unpadded::decode(Key::new(SECRET).sign(signed).as_str(), &mut printed).unwrap();
            prop_assert!(!Key::new(printed).verify("text", derived.sign("text").as_str()));
        }
    }
}

#[test]
fn a_key_knows_what_it_was_made_of() {
    let of = |key: &Key| (key.is_derived(), key.secret_is_short());
    assert_eq!(of(&Key::derive(SECRET, Key::SESSION_COOKIES, "id").unwrap()), (true, false));
    for (length, is_short) in [(0, true), (31, true), (32, false), (64, false), (65, false)] {
        assert_eq!(of(&Key::new("k".repeat(length))), (false, is_short), "{length}");
    }
    // Two states of eight words, and one byte more than that.
    assert_eq!(size_of::<Key>(), 68);
    assert_eq!(size_of::<Option<Key>>(), 68);
}

/// What a leak of one key tells about the others: nothing that another purpose or cookie would take.
///
/// OWASP ASVS 5.0, 11.2.2: each of them is replaced by itself, by deriving under another purpose, or all with the secret.
#[test]
fn a_key_of_one_purpose_is_none_of_another() {
    let keys =
        [(Key::SESSION_COOKIES, "id"), (Key::HANDLES, "id"), (Key::SESSION_COOKIES, "__Host-id"), ("mine", "id")]
            .map(|(purpose, name)| Key::derive(SECRET, purpose, name).unwrap());
    for (signs, key) in keys.iter().chain([&Key::new(SECRET)]).enumerate() {
        let signature = key.sign("text");
        for (verifies, key) in keys.iter().enumerate() {
            assert_eq!(key.verify("text", signature.as_str()), signs == verifies);
        }
    }
}

#[test]
fn neither_secret_nor_key_is_printed() {
    let printed = format!("{:?} {SecretTooShort:?}", Key::derive(SECRET, Key::SESSION_COOKIES, "id"));
    assert_eq!(printed, "Ok(Key(..)) SecretTooShort");
}
