//! The headers that an answer carries for its session.

use core::fmt;

use crate::cookie::{CookieScope, SetCookie};

/// The headers of an answer, as pairs of name and value; see [`SessionManager::headers`](crate::SessionManager::headers).
///
/// All are to be added to what there is: several may have the same name. Names are in lower case, as HTTP/2 wants them.
#[derive(Clone, Debug)]
#[must_use = "the browser does not get its cookie unless the answer carries it"]
pub struct Headers<'s> {
    line: Option<SetCookie<'s>>,
    /// The line as it was, for the places where the cookie used to be set.
    removal: Option<SetCookie<'s>>,
    former: core::slice::Iter<'s, CookieScope<'s>>,
    cache_control: Option<&'static str>,
}

impl<'s> Headers<'s> {
    pub(super) fn new(
        line: Option<SetCookie<'s>>,
        former: &'s [CookieScope<'s>],
        cache_control: Option<&'static str>,
    ) -> Self {
        Self { line, removal: line, former: former.iter(), cache_control }
    }
}

impl<'s> Iterator for Headers<'s> {
    type Item = (&'static str, HeaderValue<'s>);

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.line.take().or_else(|| {
            // Checked when the manager was made.
            self.former.find_map(|scope| self.removal?.removal_in(*scope).ok())
        });
        match line {
            Some(line) => Some(("set-cookie", HeaderValue(Value::Cookie(line)))),
            None => self.cache_control.take().map(|value| ("cache-control", HeaderValue(Value::Text(value)))),
        }
    }
}

/// The value of a header; its `Display` is what stands behind the colon. Its `Debug` shows no cookie's value.
#[derive(Clone, Copy, Debug)]
pub struct HeaderValue<'s>(Value<'s>);

#[derive(Clone, Copy, Debug)]
enum Value<'s> {
    Cookie(SetCookie<'s>),
    Text(&'static str),
}

impl fmt::Display for HeaderValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::Cookie(line) => line.fmt(f),
            Value::Text(text) => f.write_str(text),
        }
    }
}
