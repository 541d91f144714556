//! The expiry state machine: its table, walked.

use proptest::prelude::*;
use session_core::{Expires, Expiry, MaxAge, Timestamp};

const NOW: i64 = 1_700_000_000_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(ms).unwrap()
}

fn max_ages() -> [MaxAge; 7] {
    [MaxAge::Absent, MaxAge::False, MaxAge::Invalid, MaxAge::Ms(0), MaxAge::Ms(-5), MaxAge::Ms(60_000), MaxAge::Null]
}

fn all_expires() -> [Expires; 7] {
    [
        Expires::Absent,
        Expires::At(at(NOW + 7)),
        Expires::False,
        Expires::Invalid,
        Expires::Ms(NOW),
        Expires::Ms(0),
        Expires::Null,
    ]
}

/// `cookie.maxAge = …`, from every state into every state.
#[test]
fn the_table_of_set_max_age_and_touch() {
    for before in max_ages() {
        for expires in all_expires() {
            for max_age in max_ages() {
                let expected = match max_age {
                    MaxAge::Absent => Expires::Absent,
                    MaxAge::False => Expires::False,
                    MaxAge::Invalid => Expires::Invalid,
                    MaxAge::Ms(ms) => Expires::At(at(NOW + ms)),
                    MaxAge::Null => Expires::Null,
                };
                let mut set = Expiry::from_parts(before, expires);
                set.set_max_age(max_age, at(NOW));
                assert_eq!(set, Expiry::from_parts(max_age, expected));

                let mut touched = Expiry::from_parts(max_age, expires);
                touched.touch(at(NOW));
                assert_eq!(touched, set, "a touch is `set_max_age` with what there is");
            }
        }
    }
}

#[test]
fn the_table_of_set_expires() {
    for before in max_ages() {
        for expires in all_expires() {
            let mut set = Expiry::from_parts(before, Expires::Null);
            set.set_expires(expires, at(NOW));
            let expected = match expires {
                Expires::Absent => MaxAge::Absent,
                Expires::At(_) => MaxAge::Ms(7),
                Expires::False => MaxAge::False,
                Expires::Invalid => MaxAge::Invalid,
                Expires::Ms(ms) => MaxAge::Ms(ms),
                Expires::Null => MaxAge::Null,
            };
            assert_eq!(set, Expiry::from_parts(expected, expires));
        }
    }
}

#[test]
fn what_expires_and_when() {
    let expired = |expires, now| Expiry::from_parts(MaxAge::Null, expires).is_expired(at(now));
    assert!(!expired(Expires::At(at(NOW)), NOW - 1));
    assert!(expired(Expires::At(at(NOW)), NOW), "at the very instant");
    assert!(expired(Expires::Ms(NOW), NOW));
    assert!(!expired(Expires::Ms(0), NOW), "0 is taken for none");
    for never in [Expires::Absent, Expires::False, Expires::Invalid, Expires::Null] {
        assert!(!expired(never, Timestamp::MAX.as_unix_ms()));
    }
}

#[test]
fn an_end_beyond_the_range_of_dates() {
    let mut expiry = Expiry::default();
    expiry.set_max_age(MaxAge::Ms(i64::MAX), at(NOW));
    assert_eq!(expiry, Expiry::from_parts(MaxAge::Invalid, Expires::Invalid));
    expiry.touch(at(NOW));
    assert_eq!(expiry.expires(), Expires::Invalid);
}

/// `ttl = Math.ceil((expires - now) / 1000)`, and a key with none left is deleted: connect-redis 9.
#[test]
fn the_time_to_live_in_redis() {
    let ttl = |expires| Expiry::from_parts(MaxAge::Null, expires).ttl_seconds(at(NOW), 86_400);
    for (left, seconds) in
        [(10_500, Some(11)), (1000, Some(1)), (1001, Some(2)), (1, Some(1)), (0, None), (-5000, None)]
    {
        assert_eq!(ttl(Expires::At(at(NOW + left))), seconds, "{left} ms");
    }
    assert_eq!(ttl(Expires::Null), Some(86_400));
    assert_eq!(ttl(Expires::Absent), Some(86_400));
    assert_eq!(ttl(Expires::Invalid), None);
    assert_eq!(ttl(Expires::Ms(NOW + 1500)), Some(2));
    assert_eq!(ttl(Expires::Ms(0)), Some(86_400), "0 is taken for none");
}

proptest! {
    /// The setters of `session/cookie.js`, with one clock for both of its readings.
    #[test]
    fn events_in_any_order_equal_the_setters_of_express(
        events in prop::collection::vec((0..3_u8, prop::option::of(-1_000_000..1_000_000_i64), 0..5000_i64), 0..20),
    ) {
        let mut now = NOW;
        let mut expiry = Expiry::default();
        // (originalMaxAge, expires); None is null.
        let mut model: (Option<i64>, Option<i64>) = (None, None);
        for (event, value, wait) in events {
            now += wait;
            match event {
                0 => {
                    expiry.set_max_age(MaxAge::from_ms(value), at(now));
                    model = (value, value.map(|ms| now + ms));
                }
                1 => {
                    let expires = value.map(|ms| now + ms);
                    expiry.set_expires(expires.map_or(Expires::Null, |ms| Expires::At(at(ms))), at(now));
                    model = (expires.map(|ms| ms - now), expires);
                }
                _ => {
                    expiry.touch(at(now));
                    model.1 = model.0.map(|ms| now + ms);
                }
            }
            prop_assert_eq!(expiry.original_max_age(), MaxAge::from_ms(model.0));
            prop_assert_eq!(expiry.expires(), model.1.map_or(Expires::Null, |ms| Expires::At(at(ms))));
            prop_assert_eq!(expiry.is_expired(at(now)), model.1.is_some_and(|end| end <= now));
        }
    }
}
