//! Session ids, and the keys under which a store keeps sessions.

mod store_key;

use core::fmt;
use core::str::FromStr;

use rand_core::{CryptoRng, TryCryptoRng};

use crate::base64::{Alphabet, encode};
use crate::text::{ShortText, display};

pub use store_key::StoreKey;

/// The longest id in bytes.
pub(crate) const ID_LENGTH: usize = 127;

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
        Self::known(&encode::<24, 32>(&bytes, Alphabet::Url))
    }

    /// The id of 24 characters that these random bytes spell, as `utils.uid(24)` of Connect 2.0 to 2.7 (2012) made it.
    ///
    /// It is of plain base64, so it may hold `+` and `/`.
    #[must_use]
    pub fn from_random_2012(bytes: [u8; 18]) -> Self {
        Self::known(&encode::<18, 24>(&bytes, Alphabet::Standard))
    }

    /// The text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The id of the bytes of a text.
    pub(crate) fn of_bytes(text: &[u8]) -> Result<Self, IdError> {
        in_place(text).map(Self)
    }

    /// The bytes of a text that is known to fit.
    fn known(text: &[u8]) -> Self {
        Self(ShortText::of_bytes(text).unwrap_or(ShortText::EMPTY))
    }
}

impl FromStr for SessionId {
    type Err = IdError;

    /// Takes every id that Express takes: any text that is not empty, here of at most 127 bytes.
    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::of_bytes(text.as_bytes())
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
        display(f, |out| {
            for bytes in self.0.chunks(3) {
                let mut group = [0; 3];
                for (place, byte) in group.iter_mut().zip(bytes) {
                    *place = *byte;
                }
                // One character more than bytes.
                out.push(encode::<3, 8>(&group, Alphabet::Url).get(..=bytes.len()).unwrap_or_default());
            }
        })
    }
}

impl fmt::Debug for Uid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uid(..)")
    }
}

/// Keeps the bytes of a text that is neither empty nor too long.
fn in_place<const N: usize>(text: &[u8]) -> Result<ShortText<N>, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    ShortText::of_bytes(text).map_err(|_| IdError::TooLong)
}
