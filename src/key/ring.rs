//! The keys of a program: the one that signs, and those that verify.
//!
//! A secret goes from state to state, each step a change that someone deploys; no clock makes one:
//!
//! | state | in the ring as | signs | verifies | its cookies are signed anew |
//! |---|---|---|---|---|
//! | next | `with_next` | | yes | no: it is newer than the key that signs |
//! | signing | `signing` | yes | yes | no |
//! | accepted | one of `older` | | yes | yes |
//! | withdrawn | not there | | | no: they name no session |
//!
//! `next` is for several processes, of which some know the new key and some do not yet: those that sign with it already
//! and those that do not understand each other.

use core::fmt;

use super::Key;
use crate::base64::{self, Alphabet};

/// One key that signs, any number of older ones, and maybe the one that comes next: all verify.
///
/// The older ones are whatever the caller keeps them in: an array, a slice, a `Vec`. To change a secret, put the new key
/// in front and drop the old one when its cookies have run out. Where several processes answer, some would meet cookies of
/// a key that they do not know yet, so the new key first goes into all of them as the [next](Self::with_next) one.
///
/// A secret that has leaked is withdrawn: left out at once. To keep it and sign its cookies anew would give good signatures
/// for forged ones.
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
    next: Option<Key>,
}

impl<K: AsRef<[Key]>> KeyRing<K> {
    /// A ring of the key that signs, and older ones in the order in which to try them.
    #[must_use]
    pub const fn new(signing: Key, older: K) -> Self {
        Self { signing, older, next: None }
    }

    /// The same ring with the key that is to sign next, and until then only verifies; it takes the place of one set before.
    ///
    /// To promote it, deploy the ring in which it signs and the key that signs now is an older one.
    ///
    /// ```
    /// use session_core::{Key, KeyRing, KeyState};
    ///
    /// let key = |secret| Key::new(secret);
    /// let signed = format!("hello.{}", key("newer").sign("hello").as_str());
    ///
    /// let prepared = KeyRing::new(key("now"), [key("old")]).with_next(key("newer"));
    /// assert_eq!(prepared.unsign(&signed)?.state(), KeyState::Next);
    ///
    /// let promoted = KeyRing::new(key("newer"), [key("now"), key("old")]);
    /// assert_eq!(promoted.unsign(&signed)?.state(), KeyState::Signing);
    /// # Ok::<(), session_core::BadSignature>(())
    /// ```
    #[must_use]
    pub fn with_next(mut self, next: Key) -> Self {
        self.next = Some(next);
        self
    }

    /// The key that signs.
    #[must_use]
    pub const fn signing_key(&self) -> &Key {
        &self.signing
    }

    /// The key that is to sign next, if one was set.
    #[must_use]
    pub const fn next_key(&self) -> Option<&Key> {
        self.next.as_ref()
    }

    /// All keys in the order in which they are tried: the one that signs, the older ones, the next one.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        core::iter::once(&self.signing).chain(self.older.as_ref()).chain(&self.next)
    }

    /// The number of keys: at most as many signatures are computed for a forged cookie.
    #[must_use]
    pub fn key_count(&self) -> usize {
        let others = self.older.as_ref().len().saturating_add(usize::from(self.next.is_some()));
        others.saturating_add(1)
    }

    /// Takes `text.signature` apart if some key fits, as `unsign` of npm cookie-signature does.
    ///
    /// The text ends at the last dot. The keys are tried in the order of [`keys`](Self::keys); which fits is public.
    ///
    /// # Errors
    ///
    /// [`BadSignature`] where no key fits.
    pub fn unsign<'t>(&self, signed: &'t str) -> Result<Unsigned<'t>, BadSignature> {
        let (text, key) = self.unsign_bytes(signed.as_bytes())?;
        // What stands before a dot is whole characters.
        let text = signed.get(..text.len()).unwrap_or_default();
        Ok(Unsigned { text, key, state: self.state_of(key) })
    }

    /// The same for the bytes of a text: its bytes without the signature, and the place of the key.
    pub(crate) fn unsign_bytes<'t>(&self, signed: &'t [u8]) -> Result<(&'t [u8], usize), BadSignature> {
        // A signature has no dot in it, so where one is right, the last dot stands before the last 43 bytes.
        let (text, signature) = signed.split_last_chunk().ok_or(BadSignature)?;
        let text = text.strip_suffix(b".").ok_or(BadSignature)?;
        // With other letters than those of base64 it fits no key. That is asked before the second one, since most cookies
        // fit the first and would pay for the answer, a tenth of their verification.
        let mut is_text = None;
        let key = self.keys().enumerate().position(|(place, key)| {
            let may_fit = place == 0 || *is_text.get_or_insert_with(|| base64::is_text(signature, Alphabet::Standard));
            may_fit && key.fits(text, signature)
        });
        Ok((text, key.ok_or(BadSignature)?))
    }

    /// The state of the key at a place that one of the ring's keys has.
    pub(crate) fn state_of(&self, key: usize) -> KeyState {
        match key {
            0 => KeyState::Signing,
            place if place <= self.older.as_ref().len() => KeyState::Accepted,
            _ => KeyState::Next,
        }
    }
}

impl From<Key> for KeyRing {
    /// A ring of one key.
    fn from(key: Key) -> Self {
        Self::new(key, [])
    }
}

/// What a key of a ring is there for; the key of a cookie tells how old its signature is.
///
/// ```
/// use session_core::{Key, KeyRing, KeyState};
///
/// let old = Key::new("keyboard cat");
/// let signed = format!("hello.{}", old.sign("hello").as_str());
/// let unsigned = KeyRing::new(Key::new("a newer secret"), [old]).unsign(&signed)?;
/// assert_eq!(unsigned.state(), KeyState::Accepted);
/// assert!(unsigned.state().is_outdated());
/// # Ok::<(), session_core::BadSignature>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// It is to sign later, and only verifies: some other process signs with it already.
    Next,
    /// It signs.
    Signing,
    /// It signed earlier, and only verifies.
    Accepted,
}

impl KeyState {
    /// Whether the key is older than the one that signs: only then is a cookie to be signed anew.
    ///
    /// Where the next key signed a cookie, a process that is ahead did so, and the two would replace it in turns.
    #[must_use]
    pub const fn is_outdated(self) -> bool {
        matches!(self, Self::Accepted)
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
    state: KeyState,
}

impl<'t> Unsigned<'t> {
    /// The text without its signature.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        self.text
    }

    /// The place in the ring of the key that fits: 0 is the one that signs, then come the older ones, then the next one.
    #[must_use]
    pub const fn key(&self) -> usize {
        self.key
    }

    /// What that key is there for.
    #[must_use]
    pub const fn state(&self) -> KeyState {
        self.state
    }
}

/// The text may be a session's id, so it does not print.
impl fmt::Debug for Unsigned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsigned").field("key", &self.key).field("state", &self.state).finish_non_exhaustive()
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
