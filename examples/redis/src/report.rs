//! What whoever runs the program should hear of.

use core::fmt;

use session_core::RecordError;

use crate::error::StoreError;

/// Something that whoever runs the program should hear of, although every request was answered as it should be.
///
/// ```
/// use session_core::RecordError;
/// use session_core_redis::{Incident, Unreadable};
///
/// let incident = Incident::Unreadable(Unreadable::Document(RecordError::NoCookie));
/// assert_eq!(incident.to_string(), "what stands under a session's key is none: the session has no cookie");
/// ```
///
/// It holds neither keys nor data. [`Settings::with_report`](crate::Settings::with_report) says who hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incident {
    /// The use of a session could not be noted, so it may end earlier than it should.
    NotTouched(StoreError),
    /// A session was perhaps created for a cookie that is not sent, and could not be removed again: it ends by itself, and
    /// nobody holds its id.
    Orphan,
    /// What stands under a key of a session is none. It was left where it is, and the request has no session.
    Unreadable(Unreadable),
}

/// Why a value is no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is text, but none that a session is written as: of another program, say.
    Document(RecordError),
    /// It is no UTF-8 from this byte on.
    Encoding {
        /// How many bytes before it are.
        offset: usize,
    },
    /// It is longer than [`Settings::with_longest_document`](crate::Settings::with_longest_document).
    TooLong,
    /// It is no string of Redis but a list, say.
    Type,
}

impl fmt::Display for Incident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTouched(error) => write!(f, "the use of a session was not noted: {error}"),
            Self::Orphan => f.write_str("a session that nobody holds may have been left behind"),
            Self::Unreadable(unreadable) => write!(f, "what stands under a session's key is none: {unreadable}"),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(RecordError::Json(error)) => error.fmt(f),
            Self::Document(error) => error.fmt(f),
            Self::Encoding { offset } => write!(f, "no utf-8 at byte {offset}"),
            Self::TooLong => f.write_str("too long"),
            Self::Type => f.write_str("no string"),
        }
    }
}
