//! Dates as text: from a count of milliseconds to a calendar and to the two spellings that the web uses.
//!
//! Written for small machines: whole divisions are of 32 bits and by constants, and there is no table but the names.

use core::fmt;

use super::Timestamp;
use crate::text::{Sink, display};

/// A [`Timestamp`] written as `Date.prototype.toUTCString` does: `Thu, 01 Jan 1970 00:00:00 GMT`.
///
/// For the years 0 to 9999 this is the `IMF-fixdate` of RFC 9110. Milliseconds are cut off towards the past. Years
/// after 9999 are printed in full; years before 0 get a minus sign and at least four digits, as in JavaScript.
///
/// ```
/// use session_core::Timestamp;
///
/// assert_eq!(Timestamp::UNIX_EPOCH.http_date().to_string(), "Thu, 01 Jan 1970 00:00:00 GMT");
/// assert_eq!(Timestamp::MAX.http_date().to_string(), "Sat, 13 Sep 275760 00:00:00 GMT");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HttpDate(Timestamp);

/// A [`Timestamp`] written as `Date.prototype.toISOString` does: `1970-01-01T00:00:00.000Z`.
///
/// Years outside of 0 to 9999 have a sign and six digits.
///
/// ```
/// use session_core::Timestamp;
///
/// assert_eq!(Timestamp::UNIX_EPOCH.iso8601().to_string(), "1970-01-01T00:00:00.000Z");
/// assert_eq!(Timestamp::MIN.iso8601().to_string(), "-271821-04-20T00:00:00.000Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Iso8601(Timestamp);

impl HttpDate {
    pub(super) const fn new(time: Timestamp) -> Self {
        Self(time)
    }

    // > IMF-fixdate  = day-name "," SP date1 SP time-of-day SP GMT
    // > date1        = day SP month SP year          ; e.g., 02 Jun 1982
    // > time-of-day  = hour ":" minute ":" second    ; 00:00:00 - 23:59:60 (leap second)
    // (RFC 9110, section 5.6.7)
    pub(crate) fn push_to(self, line: &mut (impl Sink + ?Sized)) {
        let date = Calendar::of(self.0);
        let [w1, w2, w3] = date.weekday_name();
        let [m1, m2, m3] = date.month_name();
        let [d1, d2] = two_digits(date.day);
        let [[h1, h2], [i1, i2], [s1, s2]] = date.clock();

        line.push(&[w1, w2, w3, b',', b' ', d1, d2, b' ', m1, m2, m3, b' ']);
        if date.before_year_0 {
            line.push(b"-");
        }
        match (six_digits(date.year), date.year) {
            ([_, _, year @ ..], ..=9_999) => line.push(&year),
            ([_, year @ ..], ..=99_999) => line.push(&year),
            (year, _) => line.push(&year),
        }
        line.push(&[b' ', h1, h2, b':', i1, i2, b':', s1, s2, b' ', b'G', b'M', b'T']);
    }
}

impl Iso8601 {
    pub(super) const fn new(time: Timestamp) -> Self {
        Self(time)
    }

    pub(crate) fn push_to(self, line: &mut (impl Sink + ?Sized)) {
        let date = Calendar::of(self.0);
        let [m1, m2] = two_digits(date.month);
        let [d1, d2] = two_digits(date.day);
        let [[h1, h2], [i1, i2], [s1, s2]] = date.clock();
        let [.., f1, f2, f3] = six_digits(date.ms_of_day % 1_000);

        match (date.before_year_0, six_digits(date.year)) {
            (false, [b'0', b'0', year @ ..]) => line.push(&year),
            (false, [y1, y2, y3, y4, y5, y6]) => line.push(&[b'+', y1, y2, y3, y4, y5, y6]),
            (true, [y1, y2, y3, y4, y5, y6]) => line.push(&[b'-', y1, y2, y3, y4, y5, y6]),
        }
        line.push(&[b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', i1, i2, b':', s1, s2, b'.', f1, f2, f3, b'Z']);
    }
}

impl fmt::Display for HttpDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |out| self.push_to(out))
    }
}

impl fmt::Display for Iso8601 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, |out| self.push_to(out))
    }
}

/// A point in time in the Gregorian calendar, which is carried back before its invention as JavaScript does.
struct Calendar {
    /// The year is a count backwards: year 1 here is the year -1.
    before_year_0: bool,
    year: u32,
    /// 1 to 12.
    month: u32,
    /// 1 to 31.
    day: u32,
    /// 0 is Sunday.
    weekday: u32,
    ms_of_day: u32,
}

