//! When a session ends by Express's rules: a state machine of two fields.
//!
//! `originalMaxAge` is how long a session lives after each touch, `expires` when it ends. Both are JavaScript values, and
//! documents that Node wrote hold more than numbers in them, so each kind that changes what Express does has a state.
//!
//! | event | `originalMaxAge` becomes | `expires` becomes |
//! |---|---|---|
//! | `set_max_age(Ms(n), now)` | `Ms(n)`; `Invalid` if `now + n` is no date | `At(now + n)`; `Invalid` if that is no date |
//! | `set_max_age(other, now)` | that value | the state of the same name |
//! | `set_expires(At(t), now)` | `Ms(t - now)` | `At(t)` |
//! | `set_expires(Ms(n), now)` | `Ms(n)` | `Ms(n)` |
//! | `set_expires(other, now)` | the state of the same name | that value |
//! | `touch(now)` | as `set_max_age(originalMaxAge, now)` | likewise |
//!
//! `is_expired(now)`: `At(t)` if `t <= now`; `Ms(n)` if `n` is not 0 and `n <= now`; no other state expires.
//!
//! Each call uses one reading of the clock. express-session takes two in the setter, so there `originalMaxAge` loses a
//! millisecond whenever the clock ticks in between; what it stores is otherwise the same.

use crate::time::Timestamp;

/// How long a session lives after each touch: the values of JavaScript that `cookie.maxAge` takes.
///
/// ```
/// use session_core::MaxAge;
///
/// let two_hours = MaxAge::from_ms(Some(2 * 60 * 60 * 1000));
/// assert_eq!(two_hours, MaxAge::Ms(7_200_000));
/// assert_eq!(MaxAge::from_ms(None), MaxAge::Null);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxAge {
    /// `undefined`: no limit, and the field is left out of the JSON.
    Absent,
    /// `false`: no limit, yet express-session sends the cookie again when the data changes.
    False,
    /// `NaN`: what a date that JavaScript cannot hold leaves behind. JSON has `null` for it.
    Invalid,
    /// A number of milliseconds; the session is at its end at once if it is 0 or negative.
    Ms(i64),
    /// `null`: no limit; the browser keeps the cookie until it is closed.
    Null,
}

impl MaxAge {
    /// This many milliseconds, or `null`.
    #[must_use]
    pub const fn from_ms(ms: Option<i64>) -> Self {
        match ms {
            Some(ms) => Self::Ms(ms),
            None => Self::Null,
        }
    }

    /// The milliseconds, where it is a number.
    #[must_use]
    pub const fn as_ms(self) -> Option<i64> {
        match self {
            Self::Ms(ms) => Some(ms),
            _ => None,
        }
    }
}

/// When a session ends: the values of JavaScript that `cookie.expires` takes.
///
/// ```
/// use session_core::{Expires, Timestamp};
///
/// let at = Expires::At(Timestamp::from_unix_ms(1_700_000_000_000)?);
/// assert_ne!(at, Expires::Null);
/// # Ok::<(), session_core::TimestampOutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expires {
    /// `undefined`: never, and the field is left out of the JSON.
    Absent,
    /// A date.
    At(Timestamp),
    /// `false`: never.
    False,
    /// A date that JavaScript cannot hold. It never comes; JSON has `null` for it, and no cookie can be written.
    Invalid,
    /// A number in the stored JSON, in ms since 1970. It ends a session, but no cookie can be written with it.
    Ms(i64),
    /// `null`: never.
    Null,
}

/// The two fields together.
///
/// ```
/// use session_core::{Expires, Expiry, MaxAge, Timestamp};
///
/// let now = Timestamp::from_unix_ms(1_700_000_000_000)?;
/// let mut expiry = Expiry::default();
/// expiry.set_max_age(MaxAge::Ms(60_000), now);
///
/// let later = now.saturating_add(45_000);
/// expiry.touch(later);
/// assert_eq!(expiry.expires(), Expires::At(later.saturating_add(60_000)));
/// assert!(expiry.is_expired(later.saturating_add(60_000)));
/// # Ok::<(), session_core::TimestampOutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    original_max_age: MaxAge,
    expires: Expires,
}

