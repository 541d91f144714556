//! What is printed: of each error and reason a phrase of its own, and of nothing a secret.

use core::fmt::{Debug, Display};

use session_core::conformance::Reply;
use session_core::{
    Answer, AnswerError, BadSignature, ConfigError, CookieFault, CookieName, CookieReason, DateError,
    EncodeUriComponent, Ending, Fingerprint, HandleError, IdError, LimitsError, LoginError, Lost, MalformedEscape,
    NotLoaded, OpenError, Opening, PrincipalError, Rejection, Request, SecretTooShort, SessionEnded, SessionId,
    SetCookieError, StoreFull, StoreKey, TimestampOutOfRange, Uid, WriteId, WriteReason,
};

/// Each is a phrase in lower case, without a full stop, and unlike the others.
fn phrases<T: Display + Debug>(values: &[T]) {
    let mut printed: Vec<_> = values.iter().map(T::to_string).collect();
    for phrase in &printed {
        let is_phrase = phrase.starts_with(|first: char| first.is_ascii_lowercase()) && !phrase.ends_with('.');
        assert!(is_phrase && phrase.contains(' '), "{phrase}");
    }
    printed.sort();
    printed.dedup();
    assert_eq!(printed.len(), values.len(), "two of {values:?} are printed alike");
}

#[test]
fn every_error_has_a_phrase() {
    phrases(&[BadSignature]);
    phrases(&[MalformedEscape]);
    phrases(&[HandleError]);
    phrases(&[SecretTooShort]);
    phrases(&[StoreFull]);
    phrases(&[SessionEnded]);
    phrases(&[NotLoaded]);
    phrases(&[TimestampOutOfRange]);
    phrases(&[IdError::Empty, IdError::TooLong]);
    phrases(&[PrincipalError::Empty, PrincipalError::TooLong]);
    phrases(&[DateError::LocalTime, DateError::Malformed, DateError::OutOfRange]);
    phrases(&[
        SetCookieError::Domain,
        SetCookieError::Expires,
        SetCookieError::MaxAge,
        SetCookieError::Name,
        SetCookieError::Path,
        SetCookieError::Priority,
        SetCookieError::SameSite,
    ]);
    let limits =
        [LimitsError::ClockSkew, LimitsError::IdleOverAbsolute, LimitsError::NotPositive, LimitsError::TouchAfter];
    phrases(&limits);
    let faults = [
        CookieFault::CurrentScope,
        CookieFault::Lifetime,
        CookieFault::LookAlike,
        CookieFault::NameTooLong,
        CookieFault::PartitionedNeedsSecure,
        CookieFault::Path,
        CookieFault::PrefixForbidsDomain,
        CookieFault::PrefixNeedsHttpOnly,
        CookieFault::PrefixNeedsRootPath,
        CookieFault::PrefixNeedsSecure,
        CookieFault::SameSiteNeedsSecure,
        CookieFault::Attribute(SetCookieError::Domain),
    ];
    phrases(&faults);
    phrases(&[
        ConfigError::AttributesTooLong,
        ConfigError::Candidates,
        ConfigError::CookieLifetime,
        ConfigError::ExpressKeys,
        ConfigError::Keys,
        ConfigError::Misplaced,
        ConfigError::SecretTooShort,
        ConfigError::Limits(LimitsError::TouchAfter),
        ConfigError::Cookie(CookieFault::Path),
    ]);
    assert_eq!(ConfigError::Limits(limits[0]).to_string(), limits[0].to_string());
    assert_eq!(ConfigError::Cookie(faults[0]).to_string(), faults[0].to_string());
    phrases(&[LoginError::Ambiguous, LoginError::Ended, LoginError::Epoch, LoginError::NeedsEpoch, LoginError::Preset]);
    phrases(&[OpenError::Id(core::fmt::Error), OpenError::NeedsEpoch, OpenError::Store(StoreFull)]);
}

