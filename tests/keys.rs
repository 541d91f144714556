//! Keys, signatures and ids.

use core::convert::Infallible;
use core::fmt;

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{SeedableRng, TryCryptoRng, TryRng};
use session_core::{IdError, Key, KeyRing, Rejection, SessionId, Signature, StoreKey, Unprefixed, VerifiedId};

proptest! {
    /// Against the crate `hmac`, through the lengths at which blocks fill up.
    #[test]
    fn a_signature_is_the_hmac(secret in prop::collection::vec(any::<u8>(), 0..150), text in ".{0,140}") {
        let mut reference = Hmac::<sha2::Sha256>::new_from_slice(&secret).unwrap();
        reference.update(text.as_bytes());
        let mut expected = [0; 43];
        let expected = Base64Unpadded::encode(&reference.finalize().into_bytes(), &mut expected).unwrap();
        let signature = Key::new(&secret).sign(&text);
        prop_assert_eq!(signature.as_str(), expected);
    }

    #[test]
    fn what_is_signed_is_verified_by_the_key_that_fits(secrets in prop::collection::vec(".{1,9}", 1..5), text in ".{0,40}") {
        let keys: Vec<_> = secrets.iter().map(Key::new).collect();
        let ring = KeyRing::new(keys[0].clone(), &keys[1..]);
        for (place, key) in keys.iter().enumerate() {
            let signed = format!("{text}.{}", key.sign(&text).as_str());
            let unsigned = ring.unsign(&signed).unwrap();
            prop_assert_eq!(unsigned.text(), &text);
            // HMAC fills a short key up with zeros.
            let padded = |place: usize| secrets[place].trim_end_matches('\0');
            prop_assert_eq!(padded(unsigned.key()), padded(place));
        }
    }

    #[test]
    fn no_key_accepts_the_signature_of_another(text in ".{0,40}", one in ".{1,20}", two in ".{1,20}") {
        prop_assume!(one != two && one.len() <= 64 && two.len() <= 64);
        // HMAC fills a short key up with zeros.
        prop_assume!(one.trim_end_matches('\0') != two.trim_end_matches('\0'));
        prop_assert!(!Key::new(&one).verify(&text, Key::new(&two).sign(&text).as_str()));
    }
}

/// Every other byte at every place, a byte less, and a byte more.
#[test]
fn every_edit_of_a_signed_value_is_refused() {
    let ring = KeyRing::from(Key::new("keyboard cat"));
    let id = SessionId::from_random([9; 24]);
    let value = format!("s:{}.{}", id.as_str(), ring.signing_key().sign(id.as_str()).as_str());
    let accepts = |bytes: &[u8]| {
        core::str::from_utf8(bytes).is_ok_and(|value| VerifiedId::read(value, &ring, Unprefixed::Refused).is_ok())
    };
    assert!(accepts(value.as_bytes()));
    for place in 0..=value.len() {
        for byte in 0..=127 {
            let mut longer = value.clone().into_bytes();
            longer.insert(place, byte);
            assert!(!accepts(&longer), "{byte} put in at {place}");
            if let Some(old) = value.as_bytes().get(place).filter(|old| **old != byte) {
                let mut edited = value.clone().into_bytes();
                edited[place] = byte;
                assert!(!accepts(&edited), "{old} at {place} made {byte}");
            }
        }
        let mut shorter = value.clone().into_bytes();
        if place < shorter.len() {
            shorter.remove(place);
            assert!(!accepts(&shorter), "byte {place} taken out");
        }
    }
}

/// Differences are taken together, and those of two words are not to cancel out.
#[test]
fn two_edits_of_a_signature_by_the_same_bits_are_refused() {
    let ring = KeyRing::from(Key::new("keyboard cat"));
    let signed = format!("value.{}", ring.signing_key().sign("value").as_str());
    for one in 6..signed.len() {
        for other in one + 1..signed.len() {
            let mut edited = signed.clone().into_bytes();
            edited[one] ^= 1;
            edited[other] ^= 1;
            let edited = String::from_utf8(edited).unwrap();
            assert!(ring.unsign(&edited).is_err(), "{one} and {other}");
        }
    }
}

#[test]
fn the_three_other_spellings_of_the_same_bytes_are_refused() {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let key = Key::new("keyboard cat");
    let signature = key.sign("value").as_str().to_owned();
    let last = ALPHABET.iter().position(|letter| *letter == signature.as_bytes()[42]).unwrap();
    for bits in 0..4 {
        let letter = char::from(ALPHABET[last & !3 | bits]);
        let other = format!("{}{letter}", &signature[..42]);
        assert_eq!(key.verify("value", &other), other == signature);
    }
    assert!(!key.verify("value", &format!("{signature}=")));
}

