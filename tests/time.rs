//! Dates: against the crate `httpdate`, against what Node prints and reads, and there and back again.

use core::time::Duration;
use httpdate::{HttpDate, fmt_http_date};
use proptest::prelude::*;
use session_core::{DateError, Timestamp, TimestampOutOfRange};
use std::time::UNIX_EPOCH;

const YEAR_10000: i64 = 253_402_300_800_000;

fn time(ms: i64) -> Result<Timestamp, TestCaseError> {
    Timestamp::from_unix_ms(ms).map_err(|error| TestCaseError::fail(error.to_string()))
}

/// Any point in time, often one near the boundary of a day.
fn any_ms() -> impl Strategy<Value = i64> {
    let (min, max) = (Timestamp::MIN.as_unix_ms(), Timestamp::MAX.as_unix_ms());
    let near_midnight =
        (-100_000_000_i64..=100_000_000, -1_i64..=1).prop_map(move |(day, ms)| (day * 86_400_000 + ms).clamp(min, max));
    prop_oneof![min..=max, 0..YEAR_10000, near_midnight]
}

proptest! {
    #[test]
    fn http_date_equals_the_crate_httpdate(ms in 0..YEAR_10000) {
        let reference = UNIX_EPOCH + Duration::from_millis(ms.unsigned_abs());
        let written = time(ms)?.http_date().to_string();
        prop_assert_eq!(&written, &fmt_http_date(reference));
        prop_assert_eq!(written.parse::<HttpDate>().ok(), Some(HttpDate::from(reference)));
    }

    #[test]
    fn iso_8601_is_read_back(ms in any_ms()) {
        let time = time(ms)?;
        prop_assert_eq!(Timestamp::from_iso8601(&time.iso8601().to_string()), Ok(time));
    }

    #[test]
    fn both_spellings_show_the_same_date(ms in any_ms()) {
        let http = time(ms)?.http_date().to_string();
        let iso = time(ms)?.iso8601().to_string();
        let (date, clock) = iso.split_once('T').unwrap_or_default();
        let (year_and_month, day) = date.rsplit_once('-').unwrap_or_default();
        let (year, month) = year_and_month.rsplit_once('-').unwrap_or_default();
        let names = ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let name = month.parse::<usize>().ok().and_then(|month| names.get(month)).copied().unwrap_or_default();
        let year = year.parse::<i32>().unwrap_or_default();
        let sign = if year < 0 { "-" } else { "" };
        let (clock, _) = clock.split_once('.').unwrap_or_default();
        let rest = format!("{day} {name} {sign}{:04} {clock} GMT", year.abs());
        prop_assert_eq!(http.split_once(", ").map(|(_, rest)| rest), Some(rest.as_str()));
    }

    #[test]
    fn a_day_later_is_the_next_weekday(ms in any_ms()) {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let next = time(ms)?.checked_add(86_400_000);
        if let Ok(next) = next {
            let (today, tomorrow) = (time(ms)?.http_date().to_string(), next.http_date().to_string());
            let pair = days.windows(2).find(|pair| pair.first().is_some_and(|day| today.starts_with(day)));
            prop_assert!(pair.and_then(<[_]>::last).is_some_and(|day| tomorrow.starts_with(day)));
        }
    }

    #[test]
    fn an_offset_moves_the_time(ms in any_ms(), hour in 0_i64..24, minute in 0_i64..60, west: bool) {
        let iso = time(ms)?.iso8601().to_string();
        let sign = if west { '-' } else { '+' };
        let text = format!("{}{sign}{hour:02}:{minute:02}", iso.trim_end_matches('Z'));
        let east = (hour * 60 + minute) * if west { -60_000 } else { 60_000 };
        let expected = time(ms)?.checked_add(-east).map_err(|TimestampOutOfRange| DateError::OutOfRange);
        prop_assert_eq!(Timestamp::from_iso8601(&text), expected);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}|[-+0-9TtZz:.]{0,40}") {
        let _ = Timestamp::from_iso8601(&text);
    }

    #[test]
    fn adding_stays_in_the_range(ms in any_ms(), added: i64) {
        let sum = i128::from(ms) + i128::from(added);
        let range = i128::from(Timestamp::MIN.as_unix_ms())..=i128::from(Timestamp::MAX.as_unix_ms());
        let start = time(ms)?;
        prop_assert_eq!(start.checked_add(added).is_ok(), range.contains(&sum));
        let saturated = start.saturating_add(added);
        prop_assert_eq!(i128::from(saturated.as_unix_ms()), sum.clamp(*range.start(), *range.end()));
        prop_assert_eq!(start.saturating_add(saturated.ms_since(start)), saturated);
    }
}

/// As printed by Node 20.
#[test]
fn dates_as_node_prints_them() -> Result<(), TimestampOutOfRange> {
    let cases = [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT", "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00.000Z"),
        (-62_167_219_200_000, "Sat, 01 Jan 0000 00:00:00 GMT", "0000-01-01T00:00:00.000Z"),
        (-62_167_219_200_001, "Fri, 31 Dec -0001 23:59:59 GMT", "-000001-12-31T23:59:59.999Z"),
        (253_402_300_799_999, "Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59.999Z"),
        (253_402_300_800_000, "Sat, 01 Jan 10000 00:00:00 GMT", "+010000-01-01T00:00:00.000Z"),
        (8_640_000_000_000_000, "Sat, 13 Sep 275760 00:00:00 GMT", "+275760-09-13T00:00:00.000Z"),
        (-8_640_000_000_000_000, "Tue, 20 Apr -271821 00:00:00 GMT", "-271821-04-20T00:00:00.000Z"),
    ];
    for (ms, http, iso) in cases {
        let time = Timestamp::from_unix_ms(ms)?;
        assert_eq!(time.http_date().to_string(), http);
        assert_eq!(time.iso8601().to_string(), iso);
    }
    Ok(())
}

