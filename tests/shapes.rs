//! Data of every shape that serde knows, against serde_json; and every value that a cookie's field can have, in a binary format.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use session_core::{Document, Expires, JsonErrorKind, MaxAge, Record, RecordError, SessionCookie, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Role {
    Admin,
    Reader,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Unit,
    New(u8),
    Tuple(u8, String),
    Struct { side: i16 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Number(u32);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair(i8, f32);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Nothing;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct All {
    by_truth: BTreeMap<bool, u8>,
    by_role: BTreeMap<Role, u8>,
    by_number: BTreeMap<Number, u8>,
    by_option: BTreeMap<Option<String>, u8>,
    by_character: BTreeMap<char, ()>,
    shapes: Vec<Shape>,
    pair: Pair,
    nothing: Nothing,
    large: (i128, u128),
    small: (i8, i16, i32, i64, u8, u16, u32, u64),
    #[serde(serialize_with = "as_bytes")]
    bytes: Vec<u8>,
}

/// As `serde_bytes` does.
fn as_bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

fn all() -> All {
    All {
        by_truth: BTreeMap::from([(true, 1), (false, 0)]),
        by_role: BTreeMap::from([(Role::Admin, 1), (Role::Reader, 2)]),
        by_number: BTreeMap::from([(Number(7), 1), (Number(u32::MAX), 2)]),
        by_option: BTreeMap::from([(Some("a".to_owned()), 1)]),
        by_character: BTreeMap::from([('ä', ())]),
        shapes: vec![Shape::Unit, Shape::New(1), Shape::Tuple(2, "\n".to_owned()), Shape::Struct { side: -3 }],
        pair: Pair(-128, 0.5),
        nothing: Nothing,
        // As far as a number of JavaScript goes.
        large: (-(1 << 53), 1 << 53),
        small: (i8::MIN, i16::MIN, i32::MIN, -(1 << 53), u8::MAX, u16::MAX, u32::MAX, 1 << 53),
        bytes: vec![0, 255],
    }
}

#[test]
fn every_shape_is_written_and_read_as_by_serde_json() {
    let record = Record::new(SessionCookie::default(), all());
    let text = record.to_json().unwrap();
    assert_eq!(serde_json::from_str::<All>(&text).unwrap(), all());
    assert_eq!(Record::<All>::from_json(&text).unwrap(), record);
    assert_eq!(Record::<All>::from_json_in(&text, &mut [0; 100]).unwrap(), record);
    let inner = serde_json::to_string(&all()).unwrap();
    let theirs = format!("{{\"cookie\":{{\"originalMaxAge\":null}},{}", &inner[1..]);
    assert_eq!(Record::<All>::from_json(&theirs).unwrap().data(), &all());
}

/// What does not fit is refused by both.
#[test]
fn no_shape_is_taken_for_another() {
    fn refused<'t, T: Deserialize<'t> + core::fmt::Debug>(value: &str, text: &'t mut String) {
        *text = format!("{{\"cookie\":{{}},\"value\":{value}}}");
        #[derive(Debug, Deserialize)]
        struct Holder<T> {
            #[serde(rename = "value")]
            _value: T,
        }
        let theirs = serde_json::from_str::<Holder<T>>(text);
        assert!(theirs.is_err(), "{text} {theirs:?}");
        let why = Record::<Holder<T>>::from_json_in(text, &mut [0; 100]).err();
        assert!(matches!(why, Some(RecordError::Json(_))), "{text} {why:?}");
    }
    let mut text = String::new();
    for value in [r#""New""#, r#""Tuple""#, r#""Struct""#, r#""Other""#, r#"{"Unit":1}"#, r#"{"New":"a"}"#, "{}", "7"] {
        refused::<Shape>(value, &mut text);
    }
    for value in [r#"{"yes":1}"#, r#"{"1":1}"#, r#"{"":1}"#, "[]"] {
        refused::<BTreeMap<bool, u8>>(value, &mut text);
    }
    for value in [r#"{"Writer":1}"#, r#"{"admin":1}"#] {
        refused::<BTreeMap<Role, u8>>(value, &mut text);
    }
    for value in [r#"{"-1":1}"#, r#"{"1.0":1}"#, r#"{"4294967296":1}"#, r#"{"1 ":1}"#] {
        refused::<BTreeMap<Number, u8>>(value, &mut text);
    }
    for value in ["1.5", "-1", "340282366920938463463374607431768211456", "\"1\""] {
        refused::<u128>(value, &mut text);
    }
    for value in ["1.5", "true", "[]"] {
        refused::<i128>(value, &mut text);
    }
}

/// `{"Unit":null}` is the variant too, as for serde_json.
#[test]
fn a_variant_without_data_may_have_null() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Holder {
        shape: Shape,
    }
    let text = r#"{"cookie":{},"shape":{"Unit":null}}"#;
    assert_eq!(serde_json::from_str::<Holder>(text).unwrap(), Holder { shape: Shape::Unit });
    let record = Record::<Holder>::from_json_in(text, &mut []).unwrap();
    assert_eq!(record.data(), &Holder { shape: Shape::Unit });
}

