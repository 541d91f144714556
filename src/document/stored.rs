//! A document as the text that a store holds: taken apart, and written.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{COOKIE, Document, Slot, TICKET, is_refused, is_reserved};
use crate::json::{
    JsonError, JsonErrorKind, Name, assigned, canonical_member, members_of_text, object_members, owned_from_json,
    to_json, write_object,
};

/// A stored text, taken apart.
pub(crate) struct Parsed<'t, T> {
    /// The JSON of the cookie as it stands in the text (of several, the last); `None` if there is none.
    pub(crate) cookie: Option<&'t str>,
    /// The JSON of what the recommended preset keeps.
    pub(crate) ticket: Option<&'t str>,
    /// Whether there is more than one, of which `ticket` is the last.
    pub(crate) ticket_again: bool,
    pub(crate) document: Document<T>,
    /// Whether names were dropped that Express keeps for itself, which it counts as a modification.
    pub(crate) altered: bool,
}

impl<T> Document<T> {
    /// Takes a stored text apart, as `JSON.parse` and `new Session(req, data)` of express-session do.
    ///
    /// A text without a cookie gets the place for one at its end, where an assignment would put it.
    pub(crate) fn from_json(text: &str) -> Result<Parsed<'_, T>, JsonError>
    where
        T: Serialize + DeserializeOwned,
    {
        let members = members_of_text(text)?;
        let ticket_again = members.iter().filter(|(name, _)| name.is(TICKET)).count() > 1;
        let stored = assigned(members);
        let altered = stored.iter().any(|(name, _)| is_refused(name));
        let [cookie, ticket] =
            [COOKIE, TICKET].map(|wanted| stored.iter().find(|(name, _)| name.is(wanted)).map(|(_, json)| *json));
        let mut slots = kept_slots(stored)?;
        let view = read_view(&slots)?;
        let written: BTreeSet<_> = view_members(&view)?.into_iter().map(|(name, _)| name).collect();
        for (_, slot) in slots.iter_mut().filter(|(name, _)| written.contains(name)) {
            *slot = Slot::View;
        }
        Ok(Parsed { cookie, ticket, ticket_again, document: Self { view, slots }, altered })
    }

    /// Writes the whole object, with `cookie` and `ticket`, which display themselves as JSON, in their places.
    pub(crate) fn write_json(
        &self,
        cookie: &dyn fmt::Display,
        ticket: Option<&str>,
        out: &mut dyn fmt::Write,
    ) -> Result<(), JsonError>
    where
        T: Serialize,
    {
        let view = view_members(&self.view)?;
        let name = Name::from(TICKET);
        let members = self.members(&view, &name);
        let spelled = members.iter().filter_map(|(name, member)| {
            let json: &dyn fmt::Display = match member {
                Member::Cookie => cookie,
                Member::Data(json) => json,
                Member::Ticket => ticket.as_ref()?,
            };
            Some((name, json))
        });
        Ok(write_object(spelled, out)?)
    }

    /// Writes the object without its cookie: what `hash(sess)` of express-session takes for its fingerprint.
    pub(crate) fn write_data(&self, out: &mut dyn fmt::Write) -> Result<(), JsonError>
    where
        T: Serialize,
    {
        let view = view_members(&self.view)?;
        let name = Name::from(TICKET);
        let members = self.members(&view, &name).into_iter();
        let data = members.filter_map(|(name, member)| match member {
            Member::Data(json) => Some((name, json)),
            Member::Cookie | Member::Ticket => None,
        });
        Ok(write_object(data, out)?)
    }

    /// Whether the view wrote a name when the document was loaded, or writes it now.
    pub(super) fn belongs_to_view(&self, name: &Name) -> Result<bool, JsonError>
    where
        T: Serialize,
    {
        let loaded = self.slots.iter().any(|(known, slot)| known == name && *slot == Slot::View);
        Ok(loaded || view_members(&self.view)?.iter().any(|(written, _)| written == name))
    }

