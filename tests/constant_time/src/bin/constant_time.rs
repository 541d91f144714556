//! Runs what handles secrets under valgrind, with each secret marked as undefined, and counts what is reported.
//!
//! A report is a branch, or an address in memory, that depends on a secret. Each line of the table says how many are permitted
//! there, and any other number fails. The last lines are leaks on purpose, which have to be reported.

use std::convert::Infallible;
use std::hint::black_box;

use rand_core::{TryCryptoRng, TryRng};
use session_core::{
    CookieAttributes, CookieName, CookieOptions, Cookies, Handle, IdsAtRest, Key, KeyRing, Policy, SessionId,
    SessionManager, SetCookie, Signature, StoreKey, Uid, Unprefixed, VerifiedId,
};
use session_core_constant_time::table::Permitted::{AtLeast, AtMost, Exactly};
use session_core_constant_time::table::Table;
use session_core_constant_time::{leaky, memcheck};

fn main() -> std::process::ExitCode {
    assert!(memcheck::is_running(), "valgrind is to run this: tests/constant_time/run");
    println!("{:<86} {:>7}  permitted", "what", "reports");
    let mut table = Table::default();
    keys(&mut table);
    signing(&mut table);
    verifying(&mut table);
    rings(&mut table);
    cookies(&mut table);
    ids(&mut table);
    controls(&mut table);
    if table.faults() == 0 { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
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

fn derived(seed: u8) -> Key {
    Key::derive(secret::<32>(seed), Key::SESSION_COOKIES, "sid").expect("a secret of 32 bytes")
}

fn short(seed: u8) -> Key {
    Key::new(secret::<8>(seed))
}

/// How keys are made: what they are called, and by what.
type Kind = (&'static str, fn(u8) -> Key);

const KINDS: [Kind; 3] = [("", key), (", derived", derived), (", short secret", short)];

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

/// 32 bytes, as long as an id.
const TEXT: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

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
    let (padded, long) = ("y".repeat(60), "x".repeat(200));
    // Of 56 to 63 bytes beyond whole blocks, the padding takes a block more.
    let texts = [("no text", ""), ("32 bytes", TEXT), ("60 bytes", &padded), ("200 bytes", &long)];
    for (kind, make) in KINDS {
        let key = make(5);
        for (what, text) in texts {
            let signature = table.check(&format!("Key::sign, {what}{kind}"), Exactly(0), || key.sign(text));
            table.is_secret("Signature", &signature, 43);
        }
    }
}

fn verifying(table: &mut Table) {
    let padded = "y".repeat(60);
    for (kind, make) in KINDS {
        let key = make(6);
        let verify = |text: &str, signature: &str| memcheck::branch_on(key.verify(text, black_box(signature)));
        for (length, text) in [("", TEXT), (", 60 bytes", &padded)] {
            let right = sent(key.sign(text));
            let what = |what: &str| format!("Key::verify, {what}{length}{kind}");
            table.check(&what("right: accept or refuse"), Exactly(1), || verify(text, &right));
            for place in [0, 21, 42] {
                let wrong = forged(key.sign(text), place);
                let what = what(&format!("character {place} wrong: accept or refuse"));
                table.check(&what, Exactly(1), || verify(text, &wrong));
            }
            let none = "A".repeat(43);
            table.check(&what("all wrong: accept or refuse"), Exactly(1), || verify(text, &none));
            table.check(&what("of another length, which is public"), Exactly(0), || verify(text, &right[1..]));
        }
    }
}

fn rings(table: &mut Table) {
    let text = "hello";
    for (kind, make) in KINDS {
        let ring = KeyRing::new(make(10), [make(11), make(12)]).with_next(make(13));
        let unsign = |signed: &str| {
            let mut found = black_box(ring.unsign(black_box(signed)));
            memcheck::reveal(&mut found);
            found.ok().map(|found| (found.key(), found.state()))
        };
        for (place, seed) in (10..14).enumerate() {
            let signed = format!("{text}.{}", sent(make(seed).sign(text)));
            let what = format!("KeyRing::unsign, key {} of 4 fits: one answer a key{kind}", place + 1);
            let found = table.check(&what, Exactly(place as u64 + 1), || unsign(&signed));
            assert_eq!(found.map(|(key, _)| key), Some(place));
        }
        let forged = format!("{text}.{}", forged(make(10).sign(text), 42));
        let what = format!("KeyRing::unsign, none of 4 fits: one answer a key{kind}");
        table.check(&what, Exactly(4), || unsign(&forged));
        table.check(&format!("KeyRing::unsign, no signature{kind}"), Exactly(0), || unsign("hello.abc"));
    }
}

fn cookies(table: &mut Table) {
    let express = || Policy::<u32>::express(session_core::Fingerprint::of_hash);
    let recommended = Policy::<u32>::recommended;
    let options = [CookieOptions::new(), CookieOptions::recommended()];
    let [plain, strict] = options;
    cookies_of(
        table,
        KINDS[0],
        &[
            ("express", express(), plain),
            ("recommended, Express's keys", recommended().with_express_keys(true), strict),
        ],
    );
    cookies_of(table, KINDS[1], &[("express", express(), plain), ("recommended", recommended(), strict)]);
    cookies_of(table, KINDS[2], &[("express", express(), plain)]);
}

/// The cookie's way to an id, with a ring of two keys of a kind.
fn cookies_of(table: &mut Table, (kind, make): Kind, presets: &[(&str, Policy<u32>, CookieOptions<'static>)]) {
    let ring = || KeyRing::new(make(20), [make(21)]);
    let line = |signature: String| format!("theme=dark; sid=s:{TEXT}.{signature}; lang=en").replace('+', "%2B");
    let cases = [
        ("by key 1 of 2", line(sent(make(20).sign(TEXT))), 1, true),
        ("by key 2 of 2", line(sent(make(21).sign(TEXT))), 2, true),
        ("forged at its first character", line(forged(make(20).sign(TEXT), 0)), 2, false),
        ("forged at its last character", line(forged(make(20).sign(TEXT), 42)), 2, false),
        ("without a signature", line(String::new()), 0, false),
    ];
    let name = CookieName::new("sid").expect("a name");
    let keys = ring();
    for (what, line, permitted, is_good) in &cases {
        let what = format!("VerifiedId::of_cookie, {what}: one answer a key{kind}");
        let found = table.check(&what, Exactly(*permitted), || {
            let cookie = Cookies::new(black_box(line.as_bytes())).find(b"sid").expect("it is there");
            let mut found = black_box(VerifiedId::of_cookie(cookie, &keys, Unprefixed::Refused));
            memcheck::reveal(&mut found);
            found
        });
        assert_eq!(found.is_ok(), *is_good);
    }
    for (preset, policy, options) in presets {
        let manager = SessionManager::new(*policy, ring(), name, *options).expect("a good configuration");
        for (what, line, permitted, is_good) in &cases {
            let what = format!("SessionManager::verify, {preset}, {what}{kind}");
            let found = table.check(&what, Exactly(*permitted), || {
                let mut found = black_box(manager.verify([black_box(line.as_bytes())]));
                memcheck::reveal(&mut found);
                found
            });
            assert_eq!(found.is_ok(), *is_good);
        }
    }
}

/// Random bytes for ids, all of them secret.
struct Secrets;

impl TryRng for Secrets {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_ne_bytes(secret(33)))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_ne_bytes(secret(34)))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&secret::<24>(35)[..bytes.len()]);
        Ok(())
    }
}

