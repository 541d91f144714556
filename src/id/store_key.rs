//! The keys under which a store keeps sessions.

use core::fmt;
use core::str::FromStr;

use super::{ID_LENGTH, IdError, SessionId, in_place};
use crate::base64::{self, Alphabet};
use crate::key::{SIGNATURE_LENGTH, Signature};
use crate::sha256::Sha256;
use crate::text::ShortText;

/// The longest store key: an id, a dot and a signature, as Connect 1.x had it.
const STORE_KEY_LENGTH: usize = ID_LENGTH + 1 + SIGNATURE_LENGTH;
/// What tells the hash of an id from hashes of other things.
const LABEL: &[u8] = b"session-core id v1";
/// The length in characters of a hash: 32 bytes as base64url without `=`.
const HASH_LENGTH: usize = 43;

/// The id as a store sees it, a type of its own so that neither is taken for the other.
///
/// A database's prefix (`sess:` of connect-redis) is the adapter's to add. It does not print in `Debug`.
///
/// ```
/// use session_core::{SessionId, StoreKey};
///
/// let id: SessionId = "abc".parse()?;
/// assert_eq!(StoreKey::plain(&id).as_str(), "abc");
/// # Ok::<(), session_core::IdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StoreKey(ShortText<STORE_KEY_LENGTH>);

impl StoreKey {
    /// What a key that is a hash begins with.
    ///
    /// No id of base64, base64url or a UUID begins so, and no key of Connect 1.x is taken for a hash, since there a dot comes
    /// before the last 43 characters. [`IdsAtRest`](crate::IdsAtRest) gives an id that does begin so no plain key: so a hash
    /// that was read out of a store is not an id there.
    pub const HASHED_PREFIX: &str = "h~";

    /// The id itself, as Express stores have it.
    #[must_use]
    pub fn plain(id: &SessionId) -> Self {
        Self::joined([id.as_bytes()])
    }

    /// An id alone, or with what stands behind it; a hash is shorter. The room is that of the longest id, the dot and the
    /// signature.
    pub(crate) fn joined<const N: usize>(parts: [&[u8]; N]) -> Self {
        let mut text = ShortText::EMPTY;
        for part in parts {
            let _fits = text.push_bytes(part);
        }
        Self(text)
    }

    /// The id's hash, of which nobody can tell the id: `h~` and 43 characters.
    ///
    /// They are SHA-256 over the 18 bytes `session-core id v1` and the id, as base64url without `=`. It takes an id that
    /// cannot be guessed, as [`SessionId::generate`] makes it.
    ///
    /// ```
    /// use session_core::{SessionId, StoreKey};
    ///
    /// let key = StoreKey::hashed(&SessionId::from_random([7; 24]));
    /// assert_eq!(key.as_str(), "h~WPwlrEftd6p8BfZsl1eIaC50Iy5MjxJQiO8XRbuKeQo");
    /// assert!(key.is_hashed());
    /// ```
    #[must_use]
    pub fn hashed(id: &SessionId) -> Self {
        let mut hash = Sha256::new();
        hash.update(LABEL);
        hash.update(id.as_bytes());
        let hash_text: [u8; 48] = base64::encode(&hash.finish(), Alphabet::Url);
        Self::joined([Self::HASHED_PREFIX.as_bytes(), hash_text.get(..HASH_LENGTH).unwrap_or_default()])
    }

    /// Id, dot and signature: what Connect 1.x (2011) handed to its stores.
    #[must_use]
    pub fn signed(id: &SessionId, signature: &Signature) -> Self {
        Self::joined([id.as_bytes(), b".", signature.as_bytes()])
    }

    /// Whether the key has the form of those that [`StoreKey::hashed`] makes.
    #[must_use]
    pub fn is_hashed(&self) -> bool {
        // Of the last character's six bits two are no longer of the hash.
        let ends_a_hash = |last: &u8| b"AEIMQUYcgkosw048".contains(last);
        self.as_bytes().strip_prefix(Self::HASHED_PREFIX.as_bytes()).is_some_and(|hash| {
            hash.len() == HASH_LENGTH && base64::is_text(hash, Alphabet::Url) && hash.last().is_some_and(ends_a_hash)
        })
    }

    /// The same of a key that [`IdsAtRest`](crate::IdsAtRest) has made, where the prefix alone tells.
    pub(crate) fn has_hashed_prefix(&self) -> bool {
        self.as_bytes().starts_with(Self::HASHED_PREFIX.as_bytes())
    }

    /// The text of the key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl FromStr for StoreKey {
    type Err = IdError;

    /// Takes back a key that a store has listed.
    fn from_str(text: &str) -> Result<Self, IdError> {
        in_place(text.as_bytes()).map(Self)
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey(..)")
    }
}
