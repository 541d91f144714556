//! The cookie as a session holds it: `req.session.cookie`.

use super::attributes::{CookieAttributes, Priority, SameSite, SetCookieError};
use super::stored::{Attribute, AttributesTooLong, Field, StoredAttributes};
use crate::expiry::{Expires, Expiry, MaxAge};
use crate::time::{Timestamp, TimestampOutOfRange};

/// When a session ends and the attributes its cookie is sent with: the `cookie` of a stored document.
///
/// Once stored, a session keeps these whatever the configuration says later; that is Express's way.
///
/// ```
/// use session_core::{Attribute, Expires, Field, SessionCookie, Timestamp};
///
/// let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
/// let mut cookie = SessionCookie::default();
/// cookie.set_max_age(Some(10_000), now)?;
/// assert_eq!(cookie.expiry().expires(), Expires::At(now.saturating_add(10_000)));
/// assert_eq!(cookie.attribute(Field::Path), Attribute::Text("/"));
/// # Ok::<(), session_core::TimestampOutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    expiry: Expiry,
    attributes: StoredAttributes,
}

impl Default for SessionCookie {
    /// As `new Cookie()`: no limit, path `/`, `httpOnly`.
    fn default() -> Self {
        let mut values = [Attribute::Absent; Field::ALL.len()];
        for (field, value) in Field::ALL.iter().zip(&mut values) {
            *value = Self::default_of(*field);
        }
        Self {
            expiry: Expiry::default(),
            attributes: StoredAttributes::pack(values).unwrap_or(StoredAttributes::EMPTY),
        }
    }
}

impl SessionCookie {
    pub(crate) fn from_parts(
        expiry: Expiry,
        attributes: [Attribute<'_>; Field::ALL.len()],
    ) -> Result<Self, AttributesTooLong> {
        Ok(Self { expiry, attributes: StoredAttributes::pack(attributes)? })
    }

    /// What `new Cookie()` sets before it looks at options or at a document.
    pub(crate) const fn default_of(field: Field) -> Attribute<'static> {
        match field {
            Field::HttpOnly => Attribute::Bool(true),
            Field::Path => Attribute::Text("/"),
            _ => Attribute::Absent,
        }
    }

    /// The same cookie with another end.
    pub(crate) const fn with_expiry(mut self, expiry: Expiry) -> Self {
        self.expiry = expiry;
        self
    }

    /// Sets how long the session lives in ms, counted from now, and may be negative; `None`: no limit of ours.
    ///
    /// # Errors
    ///
    /// [`TimestampOutOfRange`] if the end is no date of JavaScript's; nothing is changed then.
    pub fn set_max_age(&mut self, ms: Option<i64>, now: Timestamp) -> Result<(), TimestampOutOfRange> {
        if let Some(ms) = ms {
            now.checked_add(ms)?;
        }
        self.expiry.set_max_age(MaxAge::from_ms(ms), now);
        Ok(())
    }

    /// Sets when the session ends; `None`: no limit of ours.
    pub fn set_expires(&mut self, expires: Option<Timestamp>, now: Timestamp) {
        self.expiry.set_expires(expires.map_or(Expires::Null, Expires::At), now);
    }

    /// Counts the session's life from now again.
    pub fn touch(&mut self, now: Timestamp) {
        self.expiry.touch(now);
    }

    /// Sets an attribute of this cookie alone.
    ///
    /// It is not checked until the cookie is written, as in Express.
    ///
    /// # Errors
    ///
    /// [`AttributesTooLong`] if there is no room for the text; nothing is changed then.
    pub fn set_attribute(&mut self, field: Field, value: Attribute<'_>) -> Result<(), AttributesTooLong> {
        self.attributes.set(field, value)
    }

    /// When the session ends.
    #[must_use]
    pub const fn expiry(&self) -> &Expiry {
        &self.expiry
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, field: Field) -> Attribute<'_> {
        self.attributes.get(field)
    }

    /// The values of all attributes, in the order of [`Field::ALL`].
    #[cfg(feature = "serde")]
    pub(crate) fn attributes(&self) -> [Attribute<'_>; Field::ALL.len()] {
        self.attributes.unpack()
    }

    /// The attributes for a Set-Cookie line, as express-session hands `cookie.data` to npm cookie.
    ///
    /// There is never a `Max-Age` among them, only `Expires`.
    ///
    /// # Errors
    ///
    /// [`SetCookieError`] where npm cookie throws.
    pub fn line_attributes(&self) -> Result<CookieAttributes<'_>, SetCookieError> {
        let mut line = line_of(self.attributes.unpack())?;
        line.expires = match self.expiry.expires() {
            Expires::At(end) => Some(end),
            Expires::Absent | Expires::False | Expires::Null | Expires::Ms(0) => None,
            Expires::Invalid | Expires::Ms(_) => return Err(SetCookieError::Expires),
        };
        line.check()?;
        Ok(line)
    }
}

/// These values, in the order of [`Field::ALL`], as npm cookie takes them; domain and path are still to be checked.
pub(super) fn line_of(values: [Attribute<'_>; Field::ALL.len()]) -> Result<CookieAttributes<'_>, SetCookieError> {
    let [partitioned, priority, secure, http_only, domain, path, same_site] = values;
    let mut line = CookieAttributes::new()
        .domain(line_text(domain))
        .path(line_text(path))
        .http_only(http_only.is_truthy())
        .secure(secure.is_truthy())
        .partitioned(partitioned.is_truthy());
    line.priority = Priority::from_attribute(priority)?;
    line.same_site = SameSite::from_attribute(same_site)?;
    Ok(line)
}

/// A regular expression that is tested on a value, and `+=`, both take its text: `true` is a valid host name.
fn line_text(value: Attribute<'_>) -> &str {
    match value {
        Attribute::Bool(true) => "true",
        Attribute::Number(text) | Attribute::Text(text) if value.is_truthy() => text,
        _ => "",
    }
}