impl TryCryptoRng for Secrets {}

fn ids(table: &mut Table) {
    let random = secret::<24>(30);
    let id = table.check("SessionId::from_random", Exactly(0), || SessionId::from_random(random));
    table.is_secret("SessionId", &id, 32);
    let id_2012 = secret::<18>(31);
    table.check("SessionId::from_random_2012", Exactly(0), || SessionId::from_random_2012(id_2012));
    let made = table.check("SessionId::generate", Exactly(0), || SessionId::generate(&mut Secrets));
    table.is_secret("a generated SessionId", &made, 32);
    let made = table.check("SessionId::try_generate", Exactly(0), || SessionId::try_generate(&mut Secrets));
    table.is_secret("a generated SessionId", &made, 32);
    // Each character, and each four of them, is asked whether it is text; all are.
    let what = "Uid, printed: is it text, each of 32 characters and 8 pieces?";
    let text = table.check(what, Exactly(40), || Uid::new(black_box(&random)).to_string());
    table.is_secret("Uid", text.as_bytes(), 32);

    let stored = table.check("StoreKey::hashed", Exactly(0), || StoreKey::hashed(&id));
    table.is_secret("StoreKey", &stored, 43);
    table.check("StoreKey::plain", Exactly(0), || StoreKey::plain(&id));
    for (kind, make) in KINDS {
        let key = make(32);
        let what = format!("Handle::new, key and store key secret{kind}");
        let handle = table.check(&what, Exactly(0), || Handle::new(&key, &stored));
        table.is_secret("Handle", &handle, 16);
        let signature = key.sign(TEXT);
        let what = format!("StoreKey::signed, id and signature secret{kind}");
        let signed = table.check(&what, Exactly(0), || StoreKey::signed(&id, &signature));
        table.is_secret("a signed StoreKey", &signed, 32 + 43);
        set_cookie(table, &id, &key, kind);
    }

    for phase in [IdsAtRest::Plain, IdsAtRest::ReadBoth, IdsAtRest::WriteHashed, IdsAtRest::Hashed] {
        let what = |method| format!("IdsAtRest::{method}, {phase:?}: does the id begin with `h~`?");
        // In the later phases the answer is the same either way, which a compiler may see.
        let is_decided = matches!(phase, IdsAtRest::Plain | IdsAtRest::ReadBoth);
        let permitted = if is_decided { Exactly(1) } else { AtMost(1) };
        table.check(&what("writes"), permitted, || phase.writes(black_box(&id)));
        table.check(&what("reads"), Exactly(1), || phase.reads(black_box(&id)).for_each(keep));
        table.check(&what("destroys"), Exactly(1), || {
            phase.destroys(black_box(&id)).for_each(keep);
        });
    }
}

fn keep(key: StoreKey) {
    black_box(key);
}

fn set_cookie(table: &mut Table, id: &SessionId, key: &Key, kind: &str) {
    let name = CookieName::new("sid").expect("a name");
    let attributes = CookieAttributes::new().path("/").http_only(true);
    let what = format!("SetCookie::signed, id and key secret{kind}");
    let mut cookie =
        table.check(&what, Exactly(0), || SetCookie::signed(name, id, key, attributes)).expect("good attributes");
    table.is_secret("SetCookie", &cookie, 43);
    let what = format!("SetCookie::write_to, undeclared: it escapes `+` and `/`{kind}");
    table.check(&what, AtLeast(43), || black_box(cookie.copy_to(&mut [0; 200])).is_ok());
    // A line is for the one who may know what is in it.
    let mut id = *id;
    memcheck::reveal(&mut id);
    cookie = SetCookie::signed(name, &id, key, attributes).expect("good attributes");
    memcheck::reveal(&mut cookie);
    let what = format!("SetCookie::write_to, id and signature declared as output{kind}");
    table.check(&what, Exactly(0), || black_box(cookie.copy_to(&mut [0; 200])).is_ok());
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