    /// What is to be written: ticket and view's members assigned onto the rest.
    fn members<'a>(&'a self, view: &'a [(Name, String)], ticket: &'a Name) -> Vec<(&'a Name, Member<'a>)> {
        let view = view.iter().map(|(name, json)| (name, Member::Data(json)));
        let written: BTreeMap<_, _> = view.clone().collect();
        let stored = self.slots.iter().filter_map(|(name, slot)| match slot {
            Slot::Cookie => Some((name, Member::Cookie)),
            Slot::Kept(json) => Some((name, Member::Data(json))),
            Slot::Ticket => Some((name, Member::Ticket)),
            Slot::View => written.get_key_value(name).map(|(name, json)| (*name, *json)),
        });
        assigned(stored.chain([(ticket, Member::Ticket)]).chain(view))
    }
}

/// A member of the object that is written.
#[derive(Clone, Copy)]
enum Member<'a> {
    Cookie,
    /// Its JSON.
    Data(&'a str),
    Ticket,
}

/// The names that Express would take over, in the spelling of `JSON.stringify`, and a place for the cookie.
fn kept_slots(stored: Vec<(Name, &str)>) -> Result<Vec<(Name, Slot)>, JsonError> {
    let mut slots = Vec::with_capacity(stored.len());
    for (name, json) in stored {
        if name.is(COOKIE) {
            slots.push((name, Slot::Cookie));
        } else if name.is(TICKET) {
            slots.push((name, Slot::Ticket));
        } else if !is_refused(&name) {
            slots.push((name, Slot::Kept(canonical_member(json)?)));
        }
    }
    if !slots.iter().any(|(_, slot)| *slot == Slot::Cookie) {
        slots.push((Name::from(COOKIE), Slot::Cookie));
    }
    Ok(slots)
}

/// The view of what is kept.
fn read_view<T: DeserializeOwned>(slots: &[(Name, Slot)]) -> Result<T, JsonError> {
    let readable = slots.iter().filter_map(|(name, slot)| match (name, slot) {
        (Name::Text(_), Slot::Kept(json)) => Some((name, json)),
        _ => None,
    });
    let mut data = String::new();
    write_object(readable, &mut data)?;
    // Where it is in this text would say nothing about the stored one.
    owned_from_json(&data).map_err(|error: JsonError| JsonError::new(error.kind()))
}

/// What the view writes, in its order.
fn view_members<T: Serialize>(view: &T) -> Result<Vec<(Name, String)>, JsonError> {
    let json = to_json(view)?;
    let members = object_members(&json)?.into_iter();
    members.map(|(name, json)| Ok((unreserved(name)?, canonical_member(json)?))).collect()
}

