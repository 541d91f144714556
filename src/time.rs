//! Points in time as JavaScript counts them: milliseconds since 1970, written and read as dates.

mod format;
mod parse;

use core::fmt;

pub use format::{HttpDate, Iso8601};
pub use parse::DateError;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Its range is that of JavaScript's `Date`, a hundred million days on either side of 1970, so that every date a
/// Node server stored can be held, and every date held here can be read there.
///
/// ```
/// use session_core::Timestamp;
///
/// let time = Timestamp::from_unix_ms(1_500_000_000_000)?;
/// assert_eq!(time.http_date().to_string(), "Fri, 14 Jul 2017 02:40:00 GMT");
/// assert_eq!(time.iso8601().to_string(), "2017-07-14T02:40:00.000Z");
/// assert_eq!(Timestamp::from_iso8601("2017-07-14T02:40Z"), Ok(time));
/// # Ok::<(), session_core::TimestampOutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest point in time: -271821-04-20T00:00:00Z.
    pub const MIN: Self = Self(-8_640_000_000_000_000);

    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(0);

    /// The latest point in time: +275760-09-13T00:00:00Z.
    pub const MAX: Self = Self(8_640_000_000_000_000);

    /// The point in time that is `ms` milliseconds after 1970 began, or before it if negative.
    ///
    /// # Errors
    ///
    /// [`TimestampOutOfRange`] outside of [`MIN`](Self::MIN) to [`MAX`](Self::MAX).
    pub const fn from_unix_ms(ms: i64) -> Result<Self, TimestampOutOfRange> {
        if ms < Self::MIN.0 || ms > Self::MAX.0 {
            return Err(TimestampOutOfRange);
        }
        Ok(Self(ms))
    }

    /// Reads a date as `Date.parse` does, if it is in the ECMAScript Date Time String Format.
    ///
    /// A date alone (`2017`, `2017-07`, `2017-07-14`) is the start of that year, month or day in UTC. A time needs
    /// an hour and a minute, and then `Z` or an offset such as `+02:00`. Seconds may be missing, a fraction of a
    /// second may have any number of digits and is cut to milliseconds, `T24:00` is the next midnight, and years
    /// outside of 0000 to 9999 have a sign and six digits.
    ///
    /// As in V8, `t` and `z` may be lower-case, and a day up to 31 that its month does not have counts into the next
    /// month: `2017-02-30` is the 2nd of March. It differs from V8 in these ways:
    ///
    /// - Text in any other format is refused. `Date.parse` guesses at it, differently in each JavaScript engine.
    /// - A date and time without an offset is refused, since JavaScript reads it in the server's own time zone.
    /// - A fraction of ten digits or more that begins with a zero is cut like any other; V8 misreads it.
    ///
    /// # Errors
    ///
    /// [`DateError`] says whether the text is malformed, means local time, or is a date that no `Timestamp` holds.
    pub fn from_iso8601(text: &str) -> Result<Self, DateError> {
        parse::iso8601(text)
    }

    /// The system's time, cut to milliseconds.
    ///
    /// A clock that is set outside of the range gives the nearest point in time inside of it.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn now() -> Self {
        Self::of_system(std::time::SystemTime::now())
    }

    #[cfg(feature = "std")]
    fn of_system(time: std::time::SystemTime) -> Self {
        let (since, sign) = match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => (after, 1),
            Err(before) => (before.duration(), -1),
        };
        let ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Self::UNIX_EPOCH.saturating_add(ms.saturating_mul(sign))
    }

    /// Milliseconds since 1970, negative before it: what `Date.prototype.getTime` returns.
    #[must_use]
    pub const fn as_unix_ms(self) -> i64 {
        self.0
    }

    /// The point in time `ms` milliseconds later, or earlier if negative.
    ///
    /// # Errors
    ///
    /// [`TimestampOutOfRange`] where that is beyond [`MIN`](Self::MIN) or [`MAX`](Self::MAX).
    pub const fn checked_add(self, ms: i64) -> Result<Self, TimestampOutOfRange> {
        match self.0.checked_add(ms) {
            Some(sum) => Self::from_unix_ms(sum),
            None => Err(TimestampOutOfRange),
        }
    }

    /// The point in time `ms` milliseconds later, or earlier if negative; at most [`MAX`](Self::MAX) and at least
    /// [`MIN`](Self::MIN).
    #[must_use]
    // It is 60 bytes of code on a processor of 32 bits, and lifetimes are made of many.
    #[inline(never)]
    pub const fn saturating_add(self, ms: i64) -> Self {
        match self.checked_add(ms) {
            Ok(sum) => sum,
            Err(TimestampOutOfRange) if ms < 0 => Self::MIN,
            Err(TimestampOutOfRange) => Self::MAX,
        }
    }

    /// How many milliseconds this is after `earlier`; negative if it is before.
    #[must_use]
    pub const fn ms_since(self, earlier: Self) -> i64 {
        // Both are within 8.64e15 of zero, so the difference is far from the limits of an `i64`.
        self.0.saturating_sub(earlier.0)
    }

    /// The date as the header fields of HTTP spell it: `Thu, 01 Jan 1970 00:00:00 GMT`.
    #[must_use]
    pub const fn http_date(self) -> HttpDate {
        HttpDate::new(self)
    }

    /// The date as JSON from JavaScript spells it: `1970-01-01T00:00:00.000Z`.
    #[must_use]
    pub const fn iso8601(self) -> Iso8601 {
        Iso8601::new(self)
    }
}

/// The point in time is more than a hundred million days away from 1970, and no JavaScript `Date`.
///
/// ```
/// use session_core::{Timestamp, TimestampOutOfRange};
///
/// assert_eq!(Timestamp::MAX.checked_add(1), Err(TimestampOutOfRange));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampOutOfRange;

impl fmt::Display for TimestampOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("point in time is more than 100,000,000 days away from 1970")
    }
}

impl core::error::Error for TimestampOutOfRange {}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::Timestamp;
    use core::time::Duration;
    use std::time::UNIX_EPOCH;

    #[test]
    fn a_clock_may_stand_before_1970() {
        let by = Duration::from_micros(1_500_700);
        let [after, before] = [UNIX_EPOCH.checked_add(by), UNIX_EPOCH.checked_sub(by)];
        assert_eq!(after.map(|time| Timestamp::of_system(time).as_unix_ms()), Some(1_500));
        assert_eq!(before.map(|time| Timestamp::of_system(time).as_unix_ms()), Some(-1_500));
        let far = UNIX_EPOCH.checked_add(Duration::from_secs(1 << 44));
        assert_eq!(far.map(Timestamp::of_system), Some(Timestamp::MAX));
    }
}
