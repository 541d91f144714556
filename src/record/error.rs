//! Why a text is no record.

use core::fmt;

use crate::json::JsonError;
use crate::text::BufferTooShort;

/// Why a stored text is no record of a session, or a record cannot be written.
///
/// It says nothing of what the text holds. Nothing in the store has to be given up for it: the document stays, and the
/// caller picks an error or a new session under a new id.
///
/// ```
/// use session_core::{Record, RecordError};
///
/// let text = r#"{"cookie":{"originalMaxAge":"60000"}}"#;
/// assert_eq!(Record::<()>::from_json_in(text, &mut [0; 80]), Err(RecordError::OriginalMaxAge));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordError {
    /// An attribute of the cookie is an array or an object.
    Attribute,
    /// The attributes of the cookie hold over 160 bytes of text.
    AttributesTooLong,
    /// What was to be written does not fit into the buffer.
    BufferTooShort(BufferTooShort),
    /// The cookie is no object.
    CookieNotObject,
    /// When the session ends is neither a date in ISO 8601 nor a whole number nor null.
    Expires,
    /// The text is no JSON, or the data does not fit its type, or cannot be written.
    Json(JsonError),
    /// There is no cookie in it.
    NoCookie,
    /// How long the session lives is neither a whole number nor null; such a text makes Express hang.
    OriginalMaxAge,
    /// What stands under `sessionCore` is not what this version writes there, or stands there twice.
    Ticket,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Attribute => "an attribute of the session's cookie is an array or an object",
            Self::AttributesTooLong => "the attributes of the session's cookie hold over 160 bytes of text",
            Self::BufferTooShort(_) => "the session does not fit into the buffer",
            Self::CookieNotObject => "the session's cookie is no object",
            Self::Expires => "the session's expires is neither a date nor null",
            Self::Json(_) => "the session's json cannot be read or written as its type",
            Self::NoCookie => "the session has no cookie",
            Self::OriginalMaxAge => "the session's originalMaxAge is neither a whole number nor null",
            Self::Ticket => "what the session holds under sessionCore cannot be read",
        })
    }
}

impl core::error::Error for RecordError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::BufferTooShort(error) => Some(error),
            Self::Json(error) => Some(error),
            _ => None,
        }
    }
}
