//! When a session ends: the setters of `req.session.cookie`, and what has ended in a `MemoryStore`.
//!
//! `null`, `undefined` and `false` stay what they are and do not come here. `now` is one reading of the clock, so
//! `originalMaxAge` does not shrink by the milliseconds between two.

use napi_derive::napi;
use session_core::{Expires, Expiry, MaxAge, Timestamp};

use crate::number::{timestamp, whole};

/// `cookie.maxAge = ms`: what becomes of `originalMaxAge`; the session ends that much later than now.
#[napi(catch_unwind)]
pub fn set_max_age(ms: f64, now: f64) -> f64 {
    let Some(clock) = timestamp(now) else { return f64::NAN };
    // `new Date(now + ms)` cuts the sum and not the summand.
    let max_age = timestamp(now + ms).map_or(MaxAge::Invalid, |end| MaxAge::Ms(end.ms_since(clock)));
    let mut expiry = Expiry::default();
    expiry.set_max_age(max_age, clock);
    number_of(expiry.original_max_age())
}

/// `cookie.expires = date`: what becomes of `originalMaxAge`. It is also what `cookie.maxAge` reads then.
#[napi(catch_unwind)]
pub fn set_expires(date: f64, now: f64) -> f64 {
    let Some(clock) = timestamp(now) else { return f64::NAN };
    let mut expiry = Expiry::default();
    expiry.set_expires(timestamp(date).map_or(Expires::Invalid, Expires::At), clock);
    number_of(expiry.original_max_age())
}

/// Whether what stands in a document as `expires` has come: a date, or a number that is not 0.
#[napi(catch_unwind)]
pub fn is_expired(expires: f64, now: f64) -> bool {
    let expires = match timestamp(expires) {
        Some(end) => Expires::At(end),
        None if expires.is_nan() => Expires::Invalid,
        None => Expires::Ms(whole(expires)),
    };
    Expiry::from_parts(MaxAge::Null, expires).is_expired(timestamp(now).unwrap_or(Timestamp::MIN))
}

#[expect(clippy::as_conversions, reason = "two dates are less than 2^53 ms apart")]
fn number_of(max_age: MaxAge) -> f64 {
    max_age.as_ms().map_or(f64::NAN, |ms| ms as f64)
}
