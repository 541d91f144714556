//! JavaScript's numbers as times.

use session_core::Timestamp;

/// The number without its fraction, as `Math.trunc` cuts it; the nearest one for what no `i64` holds.
#[expect(clippy::as_conversions, reason = "there is no other conversion, and this one saturates")]
pub(crate) fn whole(number: f64) -> i64 {
    number as i64
}

/// A point in time in ms since 1970, if it is a date of JavaScript's (`TimeClip`).
pub(crate) fn timestamp(ms: f64) -> Option<Timestamp> {
    if ms.is_nan() {
        return None;
    }
    Timestamp::from_unix_ms(whole(ms)).ok()
}
