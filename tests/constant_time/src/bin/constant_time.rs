//! Runs what handles secrets under valgrind, with each secret marked as undefined, and counts what is reported.
//!
//! A report is a branch, or an address in memory, that depends on a secret. Each line of the table says how many are permitted
//! there, and any other number fails. The last lines are leaks on purpose, which have to be reported.

use std::hint::black_box;

use session_core::{
    CookieAttributes, CookieName, CookieOptions, Cookies, Handle, IdsAtRest, Key, KeyRing, Policy, SessionId,
    SessionManager, SetCookie, Signature, StoreKey, Unprefixed, VerifiedId,
};
use session_core_constant_time::{leaky, memcheck};

/// How many reports there are to be.
#[derive(Clone, Copy)]
enum Permitted {
    Exactly(u64),
    /// Of a leak.
    AtLeast(u64),
}

use Permitted::{AtLeast, Exactly};

#[derive(Default)]
struct Table {
    faults: u32,
}

impl Table {
    /// Runs a piece of code and compares the number of reports.
    #[inline(never)]
    fn check<T>(&mut self, what: &str, permitted: Permitted, run: impl FnOnce() -> T) -> T {
        let before = memcheck::reports();
        let result = black_box(run());
        let reports = memcheck::reports() - before;
        let (is_right, permitted) = match permitted {
            Exactly(number) => (reports == number, number.to_string()),
            AtLeast(number) => (reports >= number, format!("{number} or more")),
        };
        self.line(what, reports, &permitted, is_right);
        result
    }

    /// Makes sure that a result holds a secret: else the lines about it would prove nothing.
    fn is_secret<T>(&mut self, what: &str, value: &T, bytes: usize) {
        let found = memcheck::secret_bytes(value);
        if found < bytes {
            self.line(&format!("{what}: secret bytes"), found as u64, &format!("{bytes} or more"), false);
        }
    }

    fn line(&mut self, what: &str, reports: u64, permitted: &str, is_right: bool) {
        self.faults += u32::from(!is_right);
        println!("{what:<74} {reports:>7}  {permitted}{}", if is_right { "" } else { "  <-- WRONG" });
    }
}