fn unreserved(name: Name) -> Result<Name, JsonError> {
    let refused = is_reserved(&name);
    if refused { Err(JsonError::new(JsonErrorKind::ReservedName)) } else { Ok(name) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::{Document, Parsed};
    use crate::document::{DocumentError, NoView};
    use crate::json::{JsonErrorKind, owned_from_json};
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Visits {
        #[serde(default)]
        views: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        #[serde(default, rename = "1", skip_serializing_if = "Option::is_none")]
        one: Option<u8>,
    }

    fn parse<T: Serialize + serde::de::DeserializeOwned>(text: &str) -> Parsed<'_, T> {
        Document::from_json(text).map_err(|error| error.kind()).ok().unwrap()
    }

    fn refused<T: Serialize + serde::de::DeserializeOwned>(text: &str) -> JsonErrorKind {
        Document::<T>::from_json(text).err().unwrap().kind()
    }

    fn written<T: Serialize>(document: &Document<T>) -> String {
        let mut out = String::new();
        document.write_json(&"{}", None, &mut out).unwrap();
        out
    }

    fn data<T: Serialize>(document: &Document<T>) -> String {
        let mut out = String::new();
        document.write_data(&mut out).unwrap();
        out
    }

    #[test]
    fn a_new_document_begins_with_its_cookie() {
        let mut document = Document::<Visits>::default();
        assert_eq!(written(&document), r#"{"cookie":{},"views":0}"#);
        document.set("a", &1.0).unwrap();
        document.set("0", &[1]).unwrap();
        assert_eq!(written(&document), r#"{"0":[1],"cookie":{},"a":1,"views":0}"#);
        assert_eq!(data(&document), r#"{"0":[1],"a":1,"views":0}"#);
    }

    #[test]
    fn names_and_cookie_keep_their_places() {
        let text = r#"{"b":1,"cookie":{"a":0},"9":2,"a":3,"c\u006fokie": {"b" : 1} ,"b":4.0}"#;
        let Parsed { cookie, document, altered, .. } = parse::<NoView>(text);
        assert_eq!((cookie, altered), (Some(r#"{"b" : 1}"#), false));
        assert_eq!(written(&document), r#"{"9":2,"b":4,"cookie":{},"a":3}"#);
        assert!(document.names().eq(["9", "b", "a"]));
    }

    #[test]
    fn removing_and_setting_again_moves_a_name_to_the_end() {
        let mut document = parse::<NoView>(r#"{"a":1,"cookie":{},"b":2,"5":3}"#).document;
        document.set_json("a", "{ }").unwrap();
        assert_eq!(data(&document), r#"{"5":3,"a":{},"b":2}"#);
        assert!(document.remove("a") && document.remove("5") && !document.remove("a") && !document.remove("cookie"));
        document.set("a", "é").unwrap();
        document.set("5", &()).unwrap();
        assert_eq!(written(&document), r#"{"5":null,"cookie":{},"b":2,"a":"é"}"#);
    }

    #[test]
    fn a_text_without_cookie_gets_one_at_its_end() {
        let Parsed { cookie, mut document, .. } = parse::<NoView>(r#"{"a":1}"#);
        document.set("b", &2).unwrap();
        assert_eq!((cookie, written(&document).as_str()), (None, r#"{"a":1,"cookie":{},"b":2}"#));
    }

    #[test]
    fn a_ticket_keeps_its_place_or_comes_last() {
        let with_ticket = |text: &str| {
            let mut out = String::new();
            parse::<NoView>(text).document.write_json(&"{}", Some("7"), &mut out).unwrap();
            out
        };
        assert_eq!(with_ticket(r#"{"b":1,"cookie":{},"5":2}"#), r#"{"5":2,"b":1,"cookie":{},"sessionCore":7}"#);
        assert_eq!(with_ticket(r#"{"sessionCore":1,"cookie":{},"b":2}"#), r#"{"sessionCore":7,"cookie":{},"b":2}"#);
        let Parsed { ticket, ticket_again, document, .. } = parse::<NoView>(r#"{"sessionCore":1,"sessionCore":2}"#);
        assert_eq!((ticket, ticket_again, written(&document).as_str()), (Some("2"), true, r#"{"cookie":{}}"#));
    }

    #[test]
    fn names_that_express_refuses_are_dropped() {
        let text = r#"{"id":1,"__proto__":{"x":1},"cookie":{},"a":{"id":1,"__proto__":2},"toString":1}"#;
        let Parsed { document, altered, .. } = parse::<NoView>(text);
        assert!(altered);
        assert_eq!(written(&document), r#"{"cookie":{},"a":{"id":1,"__proto__":2}}"#);
    }

    #[test]
    fn the_view_is_assigned_onto_the_rest() {
        let mut document = parse::<Visits>(r#"{"z":1,"user":"ada","cookie":{},"2":[],"views":7.0,"a":null}"#).document;
        assert_eq!(document.view(), &Visits { views: 7, user: Some("ada".into()), one: None });
        assert_eq!(written(&document), r#"{"2":[],"z":1,"user":"ada","cookie":{},"views":7,"a":null}"#);
        document.view_mut().user = None;
        document.view_mut().one = Some(3);
        document.view_mut().views += 1;
        assert_eq!(written(&document), r#"{"1":3,"2":[],"z":1,"cookie":{},"views":8,"a":null}"#);
        document.view_mut().user = Some("eve".into());
        assert_eq!(data(&document), r#"{"1":3,"2":[],"z":1,"user":"eve","views":8,"a":null}"#);
    }

    #[test]
    fn names_of_the_view_are_only_its_own() {
        let mut document = parse::<Visits>(r#"{"cookie":{},"views":7,"user":null}"#).document;
        assert_eq!(document.set("views", &8), Err(DocumentError::View));
        assert_eq!(document.get_json("views"), None);
        assert!(!document.remove("views"));
        // Not written by the view when loaded, so it is like any other name, until the view writes it.
        assert!(document.names().eq(["user"]));
        assert_eq!(data(&document), r#"{"views":7,"user":null}"#);
        document.view_mut().user = Some("ada".into());
        assert_eq!(document.set("user", "eve"), Err(DocumentError::View));
        assert_eq!(data(&document), r#"{"views":7,"user":"ada"}"#);
    }

    #[test]
    fn halves_of_pairs_are_kept() {
        let text = r#"{"cookie":{},"\udFFF":"\uD800","a":{"\ud83d":1}}"#;
        let document = parse::<Visits>(text).document;
        assert_eq!(data(&document), r#"{"\udfff":"\ud800","a":{"\ud83d":1},"views":0}"#);
        assert!(document.names().eq(["a"]));
        let again = parse::<Visits>(&written(&document)).document;
        assert!(again.get_json("a") == document.get_json("a") && data(&again) == data(&document));
    }

    #[test]
    fn what_cannot_be_a_document_is_refused() {
        let mistakes = ["", "[]", "null", "{} {}", "{\"a\":01}", "{\"cookie\":{},}"].map(refused::<NoView>);
        let [empty, array, null, trailing, number, comma] = mistakes;
        assert_eq!([empty, number, comma], [JsonErrorKind::Syntax; 3]);
        assert_eq!([array, null], [JsonErrorKind::Data; 2]);
        assert_eq!(trailing, JsonErrorKind::Trailing);
        assert_eq!(refused::<Visits>(r#"{"cookie":{},"views":"many"}"#), JsonErrorKind::Data);
        assert_eq!(refused::<Vec<u8>>(r#"{"cookie":{}}"#), JsonErrorKind::Data);
        assert_eq!(refused::<u8>("7"), JsonErrorKind::Data);
    }

    #[test]
    fn a_view_may_not_write_what_express_refuses() {
        #[derive(Serialize, Deserialize, Default)]
        struct Wrong {
            #[serde(default)]
            id: u8,
        }
        assert_eq!(refused::<Wrong>("{}"), JsonErrorKind::ReservedName);
        let refused = Document::<Wrong>::default().write_data(&mut String::new()).unwrap_err();
        assert_eq!(refused.kind(), JsonErrorKind::ReservedName);
    }

    #[test]
    fn whatever_is_kept_can_be_read_again() {
        let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
        let mut document = Document::<NoView>::default();
        document.set_json("deep", &nested(127)).unwrap();
        assert!(matches!(document.set_json("deep", &nested(128)), Err(DocumentError::Json(_))));
        assert_eq!(parse::<NoView>(&written(&document)).document, document);
    }

    #[test]
    fn the_empty_view_takes_any_object() {
        assert_eq!(owned_from_json(r#"{"a":[1],"\ud800":{}}"#), Ok(NoView {}));
        assert!(owned_from_json::<NoView>("null").is_err());
        let document = parse::<NoView>(r#"{"cookie":{},"secret":"hush"}"#).document;
        assert_eq!(format!("{document:?}"), "Document { kept: 1, .. }");
    }
}
