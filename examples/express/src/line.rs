//! The Set-Cookie line, of attributes as JavaScript has them.

#![expect(clippy::too_many_arguments, reason = "an object would cost a call into Node for each of its fields")]

use napi::bindgen_prelude::*;
use napi_derive::napi;
use session_core::{
    Attribute, CookieAttributes, CookieName, Field, Priority, Record, SameSite, SessionCookie, SetCookie,
    SetCookieError, Timestamp,
};

use crate::number::timestamp;
use crate::sessions::reason;

const HTTP_ONLY: u32 = 1;
const SECURE: u32 = 2;
const PARTITIONED: u32 = 4;

/// A text, or `true`.
pub(crate) type Word = Either<bool, String>;

/// What the attributes of a cookie are taken for; what is not true is left out.
pub(crate) struct Attributes {
    pub(crate) domain: Option<String>,
    pub(crate) path: Option<String>,
    /// In ms since 1970; `NaN` for what is no date.
    pub(crate) expires: Option<f64>,
    /// 1: `HttpOnly`, 2: `Secure`, 4: `Partitioned`.
    pub(crate) flags: u32,
    pub(crate) priority: Option<Word>,
    pub(crate) same_site: Option<Word>,
}

/// `serialize` of npm cookie; throws what it throws.
#[napi(catch_unwind)]
pub fn set_cookie(
    env: Env,
    name: String,
    value: String,
    domain: Option<String>,
    path: Option<String>,
    expires: Option<f64>,
    flags: u32,
    priority: Option<Word>,
    same_site: Option<Word>,
) -> Result<String> {
    line(env, &name, &value, &Attributes { domain, path, expires, flags, priority, same_site })
}

/// A document with every field of a cookie: which there are, and in which order they are written.
#[napi(catch_unwind)]
pub fn whole_document() -> Result<String> {
    let mut cookie = SessionCookie::default();
    cookie.set_expires(Some(Timestamp::UNIX_EPOCH), Timestamp::UNIX_EPOCH);
    for field in Field::ALL {
        cookie.set_attribute(field, Attribute::Null).map_err(reason)?;
    }
    Record::new(cookie, ()).to_json().map_err(reason)
}

pub(crate) fn line(env: Env, name: &str, value: &str, attributes: &Attributes) -> Result<String> {
    checked(name, value, attributes).map(|line| line.to_string()).map_err(|error| type_error(env, text_of(error)))
}

/// Of several faults npm cookie tells the first one in the order of the line, so they are looked for in that order.
fn checked<'a>(
    name: &'a str,
    value: &'a str,
    attributes: &'a Attributes,
) -> core::result::Result<SetCookie<'a>, SetCookieError> {
    let has = |flag| attributes.flags & flag != 0;
    let mut line = CookieAttributes::new()
        .domain(attributes.domain.as_deref().unwrap_or_default())
        .path(attributes.path.as_deref().unwrap_or_default())
        .http_only(has(HTTP_ONLY))
        .secure(has(SECURE))
        .partitioned(has(PARTITIONED));
    let name = CookieName::new(name)?;
    if attributes.domain.as_deref() == Some("") {
        return Err(SetCookieError::Domain);
    }
    SetCookie::new(name, value, line)?;
    if let Some(expires) = attributes.expires {
        line = line.expires(timestamp(expires).ok_or(SetCookieError::Expires)?);
    }
    if let Some(priority) = Priority::from_attribute(attribute(attributes.priority.as_ref()))? {
        line = line.priority(priority);
    }
    if let Some(same_site) = SameSite::from_attribute(attribute(attributes.same_site.as_ref()))? {
        line = line.same_site(same_site);
    }
    SetCookie::new(name, value, line)
}

fn attribute(word: Option<&Word>) -> Attribute<'_> {
    match word {
        None => Attribute::Absent,
        Some(Either::A(value)) => Attribute::Bool(*value),
        Some(Either::B(text)) => Attribute::Text(text),
    }
}

/// What npm cookie 0.7.2 says.
fn text_of(error: SetCookieError) -> &'static str {
    match error {
        SetCookieError::Domain => "option domain is invalid",
        SetCookieError::Expires => "option expires is invalid",
        SetCookieError::MaxAge => "option maxAge is invalid",
        SetCookieError::Name => "argument name is invalid",
        SetCookieError::Path => "option path is invalid",
        SetCookieError::Priority => "option priority is invalid",
        SetCookieError::SameSite => "option sameSite is invalid",
        _ => "cookie is invalid",
    }
}

/// Throws a `TypeError`; what is returned says that it was thrown.
pub(crate) fn type_error(env: Env, text: &str) -> Error {
    match env.throw_type_error(text, None) {
        Ok(()) => Error::from_status(Status::PendingException),
        Err(error) => error,
    }
}
