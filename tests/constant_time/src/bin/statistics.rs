//! Times pairs of inputs that an attacker would like to tell apart, in random order, and compares the two distributions by
//! Welch's t-test (dudect). Beyond |t| = 5 they differ. By hand: the machine has to be quiet.

use dudect_bencher::rand::{Rng, RngExt};
use dudect_bencher::{BenchRng, Class, CtRunner, ctbench_main};
use session_core::Key;
use session_core_constant_time::leaky;

const ROUNDS: usize = 100_000;
const TEXT: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

/// A signature that is wrong at its first character, or at its last.
fn forged(right: &str, class: Class) -> [u8; 43] {
    let mut text: [u8; 43] = right.as_bytes().try_into().expect("43 characters");
    let place = match class {
        Class::Left => 0,
        Class::Right => 42,
    };
    text[place] = if text[place] == b'A' { b'B' } else { b'A' };
    text
}

fn classes(rng: &mut BenchRng) -> Vec<Class> {
    (0..ROUNDS).map(|_| if rng.random() { Class::Left } else { Class::Right }).collect()
}

fn verify(runner: &mut CtRunner, rng: &mut BenchRng) {
    let key = Key::new("keyboard cat");
    let right = key.sign(TEXT).as_str().to_owned();
    for class in classes(rng) {
        let signature = forged(&right, class);
        let signature = std::str::from_utf8(&signature).expect("it is ASCII");
        runner.run_one(class, || key.verify(TEXT, signature));
    }
}

/// The same with a comparison that stops at the first difference. The key's part is left out, which is the same each time.
fn leaky_verify(runner: &mut CtRunner, rng: &mut BenchRng) {
    let right = Key::new("keyboard cat").sign(TEXT).as_str().to_owned();
    for class in classes(rng) {
        let signature = forged(&right, class);
        runner.run_one(class, || leaky::equal(right.as_bytes(), &signature));
    }
}

/// And with the HMAC before it, as a careless library would have it.
fn leaky_verify_with_hmac(runner: &mut CtRunner, rng: &mut BenchRng) {
    let key = Key::new("keyboard cat");
    let right = key.sign(TEXT).as_str().to_owned();
    for class in classes(rng) {
        let signature = forged(&right, class);
        runner.run_one(class, || leaky::equal(key.sign(TEXT).as_str().as_bytes(), &signature));
    }
}

/// Keys of zeros, or of random bytes.
fn sign(runner: &mut CtRunner, rng: &mut BenchRng) {
    for class in classes(rng) {
        let mut secret = [0; 32];
        if matches!(class, Class::Right) {
            rng.fill_bytes(&mut secret);
        }
        let key = Key::new(secret);
        runner.run_one(class, || key.sign(TEXT));
    }
}

/// The same for the setup of a key.
fn key_setup(runner: &mut CtRunner, rng: &mut BenchRng) {
    for class in classes(rng) {
        let mut secret = [0; 32];
        if matches!(class, Class::Right) {
            rng.fill_bytes(&mut secret);
        }
        runner.run_one(class, || Key::new(secret));
    }
}

ctbench_main!(verify, sign, key_setup, leaky_verify, leaky_verify_with_hmac);