impl Default for Expiry {
    /// No limit: both are `null`, as in `new Cookie()`.
    fn default() -> Self {
        Self::from_parts(MaxAge::Null, Expires::Null)
    }
}

impl Expiry {
    /// The two fields as they stand in a document, whether or not they fit each other.
    #[must_use]
    pub const fn from_parts(original_max_age: MaxAge, expires: Expires) -> Self {
        Self { original_max_age, expires }
    }

    /// Sets how long the session lives, counted from now: `cookie.maxAge = …`.
    pub fn set_max_age(&mut self, max_age: MaxAge, now: Timestamp) {
        *self = match max_age {
            MaxAge::Absent => Self::from_parts(max_age, Expires::Absent),
            MaxAge::False => Self::from_parts(max_age, Expires::False),
            MaxAge::Invalid => Self::from_parts(max_age, Expires::Invalid),
            MaxAge::Null => Self::from_parts(max_age, Expires::Null),
            MaxAge::Ms(ms) => match now.checked_add(ms) {
                Ok(end) => Self::from_parts(max_age, Expires::At(end)),
                Err(_) => Self::from_parts(MaxAge::Invalid, Expires::Invalid),
            },
        };
    }

    /// Sets when the session ends: `cookie.expires = …`. What is left until then becomes `originalMaxAge`.
    pub fn set_expires(&mut self, expires: Expires, now: Timestamp) {
        let original_max_age = match expires {
            Expires::Absent => MaxAge::Absent,
            Expires::At(end) => MaxAge::Ms(end.ms_since(now)),
            Expires::False => MaxAge::False,
            Expires::Invalid => MaxAge::Invalid,
            Expires::Ms(ms) => MaxAge::Ms(ms),
            Expires::Null => MaxAge::Null,
        };
        *self = Self::from_parts(original_max_age, expires);
    }

    /// Counts the session's life from now again: `session.touch()`, also called `resetMaxAge()`.
    pub fn touch(&mut self, now: Timestamp) {
        self.set_max_age(self.original_max_age, now);
    }

    /// How long the session lives after each touch.
    #[must_use]
    pub const fn original_max_age(&self) -> MaxAge {
        self.original_max_age
    }

    /// When the session ends.
    #[must_use]
    pub const fn expires(&self) -> Expires {
        self.expires
    }

    /// Whether `expires` is at or before `now`, which is when express-session's `MemoryStore` drops a session.
    ///
    /// In a store whose keys end by themselves (Redis) this is not to be asked: connect-redis leaves the JSON as it is
    /// when it touches a key, so there the key's remaining time decides.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        match self.expires {
            Expires::At(end) => end <= now,
            Expires::Ms(ms) => ms != 0 && ms <= now.as_unix_ms(),
            Expires::Absent | Expires::False | Expires::Invalid | Expires::Null => false,
        }
    }

    /// How long a store is to keep the session, in whole seconds, by connect-redis's rule.
    ///
    /// The time left rounded up, or `unlimited` (86,400 there) for a session without an end. `None` says that it has
    /// ended: connect-redis then deletes the key instead of writing it.
    #[must_use]
    pub fn ttl_seconds(&self, now: Timestamp, unlimited: u32) -> Option<u64> {
        let left = match self.expires {
            Expires::At(end) => end.ms_since(now),
            Expires::Ms(ms) if ms != 0 => ms.saturating_sub(now.as_unix_ms()),
            // `Math.ceil(NaN)` is not above 0 either.
            Expires::Invalid => 0,
            Expires::Absent | Expires::False | Expires::Ms(_) | Expires::Null => return Some(unlimited.into()),
        };
        u64::try_from(left).ok().filter(|left| *left > 0).map(|left| left.div_ceil(1000))
    }

    /// Whether `cookie.expires != null`: `false` counts, since it is neither `null` nor `undefined`.
    pub(crate) const fn is_set(&self) -> bool {
        !matches!(self.expires, Expires::Absent | Expires::Null)
    }
}
