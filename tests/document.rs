//! `Document`, and the JSON in it, beside what Node made of the same.
#![cfg(all(feature = "alloc", feature = "serde"))]
#![expect(clippy::expect_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use session_core::{Document, DocumentError, JsonErrorKind, Record};

/// The lines of a file of vectors behind its first, which names the version of Node.
fn vectors<T: serde::de::DeserializeOwned>(file: &str) -> Vec<T> {
    file.lines().skip(1).map(|line| serde_json::from_str(line).expect("a vector")).collect()
}

/// JSON as a document keeps it.
fn kept(json: &str) -> Option<String> {
    let mut document = <Document>::default();
    document.set_json("value", json).ok()?;
    document.get_json("value").map(str::to_owned)
}

#[test]
fn numbers_are_spelled_as_by_node() {
    for (bits, spelled) in vectors::<(String, String)>(include_str!("vectors/numbers.jsonl")) {
        let number = f64::from_bits(u64::from_str_radix(&bits, 16).expect("hex"));
        let mut document = <Document>::default();
        document.set("number", &number).expect("a number can be kept");
        assert_eq!(document.get_json("number"), Some(spelled.as_str()));
        if number.is_finite() {
            assert_eq!(document.get("number"), Ok(Some(number + 0.0)));
        }
    }
}

#[test]
fn values_are_accepted_and_spelled_as_by_node() {
    for (text, spelled) in vectors::<(String, Option<String>)>(include_str!("vectors/canonical.jsonl")) {
        assert_eq!(kept(&text), spelled, "{text:?}");
    }
}

#[test]
fn names_stand_in_the_order_of_javascript() {
    let mut document = <Document>::default();
    for name in ["b", "10", "a", "9", "01"] {
        document.set(name, &0).expect("a name that is free");
    }
    assert!(document.names().eq(["9", "10", "b", "a", "01"]));
    document.set("b", &1).expect("a name that is there");
    assert!(document.names().eq(["9", "10", "b", "a", "01"]));
    assert!(document.remove("b"));
    assert!(!document.remove("b"));
    document.set("b", &2).expect("a name that is free again");
    assert!(document.names().eq(["9", "10", "a", "01", "b"]));
}

#[test]
fn names_that_express_keeps_for_itself_are_refused() {
    let of_session = ["cookie", "id", "req", "touch", "resetMaxAge", "save", "reload", "destroy", "regenerate"];
    let of_object = [
        "toString",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "valueOf",
        "__proto__",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
    ];
    let mut document = <Document>::default();
    for name in of_session.into_iter().chain(of_object) {
        assert_eq!(document.set(name, &1), Err(DocumentError::Reserved), "{name}");
    }
    assert_eq!(document, <Document>::default());
}

#[test]
fn values_go_in_and_out_by_serde() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Cart {
        items: Vec<(String, u64)>,
        coupon: Option<char>,
        sizes: BTreeMap<i8, f32>,
    }
    let cart =
        Cart { items: vec![("tea\n".into(), 1)], coupon: Some('"'), sizes: BTreeMap::from([(-1, 0.1), (2, 2.0)]) };
    let mut document = <Document>::default();
    document.set("cart", &cart).expect("a cart can be kept");
    let json = r#"{"items":[["tea\n",1]],"coupon":"\"","sizes":{"2":2,"-1":0.10000000149011612}}"#;
    assert_eq!(document.get_json("cart"), Some(json));
    assert_eq!(document.get("cart"), Ok(Some(cart)));
    assert_eq!(document.get::<Cart>("basket"), Ok(None));
    assert_eq!(document.get::<u8>("cart").map_err(|error| error.kind()), Err(JsonErrorKind::Data));
}

#[test]
fn a_refused_value_changes_nothing() {
    let mut document = <Document>::default();
    document.set("a", &1).expect("a name that is free");
    let before = document.clone();
    let refused = document.set("a", &BTreeMap::from([(vec![1], 2)]));
    assert!(matches!(refused, Err(DocumentError::Json(error)) if error.kind() == JsonErrorKind::KeyNotText));
    assert!(document.set_json("a", "1 2").is_err());
    assert_eq!(document, before);
}

/// `JSON.stringify` says so of what `regenerate` left and the old data were assigned to.
#[test]
fn in_a_new_session_only_array_indexes_stand_before_the_cookie() {
    let stored =
        r#"{"2":3,"10":1,"a":2,"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"b":4}"#;
    let old = Record::<Document>::from_json(stored).expect("a document");
    let mut renewed = Record::new(*old.cookie(), old.into_data().into_renewed());
    let cookie = r#""cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"}"#;
    assert_eq!(renewed.to_json().expect("an object"), format!(r#"{{"2":3,"10":1,{cookie},"a":2,"b":4}}"#));
    renewed.data_mut().set("5", &6).expect("a name that is free");
    assert!(renewed.data().names().eq(["2", "5", "10", "a", "b"]));
}

/// Even while the view has no value for it; what else stands in the document is free.
#[test]
fn a_name_that_the_view_had_when_it_was_loaded_stays_its_own() {
    #[derive(Serialize, Deserialize)]
    struct Cart {
        #[serde(skip_serializing_if = "Option::is_none")]
        coupon: Option<u8>,
    }
    let stored = r#"{"cookie":{"originalMaxAge":null,"expires":null},"coupon":7,"theme":"dark"}"#;
    let mut record = Record::<Document<Cart>>::from_json(stored).expect("a document");
    let document = record.data_mut();
    document.view_mut().coupon = None;
    assert_eq!(document.set("coupon", &8), Err(DocumentError::View));
    assert_eq!(document.set("theme", "light"), Ok(()));
    assert_eq!(document.set("language", "eo"), Ok(()));
    assert!(record.to_json().expect("an object").ends_with(r#","theme":"light","language":"eo"}"#));
}

#[test]
fn debug_shows_no_data() {
    let mut document = <Document>::default();
    document.set("token", "hush").expect("a name that is free");
    assert_eq!(format!("{document:?}"), "Document { kept: 1, .. }");
}