/// What has no object's form cannot be a session's data.
#[test]
fn only_objects_are_data() {
    fn kind<T: Serialize>(data: T) -> Option<JsonErrorKind> {
        Record::new(SessionCookie::default(), data).to_json().err().map(|error| error.kind())
    }
    assert_eq!(kind(()), None);
    assert_eq!(kind(Nothing), None);
    assert_eq!(kind(None::<()>), None);
    assert_eq!(kind(Some(BTreeMap::from([("a", 1)]))), None);
    for refused in
        [kind(7), kind("text"), kind([1]), kind(Shape::Unit), kind(Shape::New(1)), kind(Shape::Tuple(1, String::new()))]
    {
        assert_eq!(refused, Some(JsonErrorKind::Data));
    }
    assert_eq!(kind(Shape::Struct { side: 1 }), Some(JsonErrorKind::Data));
    assert_eq!(kind(format_args!("{}", 1)), Some(JsonErrorKind::Data));
}

/// Those that a document can have, beyond what a program would set.
#[test]
fn every_value_of_a_cookie_survives_a_binary_format() {
    let mut seen = (Vec::new(), Vec::new());
    for max_age in [
        "",
        r#""originalMaxAge":null"#,
        r#""originalMaxAge":0"#,
        r#""originalMaxAge":-60000"#,
        r#""originalMaxAge":false"#,
    ] {
        for expires in ["", "null", "false", "0", "1700000000000", "-1", r#""2023-11-14T22:13:20.000Z""#] {
            for secure in ["", "true", "false", "null", "1.5", r#""auto""#] {
                let members = [
                    max_age.to_owned(),
                    if expires.is_empty() { String::new() } else { format!("\"expires\":{expires}") },
                    if secure.is_empty() { String::new() } else { format!("\"secure\":{secure}") },
                ];
                let members: Vec<_> = members.into_iter().filter(|member| !member.is_empty()).collect();
                let text = format!("{{\"cookie\":{{{}}}}}", members.join(","));
                let Ok(record) = Record::<()>::from_json(&text) else { continue };
                let packed = postcard::to_allocvec(&record).unwrap();
                assert_eq!(postcard::from_bytes::<Record<()>>(&packed).unwrap(), record, "{text}");
                let packed = rmp_serde::to_vec(&record).unwrap();
                assert_eq!(rmp_serde::from_slice::<Record<()>>(&packed).unwrap(), record, "{text}");
                // It compares how many elements are there with how many were asked for.
                let packed = minicbor_serde::to_vec(record).unwrap();
                assert_eq!(minicbor_serde::from_slice::<Record<()>>(&packed).unwrap(), record, "{text}");
                let again = record.to_json().unwrap();
                assert_eq!(Record::<()>::from_json(&again).unwrap(), record, "{text} {again}");
                let expiry = record.cookie().expiry();
                seen.0.push(expiry.original_max_age());
                seen.1.push(expiry.expires());
            }
        }
    }
    let max_ages = [MaxAge::Absent, MaxAge::Null, MaxAge::Ms(0), MaxAge::Ms(-60_000)];
    assert!(max_ages.iter().all(|max_age| seen.0.contains(max_age)), "{:?}", seen.0);
    assert!([Expires::Null, Expires::Ms(1_700_000_000_000), Expires::Ms(-1)].iter().all(|end| seen.1.contains(end)));
    for tagged in [[1, 9], [1, 200]] {
        assert!(postcard::from_bytes::<Record<()>>(&tagged).is_err());
    }
}

/// A binary format has a number for each, also for what no program can set, and refuses others.
#[test]
fn every_end_has_its_number_in_binary_formats() {
    let max_ages = [MaxAge::Absent, MaxAge::False, MaxAge::Invalid, MaxAge::Ms(0), MaxAge::Null];
    let ends = [
        Expires::Absent,
        Expires::At(Timestamp::UNIX_EPOCH),
        Expires::False,
        Expires::Invalid,
        Expires::Ms(0),
        Expires::Null,
    ];
    let read = |at: usize, number: usize| {
        let mut packed = postcard::to_allocvec(&SessionCookie::default()).unwrap();
        packed[at] = number.try_into().unwrap();
        let cookie = postcard::from_bytes::<SessionCookie>(&packed).ok()?;
        assert_eq!(postcard::to_allocvec(&cookie).unwrap(), packed);
        Some(*cookie.expiry())
    };
    for (number, max_age) in max_ages.into_iter().enumerate() {
        assert_eq!(read(0, number).unwrap().original_max_age(), max_age);
    }
    for (number, end) in ends.into_iter().enumerate() {
        assert_eq!(read(2, number).unwrap().expires(), end);
    }
    assert_eq!((read(0, max_ages.len()), read(2, ends.len())), (None, None));
}

