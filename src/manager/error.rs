//! Why a manager is refused, a session not opened, or a cookie not written.

use core::convert::Infallible;
use core::fmt;

use crate::cookie::{AttributesTooLong, CookieFault, SetCookieError};
use crate::decision::recommended::Lost;
use crate::limits::LimitsError;

/// Why a manager, or the options of a request, are refused.
///
/// ```
/// use session_core::{AttributesTooLong, ConfigError};
///
/// assert_eq!(ConfigError::from(AttributesTooLong), ConfigError::AttributesTooLong);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The attributes of the cookie hold over 160 bytes of text.
    AttributesTooLong,
    /// The number of candidates is not 1 to 4.
    Candidates,
    /// Browsers would not keep the cookie, or not as it is meant.
    Cookie(CookieFault),
    /// The cookie is to outlive the 400 days after which browsers drop every cookie.
    CookieLifetime,
    /// The keys are those that express-session makes of secrets: take [`Key::derive`](crate::Key::derive), or
    /// [`Policy::with_express_keys`](crate::Policy::with_express_keys) to share cookies with it.
    ExpressKeys,
    /// There are so many keys that the sessions which a request names may cost more than 16 signatures; on a
    /// [device](crate::Policy::device) more than 2.
    Keys,
    /// The limits do not fit each other.
    Limits(LimitsError),
    /// A choice was made that the policy's preset does not know.
    Misplaced,
    /// A secret is under 32 bytes long.
    SecretTooShort,
}

impl From<AttributesTooLong> for ConfigError {
    fn from(_: AttributesTooLong) -> Self {
        Self::AttributesTooLong
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AttributesTooLong => AttributesTooLong.fmt(f),
            Self::Cookie(fault) => fault.fmt(f),
            Self::Candidates => f.write_str("the number of candidates is not 1 to 4"),
            Self::CookieLifetime => f.write_str("the cookie would live longer than the 400 days of browsers"),
            Self::ExpressKeys => f.write_str("the keys are not derived"),
            Self::Keys => f.write_str("there are too many keys for as many candidates"),
            Self::Limits(error) => error.fmt(f),
            Self::Misplaced => f.write_str("a choice was made that the preset does not know"),
            Self::SecretTooShort => f.write_str("a secret is under 32 bytes long"),
        }
    }
}

impl core::error::Error for ConfigError {}

/// Why no session could be opened: `E` is the error of the generator of ids, and `S` that of a store which was asked.
///
/// ```
/// use session_core::OpenError;
///
/// let refused: OpenError<core::fmt::Error> = OpenError::Id(core::fmt::Error);
/// assert_eq!(refused.to_string(), "no new session id could be made");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError<E, S = Infallible> {
    /// The generator of ids failed, and this is its error.
    Id(E),
    /// The policy counts epochs, and that of the session's principal is not said ([`Loaded::with_epoch`]).
    ///
    /// [`Loaded::with_epoch`]: crate::Loaded::with_epoch
    NeedsEpoch,
    /// The store failed: answer with an error (503), since "no session" would log users out.
    Store(S),
}

impl<E, S> fmt::Display for OpenError<E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id(_) => "no new session id could be made",
            Self::NeedsEpoch => "the epoch of the session's principal is not known",
            Self::Store(_) => "the store could not be read",
        })
    }
}

impl<E: core::error::Error + 'static, S: core::error::Error + 'static> core::error::Error for OpenError<E, S> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Id(error) => Some(error),
            Self::NeedsEpoch => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Why the answer gets no session cookie.
///
/// ```
/// use session_core::{AnswerError, Lost};
///
/// assert_eq!(AnswerError::Lost(Lost::Conflict).to_string(), "another request has written the session");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerError {
    /// The recommended preset sends no cookie before the store has answered.
    Early,
    /// The store has not done what the request was to do: answer with [`Lost::status`].
    Lost(Lost),
    /// An attribute of the cookie is one that npm cookie refuses.
    SetCookie(SetCookieError),
}

impl From<Lost> for AnswerError {
    fn from(lost: Lost) -> Self {
        Self::Lost(lost)
    }
}

impl From<SetCookieError> for AnswerError {
    fn from(error: SetCookieError) -> Self {
        Self::SetCookie(error)
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Early => f.write_str("the store has not answered yet"),
            Self::Lost(lost) => lost.fmt(f),
            Self::SetCookie(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for AnswerError {}
