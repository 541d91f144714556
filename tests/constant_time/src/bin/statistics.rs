//! Times pairs of inputs that an attacker would like to tell apart, in random order, and compares the two distributions by
//! Welch's t-test (dudect). `clock` runs it and judges.

use dudect_bencher::rand::{Rng, RngExt};
use dudect_bencher::{BenchRng, Class, CtRunner, ctbench_main};
use session_core::{Key, KeyRing};
use session_core_constant_time::leaky;

const ROUNDS: usize = 100_000;
const TEXT: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
const SECRET: &str = "2b7e151628aed2a6abf7158809cf4f3c";

/// Times a function on inputs that are made before: a branch on the class just before the clock starts would show.
fn time<I, T>(
    runner: &mut CtRunner,
    rng: &mut BenchRng,
    mut make: impl FnMut(&mut BenchRng, Class) -> I,
    run: impl Fn(&I) -> T,
) {
    let mut input = |_| {
        let class = if rng.random() { Class::Left } else { Class::Right };
        (class, make(rng, class))
    };
    let inputs: Vec<_> = (0..ROUNDS).map(&mut input).collect();
    for (class, input) in &inputs {
        runner.run_one(*class, || run(input));
    }
}

/// The text with a signature that is wrong at its first character, or at its last.
fn forged(key: &Key, class: Class) -> String {
    let mut signed = format!("{TEXT}.{}", key.sign(TEXT).as_str());
    let place = match class {
        Class::Left => TEXT.len() + 1,
        Class::Right => signed.len() - 1,
    };
    let other = if signed.as_bytes()[place] == b'A' { "B" } else { "A" };
    signed.replace_range(place..=place, other);
    signed
}

fn signature(signed: &str) -> &str {
    &signed[TEXT.len() + 1..]
}

fn plain() -> Key {
    Key::new("keyboard cat")
}

fn derived() -> Key {
    Key::derive(SECRET, Key::SESSION_COOKIES, "sid").expect("a secret of 32 bytes")
}

fn verify(runner: &mut CtRunner, rng: &mut BenchRng) {
    let key = plain();
    time(runner, rng, |_, class| forged(&key, class), |signed| key.verify(TEXT, signature(signed)));
}

fn verify_derived(runner: &mut CtRunner, rng: &mut BenchRng) {
    let key = derived();
    time(runner, rng, |_, class| forged(&key, class), |signed| key.verify(TEXT, signature(signed)));
}

/// By a ring of two keys, neither of which fits.
fn unsign(runner: &mut CtRunner, rng: &mut BenchRng) {
    let ring = KeyRing::new(derived(), [plain()]);
    time(runner, rng, |_, class| forged(ring.signing_key(), class), |signed| ring.unsign(signed).is_ok());
}

/// A secret of zeros, or of random bytes.
fn secret(rng: &mut BenchRng, class: Class) -> [u8; 32] {
    let mut secret = [0; 32];
    if matches!(class, Class::Right) {
        rng.fill_bytes(&mut secret);
    }
    secret
}

fn sign(runner: &mut CtRunner, rng: &mut BenchRng) {
    time(runner, rng, |rng, class| Key::new(secret(rng, class)), |key| key.sign(TEXT));
}

fn key_setup(runner: &mut CtRunner, rng: &mut BenchRng) {
    time(runner, rng, secret, |secret| Key::new(secret));
}

/// The same as `verify` with a comparison that stops at the first difference. The key's part is left out, which is the same
/// each time.
fn leaky_verify(runner: &mut CtRunner, rng: &mut BenchRng) {
    let key = plain();
    let right = key.sign(TEXT);
    let run = |signed: &String| leaky::equal(right.as_str().as_bytes(), signature(signed).as_bytes());
    time(runner, rng, |_, class| forged(&key, class), run);
}

/// And with the HMAC before it, as a careless library would have it.
fn leaky_verify_with_hmac(runner: &mut CtRunner, rng: &mut BenchRng) {
    let key = plain();
    let run = |signed: &String| leaky::equal(key.sign(TEXT).as_str().as_bytes(), signature(signed).as_bytes());
    time(runner, rng, |_, class| forged(&key, class), run);
}

ctbench_main!(verify, verify_derived, unsign, sign, key_setup, leaky_verify, leaky_verify_with_hmac);