/// An attribute that is an array, by any reader: what it holds is passed over.
#[test]
fn an_array_is_no_attribute() {
    for text in [r#"{"cookie":{"path":[1,{"a":[]}]}}"#, r#"{"cookie":{"path":{"a":[1]}}}"#] {
        assert_eq!(Record::<()>::from_json(text).unwrap_err(), RecordError::Attribute);
        assert_eq!(Record::<Document>::from_json(text).unwrap_err(), RecordError::Attribute);
        assert!(serde_json::from_str::<Record<()>>(text).is_err());
    }
    // What counts as false, and an array: Express makes the cookie of them that it makes of nothing.
    let empty = Record::<()>::from_json(r#"{"cookie":{}}"#).unwrap();
    for text in ["0", r#""""#, "false", "-0.0", "[]", "[1,[2]]"] {
        let text = format!(r#"{{"cookie":{text}}}"#);
        assert_eq!(Record::<()>::from_json(&text).unwrap(), empty, "{text}");
    }
    for text in [r#"{"cookie":-1}"#, r#"{"cookie":0.5}"#, r#"{"cookie":"0"}"#, r#"{"cookie":true}"#] {
        assert_eq!(Record::<()>::from_json(text).unwrap_err(), RecordError::CookieNotObject, "{text}");
    }
}

/// What cannot be taken says in all formats what was expected.
#[test]
fn errors_of_other_formats_say_what_was_expected() {
    fn why<T: for<'t> Deserialize<'t> + core::fmt::Debug>(text: &str) -> String {
        serde_json::from_str::<T>(text).unwrap_err().to_string()
    }
    assert!(why::<Record<()>>("7").contains("expected a session with its cookie"));
    assert!(why::<SessionCookie>("7").contains("cookie is no object"), "{}", why::<SessionCookie>("7"));
    assert!(why::<session_core::Ticket>("7").contains("expected a ticket"));
    assert!(why::<session_core::NoView>("7").contains("expected an object"));
    assert!(serde_json::from_str::<session_core::NoView>("[1]").is_err());
    let text = r#"{"cookie":{"originalMaxAge":null}}"#;
    assert_eq!(serde_json::from_str::<Record<Nothing>>(text).unwrap(), Record::new(SessionCookie::default(), Nothing));
}

/// Likewise in formats that know bytes, or names that are no text, and in binary ones, where it is a tuple.
#[test]
fn errors_of_binary_formats_say_what_was_expected() {
    use serde::de::value::{BytesDeserializer, Error, MapDeserializer};
    fn unpacked<T: for<'t> Deserialize<'t> + core::fmt::Debug>(packed: &impl Serialize) -> String {
        rmp_serde::from_slice::<T>(&rmp_serde::to_vec(packed).unwrap()).unwrap_err().to_string()
    }
    type Plain = Record<()>;
    let bytes = BytesDeserializer::<Error>::new(b"x");
    let numbered = || MapDeserializer::<_, Error>::new([(7_u8, 7_u8)].into_iter());
    let path = MapDeserializer::<_, Error>::new([("path", b"x".as_slice())].into_iter());
    let (cookie, path) = (SessionCookie::deserialize(bytes), SessionCookie::deserialize(path));
    let whole = rmp_serde::to_vec(&Plain::new(SessionCookie::default(), ())).unwrap();
    let said = [
        (cookie.unwrap_err().to_string(), "expected the cookie of a session"),
        (path.unwrap_err().to_string(), "expected a value of JSON"),
        (SessionCookie::deserialize(numbered()).unwrap_err().to_string(), "expected a name"),
        (Plain::deserialize(numbered()).unwrap_err().to_string(), "expected a name"),
        (unpacked::<Plain>(&7), "expected a session with its cookie"),
        (unpacked::<Plain>(&(1, 7)), "expected the cookie of a session"),
        (unpacked::<SessionCookie>(&((3, 7), (5, 0), 7)), "expected an attribute"),
        (unpacked::<SessionCookie>(&((3, 7), (5, 0), (5, 7))), "expected a text"),
        (unpacked::<Plain>(&(1, SessionCookie::default(), 7)), "expected a ticket"),
        (unpacked::<session_core::Ticket>(&(1, 5, (), 9, 0, 7, "", false)), "expected a short text"),
    ];
    for (said, expected) in said {
        assert!(said.contains(expected), "{said:?} is to say {expected:?}");
    }
    assert!(rmp_serde::from_slice::<Plain>(&whole).is_ok());
}

/// What takes no more text ends the writing.
#[test]
fn a_writer_that_fails_is_told() {
    struct Full;
    impl core::fmt::Write for Full {
        fn write_str(&mut self, _: &str) -> core::fmt::Result {
            Err(core::fmt::Error)
        }
    }
    let record = Record::new(SessionCookie::default(), BTreeMap::from([("a", 1)]));
    assert_eq!(record.write_json(&mut Full).unwrap_err().kind(), JsonErrorKind::Output);
}
