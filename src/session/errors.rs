//! Why a session does not do what it is asked.

use core::fmt;

/// The session was ended or let go of earlier in the request.
///
/// ```
/// assert_eq!(session_core::SessionEnded.to_string(), "the session has ended");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionEnded;

impl fmt::Display for SessionEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the session has ended")
    }
}

impl core::error::Error for SessionEnded {}

/// There was nothing to reload: the store does not have the session, or has given another one.
///
/// ```
/// assert_eq!(session_core::NotLoaded.to_string(), "the session is not in the store");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

impl fmt::Display for NotLoaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the session is not in the store")
    }
}

impl core::error::Error for NotLoaded {}

/// Why nobody could be logged in.
///
/// ```
/// use session_core::LoginError;
///
/// assert_eq!(LoginError::Ended.to_string(), "the session has ended");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginError {
    /// The cookies of the request name several sessions, or are too many: another cookie would not change that.
    Ambiguous,
    /// The session was ended or let go of earlier in the request.
    Ended,
    /// The epoch is over 2^53 - 1, which JSON cannot hold exactly.
    Epoch,
    /// The policy counts epochs, so the principal's is to be said.
    NeedsEpoch,
    /// It is the recommended preset that knows who is logged in.
    Preset,
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ambiguous => "the cookies name several sessions",
            Self::Ended => "the session has ended",
            Self::Epoch => "the epoch is over what json can hold",
            Self::NeedsEpoch => "the epoch of the principal is not known",
            Self::Preset => "only the recommended preset knows logins",
        })
    }
}

impl core::error::Error for LoginError {}
