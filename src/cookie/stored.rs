//! The attributes of a session's cookie as its document holds them: JavaScript values, kept as they were spelled.

use core::fmt;

/// An attribute that stands in the document beside `originalMaxAge` and `expires`, in the order of the JSON.
///
/// ```
/// use session_core::Field;
///
/// assert_eq!(Field::ALL.map(Field::name)[2], "secure");
/// assert_eq!(Field::from_name("sameSite"), Some(Field::SameSite));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `partitioned`
    Partitioned,
    /// `priority`
    Priority,
    /// `secure`
    Secure,
    /// `httpOnly`
    HttpOnly,
    /// `domain`
    Domain,
    /// `path`
    Path,
    /// `sameSite`
    SameSite,
}

impl Field {
    /// All of them, in the order of the JSON.
    pub const ALL: [Self; 7] =
        [Self::Partitioned, Self::Priority, Self::Secure, Self::HttpOnly, Self::Domain, Self::Path, Self::SameSite];

    /// The name in the JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Partitioned => "partitioned",
            Self::Priority => "priority",
            Self::Secure => "secure",
            Self::HttpOnly => "httpOnly",
            Self::Domain => "domain",
            Self::Path => "path",
            Self::SameSite => "sameSite",
        }
    }

    /// The attribute of this name in the JSON.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// The value of an attribute in a document, or in the options that a document's cookie is made from.
///
/// Only what an attribute is *taken for* matters to the Set-Cookie line (`0` is not secure, `"yes"` is), but a document
/// is written back with the spelling that it came with.
///
/// ```
/// use session_core::Attribute;
///
/// assert!(Attribute::Text("yes").is_truthy());
/// assert!(!Attribute::Number("0").is_truthy());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attribute<'a> {
    /// `undefined`: the field is left out.
    #[default]
    Absent,
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A number, spelled as JavaScript spells it.
    Number(&'a str),
    /// Text.
    Text(&'a str),
}

impl<'a> Attribute<'a> {
    /// Whether JavaScript takes the value for true.
    #[must_use]
    pub fn is_truthy(self) -> bool {
        match self {
            Self::Absent | Self::Null => false,
            Self::Bool(value) => value,
            Self::Number(spelling) => !matches!(spelling, "0" | "-0" | "NaN"),
            Self::Text(text) => !text.is_empty(),
        }
    }

    const fn text(self) -> &'a str {
        match self {
            Self::Number(text) | Self::Text(text) => text,
            Self::Absent | Self::Bool(_) | Self::Null => "",
        }
    }
}

/// The most text in bytes that the attributes of one cookie may hold together.
const TEXT_LENGTH: usize = 160;

/// What a value is, apart from its text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Absent,
    Bool(bool),
    Null,
    Number,
    Text,
}

impl Kind {
    const fn of(value: Attribute<'_>) -> Self {
        match value {
            Attribute::Absent => Self::Absent,
            Attribute::Bool(value) => Self::Bool(value),
            Attribute::Null => Self::Null,
            Attribute::Number(_) => Self::Number,
            Attribute::Text(_) => Self::Text,
        }
    }
}

/// One slot for each [`Field`]: its kind and the length of its text. The texts stand in `text`, one after the other.
#[derive(Clone, Copy)]
pub(crate) struct StoredAttributes {
    slots: [(Kind, u8); Field::ALL.len()],
    text: [u8; TEXT_LENGTH],
}

impl StoredAttributes {
    pub(crate) const EMPTY: Self = Self { slots: [(Kind::Absent, 0); Field::ALL.len()], text: [0; TEXT_LENGTH] };

    /// Packs these values.
    pub(crate) fn pack(values: [Attribute<'_>; Field::ALL.len()]) -> Result<Self, AttributesTooLong> {
        let mut packed = Self::EMPTY;
        let mut room = packed.text.as_mut_slice();
        for (slot, value) in packed.slots.iter_mut().zip(values) {
            let text = value.text().as_bytes();
            let (place, rest) = room.split_at_mut_checked(text.len()).ok_or(AttributesTooLong)?;
            place.copy_from_slice(text);
            room = rest;
            *slot = (Kind::of(value), u8::try_from(text.len()).map_err(|_| AttributesTooLong)?);
        }
        Ok(packed)
    }

    /// The values, in the order of [`Field::ALL`].
    pub(crate) fn unpack(&self) -> [Attribute<'_>; Field::ALL.len()] {
        let mut rest = self.text.as_slice();
        self.slots.map(|slot| unpack_first(&mut rest, slot))
    }

    pub(crate) fn get(&self, field: Field) -> Attribute<'_> {
        let mut rest = self.text.as_slice();
        // Nothing behind it is read.
        let mut values = self.slots.into_iter().map(|slot| unpack_first(&mut rest, slot));
        let place = Field::ALL.into_iter().position(|name| name == field);
        place.and_then(|place| values.nth(place)).unwrap_or(Attribute::Absent)
    }

    pub(crate) fn set(&mut self, field: Field, value: Attribute<'_>) -> Result<(), AttributesTooLong> {
        let mut values = self.unpack();
        for (name, place) in Field::ALL.iter().zip(&mut values) {
            if *name == field {
                *place = value;
            }
        }
        *self = Self::pack(values)?;
        Ok(())
    }
}

/// The value whose text comes next.
fn unpack_first<'a>(rest: &mut &'a [u8], (kind, length): (Kind, u8)) -> Attribute<'a> {
    let (text, later) = rest.split_at_checked(length.into()).unwrap_or_default();
    *rest = later;
    // Whole texts went in, so whole texts come out.
    let text = core::str::from_utf8(text).unwrap_or_default();
    match kind {
        Kind::Absent => Attribute::Absent,
        Kind::Bool(value) => Attribute::Bool(value),
        Kind::Null => Attribute::Null,
        Kind::Number => Attribute::Number(text),
        Kind::Text => Attribute::Text(text),
    }
}

impl PartialEq for StoredAttributes {
    fn eq(&self, other: &Self) -> bool {
        self.unpack() == other.unpack()
    }
}

impl Eq for StoredAttributes {}

impl fmt::Debug for StoredAttributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(pairs(self.unpack()).map(|(field, value)| (field.name(), value))).finish()
    }
}

/// Each value with its field.
pub(crate) fn pairs(values: [Attribute<'_>; Field::ALL.len()]) -> impl Iterator<Item = (Field, Attribute<'_>)> {
    Field::ALL.into_iter().zip(values)
}

/// The texts of a cookie's attributes are over 160 bytes together.
///
/// ```
/// use session_core::{Attribute, AttributesTooLong, Field, SessionCookie};
///
/// let mut cookie = SessionCookie::default();
/// let path = "/".repeat(161);
/// assert_eq!(cookie.set_attribute(Field::Path, Attribute::Text(&path)), Err(AttributesTooLong));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributesTooLong;

impl fmt::Display for AttributesTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cookie's attributes hold over 160 bytes of text")
    }
}

impl core::error::Error for AttributesTooLong {}
