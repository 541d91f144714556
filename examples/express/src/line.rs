//! The Set-Cookie line, of attributes as JavaScript has them.

use napi::bindgen_prelude::*;
use napi_derive::napi;
use session_core::{
    Attribute, CookieAttributes, CookieName, Field, Priority, Record, SameSite, SessionCookie, SetCookie,
    SetCookieError, Timestamp,
};

use crate::number::timestamp;

const HTTP_ONLY: u32 = 1;
const SECURE: u32 = 2;
const PARTITIONED: u32 = 4;

/// The attributes of a cookie, as npm cookie would take them for true or not. An empty text counts as none.
#[napi(object)]
pub struct Attributes {
    pub domain: Option<String>,
    pub path: Option<String>,
    /// In ms since 1970; `NaN` for what is no date.
    pub expires: Option<f64>,
    /// 1: `HttpOnly`, 2: `Secure`, 4: `Partitioned`.
    pub flags: u32,
    /// Text, or `true` for what is neither text nor false.
    pub priority: Option<Either<bool, String>>,
    pub same_site: Option<Either<bool, String>>,
}

/// `serialize` of npm cookie; throws what it throws.
#[napi]
pub fn set_cookie(env: Env, name: String, value: String, attributes: Attributes) -> Result<String> {
    line(&name, &value, &attributes).map_err(|error| type_error(env, text_of(error)))
}

/// A document with every field of a cookie: which there are, and in which order they are written.
#[napi]
pub fn whole_document() -> Result<String> {
    let mut cookie = SessionCookie::default();
    cookie.set_expires(Some(Timestamp::UNIX_EPOCH), Timestamp::UNIX_EPOCH);
    for field in Field::ALL {
        cookie.set_attribute(field, Attribute::Null).map_err(|error| Error::from_reason(error.to_string()))?;
    }
    Record::new(cookie, ()).to_json().map_err(|error| Error::from_reason(error.to_string()))
}

pub(crate) fn line(name: &str, value: &str, attributes: &Attributes) -> core::result::Result<String, SetCookieError> {
    let has = |flag| attributes.flags & flag != 0;
    let mut checked = CookieAttributes::new()
        .domain(attributes.domain.as_deref().unwrap_or_default())
        .path(attributes.path.as_deref().unwrap_or_default())
        .http_only(has(HTTP_ONLY))
        .secure(has(SECURE))
        .partitioned(has(PARTITIONED));
    let name = CookieName::new(name)?;
    // Of several faults npm cookie tells the first one, in the order of the line.
    SetCookie::new(name, value, checked)?;
    if let Some(expires) = attributes.expires {
        checked = checked.expires(timestamp(expires).ok_or(SetCookieError::Expires)?);
    }
    if let Some(priority) = Priority::from_attribute(attribute(attributes.priority.as_ref()))? {
        checked = checked.priority(priority);
    }
    if let Some(same_site) = SameSite::from_attribute(attribute(attributes.same_site.as_ref()))? {
        checked = checked.same_site(same_site);
    }
    Ok(SetCookie::new(name, value, checked)?.to_string())
}

fn attribute(value: Option<&Either<bool, String>>) -> Attribute<'_> {
    match value {
        None => Attribute::Absent,
        Some(Either::A(value)) => Attribute::Bool(*value),
        Some(Either::B(text)) => Attribute::Text(text),
    }
}

/// What npm cookie 0.7.2 says.
pub(crate) fn text_of(error: SetCookieError) -> &'static str {
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