#[test]
fn every_reason_has_a_phrase() {
    let endings = [Ending::Absolute, Ending::Clock, Ending::Idle, Ending::Moved, Ending::Revoked];
    phrases(&endings);
    let rejections = [
        Rejection::Ambiguous,
        Rejection::BadSignature,
        Rejection::EmptyId,
        Rejection::Missing,
        Rejection::NotSigned,
        Rejection::TooLong,
        Rejection::TooManyCookies,
    ];
    phrases(&rejections);
    phrases(&[Opening::Ambiguous, Opening::Loaded, Opening::NotStored, Opening::Ended(endings[0])]);
    assert_eq!(Opening::Ended(endings[1]).to_string(), endings[1].to_string());
    assert_eq!(Opening::Rejected(rejections[1]).to_string(), rejections[1].to_string());
    let lost =
        [Lost::Conflict, Lost::Exists, Lost::Gone, Lost::Logout, Lost::NoSession, Lost::NotEncrypted, Lost::Unknown];
    phrases(&lost);
    assert_eq!(lost.map(Lost::status), [409, 503, 409, 503, 409, 500, 503]);
    phrases(&[AnswerError::Early, AnswerError::from(Lost::Gone), AnswerError::from(SetCookieError::Path)]);
    // Two of these mean the same for those who read a log: the session changed.
    phrases(&[
        WriteReason::Adopted,
        WriteReason::AlreadySaved,
        WriteReason::Changed,
        WriteReason::Created,
        WriteReason::Ended,
        WriteReason::New,
        WriteReason::NoSession,
        WriteReason::NotEncrypted,
        WriteReason::Refused,
        WriteReason::Renamed,
        WriteReason::Resave,
        WriteReason::Unchanged,
        WriteReason::Uninitialized,
        WriteReason::Unset,
        WriteReason::Used,
        WriteReason::UsedLately,
    ]);
    assert_eq!(WriteReason::Updated.to_string(), WriteReason::Changed.to_string());
    phrases(&[
        CookieReason::Changed,
        CookieReason::New,
        CookieReason::NoExpiry,
        CookieReason::NoSession,
        CookieReason::NotEncrypted,
        CookieReason::Refused,
        CookieReason::Removed,
        CookieReason::Resigned,
        CookieReason::Rolling,
        CookieReason::Unchanged,
        CookieReason::Uninitialized,
    ]);
}

#[test]
fn every_reply_of_a_store_has_a_name() {
    let mut printed = [
        Reply::Conflict,
        Reply::Done,
        Reply::Error,
        Reply::Exists,
        Reply::Gone,
        Reply::Moved,
        Reply::Nothing,
        Reply::OtherCookie,
        Reply::OtherData,
        Reply::OtherEnd,
        Reply::OtherKey,
        Reply::OtherTicket,
        Reply::OtherTimeLeft,
        Reply::Record,
        Reply::SameSamples,
        Reply::Unknown,
    ]
    .map(|reply| reply.to_string());
    printed.sort();
    assert!(printed.windows(2).all(|pair| pair[0] != pair[1]), "{printed:?}");

    // The revision may be what is stored.
    let answers = [Answer::Done("a secret"), Answer::Gone, Answer::Exists, Answer::Conflict, Answer::Unknown];
    assert_eq!(format!("{answers:?}"), "[Done, Gone, Exists, Conflict, Unknown]");
    let replies = answers.each_ref().map(Reply::from);
    assert_eq!(replies, [Reply::Done, Reply::Gone, Reply::Exists, Reply::Conflict, Reply::Unknown]);
}

#[test]
fn what_is_secret_does_not_print() {
    let id = SessionId::from_random([7; 24]);
    let cookie = format!("sid={}", id.as_str());
    let printed = [
        format!("{id:?}"),
        format!("{:?} {:?}", StoreKey::plain(&id), StoreKey::hashed(&id)),
        format!("{:?}", Uid::new(&[7; 24])),
        format!("{:?}", Request::new([&cookie], "/secret").encrypted(true)),
        format!("{:?}", WriteId::from_random([7; 9])),
        format!("{:?}", "secret@example.com".parse::<session_core::Principal>()),
        format!("{:?}", Fingerprint::of_bytes(b"secret")),
        format!("{:?}", EncodeUriComponent::new("s:secret")),
    ];
    for text in &printed {
        assert!(text.contains(".."), "{text}");
        assert!(!["BwcH", "07", "7,", "secret"].iter().any(|secret| text.contains(secret)), "{text}");
    }
    assert!(printed[3].contains("encrypted: true"));
    // The name is public.
    assert_eq!(CookieName::CONNECT_SID.as_str(), "connect.sid");
}

