//! The record in JSON and in other formats of serde.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use session_core::{Attribute, Document, Expires, Field, JsonErrorKind, Record, RecordError, SessionCookie, Timestamp};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Data {
    user: Option<String>,
    visits: u32,
    scores: Vec<f64>,
    by_name: BTreeMap<String, i64>,
}

fn any_data() -> impl Strategy<Value = Data> {
    let scores = prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 0..4);
    // No name is an array index, which JavaScript and so a `Document` would put first.
    let by_name = prop::collection::btree_map("n.{0,6}", -9_007_199_254_740_991..9_007_199_254_740_991_i64, 0..3);
    (prop::option::of(any::<String>()), any::<u32>(), scores, by_name)
        .prop_map(|(user, visits, scores, by_name)| Data { user, visits, scores, by_name })
}

fn any_cookie() -> impl Strategy<Value = SessionCookie> {
    let text =
        || prop_oneof![Just(None), Just(Some("\u{0}null")), Just(Some("true")), Just(Some("")), Just(Some("/ä\"\\"))];
    let end = prop::option::of(-1_000_000_000_000_000..1_000_000_000_000_000_i64);
    (end, prop::option::of(-1000..100_000_i64), prop::array::uniform7(text())).prop_map(|(end, max_age, texts)| {
        let mut cookie = SessionCookie::default();
        let now = Timestamp::from_unix_ms(1_700_000_000_123).unwrap();
        cookie.set_max_age(max_age, now).unwrap();
        if let Some(ms) = end {
            cookie.set_expires(Some(Timestamp::from_unix_ms(ms).unwrap()), now);
        }
        for (field, text) in Field::ALL.into_iter().zip(texts) {
            let value = match text {
                None => continue,
                Some("\u{0}null") => Attribute::Null,
                Some("true") => Attribute::Bool(true),
                Some("") => Attribute::Number("1.5"),
                Some(text) => Attribute::Text(text),
            };
            cookie.set_attribute(field, value).unwrap();
        }
        cookie
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(cookie in any_cookie(), data in any_data()) {
        let record = Record::new(cookie, data);
        let text = record.to_json().unwrap();
        prop_assert_eq!(&Record::<Data>::from_json(&text).unwrap(), &record);
        prop_assert_eq!(&Record::from_json_in(&text, &mut vec![0; text.len()]).unwrap(), &record);

        // serde_json spells some numbers otherwise but reads and writes the same document.
        prop_assert_eq!(&serde_json::from_str::<Record<Data>>(&text).unwrap(), &record);
        let by_serde_json = serde_json::to_string(&record).unwrap();
        prop_assert_eq!(&Record::<Data>::from_json(&by_serde_json).unwrap(), &record);

        let packed = postcard::to_allocvec(&record).unwrap();
        prop_assert_eq!(packed[0], 1, "the version");
        prop_assert_eq!(&postcard::from_bytes::<Record<Data>>(&packed).unwrap(), &record);
        for length in 0..packed.len() {
            prop_assert!(postcard::from_bytes::<Record<Data>>(&packed[..length]).is_err());
        }

        // A document keeps all of it, and so does a view.
        let document = Record::<Document>::from_json(&text).unwrap();
        prop_assert_eq!(&document.to_json().unwrap(), &text);
        let view = Record::<Document<Data>>::from_json(&text).unwrap();
        prop_assert_eq!(view.data().view(), record.data());
        prop_assert_eq!(view.to_json().unwrap(), text);
    }

    #[test]
    fn every_buffer_gets_all_or_a_refusal(data in any_data()) {
        let record = Record::new(SessionCookie::default(), data);
        let text = record.to_json().unwrap();
        for length in 0..text.len() {
            let refused = record.write_json_to(&mut vec![0; length]).unwrap_err();
            prop_assert!(matches!(refused, RecordError::BufferTooShort(short) if short.needed() == text.len()));
        }
        let mut enough = vec![0; text.len()];
        prop_assert_eq!(record.write_json_to(&mut enough).unwrap(), text);
    }

    #[test]
    fn no_text_panics_and_both_readers_agree(text in prop_oneof![any::<String>(), "[{}\\[\\]\":,a-z0-9 \\\\]{0,60}"], cut in any::<prop::sample::Index>()) {
        let _refused = Record::<Document>::from_json(&text);
        let _refused = Record::<Data>::from_json(&text);
        let good = r#"{"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:13:20.000Z","httpOnly":true,"path":"/"},"user":"é\n","visits":1,"scores":[],"by_name":{}}"#;
        let cut = cut.index(good.len());
        let Some(damaged) = good.get(..cut) else { return Ok(()) };
        prop_assert!(Record::<Document>::from_json(damaged).is_err());
        prop_assert!(Record::<Data>::from_json(damaged).is_err());
    }
}

#[test]
fn why_a_text_is_no_record() {
    let why = |text: &str| {
        let document = Record::<Document>::from_json(text).unwrap_err();
        let typed = Record::<BTreeMap<String, serde_json::Value>>::from_json(text).unwrap_err();
        if !matches!(document, RecordError::Json(_)) {
            assert_eq!(document, typed, "{text}");
        }
        document
    };
    assert_eq!(why("{}"), RecordError::NoCookie);
    assert_eq!(why(r#"{"cookie":null}"#), RecordError::NoCookie);
    assert_eq!(why(r#"{"cookie":"x"}"#), RecordError::CookieNotObject);
    assert_eq!(why(r#"{"cookie":true}"#), RecordError::CookieNotObject);
    assert_eq!(why(r#"{"cookie":7}"#), RecordError::CookieNotObject);
    assert_eq!(why(r#"{"cookie":{"originalMaxAge":"60000"}}"#), RecordError::OriginalMaxAge);
    assert_eq!(why(r#"{"cookie":{"originalMaxAge":0.5}}"#), RecordError::OriginalMaxAge);
    assert_eq!(why(r#"{"cookie":{"expires":"soon"}}"#), RecordError::Expires);
    assert_eq!(why(r#"{"cookie":{"path":{}}}"#), RecordError::Attribute);
    assert_eq!(why(&format!(r#"{{"cookie":{{"path":"{}"}}}}"#, "/".repeat(161))), RecordError::AttributesTooLong);
    assert!(matches!(why("nonsense"), RecordError::Json(error) if error.kind() == JsonErrorKind::Syntax));
    assert!(matches!(why("[]"), RecordError::Json(_)));
}

/// The document is there still, for whoever knows more of it.
#[test]
fn data_that_does_not_fit_its_type_is_told_from_a_broken_document() {
    let text = r#"{"cookie":{"originalMaxAge":null,"expires":null},"visits":"many"}"#;
    let refused = Record::<Data>::from_json(text).unwrap_err();
    assert!(matches!(refused, RecordError::Json(error) if error.kind() == JsonErrorKind::Data));
    assert!(Record::<Document>::from_json(text).is_ok());
}

/// Only a double has a sign for it.
#[test]
fn zero_keeps_its_sign_where_any_value_is_asked_for() {
    type Values = BTreeMap<String, serde_json::Value>;
    let text = r#"{"cookie":{},"minus":-0,"plus":0,"double":-0.0}"#;
    let data = Record::<Values>::from_json(text).unwrap().into_data();
    let expected: Values = serde_json::from_str(r#"{"minus":-0,"plus":0,"double":-0.0}"#).unwrap();
    assert_eq!(format!("{data:?}"), format!("{expected:?}"));
    assert!(data["minus"].as_f64().is_some_and(f64::is_sign_negative));
}

/// Such names are left out, as Express leaves them out, so what was read can be written.
#[test]
fn reserved_names_in_a_stored_text_count_as_a_change() {
    let text = r#"{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"id":5,"user":7}"#;
    let record = Record::<BTreeMap<String, u8>>::from_json(text).unwrap();
    assert!(record.is_altered());
    assert_eq!(record.to_json().unwrap(), text.replace(r#""id":5,"#, ""));
    assert!(!Record::<Data>::from_json(r#"{"cookie":{},"visits":1,"scores":[],"by_name":{}}"#).unwrap().is_altered());
}

#[test]
fn names_that_express_keeps_for_itself_are_refused() {
    for name in ["cookie", "id", "save", "toString", "__proto__"] {
        let data = BTreeMap::from([(name, 1)]);
        assert!(Record::new(SessionCookie::default(), data).to_json().is_err(), "{name}");
    }
    assert!(Record::new(SessionCookie::default(), 5_u8).to_json().is_err(), "a number has no fields");
    assert_eq!(
        Record::new(SessionCookie::default(), ()).to_json().unwrap(),
        r#"{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"}}"#
    );
}

/// Whatever has fields, or none, is read as it was written.
#[test]
fn data_of_every_shape_with_fields() {
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Wrapped(Data);

    fn goes_there_and_back<T>(data: &T)
    where
        T: Clone + core::fmt::Debug + PartialEq + Serialize + serde::de::DeserializeOwned,
    {
        let record = Record::new(SessionCookie::default(), data.clone());
        let text = record.to_json().unwrap();
        assert_eq!(Record::<T>::from_json(&text).unwrap(), record, "{text}");
    }

    let data = Data { visits: 3, ..Data::default() };
    goes_there_and_back(&data);
    goes_there_and_back(&Some(data.clone()));
    goes_there_and_back(&Wrapped(data));
    goes_there_and_back(&());
    goes_there_and_back(&BTreeMap::from([("a".to_owned(), vec![1, 2])]));
}

#[test]
fn node_and_rust_write_one_document() {
    #[derive(Default, Serialize, Deserialize)]
    struct Visits {
        visits: u32,
    }
    let stored = r#"{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"passport":{"user":7},"visits":1,"flash":{}}"#;
    let mut record = Record::<Document<Visits>>::from_json(stored).unwrap();
    record.data_mut().view_mut().visits += 1;
    assert_eq!(record.to_json().unwrap(), stored.replace(r#""visits":1"#, r#""visits":2"#));
    assert_eq!(record.cookie().expiry().expires(), Expires::Null);
}
