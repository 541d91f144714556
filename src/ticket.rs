//! What a record holds beyond Express's fields: since when a session lives, until when at most, and whose it is.

use core::fmt;
use core::str::FromStr;

use crate::base64::{self, Alphabet};
use crate::text::ShortText;
use crate::time::Timestamp;

/// The longest principal in bytes.
const PRINCIPAL_LENGTH: usize = 63;
/// 9 bytes as base64.
const WRITE_ID_LENGTH: usize = 12;

/// Since when a session lives, until when at most, and whose it is: what the recommended preset keeps in a document
/// beside Express's fields, under the name `sessionCore`.
///
/// None of it changes when a session is used: its creation, login and end are set once and move with nothing but a login.
///
/// ```
/// # use session_core::{FixedStore, Key, SessionManager, CookieName, CookieOptions, Policy, Request, SessionId, Timestamp};
/// # let key = Key::derive([7; 32], Key::SESSION_COOKIES, CookieName::HOST_SID.as_str())?;
/// # let manager = SessionManager::new(
/// #     Policy::<u32>::recommended(), key.into(), CookieName::HOST_SID, CookieOptions::recommended())?;
/// # let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
/// # let pending = manager.receive(Request::new([""], "/").encrypted(true)).expect("every path has a session");
/// # let mut session = pending.open::<u64, ()>(None, now, || Ok(SessionId::from_random([1; 24]))).expect("an id");
/// session.authenticated("ada".parse()?, SessionId::from_random([2; 24]), now)?;
/// let ticket = session.ticket().expect("a session of the recommended preset");
/// assert_eq!(ticket.principal().map(|principal| principal.as_str()), Some("ada"));
/// assert_eq!(ticket.login(), Some(now));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    pub(crate) created: Timestamp,
    pub(crate) login: Option<Timestamp>,
    pub(crate) end: Timestamp,
    pub(crate) epoch: u64,
    pub(crate) principal: Option<Principal>,
    pub(crate) write_id: Option<WriteId>,
    pub(crate) moved: bool,
}

impl Ticket {
    /// The ticket of a session that begins now and in which nobody has logged in.
    pub(crate) const fn anonymous(now: Timestamp, end: Timestamp) -> Self {
        Self { created: now, login: None, end, epoch: 0, principal: None, write_id: None, moved: false }
    }

    /// When the session began.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// When its user logged in.
    #[must_use]
    pub const fn login(&self) -> Option<Timestamp> {
        self.login
    }

    /// When it ends, however much it is used.
    #[must_use]
    pub const fn end(&self) -> Timestamp {
        self.end
    }

    /// The epoch of its principal at the login, 0 where none is counted.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Who logged in.
    #[must_use]
    pub const fn principal(&self) -> Option<&Principal> {
        self.principal.as_ref()
    }

    /// By what its last write can be told from others.
    #[must_use]
    pub const fn write_id(&self) -> Option<WriteId> {
        self.write_id
    }

    /// Whether it stands where a session was until it went on under another id.
    #[must_use]
    pub const fn is_moved(&self) -> bool {
        self.moved
    }
}

/// Neither principal nor write id print.
impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket")
            .field("created", &self.created)
            .field("login", &self.login)
            .field("end", &self.end)
            .field("moved", &self.moved)
            .finish_non_exhaustive()
    }
}

/// Who is logged in: what a program knows its users by, such as the number of an account. At most 63 bytes of text.
///
/// It should stay the same for as long as the account exists, which an address of mail does not. It does not print in
/// `Debug`.
///
/// ```
/// use session_core::{Principal, PrincipalError};
///
/// let principal: Principal = "018f3b1e-2c57-7cc0-9d3b-5f0a0c8f2d11".parse()?;
/// assert_eq!(format!("{principal:?}"), "Principal(..)");
/// assert_eq!("".parse::<Principal>(), Err(PrincipalError::Empty));
/// # Ok::<(), PrincipalError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Principal(ShortText<PRINCIPAL_LENGTH>);

impl Principal {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for Principal {
    type Err = PrincipalError;

    fn from_str(text: &str) -> Result<Self, PrincipalError> {
        if text.is_empty() {
            return Err(PrincipalError::Empty);
        }
        ShortText::new(text).map(Self).map_err(|_| PrincipalError::TooLong)
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Principal(..)")
    }
}

/// A text cannot be a [`Principal`].
///
/// ```
/// use session_core::{Principal, PrincipalError};
///
/// assert_eq!("x".repeat(64).parse::<Principal>(), Err(PrincipalError::TooLong));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrincipalError {
    /// It has no character.
    Empty,
    /// It is over 63 bytes long.
    TooLong,
}

impl fmt::Display for PrincipalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the principal is empty",
            Self::TooLong => "the principal is over 63 bytes long",
        })
    }
}

impl core::error::Error for PrincipalError {}

/// By what one write of a record is told from another, after a store did not say whether it was done.
///
/// ```
/// use session_core::WriteId;
///
/// assert_eq!(WriteId::from_random([0xff; 9]).as_str(), "____________");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WriteId([u8; WRITE_ID_LENGTH]);

impl WriteId {
    /// The write id that these random bytes spell.
    #[must_use]
    pub fn from_random(bytes: [u8; 9]) -> Self {
        let text: [u8; 16] = base64::encode(&bytes, Alphabet::Url);
        Self(text.first_chunk().copied().unwrap_or_default())
    }

    /// The text: 12 characters of base64url.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Takes back what was stored.
    #[cfg(feature = "serde")]
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let bytes: [u8; WRITE_ID_LENGTH] = text.as_bytes().try_into().ok()?;
        base64::is_text(&bytes, Alphabet::Url).then_some(Self(bytes))
    }
}

impl fmt::Debug for WriteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WriteId(..)")
    }
}
