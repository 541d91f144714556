//! The keys of a program: the one that signs, and those that verify.

use core::fmt;

use super::{Key, SIGNATURE_LENGTH};

/// One key that signs, and any number of older ones: all verify.
///
/// The older ones are whatever the caller keeps them in: an array, a slice, a `Vec`. To change a secret, put the new key
/// in front and drop the old one when its cookies have run out.
///
/// ```
/// use session_core::{Key, KeyRing};
///
/// let old = Key::new("keyboard cat");
/// let signed = format!("hello.{}", old.sign("hello").as_str());
///
/// let ring = KeyRing::new(Key::new("a newer secret"), [old]);
/// let unsigned = ring.unsign(&signed)?;
/// assert_eq!((unsigned.text(), unsigned.key()), ("hello", 1));
/// # Ok::<(), session_core::BadSignature>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyRing<K = [Key; 0]> {
    signing: Key,
    older: K,
}

impl<K: AsRef<[Key]>> KeyRing<K> {
    /// A ring of the key that signs, and older ones in the order in which to try them.
    #[must_use]
    pub const fn new(signing: Key, older: K) -> Self {
        Self { signing, older }
    }

    /// The key that signs.
    #[must_use]
    pub const fn signing_key(&self) -> &Key {
        &self.signing
    }

    /// Takes `text.signature` apart if some key fits, as `unsign` of npm cookie-signature does.
    ///
    /// The text ends at the last dot. The keys are tried in order; which of them fits is public.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] where no key fits.
    pub fn unsign<'t>(&self, signed: &'t str) -> Result<Unsigned<'t>, BadSignature> {
        // A signature has no dot in it, so where one is right, the last dot stands before the last 43 bytes.
        let at = signed.len().checked_sub(SIGNATURE_LENGTH).ok_or(BadSignature)?;
        let (text, signature) = signed.split_at_checked(at).ok_or(BadSignature)?;
        let text = text.strip_suffix('.').ok_or(BadSignature)?;
        let mut keys = core::iter::once(&self.signing).chain(self.older.as_ref());
        let key = keys.position(|key| key.verify(text, signature)).ok_or(BadSignature)?;
        Ok(Unsigned { text, key })
    }
}

impl From<Key> for KeyRing {
    /// A ring of one key.
    fn from(key: Key) -> Self {
        Self::new(key, [])
    }
}

/// A text whose signature was right.
///
/// ```
/// use session_core::{Key, KeyRing};
///
/// let key = Key::new("secret");
/// let signed = format!("a.b.{}", key.sign("a.b").as_str());
/// assert_eq!(KeyRing::from(key).unsign(&signed)?.text(), "a.b");
/// # Ok::<(), session_core::BadSignature>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Unsigned<'t> {
    text: &'t str,
    key: usize,
}

impl<'t> Unsigned<'t> {
    /// The text without its signature.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        self.text
    }

    /// The place in the ring of the key that fits, from 0.
    #[must_use]
    pub const fn key(&self) -> usize {
        self.key
    }
}

/// The text may be a session's id, so it does not print.
impl fmt::Debug for Unsigned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsigned").field("key", &self.key).finish_non_exhaustive()
    }
}

/// No key fits the signature, or there is none.
///
/// ```
/// use session_core::{BadSignature, Key, KeyRing};
///
/// let ring = KeyRing::from(Key::new("secret"));
/// assert_eq!(ring.unsign("value.forged"), Err(BadSignature));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSignature;

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no key fits the signature")
    }
}

impl core::error::Error for BadSignature {}