fn main() -> std::process::ExitCode {
    assert!(memcheck::is_running(), "valgrind is to run this: tests/constant_time/run");
    println!("{:<74} {:>7}  permitted", "what", "reports");
    let mut table = Table::default();
    keys(&mut table);
    signing(&mut table);
    verifying(&mut table);
    rings(&mut table);
    cookies(&mut table);
    ids(&mut table);
    controls(&mut table);
    if table.faults == 0 { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

/// A secret of so many bytes, which depend on `seed`.
fn secret<const N: usize>(seed: u8) -> [u8; N] {
    let mut bytes = std::array::from_fn(|place| (place as u8).wrapping_mul(37).wrapping_add(seed));
    memcheck::conceal(&mut bytes);
    bytes
}

fn key(seed: u8) -> Key {
    Key::new(secret::<32>(seed))
}

/// The text of a signature as an attacker may send it: nothing secret any more.
fn sent(mut signature: Signature) -> String {
    memcheck::reveal(&mut signature);
    signature.as_str().to_owned()
}

/// The same, and its character at a place is another one.
fn forged(signature: Signature, place: usize) -> String {
    let mut text = sent(signature);
    let other = if text.as_bytes()[place] == b'A' { "B" } else { "A" };
    text.replace_range(place..=place, other);
    text
}

fn keys(table: &mut Table) {
    let (short, block, long) = (secret::<8>(1), secret::<64>(2), secret::<100>(3));
    table.check("Key::new, a secret of 8 bytes", Exactly(0), || Key::new(short));
    table.check("Key::new, a secret of 64 bytes", Exactly(0), || Key::new(block));
    let made = table.check("Key::new, a secret of 100 bytes, which is hashed", Exactly(0), || Key::new(long));
    table.is_secret("Key", &made, 64);
    let asked = || (black_box(&made).is_derived(), black_box(&made).secret_is_short());
    table.check("Key::is_derived, Key::secret_is_short: the length is public", Exactly(0), asked);
    table.check("Key::clone, and drop", Exactly(0), || {
        let _copy = black_box(made.clone());
    });
    let made = table.check("Key::derive", Exactly(0), || Key::derive(block, Key::SESSION_COOKIES, "sid"));
    table.is_secret("a derived key", &made, 64);
    let made = table.check("Key::derive_for_boot, boot secret too", Exactly(0), || {
        Key::derive_for_boot(block, Key::SESSION_COOKIES, "sid", secret::<8>(4))
    });
    table.is_secret("a key of one start", &made, 64);
}

fn signing(table: &mut Table) {
    let key = key(5);
    let long = "x".repeat(200);
    for (what, text) in [("no text", ""), ("32 bytes", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"), ("200 bytes", &long)] {
        let signature = table.check(&format!("Key::sign, {what}"), Exactly(0), || key.sign(text));
        table.is_secret("Signature", &signature, 43);
    }
}

fn verifying(table: &mut Table) {
    let key = key(6);
    let text = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
    let verify = |signature: &str| memcheck::branch_on(key.verify(text, black_box(signature)));
    let right = sent(key.sign(text));
    table.check("Key::verify, right: accept or refuse", Exactly(1), || verify(&right));
    for place in [0, 21, 42] {
        let wrong = forged(key.sign(text), place);
        table.check(&format!("Key::verify, character {place} wrong: accept or refuse"), Exactly(1), || verify(&wrong));
    }
    let none = "A".repeat(43);
    table.check("Key::verify, all wrong: accept or refuse", Exactly(1), || verify(&none));
    table.check("Key::verify, of another length, which is public", Exactly(0), || verify(&right[1..]));
}

fn rings(table: &mut Table) {
    let text = "hello";
    let ring = KeyRing::new(key(10), [key(11), key(12)]).with_next(key(13));
    let unsign = |signed: &str| {
        let mut found = black_box(ring.unsign(black_box(signed)));
        memcheck::reveal(&mut found);
        found.ok().map(|found| (found.key(), found.state()))
    };
    for (place, seed) in (10..14).enumerate() {
        let signed = format!("{text}.{}", sent(key(seed).sign(text)));
        let what = format!("KeyRing::unsign, key {} of 4 fits: one answer a key", place + 1);
        let found = table.check(&what, Exactly(place as u64 + 1), || unsign(&signed));
        assert_eq!(found.map(|(key, _)| key), Some(place));
    }
    let forged = format!("{text}.{}", forged(key(10).sign(text), 42));
    table.check("KeyRing::unsign, none of 4 fits: one answer a key", Exactly(4), || unsign(&forged));
    table.check("KeyRing::unsign, no signature", Exactly(0), || unsign("hello.abc"));
}

fn cookies(table: &mut Table) {
    let id = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
    let ring = || KeyRing::new(key(20), [key(21)]);
    let line = |signature: String| format!("theme=dark; sid=s:{id}.{signature}; lang=en").replace('+', "%2B");
    let cases = [
        ("by key 1 of 2", line(sent(key(20).sign(id))), 1, true),
        ("by key 2 of 2", line(sent(key(21).sign(id))), 2, true),
        ("forged at its first character", line(forged(key(20).sign(id), 0)), 2, false),
        ("forged at its last character", line(forged(key(20).sign(id), 42)), 2, false),
        ("without a signature", line(String::new()), 0, false),
    ];
    let name = CookieName::new("sid").expect("a name");
    let keys = ring();
    for (what, line, permitted, is_good) in &cases {
        let what = format!("VerifiedId::of_cookie, {what}: one answer a key");
        let found = table.check(&what, Exactly(*permitted), || {
            let cookie = Cookies::new(black_box(line.as_bytes())).find(b"sid").expect("it is there");
            let mut found = black_box(VerifiedId::of_cookie(cookie, &keys, Unprefixed::Refused));
            memcheck::reveal(&mut found);
            found
        });
        assert_eq!(found.is_ok(), *is_good);
    }
    let express = Policy::<u32>::express(session_core::Fingerprint::of_hash);
    let recommended = Policy::<u32>::recommended().with_express_keys(true);
    for (preset, policy) in [("express", express), ("recommended", recommended)] {
        let options = if preset == "express" { CookieOptions::new() } else { CookieOptions::recommended() };
        let manager = SessionManager::new(policy, ring(), name, options).expect("a good configuration");
        for (what, line, permitted, is_good) in &cases {
            let what = format!("SessionManager::verify, {preset}, {what}");
            let found = table.check(&what, Exactly(*permitted), || {
                let mut found = black_box(manager.verify([black_box(line.as_bytes())]));
                memcheck::reveal(&mut found);
                found
            });
            assert_eq!(found.is_ok(), *is_good);
        }
    }
}

fn ids(table: &mut Table) {
    let random = secret::<24>(30);
    let mut id = table.check("SessionId::from_random", Exactly(0), || SessionId::from_random(random));
    table.is_secret("SessionId", &id, 32);
    let random = secret::<18>(31);
    table.check("SessionId::from_random_2012", Exactly(0), || SessionId::from_random_2012(random));
    let stored = table.check("StoreKey::hashed", Exactly(0), || StoreKey::hashed(&id));
    table.is_secret("StoreKey", &stored, 43);
    table.check("StoreKey::plain", Exactly(0), || StoreKey::plain(&id));
    let key = key(32);
    let handle = table.check("Handle::new, key and store key secret", Exactly(0), || Handle::new(&key, &stored));
    table.is_secret("Handle", &handle, 16);
    table.check("IdsAtRest::writes, plain: does the id begin with `h~`?", Exactly(1), || {
        IdsAtRest::Plain.writes(black_box(&id))
    });

    let name = CookieName::new("sid").expect("a name");
    let attributes = CookieAttributes::new().path("/").http_only(true);
    let mut cookie = table
        .check("SetCookie::signed, id and key secret", Exactly(0), || SetCookie::signed(name, &id, &key, attributes))
        .expect("good attributes");
    table.is_secret("SetCookie", &cookie, 43);
    table.check("SetCookie::write_to, undeclared: it escapes `+` and `/`", AtLeast(43), || {
        black_box(cookie.copy_to(&mut [0; 200])).is_ok()
    });
    // A line is for the one who may know what is in it.
    memcheck::reveal(&mut cookie);
    memcheck::reveal(&mut id);
    let cookie = SetCookie::signed(name, &id, &key, attributes).map(|mut line| {
        memcheck::reveal(&mut line);
        line
    });
    table.check("SetCookie::write_to, id and signature declared as output", Exactly(0), || {
        cookie.is_ok_and(|line| black_box(line.copy_to(&mut [0; 200])).is_ok())
    });
}

fn controls(table: &mut Table) {
    let key = key(40);
    let signature = key.sign("hello");
    let right = sent(signature);
    table.check("LEAK: texts compared up to the first difference", AtLeast(43), || {
        // What `as_str` gives is the same memory, and looking whether it is text would be reported as well.
        let expected: &[u8; 48] = bytes_of(&signature);
        memcheck::branch_on(leaky::equal(&expected[..43], black_box(right.as_bytes())));
    });
    let digest = secret::<32>(41);
    table.check("LEAK: base64 by a table", AtLeast(43), || leaky::base64(black_box(&digest)));
    table.check("LEAK: a branch on one bit of a secret", Exactly(1), || memcheck::branch_on(digest[31] & 1 == 1));
}

/// The bytes in which a signature is kept.
fn bytes_of(signature: &Signature) -> &[u8; 48] {
    const { assert!(size_of::<Signature>() == 48) };
    // SAFETY: it is as long, has no padding, and any bytes are bytes.
    unsafe { &*std::ptr::from_ref(signature).cast() }
}
