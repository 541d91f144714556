//! Dates from text: the ECMAScript Date Time String Format.

use core::fmt;
use core::ops::RangeInclusive;

use super::Timestamp;

/// Why text is not a date for [`Timestamp::from_iso8601`].
///
/// ```
/// use session_core::{DateError, Timestamp};
///
/// assert_eq!(Timestamp::from_iso8601("yesterday"), Err(DateError::Malformed));
/// assert_eq!(Timestamp::from_iso8601("2017-07-14T02:40:00"), Err(DateError::LocalTime));
/// assert_eq!(Timestamp::from_iso8601("+999999-01-01"), Err(DateError::OutOfRange));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateError {
    /// A time without `Z` or an offset: JavaScript reads it in the server's time zone, which is not known here.
    LocalTime,
    /// Not in the ECMAScript Date Time String Format, or with a number in it that no calendar or clock shows.
    Malformed,
    /// A date before [`Timestamp::MIN`] or after [`Timestamp::MAX`].
    OutOfRange,
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LocalTime => "time of day without an offset from UTC",
            Self::Malformed => "not a date in the ECMAScript date time string format",
            Self::OutOfRange => "date is more than 100,000,000 days away from 1970",
        })
    }
}

impl core::error::Error for DateError {}

// > The format is as follows: YYYY-MM-DDTHH:mm:ss.sssZ
// > This format includes date-only forms: YYYY, YYYY-MM, YYYY-MM-DD
// > It also includes “date-time” forms that consist of one of the above date-only forms immediately followed by one of
// > the following time forms with an optional UTC offset representation appended: THH:mm, THH:mm:ss, THH:mm:ss.sss
// (ECMA-262, section 21.4.1.32)
pub(super) fn iso8601(text: &str) -> Result<Timestamp, DateError> {
    let mut reader = Reader { rest: text.as_bytes() };
    let days = reader.date().ok_or(DateError::Malformed)?;
    let ms = if reader.rest.is_empty() { 0 } else { reader.time()? };
    let ms = i64::from(days) * i64::from(MS_PER_DAY) + i64::from(ms);
    Timestamp::from_unix_ms(ms).map_err(|_| DateError::OutOfRange)
}

// 32 bits are enough for all parts of a date: days are below 2^29, milliseconds fewer than those of three days.
const MS_PER_MINUTE: i32 = 60_000;
const MS_PER_HOUR: i32 = 60 * MS_PER_MINUTE;
const MS_PER_DAY: i32 = 24 * MS_PER_HOUR;

struct Reader<'t> {
    rest: &'t [u8],
}

impl Reader<'_> {
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as days since 1970.
    fn date(&mut self) -> Option<i32> {
        let year = self.year()?;
        let month = if self.eat(b"-") { Some(self.two_digits(1..=12)?) } else { None };
        // As in V8, which does not ask how many days the month has.
        let day = if month.is_some() && self.eat(b"-") { self.two_digits(1..=31)? } else { 1 };
        Some(days_since_1970(year, month.unwrap_or(1), day))
    }

    // > YYYY is the decimal digits of the year 0000 to 9999, or as an expanded year of "+" or "-" followed by six
    // > decimal digits. […] The year 0 is considered positive and hence prefixed with a + sign.
    fn year(&mut self) -> Option<i32> {
        if self.eat(b"+") {
            self.digits(6)
        } else if self.eat(b"-") {
            self.digits(6).filter(|&year| year != 0).map(|year| -year)
        } else {
            self.digits(4)
        }
    }

    /// `THH:mm`, `THH:mm:ss` or `THH:mm:ss.sss` with its offset, up to the end: milliseconds to add to the day.
    fn time(&mut self) -> Result<i32, DateError> {
        let clock = self.clock().ok_or(DateError::Malformed)?;
        if self.rest.is_empty() {
            return Err(DateError::LocalTime);
        }
        let offset = self.offset().ok_or(DateError::Malformed)?;
        if self.rest.is_empty() { Ok(clock - offset) } else { Err(DateError::Malformed) }
    }

    fn clock(&mut self) -> Option<i32> {
        if !self.eat(b"Tt") {
            return None;
        }
        let mut ms = self.hour_and_minute(24)?;
        let mut is_cut = false;
        if self.eat(b":") {
            ms += 1_000 * self.two_digits(0..=59)?;
            if self.eat(b".") {
                let fraction;
                (fraction, is_cut) = self.fraction()?;
                ms += fraction;
            }
        }
        // The hour 24 is the midnight at the end of the day, and V8 allows nothing after it, however small.
        if ms + i32::from(is_cut) > MS_PER_DAY { None } else { Some(ms) }
    }

    // > Z is the UTC offset representation specified as "Z" (for UTC with no offset) or as either "+" or "-" followed
    // > by a time expression HH:mm
    fn offset(&mut self) -> Option<i32> {
        if self.eat(b"Zz") {
            Some(0)
        } else if self.eat(b"+") {
            self.hour_and_minute(23)
        } else if self.eat(b"-") {
            self.hour_and_minute(23).map(|ms| -ms)
        } else {
            None
        }
    }

    /// `HH:mm` as milliseconds.
    fn hour_and_minute(&mut self, last_hour: i32) -> Option<i32> {
        let hour = self.two_digits(0..=last_hour)?;
        if !self.eat(b":") {
            return None;
        }
        let minute = self.two_digits(0..=59)?;
        Some(hour * MS_PER_HOUR + minute * MS_PER_MINUTE)
    }

    /// Digits after the point of a second: the milliseconds, and whether more than zeros are cut off behind them.
    fn fraction(&mut self) -> Option<(i32, bool)> {
        let mut ms = 100 * self.digits(1)?;
        ms += 10 * self.digits(1).unwrap_or(0);
        ms += self.digits(1).unwrap_or(0);
        let mut is_cut = false;
        while let Some(digit) = self.digits(1) {
            is_cut |= digit != 0;
        }
        Some((ms, is_cut))
    }

    fn two_digits(&mut self, range: RangeInclusive<i32>) -> Option<i32> {
        self.digits(2).filter(|number| range.contains(number))
    }

    /// Exactly `count` digits, which is at most six.
    fn digits(&mut self, count: usize) -> Option<i32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        let mut number = 0;
        for &byte in digits {
            if !byte.is_ascii_digit() {
                return None;
            }
            number = 10 * number + i32::from(byte - b'0');
        }
        self.rest = rest;
        Some(number)
    }

    /// Steps over the next byte if it is one of `bytes`.
    fn eat(&mut self, bytes: &[u8]) -> bool {
        match self.rest.split_first() {
            Some((byte, rest)) if bytes.contains(byte) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}

/// The number of a day, for years of at most six digits.
///
/// A day that the month does not have counts on into the next month.
fn days_since_1970(year: i32, month: i32, day: i32) -> i32 {
    // Years begin in March, so that the leap day comes last, and are counted from the year -1,000,000, which begins a
    // cycle of 400 years, so that none is negative.
    let (year, month) = if month < 3 { (year - 1, month + 12) } else { (year, month) };
    let year = year + 1_000_000;
    let leap_days = year / 4 - year / 100 + year / 400;
    let days_before_month = (153 * month - 457) / 5;
    365 * year + leap_days + days_before_month + day - 1 - 365_961_968
}