/// As read by Node 20.
#[test]
fn dates_as_node_reads_them() {
    let cases = [
        ("0000", -62_167_219_200_000),
        ("2020", 1_577_836_800_000),
        ("2020-02", 1_580_515_200_000),
        ("2020-02-03", 1_580_688_000_000),
        ("2020-02-30", 1_583_020_800_000),
        ("2021-02-29", 1_614_556_800_000),
        ("+002020", 1_577_836_800_000),
        ("+000000", -62_167_219_200_000),
        ("-000001", -62_198_755_200_000),
        ("2020T00:00Z", 1_577_836_800_000),
        ("2020-01T00:00Z", 1_577_836_800_000),
        ("2020-01-01T00:00Z", 1_577_836_800_000),
        ("2020-01-01t00:00z", 1_577_836_800_000),
        ("2020-01-01T24:00Z", 1_577_923_200_000),
        ("2020-01-01T24:00:00.0000Z", 1_577_923_200_000),
        ("2020-01-01T00:00:00.1Z", 1_577_836_800_100),
        ("2020-01-01T00:00:00.12Z", 1_577_836_800_120),
        ("2020-01-01T00:00:00.1239Z", 1_577_836_800_123),
        ("2020-01-01T00:00:00.99999999999999Z", 1_577_836_800_999),
        ("2020-01-01T00:00:00+01:00", 1_577_833_200_000),
        ("2020-01-01T00:00:00+23:59", 1_577_750_460_000),
        ("2020-01-01T00:00:00-23:59", 1_577_923_140_000),
        ("2020-01-01T00:00:00-00:00", 1_577_836_800_000),
        ("+275760-09-13T01:00:00+01:00", 8_640_000_000_000_000),
        ("-271821-04-19T23:00:00-01:00", -8_640_000_000_000_000),
    ];
    for (text, ms) in cases {
        assert_eq!(Timestamp::from_iso8601(text).map(Timestamp::as_unix_ms), Ok(ms), "{text}");
    }
}

/// Checks texts separated by `|`.
fn assert_refused(texts: &str, error: DateError) {
    for text in texts.split('|') {
        assert_eq!(Timestamp::from_iso8601(text), Err(error), "{text}");
    }
}

#[test]
fn what_is_no_date_is_refused() {
    let dates = "|Z|20200101|202|2020-|2020-1|2020-13|2020-00|2020-01-00|2020-01-32|-000000|2020-01-01+01:00";
    assert_refused(dates, DateError::Malformed);
    for rest in "|00Z|0:00Z|25:00Z|23:60Z|23:59:60Z|24:01Z|24:00:01Z|24:00:00.0001Z|00:00:00.Z|00:00:00,1Z|00:00.5Z|\
        00:00:00+01|00:00:00+24:00|00:00:00+23:60|00:00:00Zx|00:00:00Z |00:00:00\u{2212}01:00"
        .split('|')
    {
        assert_refused(&format!("2020-01-01T{rest}"), DateError::Malformed);
    }
}

/// `Date.parse` reads these, by guessing; V8 takes the year -000000 for 2001.
#[test]
fn other_formats_are_refused() {
    let texts = "2020-01-01Z| 2020-01-01|2020-01-01 |2020-1-1|2020-01-01 00:00:00Z|2020-01-01T00:00:00+0100|+2020|\
        -0001|-000000-05|Wed, 01 Jan 2020 00:00:00 GMT";
    assert_refused(texts, DateError::Malformed);
}

#[test]
fn local_time_is_refused() {
    let texts = "2020-01-01T00:00|2020-01-01T00:00:00|2020T00:00:00.000|+999999-12-31T24:00";
    assert_refused(texts, DateError::LocalTime);
}

#[test]
fn dates_beyond_the_range_are_refused() {
    let texts = "+999999|-999999|-271821-04-19T23:59:59.999Z|+275760-09-13T00:00:00.001Z|+275760-09-13T24:00Z";
    assert_refused(texts, DateError::OutOfRange);
}

#[test]
fn fractions_are_cut_where_v8_misreads_them() {
    // V8 reads 123 milliseconds.
    let read = Timestamp::from_iso8601("1970-01-01T00:00:00.0001234567891Z");
    assert_eq!(read, Ok(Timestamp::UNIX_EPOCH));
}

#[test]
fn the_range_ends_where_javascripts_does() {
    for beyond in [i64::MIN, -8_640_000_000_000_001, 8_640_000_000_000_001, i64::MAX] {
        assert_eq!(Timestamp::from_unix_ms(beyond), Err(TimestampOutOfRange));
    }
    assert_eq!(Timestamp::MAX.ms_since(Timestamp::MIN), 17_280_000_000_000_000);
    assert_eq!(Timestamp::MIN.ms_since(Timestamp::MAX), -17_280_000_000_000_000);
}

#[cfg(feature = "std")]
#[test]
fn now_is_the_clock_of_the_system() {
    let before = std::time::SystemTime::now();
    let now = Timestamp::now();
    let since_epoch = |time: std::time::SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let ms = u128::from(now.as_unix_ms().unsigned_abs());
    assert!((since_epoch(before)..=since_epoch(std::time::SystemTime::now())).contains(&ms));
}
