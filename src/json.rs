//! JSON with no heap: what `JSON.parse` accepts, spelled as `JSON.stringify` spells it.

mod escape;
mod number;
mod read;
mod scan;
#[cfg(all(test, feature = "alloc"))]
mod tests;
mod write;

#[cfg(feature = "alloc")]
mod canonical;
#[cfg(feature = "alloc")]
mod property;

use core::fmt;

#[cfg(feature = "alloc")]
pub(crate) use self::{
    canonical::canonical_member,
    property::{Name, assigned, members_of_text, object_members, write_object},
    read::owned_from_json,
    write::to_json,
};
pub(crate) use self::{
    number::{parse_double, write_integer, write_number},
    read::from_json_seed,
    write::write_json,
};

/// How many arrays and objects may stand inside each other, the outermost counted.
///
/// `JSON.parse` knows no such limit; serde_json stops at 127.
pub(crate) const MAX_DEPTH: u8 = 128;

/// JSON that could not be read or written: what is wrong, and where.
///
/// It holds nothing of the text itself.
///
/// ```
/// # #[cfg(feature = "alloc")] {
/// use session_core::{Document, DocumentError, JsonErrorKind};
///
/// let mut document = <Document>::default();
/// let Err(DocumentError::Json(refused)) = document.set_json("cart", "[1,]") else { panic!("not JSON") };
/// assert_eq!((refused.kind(), refused.offset()), (JsonErrorKind::Syntax, Some(3)));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonError {
    kind: JsonErrorKind,
    offset: Option<usize>,
}

/// What is wrong with JSON.
///
/// ```
/// # #[cfg(feature = "alloc")] {
/// use session_core::{Document, JsonErrorKind};
///
/// let mut document = <Document>::default();
/// document.set("user", "ada").unwrap();
/// assert_eq!(document.get::<u32>("user").unwrap_err().kind(), JsonErrorKind::Data);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The text is JSON, but not of the type asked for; or a type refused to be written.
    Data,
    /// The key of a map is neither text nor an integer, a truth value or a character.
    KeyNotText,
    /// Half of a surrogate pair stands in text that was to be read: JavaScript allows it, UTF-8 does not.
    LoneSurrogate,
    /// What the JSON was written into takes no more.
    Output,
    /// A name that Express keeps for itself is among the fields of a `Document`'s view.
    ReservedName,
    /// The scratch buffer is too short for a text with escapes.
    ScratchTooShort {
        /// The length in bytes that would have been enough for this text.
        needed: usize,
    },
    /// The text breaks the grammar of JSON.
    Syntax,
    /// More than 128 arrays and objects stand inside each other.
    TooDeep,
    /// Something stands behind the value.
    Trailing,
}

impl JsonError {
    pub(crate) const fn new(kind: JsonErrorKind) -> Self {
        Self { kind, offset: None }
    }

    pub(crate) const fn at(kind: JsonErrorKind, offset: usize) -> Self {
        Self { kind, offset: Some(offset) }
    }

    /// The same error, at `offset` if it did not know where it was.
    pub(crate) fn or_at(self, offset: usize) -> Self {
        Self { offset: self.offset.or(Some(offset)), ..self }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> JsonErrorKind {
        self.kind
    }

    /// How many bytes into the text it was noticed; `None` if no text was being read.
    #[must_use]
    pub const fn offset(&self) -> Option<usize> {
        self.offset
    }
}

impl fmt::Display for JsonErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Data => "value not of the type asked for",
            Self::KeyNotText => "key of a map is not text",
            Self::LoneSurrogate => "half of a surrogate pair in text",
            Self::Output => "output takes no more",
            Self::ReservedName => "name reserved by express",
            Self::ScratchTooShort { needed } => return write!(f, "scratch buffer too short: {needed} bytes needed"),
            Self::Syntax => "not json",
            Self::TooDeep => "arrays and objects nested too deeply",
            Self::Trailing => "something behind the value",
        })
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "{} at byte {offset}", self.kind),
            None => self.kind.fmt(f),
        }
    }
}

impl core::error::Error for JsonError {}

impl From<fmt::Error> for JsonError {
    fn from(_: fmt::Error) -> Self {
        Self::new(JsonErrorKind::Output)
    }
}

/// The message is not kept: it may quote the document.
impl serde::de::Error for JsonError {
    fn custom<M: fmt::Display>(_: M) -> Self {
        Self::new(JsonErrorKind::Data)
    }
}

/// The message is not kept: it may quote the document.
impl serde::ser::Error for JsonError {
    fn custom<M: fmt::Display>(_: M) -> Self {
        Self::new(JsonErrorKind::Data)
    }
}
