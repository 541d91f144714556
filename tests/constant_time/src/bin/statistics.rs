//! Times pairs of inputs that an attacker would like to tell apart, in random order, and compares the two distributions by
//! Welch's t-test (dudect). By hand: the machine has to be quiet.
//!
//! The exit status is 1 where a function's times differ, or where those of a leak on purpose do not. `verdict` says when.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use session_core::{Key, KeyRing};
use session_core_constant_time::leaky;

const ROUNDS: usize = 200_000;
/// dudect's rule: beyond the first |t|, times may differ and are taken again; beyond the second, they do.
const MAYBE: f64 = 5.0;
const SURELY: f64 = 10.0;
/// All of so many runs between the two are a difference as well: t is the greatest of 101 tests, so one of them may be by chance.
const RUNS: usize = 3;
const TEXT: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
const SECRET: &str = "2b7e151628aed2a6abf7158809cf4f3c";

/// Which of two kinds of input.
#[derive(Clone, Copy)]
enum Class {
    Left,
    Right,
}

/// Random choices, of no use as secrets (SplitMix64).
struct Random(u64);

impl Random {
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn class(&mut self) -> Class {
        if self.number() & 1 == 0 { Class::Left } else { Class::Right }
    }

    /// A secret of zeros, or of random bytes.
    fn secret(&mut self, class: Class) -> [u8; 32] {
        let mut secret = [0; 32];
        for place in secret.chunks_exact_mut(8) {
            place.copy_from_slice(&self.number().to_ne_bytes());
        }
        if matches!(class, Class::Left) { [0; 32] } else { secret }
    }
}

/// Nanoseconds of each kind of input.
#[derive(Default)]
struct Times {
    left: Vec<f64>,
    right: Vec<f64>,
}

impl Times {
    /// Times a function on inputs that were made before: a branch on the class, just before the clock starts, would show.
    fn of<I, T>(inputs: &[(Class, I)], run: impl Fn(&I) -> T) -> Self {
        let take = |(_, input): &(Class, I)| {
            let start = Instant::now();
            black_box(run(black_box(input)));
            start.elapsed().as_nanos() as f64
        };
        let all: Vec<f64> = inputs.iter().map(take).collect();
        let mut times = Self::default();
        for ((class, _), time) in inputs.iter().zip(all) {
            match class {
                Class::Left => times.left.push(time),
                Class::Right => times.right.push(time),
            }
        }
        times
    }

    /// The t that is furthest from 0, of all times and of those below each of 100 percentiles: dudect crops the long ones, of
    /// which other programs are the cause.
    fn max_t(&self) -> f64 {
        let mut all: Vec<f64> = self.left.iter().chain(&self.right).copied().collect();
        all.sort_by(f64::total_cmp);
        let crop = |number: i32| {
            let part = 1.0 - 0.5_f64.powf(f64::from(number) / 10.0);
            all[((all.len() as f64 * part) as usize).min(all.len() - 1)]
        };
        let limits = std::iter::once(f64::INFINITY).chain((1..=100).map(crop));
        let all_t = limits.map(|limit| welch(&self.left, &self.right, limit));
        all_t.fold(0.0, |most, t| if t.abs() > most.abs() { t } else { most })
    }
}

/// Welch's t of the times below a limit; 0 where there are too few to tell.
fn welch(left: &[f64], right: &[f64], limit: f64) -> f64 {
    let of = |times: &[f64]| {
        let count = times.iter().filter(|time| **time < limit).count() as f64;
        let below = || times.iter().filter(|time| **time < limit);
        let mean = below().sum::<f64>() / count;
        let variance = below().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (count, mean, variance / count)
    };
    let ((left_count, left_mean, left_part), (right_count, right_mean, right_part)) = (of(left), of(right));
    let spread = (left_part + right_part).sqrt();
    if left_count < 100.0 || right_count < 100.0 || spread == 0.0 { 0.0 } else { (left_mean - right_mean) / spread }
}

fn inputs<I>(random: &mut Random, make: impl Fn(&mut Random, Class) -> I) -> Vec<(Class, I)> {
    let one = |_| {
        let class = random.class();
        (class, make(random, class))
    };
    (0..ROUNDS).map(one).collect()
}

