//! The properties of JavaScript's objects: their names, and the order in which they stand.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::String;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::fmt;

use super::escape::{RawText, write_text};
use super::scan::{Progress, Scanner, Token};
use super::{JsonError, JsonErrorKind};

/// The name of a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// Text with half of a surrogate pair in it, which no `String` can hold: as `JSON.stringify` spells it.
    Lone(String),
    Text(String),
}

/// Where a property stands among the others: array indexes first, then the rest as they were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Index(u32),
    Added(usize),
}

impl Name {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Lone(_) => None,
            Self::Text(text) => Some(text),
        }
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        self.text() == Some(text)
    }

    /// Whether it is an array index, which stands before all other names.
    pub(crate) fn is_index(&self) -> bool {
        self.index().is_some()
    }

    /// Whether a name that is added last stands before one that is there.
    pub(crate) fn stands_before(&self, other: &Self) -> bool {
        self.index().is_some_and(|index| other.index().is_none_or(|other| index < other))
    }

    fn index(&self) -> Option<u32> {
        self.text().and_then(array_index)
    }

    fn place(&self, added: usize) -> Place {
        self.index().map_or(Place::Added(added), Place::Index)
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<RawText<'_>> for Name {
    fn from(raw: RawText<'_>) -> Self {
        let mut text = String::new();
        match raw.decode_to(&mut text) {
            Ok(()) => Self::Text(text),
            Err(_lone) => Self::Lone(alloc::format!("{raw}")),
        }
    }
}

/// As `JSON.stringify` spells it.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lone(spelled) => f.write_str(spelled),
            Self::Text(text) => write_text(f, text),
        }
    }
}

/// What remains when these properties are assigned one after the other, in the order in which JavaScript lists them.
///
/// `OrdinaryOwnPropertyKeys`, ECMA-262 §10.1.11.1: array indexes ascending, then all others in the order in which they
/// were first assigned. The last value of a name stays, at the place of the first.
pub(crate) fn assigned<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Vec<(N, V)>
where
    N: Borrow<Name> + Ord,
{
    let mut by_name: BTreeMap<N, (Place, V)> = BTreeMap::new();
    for (added, (name, value)) in pairs.into_iter().enumerate() {
        let place = name.borrow().place(added);
        match by_name.entry(name) {
            Entry::Occupied(known) => known.into_mut().1 = value,
            Entry::Vacant(new) => {
                new.insert((place, value));
            }
        }
    }
    let mut by_place: Vec<_> = by_name.into_iter().collect();
    by_place.sort_unstable_by_key(|(_, (place, _))| *place);
    by_place.into_iter().map(|(name, (_, value))| (name, value)).collect()
}

/// The members of an object in the order of JavaScript, their values as they stand in the text.
pub(crate) fn object_members(text: &str) -> Result<Vec<(Name, &str)>, JsonError> {
    members_of_text(text).map(assigned)
}

/// The members of an object as they stand in the text, also those of a name that comes again.
pub(crate) fn members_of_text(text: &str) -> Result<Vec<(Name, &str)>, JsonError> {
    let mut scanner = Scanner::new(text);
    scanner.peek();
    let start = scanner.offset();
    let Token::Object = scanner.token()? else { return Err(JsonError::at(JsonErrorKind::Data, start)) };
    let mut members = Vec::new();
    let mut progress = Progress::First;
    while let Some(key) = scanner.next_key(&mut progress)? {
        members.push((Name::from(key), scanner.raw_value()?));
    }
    scanner.finish()?;
    Ok(members)
}

/// Writes an object whose values are spelled already.
pub(crate) fn write_object<N, V>(members: impl IntoIterator<Item = (N, V)>, out: &mut dyn fmt::Write) -> fmt::Result
where
    N: fmt::Display,
    V: fmt::Display,
{
    let mut before = "{";
    for (name, value) in members {
        write!(out, "{before}{name}:{value}")?;
        before = ",";
    }
    out.write_str(if before == "{" { "{}" } else { "}" })
}

/// The number that a name is, if JavaScript counts it as an array index: `0` to `4294967294`, spelled as `String` does.
fn array_index(name: &str) -> Option<u32> {
    let spelled_as_number = name == "0" || name.starts_with(|first| matches!(first, '1'..='9'));
    name.parse().ok().filter(|index| spelled_as_number && *index != u32::MAX)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::{Name, array_index, assigned, object_members};
    use alloc::vec::Vec;

    #[test]
    fn array_indexes_are_spelled_in_one_way() {
        let indexes = ["0", "7", "10", "4294967294"].map(array_index);
        assert_eq!(indexes, [Some(0), Some(7), Some(10), Some(4_294_967_294)]);
        for other in ["", "-0", "-1", "00", "07", "+7", "7.0", "1e1", " 7", "4294967295", "4294967296", "٣"] {
            assert_eq!(array_index(other), None, "{other}");
        }
    }

    #[test]
    fn assigning_again_keeps_the_place() {
        let pairs = [("b", 1), ("10", 2), ("a", 3), ("9", 4), ("b", 5), ("10", 6)];
        let kept = assigned(pairs.map(|(name, value)| (Name::from(name), value)));
        let kept: Vec<_> = kept.iter().map(|(name, value)| (name.text().unwrap(), *value)).collect();
        assert_eq!(kept, [("9", 4), ("10", 6), ("b", 5), ("a", 3)]);
    }

    #[test]
    fn members_keep_their_text() {
        let members = object_members(" {\"\\u0061\" : [ 1.0 ] , \"b\":2, \"a\":3e0 } ").unwrap();
        assert_eq!(members, [(Name::from("a"), "3e0"), (Name::from("b"), "2")]);
        assert!(object_members("[]").is_err());
        assert!(object_members("{} x").is_err());
    }
}
