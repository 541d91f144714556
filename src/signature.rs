//! The value of a session cookie: `s:`, the id, a dot, and the id's signature.

use core::fmt;

use crate::cookie::Cookie;
use crate::id::{ID_LENGTH, IdError, SessionId, StoreKey};
use crate::key::{Key, KeyRing, KeyState, SIGNATURE_LENGTH};
use crate::text::ShortText;

/// `.` signature
const SUFFIX_LENGTH: usize = 1 + SIGNATURE_LENGTH;
/// `s:` id `.` signature
pub(crate) const VALUE_LENGTH: usize = 2 + ID_LENGTH + 1 + SIGNATURE_LENGTH;

/// Whether cookies without `s:` in front are read too, and under which key their sessions are stored.
///
/// For those who still have sessions of 2011 and 2012; such ids came from `Math.random` in part, so limit it in time.
///
/// ```
/// use session_core::{Key, KeyRing, Unprefixed, VerifiedId};
///
/// let ring = KeyRing::from(Key::new("keyboard cat"));
/// let value = format!("abc.{}", ring.signing_key().sign("abc").as_str());
///
/// assert!(VerifiedId::read(&value, &ring, Unprefixed::Refused).is_err());
/// assert_eq!(VerifiedId::read(&value, &ring, Unprefixed::Connect2)?.store_key().as_str(), "abc");
/// assert_eq!(VerifiedId::read(&value, &ring, Unprefixed::Connect1)?.store_key().as_str(), value);
/// # Ok::<(), session_core::Rejection>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unprefixed {
    /// As Connect 1.9 did: the session's key in the store is the whole value of the cookie.
    Connect1,
    /// As Connect 2.0.1 to 2.3.0 did: the session's key in the store is its id.
    Connect2,
    /// Not read: such a cookie is none of ours.
    Refused,
}

/// An id whose signature was right.
///
/// ```
/// use session_core::{Key, KeyRing, KeyState, Unprefixed, VerifiedId};
///
/// let ring = KeyRing::from(Key::new("keyboard cat"));
/// let value = format!("s:abc.{}", ring.signing_key().sign("abc").as_str());
/// let verified = VerifiedId::read(&value, &ring, Unprefixed::Refused)?;
/// assert_eq!(verified.id().as_str(), "abc");
/// assert_eq!((verified.key(), verified.key_state()), (0, KeyState::Signing));
/// # Ok::<(), session_core::Rejection>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifiedId {
    id: SessionId,
    /// What the store's key holds behind the id: with [`Unprefixed::Connect1`] a dot and the signature, else nothing.
    suffix: ShortText<SUFFIX_LENGTH>,
    key: usize,
    key_state: KeyState,
}

impl VerifiedId {
    /// Verifies the value of a cookie, decoded: what express-session's `getcookie` does.
    ///
    /// # Errors
    ///
    /// [`Rejection`], for the server's eyes: a client is not to be told which.
    pub fn read<K: AsRef<[Key]>>(value: &str, keys: &KeyRing<K>, unprefixed: Unprefixed) -> Result<Self, Rejection> {
        Self::read_bytes(value.as_bytes(), keys, unprefixed)
    }

    /// The same for the bytes of a text.
    pub(crate) fn read_bytes<K: AsRef<[Key]>>(
        value: &[u8],
        keys: &KeyRing<K>,
        unprefixed: Unprefixed,
    ) -> Result<Self, Rejection> {
        let (signed, form) = match value.strip_prefix(b"s:") {
            Some(signed) => (signed, Unprefixed::Refused),
            None if unprefixed == Unprefixed::Refused => return Err(Rejection::NotSigned),
            None => (value, unprefixed),
        };
        let (text, key) = keys.unsign_bytes(signed).map_err(|_| Rejection::BadSignature)?;
        let id = SessionId::of_bytes(text).map_err(|error| match error {
            IdError::Empty => Rejection::EmptyId,
            IdError::TooLong => Rejection::TooLong,
        })?;
        let suffix = match form {
            Unprefixed::Connect1 => signed.get(text.len()..).unwrap_or_default(),
            Unprefixed::Connect2 | Unprefixed::Refused => &[],
        };
        // What is not text was verified, so it is of a signature's length.
        let suffix = ShortText::of_bytes(suffix).map_err(|_| Rejection::TooLong)?;
        Ok(Self { id, suffix, key, key_state: keys.state_of(key) })
    }

