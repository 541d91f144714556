//! Express sessions as a pure library.
#![cfg_attr(all(feature = "std", feature = "serde"), doc = include_str!("../README.md"))]
#![no_std]
#![forbid(unsafe_code)]
// Only here and not in Cargo.toml, since tests and examples do have an operating system.
#![warn(clippy::alloc_instead_of_core, clippy::std_instead_of_alloc, clippy::std_instead_of_core)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

// In layers: a module uses only those of the lines above its own. `tests/layers.rs` reads this list.
mod text;
mod base64;
mod scan;
mod sha256;
mod time;
mod percent;
mod fingerprint;
mod key;
mod id;
mod at_rest;
mod limits;
mod policy;
mod handle;
mod expiry;
mod ticket;
mod lifetime;
mod cookie;
mod signature;
mod candidates;
#[cfg(feature = "serde")]
mod reserved;
#[cfg(feature = "serde")]
mod json;
#[cfg(all(feature = "alloc", feature = "serde"))]
mod document;
mod record;
mod store;
mod decision;
mod request;
mod session;
mod outcome;
mod manager;
#[cfg(feature = "testing")]
pub mod testing;

// The public interface is:
#[cfg(all(feature = "alloc", feature = "serde"))]
pub use crate::document::{Document, DocumentError, NoView};
#[cfg(feature = "alloc")]
pub use crate::store::HeapStore;
pub use crate::{
    at_rest::IdsAtRest,
    cookie::{
        Attribute, AttributesTooLong, Cookie, CookieAttributes, CookieFault, CookieName, CookieOptions, CookieScope,
        Cookies, Field, FindAll, FirstOfEach, Priority, SameSite, Secure, SessionCookie, SetCookie, SetCookieError,
    },
    decision::{CookieReason, StoreAction, WriteReason, recommended::Lost},
    expiry::{Expires, Expiry, MaxAge},
    fingerprint::Fingerprint,
    handle::{Handle, HandleError},
    id::{IdError, SessionId, StoreKey, Uid},
    key::{BadSignature, Key, KeyRing, KeyState, SecretTooShort, Signature, Unsigned},
    lifetime::Ending,
    limits::{Limits, LimitsError},
    manager::{AnswerError, ConfigError, HeaderValue, Headers, OpenError, Pending, SessionManager},
    outcome::{Outcome, Settled},
    percent::{Decoded, EncodeUriComponent, MalformedEscape},
    policy::{Changes, PathRule, Policy, Unset},
    record::{Loaded, Record},
    request::{Proxy, Request, is_encrypted, is_known_host},
    session::{LoginError, NotLoaded, Opening, Session, SessionEnded},
    signature::{Rejection, Unprefixed, VerifiedId},
    store::{Answer, FixedStore, Purged, SessionStore, StoreFull, StoreOp},
    text::BufferTooShort,
    ticket::{Principal, PrincipalError, Ticket, WriteId},
    time::{DateError, HttpDate, Iso8601, Timestamp, TimestampOutOfRange},
};
#[cfg(feature = "serde")]
pub use crate::{
    json::{JsonError, JsonErrorKind},
    record::RecordError,
};

pub mod conformance {
    //! Whether a store holds to what a session relies on: see [`check`].
    pub use crate::store::conformance::{Failure, Reply, Report, Rule, Subject, check, check_async};
}
