//! Session data that keeps what other programs put beside one's own.

mod stored;
mod view;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::view::NoView;
use crate::json::{JsonError, Name, canonical_member, owned_from_json, to_json};
use crate::reserved::{self, COOKIE, TICKET};

/// Session data of which this program knows a part, and keeps the rest as it is.
///
/// `T` is the *view*: a type of serde for the names that this program knows. Every other name (those of Node's passport,
/// say) stays as JSON in the spelling of `JSON.stringify`. Names stand in the order in which JavaScript lists an object's
/// properties: array indexes first and ascending, then all others as they were added. When the document is written, the
/// view's fields are assigned onto the rest: a known name keeps its place, a new one goes to the end, and one that the
/// view wrote when the document was loaded and writes no longer is removed.
///
/// Without a view every name is reached by [`get`](Self::get) and [`set`](Self::set):
///
/// ```
/// use session_core::Document;
///
/// let mut document = <Document>::default();
/// document.set("passport", &["ada"])?;
/// document.set_json("views", "1.0")?;
/// document.set_json("2", "[]")?;
/// assert!(document.names().eq(["2", "passport", "views"]));
/// assert_eq!(document.get_json("views"), Some("1"));
/// assert_eq!(document.get::<u32>("views")?, Some(1));
/// # Ok::<(), session_core::DocumentError>(())
/// ```
///
/// With one, its names belong to it:
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use session_core::{Document, DocumentError};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Visits {
///     views: u32,
/// }
///
/// let mut document = Document::<Visits>::default();
/// document.view_mut().views += 1;
/// assert_eq!(document.set("views", &2), Err(DocumentError::View));
/// document.set("theme", "dark")?;
/// # Ok::<(), DocumentError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Document<T = NoView> {
    view: T,
    slots: Vec<(Name, Slot)>,
}

/// What stands at the place of a name.
#[derive(Clone, PartialEq)]
enum Slot {
    /// The session's cookie, which the record holds.
    Cookie,
    /// A value in the spelling of `JSON.stringify`.
    Kept(String),
    /// What the recommended preset keeps, which the record holds. Where it has no slot yet, it comes after all others.
    Ticket,
    /// A value that the view wrote when the document was loaded.
    View,
}

impl<T> Document<T> {
    /// Puts JSON at `name`, respelled as `JSON.stringify(JSON.parse(json))` would.
    ///
    /// A known name keeps its place.
    ///
    /// # Errors
    ///
    /// When the name is reserved or the view's, or `json` is not JSON or nested more than 127 levels deep. The document is
    /// then as it was.
    pub fn set_json(&mut self, name: &str, json: &str) -> Result<(), DocumentError>
    where
        T: Serialize,
    {
        let name = Name::from(name);
        if is_reserved(&name) {
            return Err(DocumentError::Reserved);
        }
        if self.belongs_to_view(&name)? {
            return Err(DocumentError::View);
        }
        let value = canonical_member(json)?;
        match self.slots.iter_mut().find(|(known, _)| *known == name) {
            Some((_, slot)) => *slot = Slot::Kept(value),
            None => {
                let place = self.slots.iter().position(|(known, _)| name.stands_before(known));
                self.slots.insert(place.unwrap_or(self.slots.len()), (name, Slot::Kept(value)));
            }
        }
        Ok(())
    }

    /// Puts a value at `name`, written as JSON.
    ///
    /// A known name keeps its place.
    ///
    /// # Errors
    ///
    /// As [`set_json`](Self::set_json), and when the value refuses to be written.
    pub fn set<V: Serialize + ?Sized>(&mut self, name: &str, value: &V) -> Result<(), DocumentError>
    where
        T: Serialize,
    {
        self.set_json(name, &to_json(value)?)
    }

    /// The same data in the document of a new session, where the cookie comes before them.
    ///
    /// That is what a program in Node has after `regenerate` and assigning the old data one by one.
    #[must_use]
    pub fn into_renewed(mut self) -> Self {
        if let Some(at) = self.slots.iter().position(|(_, slot)| *slot == Slot::Cookie) {
            let cookie = self.slots.remove(at);
            let place = self.slots.iter().position(|(known, _)| !known.is_index());
            self.slots.insert(place.unwrap_or(self.slots.len()), cookie);
        }
        self
    }

    /// Removes a name that is not the view's, and says whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.slots.len();
        self.slots.retain(|(known, slot)| !(known.is(name) && matches!(slot, Slot::Kept(_))));
        self.slots.len() < before
    }

    /// The view, to be changed.
    #[must_use]
    pub const fn view_mut(&mut self) -> &mut T {
        &mut self.view
    }

    /// The names that this program knows.
    #[must_use]
    pub const fn view(&self) -> &T {
        &self.view
    }

    /// The JSON at a name that is not the view's, as `JSON.stringify` spells it.
    #[must_use]
    pub fn get_json(&self, name: &str) -> Option<&str> {
        self.kept().find(|(known, _)| known.is(name)).map(|(_, json)| json)
    }

    /// The value at a name that is not the view's.
    ///
    /// # Errors
    ///
    /// When the value is not of the type asked for.
    pub fn get<V: DeserializeOwned>(&self, name: &str) -> Result<Option<V>, JsonError> {
        self.get_json(name).map(owned_from_json).transpose()
    }

    /// The names that are not the view's, in the order of JavaScript.
    ///
    /// `cookie` and `sessionCore` are none of them, nor are those with half of a surrogate pair, which no `str` can hold:
    /// these are only kept.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.kept().filter_map(|(name, _)| name.text())
    }

    fn kept(&self) -> impl Iterator<Item = (&Name, &str)> {
        self.slots.iter().filter_map(|(name, slot)| match slot {
            Slot::Kept(json) => Some((name, json.as_str())),
            Slot::Cookie | Slot::Ticket | Slot::View => None,
        })
    }
}

impl<T: Default> Default for Document<T> {
    /// The data of a new session: the cookie comes first, as in Express.
    fn default() -> Self {
        Self { view: T::default(), slots: [(Name::from(COOKIE), Slot::Cookie)].into() }
    }
}

/// Without the data, which may be secret.
impl<T> fmt::Debug for Document<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("kept", &self.kept().count()).finish_non_exhaustive()
    }
}

/// Why a [`Document`] does not take a value.
///
/// ```
/// use session_core::{Document, DocumentError};
///
/// let mut document = <Document>::default();
/// assert_eq!(document.set("touch", &1), Err(DocumentError::Reserved));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentError {
    /// The value is not JSON, or cannot be written as JSON.
    Json(JsonError),
    /// The name is `sessionCore`, or Express keeps it for itself and would drop the value: `cookie`, `id`, `req`, a method
    /// of its `Session` or a property that every object has.
    Reserved,
    /// The name is one of the view's, which would write its own value over this one.
    View,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(_) => "value cannot be kept as json",
            Self::Reserved => "name reserved",
            Self::View => "name belongs to the view",
        })
    }
}

impl core::error::Error for DocumentError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            Self::Reserved | Self::View => None,
        }
    }
}

impl From<JsonError> for DocumentError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

/// Whether a name is none for data.
fn is_reserved(name: &Name) -> bool {
    name.is(COOKIE) || name.is(TICKET) || is_refused(name)
}

/// Whether Express passes over a name when it loads a session.
fn is_refused(name: &Name) -> bool {
    name.text().is_some_and(reserved::is_reserved)
}