    /// The same for a cookie as it stands in the header, in the way of Node: bytes from 128 on are Latin-1.
    ///
    /// # Errors
    ///
    /// [`Rejection`], as for [`read`](Self::read).
    pub fn of_cookie<K: AsRef<[Key]>>(
        cookie: Cookie<'_>,
        keys: &KeyRing<K>,
        unprefixed: Unprefixed,
    ) -> Result<Self, Rejection> {
        let mut buffer = [0; VALUE_LENGTH];
        let value = cookie.value().latin1_bytes_to(&mut buffer).map_err(|_| Rejection::TooLong)?;
        Self::read_bytes(value, keys, unprefixed)
    }

    /// An id for which the caller vouches: nothing is checked here.
    ///
    /// For ids that were verified before: by cookie-parser (`req.signedCookies` of Express), by a framework with signed
    /// cookies of its own, or by a token that came in another header. Of an id that a client may choose it would be a way
    /// into anybody's session.
    ///
    /// ```
    /// use session_core::{KeyState, VerifiedId};
    ///
    /// let trusted = VerifiedId::trusted("abc".parse()?);
    /// assert_eq!((trusted.id().as_str(), trusted.key_state()), ("abc", KeyState::Signing));
    /// # Ok::<(), session_core::IdError>(())
    /// ```
    #[must_use]
    pub const fn trusted(id: SessionId) -> Self {
        Self { id, suffix: ShortText::EMPTY, key: 0, key_state: KeyState::Signing }
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> &SessionId {
        &self.id
    }

    /// The place in the ring of the key that fits: 0 is the one that signs, then come the older ones, then the next one.
    #[must_use]
    pub const fn key(&self) -> usize {
        self.key
    }

    /// What that key is there for; [`KeyState::is_outdated`] says whether the cookie is to be signed anew.
    #[must_use]
    pub const fn key_state(&self) -> KeyState {
        self.key_state
    }

    /// Under which key the store has the session.
    #[must_use]
    pub fn store_key(&self) -> StoreKey {
        StoreKey::joined([self.id.as_bytes(), self.suffix.as_bytes()])
    }
}

/// Neither the id nor a signature prints.
impl fmt::Debug for VerifiedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedId").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Why the cookies of a request name no session.
///
/// It is for the server: whoever sent the cookie is not to be told.
///
/// ```
/// use session_core::{Key, KeyRing, Rejection, Unprefixed, VerifiedId};
///
/// let ring = KeyRing::from(Key::new("keyboard cat"));
/// let refused = VerifiedId::read("s:abc.forged", &ring, Unprefixed::Refused);
/// assert_eq!(refused, Err(Rejection::BadSignature));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The cookies of the name carry more different ids, all signed by us, than may be looked for: no order of them says
    /// which is the user's. Of the `recommended` preset, which looks for four unless it is told another number.
    Ambiguous,
    /// No key fits the signature: forged, damaged, or signed with a secret that is no longer in the ring.
    BadSignature,
    /// The signature is right but the id is empty.
    EmptyId,
    /// No cookie of the name was sent.
    Missing,
    /// The cookie is not signed: it does not begin with `s:`.
    NotSigned,
    /// The id is over 127 bytes long.
    TooLong,
    /// There is more in the request than is looked through: over 16 KiB of `Cookie` headers, over 255 `;` in them, or
    /// over 16 cookies of the name that look signed. Of the `recommended` preset.
    TooManyCookies,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ambiguous => "the cookies name several sessions",
            Self::BadSignature => "no key fits the signature",
            Self::EmptyId => "the session id is empty",
            Self::Missing => "no session cookie was sent",
            Self::NotSigned => "the cookie is not signed",
            Self::TooLong => "the session id is over 127 bytes long",
            Self::TooManyCookies => "the request has too many cookies",
        })
    }
}

impl core::error::Error for Rejection {}