/// Signatures that are wrong at their first character, or at their last, behind a text.
fn forged(random: &mut Random, text: &str, key: &Key) -> Vec<(Class, String)> {
    let right = key.sign(TEXT).as_str().to_owned();
    inputs(random, |_, class| {
        let mut forged = right.clone();
        let place = match class {
            Class::Left => 0,
            Class::Right => 42,
        };
        let other = if forged.as_bytes()[place] == b'A' { "B" } else { "A" };
        forged.replace_range(place..=place, other);
        format!("{text}{forged}")
    })
}

fn plain() -> Key {
    Key::new("keyboard cat")
}

fn derived() -> Key {
    Key::derive(SECRET, Key::SESSION_COOKIES, "sid").expect("a secret of 32 bytes")
}

fn verify_with(key: &Key, random: &mut Random) -> Times {
    Times::of(&forged(random, "", key), |signature| key.verify(TEXT, signature))
}

fn verify(random: &mut Random) -> Times {
    verify_with(&plain(), random)
}

fn verify_derived(random: &mut Random) -> Times {
    verify_with(&derived(), random)
}

/// By a ring of two keys, neither of which fits.
fn unsign(random: &mut Random) -> Times {
    let ring = KeyRing::new(derived(), [plain()]);
    let signed = forged(random, &format!("{TEXT}."), ring.signing_key());
    Times::of(&signed, |signed| ring.unsign(signed).is_ok())
}

/// The same as `verify` with a comparison that stops at the first difference. The key's part is left out, which is the same
/// each time.
fn leaky_verify(random: &mut Random) -> Times {
    let key = plain();
    let right = key.sign(TEXT);
    Times::of(&forged(random, "", &key), |signature| leaky::equal(right.as_str().as_bytes(), signature.as_bytes()))
}

/// And with the HMAC before it, as a careless library would have it.
fn leaky_verify_with_hmac(random: &mut Random) -> Times {
    let key = plain();
    Times::of(&forged(random, "", &key), |signature| {
        leaky::equal(key.sign(TEXT).as_str().as_bytes(), signature.as_bytes())
    })
}

/// Keys of zeros, or of random bytes.
fn sign(random: &mut Random) -> Times {
    let keys = inputs(random, |random, class| Key::new(random.secret(class)));
    Times::of(&keys, |key| key.sign(TEXT))
}

/// The same for the setup of a key.
fn key_setup(random: &mut Random) -> Times {
    Times::of(&inputs(random, Random::secret), |secret| Key::new(secret))
}

/// What is timed: its name, whether it leaks on purpose, and how.
type Row = (&'static str, bool, fn(&mut Random) -> Times);

const ROWS: [Row; 7] = [
    ("Key::verify", false, verify),
    ("Key::verify, derived", false, verify_derived),
    ("KeyRing::unsign, neither of two fits", false, unsign),
    ("Key::sign", false, sign),
    ("Key::new", false, key_setup),
    ("LEAK: compared up to the first difference", true, leaky_verify),
    ("LEAK: the same after Key::sign", true, leaky_verify_with_hmac),
];

/// Whether times differ, as far as the runs tell; `None`: run it again.
fn verdict(runs: &[f64]) -> Option<bool> {
    match runs.last()?.abs() {
        t if t <= MAYBE => Some(false),
        t if t > SURELY => Some(true),
        _ if runs.len() < RUNS => None,
        _ => Some(true),
    }
}

fn main() -> ExitCode {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let mut random = Random(since.as_nanos() as u64);
    let mut faults = 0;
    for (what, is_leak, row) in ROWS {
        let mut runs = Vec::new();
        let differs = loop {
            runs.push(row(&mut random).max_t());
            if let Some(differs) = verdict(&runs) {
                break differs;
            }
        };
        faults += u32::from(differs != is_leak);
        let said: Vec<String> = runs.iter().map(|t| format!("{t:+.1}")).collect();
        let answer = if differs { "differs" } else { "no difference" };
        println!("{what:<44} {:>22}  {answer}{}", said.join(", "), if differs == is_leak { "" } else { "  <-- WRONG" });
    }
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