/// What is kept in `Debug` is what helps.
#[test]
fn the_rest_does_print() {
    use session_core::{
        Changes, CookieAttributes, Cookies, Key, KeyRing, Limits, Policy, Record, SessionCookie, SetCookie, Unprefixed,
        VerifiedId,
    };

    let ring = KeyRing::from(Key::new("secret"));
    let signed = format!("value.{}", ring.signing_key().sign("value").as_str());
    assert_eq!(format!("{:?}", ring.unsign(&signed).unwrap()), "Unsigned { key: 0, state: Signing, .. }");
    let verified = VerifiedId::read(&format!("s:{signed}"), &ring, Unprefixed::Refused).unwrap();
    assert_eq!(format!("{verified:?}"), "VerifiedId { key: 0, .. }");

    let policy = format!("{:?}", Policy::<u32>::recommended().with_limits(Limits::OWASP));
    assert!(policy.contains("candidates: 4") && policy.contains("idle: 900000"), "{policy}");
    let changes = [Changes::Flag, Changes::<u32>::Fingerprint(Fingerprint::of_hash)];
    assert_eq!(format!("{changes:?}"), "[Flag, Fingerprint]");

    let cookies = Cookies::new(b"sid=secret");
    assert_eq!(format!("{cookies:?} {:?}", cookies.clone().next().unwrap()), "Cookies(..) Cookie(sid=..)");
    assert_eq!(format!("{:?}", cookies.clone().next().unwrap().value()), "Decoded(..)");
    let line = SetCookie::new(CookieName::new("theme").unwrap(), "secret", CookieAttributes::new()).unwrap();
    let line = format!("{line:?}");
    assert!(line.starts_with(r#"SetCookie { name: "theme", attributes: CookieAttributes {"#), "{line}");
    assert!(line.ends_with(", .. }") && !line.contains("secret"), "{line}");
    let record = format!("{:?}", Record::new(SessionCookie::default(), "secret"));
    assert!(record.starts_with("Record { cookie: ") && record.ends_with(", .. }"), "{record}");
    assert!(record.contains(r#""httpOnly": Bool(true), "domain": Absent, "path": Text("/")"#), "{record}");
}

/// In one word each, and without what is in them.
#[test]
fn what_a_store_is_asked_prints_as_a_word() {
    use session_core::{Record, SessionCookie, StoreOp};

    let (record, cookie) = (Record::new(SessionCookie::default(), "secret"), SessionCookie::default());
    let key = || "key-of-7".parse::<StoreKey>().unwrap();
    let words = [
        (StoreOp::<_, u8>::put(key(), &record), "put"),
        (StoreOp::create(key(), &record), "create"),
        (StoreOp::update(key(), &record, &7), "update"),
        (StoreOp::touch(key(), &cookie), "touch"),
        (StoreOp::destroy(key()), "destroy"),
        (StoreOp::replace(key(), key(), &record, None, None), "replace"),
    ];
    for (op, word) in words {
        assert_eq!((op.name(), format!("{op:?}")), (word, format!("StoreOp({word:?})")));
    }
}

/// What is printed says how far a request has come, and neither its data nor its id.
#[test]
fn a_request_prints_without_its_contents() {
    let policy = session_core::Policy::<u32>::express(Fingerprint::of_hash);
    let (key, options) = (session_core::Key::new("secret"), session_core::CookieOptions::new());
    let manager = session_core::SessionManager::new(policy, key.into(), CookieName::CONNECT_SID, options).unwrap();
    let mut store = session_core::FixedStore::<u32, 1>::new();
    let id = SessionId::from_random([7; 24]);
    let now = session_core::Timestamp::UNIX_EPOCH;

    let pending = manager.receive(Request::new([""], "/")).unwrap();
    let mut printed = vec![format!("{manager:?}"), format!("{pending:?}")];
    let mut session = pending.open_from(&mut store, now, || Ok::<_, ()>(id)).unwrap();
    *session.data_mut() = 424_242;
    printed.push(format!("{session:?}"));
    let outcome = session.close(now);
    printed.push(format!("{outcome:?} {:?}", outcome.op()));
    let settled = outcome.apply(&mut store, now).unwrap();
    printed.push(format!("{settled:?}"));
    printed.push(format!("{store:?} {:?}", manager.set_cookie(&settled)));
    let loaded = session_core::SessionStore::<u32>::load(&mut store, &StoreKey::plain(&id), now);
    printed.push(format!("{loaded:?}"));

    let says = [
        "SessionManager",
        "Pending",
        "live: true",
        "write_reason: Changed",
        "cookie_reason: Changed",
        "places: 1",
        "ttl_left: None",
    ];
    for (text, says) in printed.iter().zip(says) {
        assert!(text.contains(says), "{text}");
        assert!(
            !["BwcH", "07", "7,", "secret", "424242", "424_242"].iter().any(|secret| text.contains(secret)),
            "{text}"
        );
    }
    assert_eq!(printed.len(), says.len());
}

#[cfg(all(feature = "alloc", feature = "serde"))]
#[test]
fn every_error_about_json_has_a_phrase_and_a_source() {
    use core::error::Error;
    use session_core::{Document, DocumentError, JsonErrorKind, Record, RecordError, SessionCookie};

    let too_short = too_short();
    assert_eq!(too_short.to_string(), "buffer too short: 4 bytes needed");
    phrases(&[
        JsonErrorKind::Data,
        JsonErrorKind::KeyNotText,
        JsonErrorKind::LoneSurrogate,
        JsonErrorKind::Output,
        JsonErrorKind::ReservedName,
        JsonErrorKind::ScratchTooShort { needed: 7 },
        JsonErrorKind::Syntax,
        JsonErrorKind::TooDeep,
        JsonErrorKind::Trailing,
    ]);
    let record = Record::new(SessionCookie::default(), std::collections::BTreeMap::from([("a", [[1]])]));
    let short = record.write_json_to(&mut [0; 3]).unwrap_err();
    assert!(short.source().is_some_and(|source| source.to_string().starts_with("buffer too short")), "{short}");
    let unreadable = Record::<()>::from_json("{").unwrap_err();
    let RecordError::Json(why) = unreadable else { unreachable!("{unreadable}") };
    assert_eq!(why.to_string(), format!("{} at byte 1", why.kind()));
    assert!(unreadable.source().is_some_and(|source| source.to_string() == why.to_string()));
    phrases(&[
        RecordError::Attribute,
        RecordError::AttributesTooLong,
        RecordError::BufferTooShort(too_short),
        RecordError::CookieNotObject,
        RecordError::Expires,
        unreadable,
        RecordError::NoCookie,
        RecordError::OriginalMaxAge,
        RecordError::Ticket,
    ]);
    assert!(RecordError::Ticket.source().is_none());

    // Nothing was read, so there is no place in it.
    let mut document = <Document>::default();
    let unwritten = document.set("key", &std::collections::BTreeMap::from([((1, 2), 3)])).unwrap_err();
    let DocumentError::Json(why) = unwritten else { unreachable!("{unwritten}") };
    assert_eq!((why.kind(), why.to_string()), (JsonErrorKind::KeyNotText, JsonErrorKind::KeyNotText.to_string()));
    assert!(unwritten.source().is_some_and(|source| source.to_string() == why.to_string()));
    let reserved = document.set("cookie", &1).unwrap_err();
    assert!(reserved.source().is_none());
    let printed = [unwritten, reserved, DocumentError::View].map(|error| error.to_string());
    assert!(printed[0] != printed[1] && printed[1] != printed[2] && printed[0] != printed[2], "{printed:?}");
}

/// There is no other way to have one.
#[cfg(all(feature = "alloc", feature = "serde"))]
fn too_short() -> session_core::BufferTooShort {
    let name = CookieName::new("abc").unwrap();
    let line = session_core::SetCookie::new(name, "", session_core::CookieAttributes::new()).unwrap();
    assert_eq!(line.copy_to(&mut [0; 4]), Ok(b"abc=".as_slice()));
    line.copy_to(&mut [0; 3]).unwrap_err()
}
