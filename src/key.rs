//! Signing keys.

mod derive;
mod ring;

use core::fmt;

use base64ct::{Base64Unpadded, Encoding};
use subtle::ConstantTimeEq;

use crate::sha256::{Midstate, Sha256};

pub use derive::SecretTooShort;
pub use ring::{BadSignature, KeyRing, KeyState, Unsigned};

/// The length in characters of a signature: 32 bytes as base64 without `=`.
pub(crate) const SIGNATURE_LENGTH: usize = 43;
const BLOCK: usize = 64;
/// Fewer bytes than SHA-256 gives are easier to guess than a signature (RFC 2104, section 3).
const SHORTEST_SECRET: usize = 32;

/// A key for HMAC-SHA-256, with the part of the work done that depends on the key alone.
///
/// It is not `Copy`, never prints, and with the feature `zeroize` it is wiped when dropped. [`Key::new`] is Express's key of
/// a secret; [`Key::derive`] makes keys of which none tells anything about another.
///
/// ```
/// use session_core::Key;
///
/// let key = Key::new("keyboard cat");
/// assert_eq!(key.sign("hello").as_str(), "xz6khi6+oL1pnNhBgjk3Nr1CX2sxTjJiO9pKXaHZ33E");
/// assert_eq!(format!("{key:?}"), "Key(..)");
/// ```
#[derive(Clone)]
pub struct Key {
    inner: Midstate,
    outer: Midstate,
    origin: Origin,
}

/// What a key was made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A secret, by derivation.
    Derived,
    /// A secret of 32 bytes or more.
    Secret,
    /// A shorter one.
    ShortSecret,
}

impl Key {
    /// The key that express-session makes of a secret: its bytes (of a text, its UTF-8), of any length.
    ///
    /// RFC 2104: a secret over 64 bytes stands for its hash, a shorter one is filled up with zeros.
    #[must_use]
    pub fn new(secret: impl AsRef<[u8]>) -> Self {
        let secret = secret.as_ref();
        let origin = if secret.len() < SHORTEST_SECRET { Origin::ShortSecret } else { Origin::Secret };
        let mut pad = [0; BLOCK];
        if secret.len() > BLOCK {
            let mut hash = Sha256::new();
            hash.update(secret);
            let mut digest = hash.finish();
            fill(&mut pad, &digest);
            wipe(&mut digest);
        } else {
            fill(&mut pad, secret);
        }
        pad.iter_mut().for_each(|byte| *byte ^= 0x36);
        let inner = Midstate::EMPTY.after(&pad);
        pad.iter_mut().for_each(|byte| *byte ^= 0x36 ^ 0x5c);
        let outer = Midstate::EMPTY.after(&pad);
        wipe(&mut pad);
        Self { inner, outer, origin }
    }

    /// The signature of a text, as `sign` of npm cookie-signature puts it behind the dot.
    #[must_use]
    pub fn sign(&self, text: &str) -> Signature {
        Signature::of(&self.mac(&[text.as_bytes()]))
    }

    /// Whether `signature` is the one of `text`, letter for letter.
    ///
    /// The time taken depends on the lengths and on the answer, not on where a difference is.
    #[must_use]
    pub fn verify(&self, text: &str, signature: &str) -> bool {
        // A length is public, and no hash is spent on what cannot be right.
        signature.len() == SIGNATURE_LENGTH && self.sign(text).equals(signature.as_bytes())
    }

    /// Whether [`Key::derive`] made the key.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.origin == Origin::Derived
    }

    /// Whether [`Key::new`] made the key of fewer than 32 bytes, so that the secret is easier to guess than a signature.
    #[must_use]
    pub fn secret_is_short(&self) -> bool {
        self.origin == Origin::ShortSecret
    }

    /// The HMAC of a message that comes in parts.
    pub(crate) fn mac(&self, message: &[&[u8]]) -> [u8; 32] {
        let mut inner = Sha256::resume(self.inner, 64);
        for part in message {
            inner.update(part);
        }
        let mut outer = Sha256::resume(self.outer, 64);
        outer.update(&inner.finish());
        outer.finish()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

#[cfg(feature = "zeroize")]
impl Drop for Key {
    fn drop(&mut self) {
        self.inner.wipe();
        self.outer.wipe();
    }
}

/// The signature of a text: 43 characters of base64 without `=`.
///
/// It does not print in `Debug`; [`Signature::as_str`] gives it.
///
/// ```
/// use session_core::{Key, Signature};
///
/// let signature: Signature = Key::new("secret").sign("value");
/// assert_eq!(signature.as_str().len(), 43);
/// ```
#[derive(Clone, Copy)]
pub struct Signature([u8; SIGNATURE_LENGTH]);

impl Signature {
    fn of(mac: &[u8; 32]) -> Self {
        let mut text = [0; SIGNATURE_LENGTH];
        // 32 bytes are always 43 characters; if they were not, the signature would equal nothing that is sent.
        let _fits = Base64Unpadded::encode(mac, &mut text);
        Self(text)
    }

    /// The 43 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Compares by words, since `subtle` reads each element by itself: 6 reads for each side and not 43.
    fn equals(&self, other: &[u8]) -> bool {
        words(&self.0).ct_eq(&words(other)).into()
    }
}

/// Overwrites what was secret, if the feature `zeroize` is on.
fn wipe(bytes: &mut [u8]) {
    #[cfg(feature = "zeroize")]
    zeroize::Zeroize::zeroize(bytes);
    #[cfg(not(feature = "zeroize"))]
    let _kept = bytes;
}

/// Puts bytes at the start of a block of zeros.
fn fill(block: &mut [u8; BLOCK], bytes: &[u8]) {
    for (place, byte) in block.iter_mut().zip(bytes) {
        *place = *byte;
    }
}

fn words(text: &[u8]) -> [u64; 6] {
    let mut words = [0; 6];
    for (word, bytes) in words.iter_mut().zip(text.chunks(8)) {
        let mut padded = [0; 8];
        for (place, byte) in padded.iter_mut().zip(bytes) {
            *place = *byte;
        }
        *word = u64::from_le_bytes(padded);
    }
    words
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}
