//! What a record holds beyond Express's fields, under the name `sessionCore`, in every format.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use session_core::{
    Document, DocumentError, JsonErrorKind, Principal, Record, RecordError, SessionCookie, Ticket, Timestamp, WriteId,
};

const COOKIE: &str =
    r#""cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:14:20.000Z","httpOnly":true,"path":"/"}"#;
const LONGEST: i64 = 8_640_000_000_000_000;
const MAX_EPOCH: u64 = 9_007_199_254_740_991;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Visits {
    #[serde(default)]
    visits: u32,
}

/// A document with this under `sessionCore`, before the data.
fn with(ticket: &str) -> String {
    format!(r#"{{{COOKIE},"sessionCore":{ticket},"visits":3}}"#)
}

fn typed(text: &str) -> Result<Record<Visits>, RecordError> {
    Record::<Visits>::from_json(text)
}

fn document(text: &str) -> Result<Record<Document>, RecordError> {
    Record::<Document>::from_json(text)
}

/// A ticket as it is spelled: what has no value is left out.
fn any_ticket() -> impl Strategy<Value = String> {
    let instant = || prop_oneof![4 => -LONGEST..=LONGEST, 1 => Just(LONGEST), 1 => Just(-LONGEST)];
    let principal = prop::option::of("[a-zé\"\\\\\u{1}]{1,20}");
    let write = prop::option::of(any::<[u8; 9]>());
    (instant(), prop::option::of(instant()), instant(), 1..=MAX_EPOCH, any::<bool>(), principal, write, any::<bool>())
        .prop_map(|(created, login, end, epoch, has_epoch, principal, write, moved)| {
            let mut text = format!(r#"{{"v":1,"created":{created}"#);
            text += &login.map_or_else(String::new, |login| format!(r#","login":{login}"#));
            text += &format!(r#","end":{end}"#);
            text += &if has_epoch { format!(r#","epoch":{epoch}"#) } else { String::new() };
            for (name, value) in [
                ("principal", principal),
                ("write", write.map(|bytes| WriteId::from_random(bytes).as_str().to_owned())),
            ] {
                if let Some(value) = value {
                    text += &format!(r#","{name}":{}"#, serde_json::to_string(&value).unwrap());
                }
            }
            text + if moved { r#","moved":true}"# } else { "}" }
        })
}

proptest! {
    #[test]
    fn a_ticket_goes_there_and_back(ticket in any_ticket()) {
        let text = with(&ticket);
        let record = typed(&text).unwrap();
        prop_assert!(record.ticket().is_some());
        prop_assert_eq!(&record.to_json().unwrap(), &text);
        prop_assert_eq!(&Record::from_json_in(&text, &mut vec![0; text.len()]).unwrap(), &record);
        prop_assert_eq!(&serde_json::from_str::<Record<Visits>>(&text).unwrap(), &record);
        prop_assert_eq!(&serde_json::to_string(&record).unwrap(), &text);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&serde_json::from_value::<Record<Visits>>(value).unwrap(), &record);

        let packed = postcard::to_allocvec(&record).unwrap();
        prop_assert_eq!(&postcard::from_bytes::<Record<Visits>>(&packed).unwrap(), &record);
        for length in 0..packed.len() {
            prop_assert!(postcard::from_bytes::<Record<Visits>>(&packed[..length]).is_err());
        }
        let packed = rmp_serde::to_vec(&record).unwrap();
        prop_assert_eq!(&rmp_serde::from_slice::<Record<Visits>>(&packed).unwrap(), &record);
        let packed = minicbor_serde::to_vec(&record).unwrap();
        prop_assert_eq!(&minicbor_serde::from_slice::<Record<Visits>>(&packed).unwrap(), &record);

        let document = document(&text).unwrap();
        prop_assert_eq!(document.ticket(), record.ticket());
        prop_assert_eq!(document.to_json().unwrap(), text);
    }

    #[test]
    fn no_bytes_panic(ticket in any_ticket(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let record = typed(&with(&ticket)).unwrap();
        let mut packed = postcard::to_allocvec(&record).unwrap();
        let at = at.index(packed.len());
        packed[at] = byte;
        let _refused = postcard::from_bytes::<Record<Visits>>(&packed);
    }

    #[test]
    fn no_text_panics_and_both_readers_agree(
        ticket in any_ticket(), at in any::<prop::sample::Index>(), put in "[{}\\[\\]\":,a-z0-9 .\\\\-]{0,3}",
    ) {
        let text = with(&ticket);
        let mut at = at.index(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let damaged = format!("{}{put}{}", &text[..at], &text[at..]);
        match (typed(&damaged), document(&damaged)) {
            (Ok(typed), Ok(document)) => prop_assert_eq!(typed.ticket(), document.ticket()),
            (Err(RecordError::Ticket), Ok(_)) | (Ok(_), Err(_)) => prop_assert!(false, "{}", damaged),
            _ => {}
        }
    }
}

#[test]
fn a_document_with_a_ticket_is_spelled_like_this() {
    let ticket = concat!(
        r#"{"v":1,"created":1700000000000,"login":1700000001000,"end":1700086400000,"epoch":7,"#,
        r#""principal":"ada","write":"AQIDBAUGBwgJ","moved":true}"#
    );
    let text = with(ticket);
    let record = typed(&text).unwrap();
    let read: &Ticket = record.ticket().unwrap();
    let at = |ms| Timestamp::from_unix_ms(ms).unwrap();
    assert_eq!((read.created(), read.login()), (at(1_700_000_000_000), Some(at(1_700_000_001_000))));
    assert_eq!((read.end(), read.epoch()), (at(1_700_086_400_000), 7));
    assert_eq!(read.principal().map(Principal::as_str), Some("ada"));
    assert_eq!(read.write_id(), Some(WriteId::from_random([1, 2, 3, 4, 5, 6, 7, 8, 9])));
    assert!(read.is_moved() && record.is_moved());
    assert_eq!(
        record.to_json().unwrap(),
        concat!(
            r#"{"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:14:20.000Z","httpOnly":true,"path":"/"},"#,
            r#""sessionCore":{"v":1,"created":1700000000000,"login":1700000001000,"end":1700086400000,"epoch":7,"#,
            r#""principal":"ada","write":"AQIDBAUGBwgJ","moved":true},"visits":3}"#
        )
    );
    assert!(!format!("{record:?}{read:?}").contains("ada"));
}

#[test]
fn a_moved_record_says_nothing_else() {
    let now = Timestamp::from_unix_ms(1_700_000_000_000).unwrap();
    let record = Record::<Visits>::moved(now, now.saturating_add(60_000));
    let text = concat!(
        r#"{"cookie":{"originalMaxAge":60000,"expires":"2023-11-14T22:14:20.000Z","httpOnly":true,"path":"/"},"#,
        r#""sessionCore":{"v":1,"created":1700000000000,"end":1700000060000,"moved":true},"visits":0}"#
    );
    assert_eq!(record.to_json().unwrap(), text);
    assert_eq!(typed(text).unwrap(), record);
    assert!(document(text).unwrap().is_moved());
    assert_eq!(
        Record::<Document>::moved(now, now.saturating_add(60_000)).to_json().unwrap(),
        text.replace(r#","visits":0"#, "")
    );
}

#[test]
fn a_ticket_keeps_its_place_in_a_document() {
    let ticket = r#"{"v":1,"created":5,"end":9}"#;
    let first = format!(r#"{{"sessionCore":{ticket},{COOKIE},"b":1,"a":2}}"#);
    let between = format!(r#"{{{COOKIE},"b":1,"sessionCore":{ticket},"a":2}}"#);
    for text in [first, between] {
        let mut record = document(&text).unwrap();
        assert!(record.data().names().eq(["b", "a"]));
        assert_eq!(record.to_json().unwrap(), text);
        record.data_mut().set("a", &4).unwrap();
        record.data_mut().set("c", &5).unwrap();
        assert_eq!(record.to_json().unwrap(), text.replace(r#""a":2}"#, r#""a":4,"c":5}"#));
    }
    // With a view, too, and none where there was none.
    let text = format!(r#"{{{COOKIE},"b":1,"sessionCore":{ticket},"visits":2}}"#);
    assert_eq!(Record::<Document<Visits>>::from_json(&text).unwrap().to_json().unwrap(), text);
    let express = format!(r#"{{{COOKIE},"b":1}}"#);
    let record = document(&express).unwrap();
    assert_eq!((record.ticket(), record.to_json().unwrap()), (None, express));
}

#[test]
fn no_data_is_called_like_the_ticket() {
    let data = BTreeMap::from([("sessionCore", 1)]);
    assert!(Record::new(SessionCookie::default(), data).to_json().is_err());
    let mut document = <Document>::default();
    assert_eq!(document.set("sessionCore", &1), Err(DocumentError::Reserved));
    assert!(!document.remove("sessionCore"));

    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct View {
        #[serde(default)]
        session_core: u8,
    }
    let written = Record::new(SessionCookie::default(), Document::<View>::default()).to_json();
    assert_eq!(written.unwrap_err().kind(), JsonErrorKind::ReservedName);
    assert!(Record::new(SessionCookie::default(), View::default()).to_json().is_err());
    // It is not handed to the data either.
    let text = format!(r#"{{{COOKIE},"sessionCore":{{"v":1,"created":5,"end":9}},"a":1}}"#);
    let record = Record::<BTreeMap<String, u8>>::from_json(&text).unwrap();
    assert!(record.data().keys().eq(["a"]) && !record.is_altered());
}

#[test]
fn what_is_no_ticket_is_refused_as_such() {
    let principal = |length| format!(r#"{{"v":1,"created":5,"end":9,"principal":"{}"}}"#, "x".repeat(length));
    assert!(typed(&with(&principal(63))).is_ok());
    let (too_long, far_too_long) = (principal(64), principal(65));
    let mistakes = [
        "null",
        "true",
        "7",
        r#""text""#,
        "[]",
        r#"[1,5,null,9,0,"","",false]"#,
        "{}",
        r#"{"created":5,"end":9}"#,
        r#"{"v":1,"end":9}"#,
        r#"{"v":1,"created":5}"#,
        // Another version, and none.
        r#"{"v":0,"created":5,"end":9}"#,
        r#"{"v":2,"created":5,"end":9}"#,
        r#"{"v":256,"created":5,"end":9}"#,
        r#"{"v":"1","created":5,"end":9}"#,
        r#"{"v":null,"created":5,"end":9}"#,
        // A name that is not known, and ones that come twice.
        r#"{"v":1,"created":5,"end":9,"more":0}"#,
        r#"{"v":1,"created":5,"end":9,"":0}"#,
        r#"{"v":1,"created":5,"end":9,"\ud800":0}"#,
        r#"{"v":1,"created":5,"end":9,"a-name-that-is-longer-than-any-text-in-a-ticket-may-be-64-bytes-that-is":0}"#,
        r#"{"v":1,"v":1,"created":5,"end":9}"#,
        r#"{"v":1,"created":5,"end":9,"end":9}"#,
        r#"{"v":1,"created":5,"end":9,"\u0065nd":9}"#,
        r#"{"v":1,"created":5,"end":9,"moved":false,"moved":false}"#,
        r#"{"v":1,"created":5,"end":9,"epoch":0,"epoch":0}"#,
        // Other types.
        r#"{"v":1,"created":"5","end":9}"#,
        r#"{"v":1,"created":5.5,"end":9}"#,
        r#"{"v":1,"created":null,"end":9}"#,
        r#"{"v":1,"created":5,"end":{}}"#,
        r#"{"v":1,"created":5,"end":[9]}"#,
        r#"{"v":1,"created":5,"end":9,"login":null}"#,
        r#"{"v":1,"created":5,"end":9,"epoch":-1}"#,
        r#"{"v":1,"created":5,"end":9,"epoch":1.5}"#,
        r#"{"v":1,"created":5,"end":9,"epoch":18446744073709551616}"#,
        r#"{"v":1,"created":5,"end":9,"principal":7}"#,
        r#"{"v":1,"created":5,"end":9,"principal":null}"#,
        r#"{"v":1,"created":5,"end":9,"principal":""}"#,
        r#"{"v":1,"created":5,"end":9,"principal":"\ud800"}"#,
        &too_long,
        &far_too_long,
        r#"{"v":1,"created":5,"end":9,"write":""}"#,
        r#"{"v":1,"created":5,"end":9,"write":"AQIDBAUGBwg"}"#,
        r#"{"v":1,"created":5,"end":9,"write":"AQIDBAUGBwg="}"#,
        r#"{"v":1,"created":5,"end":9,"write":"AQIDBAUGBwgJA"}"#,
        r#"{"v":1,"created":5,"end":9,"moved":1}"#,
        r#"{"v":1,"created":5,"end":9,"moved":null}"#,
        // Times that are none.
        r#"{"v":1,"created":8640000000000001,"end":9}"#,
        r#"{"v":1,"created":-8640000000000001,"end":9}"#,
        r#"{"v":1,"created":5,"end":8640000000000001}"#,
        r#"{"v":1,"created":5,"end":9,"login":8640000000000001}"#,
        r#"{"v":1,"created":9223372036854775808,"end":9}"#,
        r#"{"v":1,"created":5,"end":9,"epoch":9007199254740992}"#,
        r#"{"v":1,"created":1e300,"end":9}"#,
    ];
    for mistake in mistakes {
        let text = with(mistake);
        assert_eq!(typed(&text).err(), Some(RecordError::Ticket), "{mistake}");
        assert_eq!(document(&text).err(), Some(RecordError::Ticket), "{mistake}");
        assert!(serde_json::from_str::<Record<Visits>>(&text).is_err(), "{mistake}");
    }
}

/// A binary format holds it; in JSON it would come back from Node as another one.
#[test]
fn an_epoch_that_json_cannot_hold_is_not_written() {
    let record = typed(&with(&format!(r#"{{"v":1,"created":5,"end":9,"epoch":{MAX_EPOCH}}}"#))).unwrap();
    assert!(record.to_json().unwrap().contains("9007199254740991"));
    let packed = postcard::to_allocvec(&record).unwrap();
    let [highest, one_more] = [MAX_EPOCH, MAX_EPOCH + 1].map(|epoch| postcard::to_allocvec(&epoch).unwrap());
    let at = packed.windows(highest.len()).position(|bytes| bytes == highest).unwrap();
    let packed = [&packed[..at], &one_more, &packed[at + highest.len()..]].concat();
    let record: Record<Visits> = postcard::from_bytes(&packed).unwrap();
    assert_eq!(record.ticket().unwrap().epoch(), MAX_EPOCH + 1);
    assert_eq!(record.to_json().unwrap_err().kind(), JsonErrorKind::Data);
}

#[test]
fn a_tuple_of_binary_formats_is_no_document() {
    let text = r#"[1,{"originalMaxAge":null,"expires":null},null,{"visits":3}]"#;
    assert!(matches!(typed(text), Err(RecordError::Json(error)) if error.kind() == JsonErrorKind::Data));
    assert!(matches!(document(text), Err(RecordError::Json(error)) if error.kind() == JsonErrorKind::Data));
    assert!(serde_json::from_str::<Record<Visits>>(text).is_err());
}

#[test]
fn a_second_ticket_is_refused() {
    let ticket = r#"{"v":1,"created":5,"end":9}"#;
    for name in ["sessionCore", r"session\u0043ore"] {
        let text = format!(r#"{{"{name}":{ticket},{COOKIE},"sessionCore":{ticket},"visits":3}}"#);
        assert_eq!(typed(&text).err(), Some(RecordError::Ticket));
        assert_eq!(document(&text).err(), Some(RecordError::Ticket));
        assert!(serde_json::from_str::<Record<Visits>>(&text).is_err());
    }
    // Below the top, the name is one like any other.
    let text = format!(r#"{{{COOKIE},"sessionCore":{ticket},"a":{{"sessionCore":1,"b":{{"sessionCore":2}}}}}}"#);
    assert_eq!(document(&text).unwrap().to_json().unwrap(), text);
}

/// Nothing is wrong with the ticket then.
#[test]
fn a_text_that_breaks_off_in_a_ticket_and_a_short_buffer_are_told_as_such() {
    let text = with(r#"{"v":1,"created":5,"end":9,"principal":"\u00e9da"}"#);
    let inside = text.find("principal").unwrap();
    for end in [inside, inside + 12, inside + 16] {
        let broken = &text[..end];
        for error in [typed(broken).unwrap_err(), document(broken).unwrap_err()] {
            let RecordError::Json(error) = error else { unreachable!("{error:?}") };
            assert_eq!(error.kind(), JsonErrorKind::Syntax, "{broken}");
        }
    }
    let short = Record::<Visits>::from_json_in(&text, &mut []).unwrap_err();
    let RecordError::Json(error) = short else { unreachable!("{short:?}") };
    assert!(matches!(error.kind(), JsonErrorKind::ScratchTooShort { needed } if needed <= text.len()));
    assert!(Record::<Visits>::from_json_in(&text, &mut vec![0; text.len()]).is_ok());
}

/// Node writes whole numbers without a point; what has been through other hands is read all the same, and respelled.
#[test]
fn what_means_the_same_is_taken() {
    let plain = typed(&with(r#"{"v":1,"created":5,"end":9}"#)).unwrap();
    for same in [
        r#"{"end":9,"created":5,"v":1}"#,
        r#" { "v" : 1 , "created" : 5 , "end" : 9 } "#,
        r#"{"v":1,"created":5,"end":9,"epoch":0,"moved":false}"#,
        r#"{"\u0076":1,"created":5,"end":9}"#,
    ] {
        assert_eq!(typed(&with(same)).unwrap(), plain, "{same}");
        assert_eq!(document(&with(same)).unwrap().ticket(), plain.ticket(), "{same}");
    }
}
