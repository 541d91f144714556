//! Session ids, and the keys under which a store keeps sessions.

use core::fmt;
use core::str::FromStr;

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
use rand_core::{CryptoRng, TryCryptoRng};

use crate::key::{SIGNATURE_LENGTH, Signature};
use crate::text::ShortText;

/// The longest id in bytes.
pub(crate) const ID_LENGTH: usize = 127;
/// The longest store key: an id, a dot and a signature, as Connect 1.x had it.
const STORE_KEY_LENGTH: usize = ID_LENGTH + 1 + SIGNATURE_LENGTH;

/// The id of a session: 1 to 127 bytes of UTF-8, kept in place.
///
/// An id is a secret: who knows it and a valid signature is the user. So it does not print in `Debug`;
/// [`SessionId::as_str`] gives it. It is wiped from memory by nobody.
///
/// ```
/// use session_core::SessionId;
///
/// let id = SessionId::from_random([7; 24]);
/// assert_eq!(id.as_str(), "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH");
/// assert_eq!(format!("{id:?}"), "SessionId(..)");
/// assert!("x".repeat(128).parse::<SessionId>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(ShortText<ID_LENGTH>);

impl SessionId {
    /// A new id from a generator that cannot fail: 24 bytes, 192 bits.
    #[must_use]
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut bytes = [0; 24];
        rng.fill_bytes(&mut bytes);
        Self::from_random(bytes)
    }

    /// A new id from a generator that may fail: 24 bytes, 192 bits.
    ///
    /// # Errors
    ///
    /// The generator's own error.
    pub fn try_generate<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, R::Error> {
        let mut bytes = [0; 24];
        rng.try_fill_bytes(&mut bytes)?;
        Ok(Self::from_random(bytes))
    }

    /// The id of 32 characters that these random bytes spell, as `uid(24)` of npm uid-safe makes it.
    #[must_use]
    pub fn from_random(bytes: [u8; 24]) -> Self {
        let mut text = [0; 32];
        Self::known(Base64UrlUnpadded::encode(&bytes, &mut text).unwrap_or_default())
    }

    /// The id of 24 characters that these random bytes spell, as `utils.uid(24)` of Connect 2.0 to 2.7 (2012) made it.
    ///
    /// It is of plain base64, so it may hold `+` and `/`.
    #[must_use]
    pub fn from_random_2012(bytes: [u8; 18]) -> Self {
        let mut text = [0; 24];
        Self::known(Base64Unpadded::encode(&bytes, &mut text).unwrap_or_default())
    }

    /// The text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// A text that is known to fit.
    fn known(text: &str) -> Self {
        Self(ShortText::new(text).unwrap_or(ShortText::EMPTY))
    }
}

impl FromStr for SessionId {
    type Err = IdError;

    /// Takes every id that Express takes: any text that is not empty, here of at most 127 bytes.
    fn from_str(text: &str) -> Result<Self, IdError> {
        in_place(text).map(Self)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

/// A text cannot be a session id.
///
/// ```
/// use session_core::{IdError, SessionId};
///
/// assert_eq!("".parse::<SessionId>(), Err(IdError::Empty));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdError {
    /// It has no character; Express, too, takes it for no id.
    Empty,
    /// It is over 127 bytes long.
    TooLong,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the session id is empty",
            Self::TooLong => "the session id is over 127 bytes long",
        })
    }
}

impl core::error::Error for IdError {}

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
        Self::joined([id.as_str()])
    }

    /// Id, dot and signature: what Connect 1.x (2011) handed to its stores.
    #[must_use]
    pub fn signed(id: &SessionId, signature: &Signature) -> Self {
        Self::joined([id.as_str(), ".", signature.as_str()])
    }

    /// An id alone, or with what stands behind it: the room is that of the longest id, the dot and the signature.
    pub(crate) fn joined<const N: usize>(parts: [&str; N]) -> Self {
        let mut text = ShortText::EMPTY;
        for part in parts {
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

/// The id that any number of bytes spell: base64url without `=`, as npm uid-safe writes it.
///
/// For sessions [`SessionId::from_random`] is the one to use; this is for tools and other uses of the same text.
///
/// ```
/// use session_core::Uid;
///
/// assert_eq!(Uid::new(&[0xfb, 0xff]).to_string(), "-_8");
/// ```
#[derive(Clone, Copy)]
pub struct Uid<'b>(&'b [u8]);

impl<'b> Uid<'b> {
    /// The id of these bytes; it is written where it is printed.
    #[must_use]
    pub const fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Uid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for bytes in self.0.chunks(48) {
            let mut text = [0; 64];
            f.write_str(Base64UrlUnpadded::encode(bytes, &mut text).map_err(|_| fmt::Error)?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uid(..)")
    }
}

/// Keeps a text that is neither empty nor too long.
fn in_place<const N: usize>(text: &str) -> Result<ShortText<N>, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    ShortText::new(text).map_err(|_| IdError::TooLong)
}