impl Calendar {
    fn of(time: Timestamp) -> Self {
        let (day_count, ms_of_day) = split_days(time);

        // Years are counted from March, so that the leap day comes last, and from a 1 March that begins a cycle of
        // 400 years early enough for all that follows to be positive: that of the year -272000, 65,428 days before
        // `Timestamp::MIN`. Each step then cuts evenly spread lengths: centuries of 146,097/4 days, years of 1,461/4
        // days, months of 153/5 days (March is month 3, with 3 * 153 + 2 = 461 fifths of a day before it).
        let quarters = 4 * (day_count + 65_428) + 3;
        let century = quarters / 146_097;
        let quarters = 4 * (quarters % 146_097 / 4) + 3;
        let year = 100 * century + quarters / 1_461;
        let fifths = 5 * (quarters % 1_461 / 4) + 461;
        let month = fifths / 153;

        let (year, month) = if month > 12 { (year + 1, month - 12) } else { (year, month) };
        Self {
            before_year_0: year < 272_000,
            year: year.abs_diff(272_000),
            month,
            day: fifths % 153 / 5 + 1,
            // `Timestamp::MIN` is a Tuesday.
            weekday: (day_count + 2) % 7,
            ms_of_day,
        }
    }

    /// Hour, minute and second, two digits each.
    fn clock(&self) -> [[u8; 2]; 3] {
        let minutes = self.ms_of_day / 60_000;
        [two_digits(minutes / 60), two_digits(minutes % 60), two_digits(self.ms_of_day % 60_000 / 1_000)]
    }

    fn weekday_name(&self) -> [u8; 3] {
        *match self.weekday {
            0 => b"Sun",
            1 => b"Mon",
            2 => b"Tue",
            3 => b"Wed",
            4 => b"Thu",
            5 => b"Fri",
            _ => b"Sat",
        }
    }

    fn month_name(&self) -> [u8; 3] {
        *match self.month {
            1 => b"Jan",
            2 => b"Feb",
            3 => b"Mar",
            4 => b"Apr",
            5 => b"May",
            6 => b"Jun",
            7 => b"Jul",
            8 => b"Aug",
            9 => b"Sep",
            10 => b"Oct",
            11 => b"Nov",
            _ => b"Dec",
        }
    }
}

/// The days since `Timestamp::MIN`, at most 200,000,000, and the milliseconds of the last of them.
///
/// Without a division of 64 bits, which costs 500 bytes of flash where the processor has none. With
/// 0 <= time < 2^54 and x = floor(time / 2^22) < 2^32, the quotient time / 86,400,000 exceeds
/// x * 2^22 / 86,400,000 by less than 2^22 / 86,400,000 < 0.05. Multiplying by the fraction below, which is cut to 36
/// binary places, loses less than x / 2^36 < 0.07 more. So the estimate is the true count of days or one less.
fn split_days(time: Timestamp) -> (u32, u32) {
    const MS_PER_DAY: u32 = 86_400_000;
    const DAYS_PER_2_22_MS: u64 = (1 << 58) / 86_400_000;

    let since_min = time.as_unix_ms().abs_diff(Timestamp::MIN.as_unix_ms());
    let days = ((since_min >> 22) * DAYS_PER_2_22_MS) >> 36;
    let ms = since_min - days * u64::from(MS_PER_DAY);

    // Both are below 2^28 as shown above.
    let days = u32::try_from(days).unwrap_or_default();
    let ms = u32::try_from(ms).unwrap_or_default();
    if ms < MS_PER_DAY { (days, ms) } else { (days + 1, ms - MS_PER_DAY) }
}

/// The digits of a number below 1,000,000.
fn six_digits(number: u32) -> [u8; 6] {
    let [d1, d2] = two_digits(number / 10_000);
    let [d3, d4] = two_digits(number / 100 % 100);
    let [d5, d6] = two_digits(number % 100);
    [d1, d2, d3, d4, d5, d6]
}

/// The digits of a number below 100.
fn two_digits(number: u32) -> [u8; 2] {
    let ([tens, ..], [ones, ..]) = ((number / 10).to_le_bytes(), (number % 10).to_le_bytes());
    [b'0' | tens, b'0' | ones]
}
