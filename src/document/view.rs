//! The view of a program that knows no name.

use core::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// The view that knows no name: it writes nothing and reads nothing.
///
/// ```
/// use session_core::{Document, NoView};
///
/// let document = Document::<NoView>::default();
/// assert_eq!(document.view(), &NoView {});
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NoView {}

impl Serialize for NoView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_struct("NoView", 0)?.end()
    }
}

impl<'de> Deserialize<'de> for NoView {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("NoView", &[], Nothing)
    }
}

/// Passes over the names of an object; a binary format has none.
struct Nothing;

impl<'de> Visitor<'de> for Nothing {
    type Value = NoView;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NoView, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(NoView {})
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<NoView, A::Error> {
        Ok(NoView {})
    }
}
