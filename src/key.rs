//! Signing keys.

mod derive;
mod ring;

use core::fmt;

use subtle::ConstantTimeEq;

use crate::base64::{self, Alphabet};
use crate::sha256::{Midstate, Sha256};

pub use derive::SecretTooShort;
pub use ring::{BadSignature, KeyRing, KeyState, Unsigned};

/// The length in characters of a signature: 32 bytes as base64 without `=`.
pub(crate) const SIGNATURE_LENGTH: usize = 43;
/// The same filled up to whole words: with what base64 makes of zeros.
const PADDED_LENGTH: usize = 48;
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
        self.sign_bytes(text.as_bytes())
    }

    /// The same for the bytes of a text.
    pub(crate) fn sign_bytes(&self, text: &[u8]) -> Signature {
        Signature::of(&self.outer.finish_with_digest(&self.inner.finish(64, text)))
    }

    /// Whether `signature` is the one of `text`, letter for letter.
    ///
    /// The time taken depends on the lengths and on the answer, not on where a difference is.
    #[must_use]
    pub fn verify(&self, text: &str, signature: &str) -> bool {
        // A length is public, and no hash is spent on what cannot be right.
        signature.as_bytes().try_into().is_ok_and(|signature| self.fits(text.as_bytes(), signature))
    }

    /// Whether this is the signature of a text.
    pub(crate) fn fits(&self, text: &[u8], signature: &[u8; SIGNATURE_LENGTH]) -> bool {
        self.sign_bytes(text).equals(signature)
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
    pub(crate) fn mac<'m>(&self, message: impl IntoIterator<Item = &'m [u8]>) -> [u8; 32] {
        let mut inner = Sha256::resume(self.inner, 64);
        for part in message {
            inner.update(part);
        }
        self.outer.finish_with_digest(&inner.finish())
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
pub struct Signature([u8; PADDED_LENGTH]);

impl Signature {
    fn of(mac: &[u8; 32]) -> Self {
        Self(base64::encode(mac, Alphabet::Standard))
    }

    /// The 43 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.get(..SIGNATURE_LENGTH).unwrap_or_default()
    }

    /// Compares by words and asks `subtle` once, about all differences together: it reads in a way that no compiler may
    /// shorten, and to read each byte so took as long as a quarter of the HMAC.
    fn equals(&self, other: &[u8; SIGNATURE_LENGTH]) -> bool {
        // Both on 32 and on 64 bits three characters are left over.
        let Some((whole, [a, b, c])) = other.split_last_chunk() else { return false };
        let last = [*a, *b, *c, b'A', b'A', b'A', b'A', b'A'];
        let others = words(whole).chain(words(&last));
        let differences = words(&self.0).zip(others).fold(0, |all, (one, other)| all | (one ^ other));
        differences.ct_eq(&0).into()
    }
}

fn words(text: &[u8]) -> impl Iterator<Item = usize> {
    let words = text.chunks_exact(size_of::<usize>()).filter_map(<[u8]>::first_chunk);
    words.map(|word| usize::from_ne_bytes(*word))
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

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}
