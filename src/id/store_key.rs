//! The keys under which a store keeps sessions.

use core::fmt;
use core::str::FromStr;

use super::{ID_LENGTH, IdError, SessionId, in_place};
use crate::key::{SIGNATURE_LENGTH, Signature};
use crate::text::ShortText;

/// The longest store key: an id, a dot and a signature, as Connect 1.x had it.
const STORE_KEY_LENGTH: usize = ID_LENGTH + 1 + SIGNATURE_LENGTH;

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
    /// The id itself, as Express stores have it.
    #[must_use]
    pub fn plain(id: &SessionId) -> Self {
        let mut text = ShortText::EMPTY;
        // There is more room than in an id.
        let _fits = text.push_str(id.as_str());
        Self(text)
    }

    /// Id, dot and signature: what Connect 1.x (2011) handed to its stores.
    #[must_use]
    pub fn signed(id: &SessionId, signature: &Signature) -> Self {
        let mut text = ShortText::EMPTY;
        for part in [id.as_str(), ".", signature.as_str()] {
            // The room is that of the longest id, the dot and the signature.
            let _fits = text.push_str(part);
        }
        Self(text)
    }

    /// The text of the key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for StoreKey {
    type Err = IdError;

    /// Takes back a key that a store has listed.
    fn from_str(text: &str) -> Result<Self, IdError> {
        in_place(text).map(Self)
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey(..)")
    }
}