#[test]
fn why_a_cookie_names_no_session() {
    let ring = KeyRing::from(Key::new("keyboard cat"));
    let signed = |id: &str| format!("s:{id}.{}", ring.signing_key().sign(id).as_str());
    let read = |value: &str| VerifiedId::read(value, &ring, Unprefixed::Refused);
    assert_eq!(read(&signed("")), Err(Rejection::EmptyId));
    assert_eq!(read(&signed(&"x".repeat(128))), Err(Rejection::TooLong));
    assert_eq!(read(&signed(&"x".repeat(127))).map(|verified| verified.id().as_str().len()), Ok(127));
    assert_eq!(read("S:abc.def"), Err(Rejection::NotSigned));
    assert_eq!(read(""), Err(Rejection::NotSigned));
    assert_eq!(read("s:"), Err(Rejection::BadSignature));
}

#[test]
fn ids_of_today_and_of_2012() {
    assert_eq!(SessionId::from_random([0xff; 24]).as_str(), "_".repeat(32));
    assert_eq!(SessionId::from_random_2012([0xff; 18]).as_str(), "/".repeat(24));
    assert_eq!("".parse::<SessionId>(), Err(IdError::Empty));
    assert_eq!("ü".repeat(64).parse::<SessionId>(), Err(IdError::TooLong));
    assert_eq!("".parse::<StoreKey>(), Err(IdError::Empty));
}

proptest! {
    /// Every bit that was drawn is in the id: 192 of them.
    ///
    /// OWASP ASVS 5.0, 7.2.3 and 11.5.1: 128 bits or more, of a generator whose trait is `CryptoRng`. A UUID would not do.
    #[test]
    fn an_id_holds_all_that_was_drawn(bytes in any::<[u8; 24]>(), old in any::<[u8; 18]>()) {
        let (mut read, mut read_old) = ([0; 24], [0; 18]);
        Base64UrlUnpadded::decode(SessionId::from_random(bytes).as_str(), &mut read).unwrap();
        Base64Unpadded::decode(SessionId::from_random_2012(old).as_str(), &mut read_old).unwrap();
        prop_assert_eq!((read, read_old), (bytes, old));
    }
}

/// Signatures and keys have no `==`, which would stop at the first difference: `verify` alone compares, by `subtle`.
///
/// OWASP ASVS 5.0, 11.2.4, as far as types can show it. If one of them had it, `of` would be of two traits, and this would
/// not compile.
#[test]
fn what_is_secret_cannot_be_compared_by_accident() {
    trait Has<Whose> {
        fn of() {}
    }
    struct Everything;
    struct Equality;
    impl<T> Has<Everything> for T {}
    impl<T: PartialEq> Has<Equality> for T {}
    <Signature as Has<_>>::of();
    <Key as Has<_>>::of();
}

/// A generator that fails.
struct NoEntropy;

impl TryRng for NoEntropy {
    type Error = fmt::Error;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Err(fmt::Error)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Err(fmt::Error)
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
        Err(fmt::Error)
    }
}

impl TryCryptoRng for NoEntropy {}

/// OWASP ASVS 5.0, 7.2.3: the generator is one for secrets, by its type, and one that fails gives no id.
#[test]
fn ids_come_from_the_callers_generator() {
    let mut bytes = [0; 24];
    rand_core::Rng::fill_bytes(&mut ChaCha8Rng::seed_from_u64(7), &mut bytes);
    let expected = SessionId::from_random(bytes);
    assert_eq!(SessionId::generate(&mut ChaCha8Rng::seed_from_u64(7)), expected);
    assert_eq!(SessionId::try_generate(&mut ChaCha8Rng::seed_from_u64(7)), Ok::<_, Infallible>(expected));
    assert_eq!(SessionId::try_generate(&mut NoEntropy), Err(fmt::Error));
}

#[test]
fn no_secret_id_or_signature_is_printed() {
    let key = Key::new("keyboard cat");
    let id = SessionId::from_random([9; 24]);
    let signature = key.sign(id.as_str());
    let value = format!("s:{}.{}", id.as_str(), signature.as_str());
    let ring = KeyRing::from(key.clone());
    let verified = VerifiedId::read(&value, &ring, Unprefixed::Refused).unwrap();
    assert_eq!(format!("{key:?} {signature:?}"), "Key(..) Signature(..)");
    let printed = format!("{key:?} {ring:?} {id:?} {signature:?} {verified:?} {:?}", ring.unsign(&value[2..]));
    for secret in ["keyboard", id.as_str(), signature.as_str()] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
