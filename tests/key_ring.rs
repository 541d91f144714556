//! The states of a key: next, signing, accepted, withdrawn.

use proptest::prelude::*;
use session_core::{BadSignature, Key, KeyRing, KeyState, Rejection, Unprefixed, VerifiedId};

fn signed(key: &Key, text: &str) -> String {
    format!("{text}.{}", key.sign(text).as_str())
}

/// A program's life with three secrets: the rings it had, and what each made of a cookie of `a`, `b` and `c`.
///
/// OWASP ASVS 5.0, 11.2.2: keys are replaced without an outage, and a key that was withdrawn opens nothing.
#[test]
fn a_secret_is_replaced_step_by_step() {
    use KeyState::{Accepted, Next, Signing};

    let [a, b, c] = ["a", "b", "c"].map(Key::new);
    let keys = |keys: &[&Key]| -> Vec<Key> { keys.iter().map(|key| (*key).clone()).collect() };
    let steps = [
        (KeyRing::new(a.clone(), keys(&[])), [Some((0, Signing)), None, None]),
        (KeyRing::new(a.clone(), keys(&[])).with_next(b.clone()), [Some((0, Signing)), Some((1, Next)), None]),
        (KeyRing::new(b.clone(), keys(&[&a])), [Some((1, Accepted)), Some((0, Signing)), None]),
        (
            KeyRing::new(b.clone(), keys(&[&a])).with_next(c.clone()),
            [Some((1, Accepted)), Some((0, Signing)), Some((2, Next))],
        ),
        (KeyRing::new(c.clone(), keys(&[&b, &a])), [Some((2, Accepted)), Some((1, Accepted)), Some((0, Signing))]),
        (KeyRing::new(c.clone(), keys(&[&b])), [None, Some((1, Accepted)), Some((0, Signing))]),
        // It has leaked.
        (KeyRing::new(c.clone(), keys(&[])), [None, None, Some((0, Signing))]),
    ];
    for (step, (ring, expected)) in steps.iter().enumerate() {
        let found = [&a, &b, &c].map(|key| {
            let value = format!("s:{}", signed(key, "id"));
            let verified = VerifiedId::read(&value, ring, Unprefixed::Refused);
            let unsigned = ring.unsign(&value[2..]);
            assert_eq!(verified.map(|id| id.key()).ok(), unsigned.map(|text| text.key()).ok());
            assert_eq!(verified.map(|id| id.key_state()).ok(), unsigned.map(|text| text.state()).ok());
            verified.map(|id| (id.key(), id.key_state())).ok()
        });
        assert_eq!(found, *expected, "step {step}");
    }
}

#[test]
fn only_what_is_older_is_signed_anew() {
    assert!(KeyState::Accepted.is_outdated());
    assert!(!KeyState::Signing.is_outdated());
    assert!(!KeyState::Next.is_outdated());
}

#[test]
fn the_next_key_does_not_sign_and_is_one() {
    let ring = KeyRing::from(Key::new("now")).with_next(Key::new("first")).with_next(Key::new("second"));
    let text = "hello";
    assert_eq!(ring.signing_key().sign(text).as_str(), Key::new("now").sign(text).as_str());
    assert!(ring.next_key().is_some_and(|key| key.sign(text).as_str() == Key::new("second").sign(text).as_str()));
    assert_eq!(ring.unsign(&signed(&Key::new("first"), text)), Err(BadSignature));
    assert!(KeyRing::from(Key::new("now")).next_key().is_none());
}

/// Equal keys count as the first: a key that signs or was accepted does not become the next one.
#[test]
fn of_equal_keys_the_first_counts() {
    let key = || Key::new("same");
    let cookie = signed(&key(), "id");
    let state = |ring: KeyRing<[Key; 1]>| ring.unsign(&cookie).map(|unsigned| (unsigned.key(), unsigned.state()));
    assert_eq!(state(KeyRing::new(key(), [key()]).with_next(key())), Ok((0, KeyState::Signing)));
    assert_eq!(state(KeyRing::new(Key::new("other"), [key()]).with_next(key())), Ok((1, KeyState::Accepted)));
}

proptest! {
    /// A next key changes nothing for cookies of the keys that were there: neither place nor state.
    #[test]
    fn a_next_key_only_adds(secrets in prop::collection::vec("[a-d]{1,2}", 1..5), next in "[a-d]{1,2}", by in "[a-d]{1,2}") {
        let keys: Vec<_> = secrets.iter().map(Key::new).collect();
        let plain = KeyRing::new(keys[0].clone(), &keys[1..]);
        let ring = plain.clone().with_next(Key::new(&next));
        prop_assert_eq!(ring.key_count(), keys.len() + 1);
        prop_assert_eq!(ring.keys().count(), ring.key_count());
        prop_assert_eq!(plain.keys().count(), plain.key_count());

        let cookie = signed(&Key::new(&by), "id");
        let place = secrets.iter().chain([&next]).position(|secret| *secret == by);
        let found = ring.unsign(&cookie);
        prop_assert_eq!(found.map(|unsigned| unsigned.key()).ok(), place);
        let is_next = place == Some(keys.len());
        prop_assert_eq!(found.is_ok_and(|unsigned| unsigned.state() == KeyState::Next), is_next);
        if !is_next {
            prop_assert_eq!(plain.unsign(&cookie), found);
        }
    }
}

#[test]
fn a_cookie_of_a_withdrawn_key_is_as_good_as_forged() {
    let value = format!("s:{}", signed(&Key::new("leaked"), "id"));
    let ring = KeyRing::new(Key::new("now"), [Key::new("older")]).with_next(Key::new("next"));
    assert_eq!(VerifiedId::read(&value, &ring, Unprefixed::Refused), Err(Rejection::BadSignature));
}
