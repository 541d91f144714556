//! When a session ends under the recommended preset: one pure function of the limits, the stored times and the clock.
//!
//! *Start* is the login, or the creation of a session in which nobody has logged in. *End* is what the ticket says, or
//! `start + absolute` if that is earlier, since limits may have been lowered. *Left* is how long the store still keeps the
//! record, where it drops records by itself (connect-redis moves a key's end and leaves `expires` as it was), or else
//! `expires - now`. *Last use* is `left` before `idle` has passed.
//!
//! *Now* is the clock, or the newest of creation, login and last use that is later, unless it is later by more than
//! `clock_skew`: of two servers the slower one follows, and a time that no clock can have shown moves nothing.
//!
//! | the record | is |
//! |---|---|
//! | was created or logged into after the clock plus `clock_skew` | ended: `Clock` |
//! | is at its end, or behind it | ended: `Absolute` |
//! | has nothing left | ended: `Idle` |
//! | stands for one that went on under another id | ended: `Moved` |
//! | is of another epoch than its principal's, where epochs are counted | ended: `Revoked` |
//! | is none of those | live |
//!
//! A record without a ticket, which Express has written, has no end until it is first written here; from then on the
//! rules above hold for it.
//!
//! | a use of a live session | does |
//! |---|---|
//! | `min(now + idle, end)` is later than what is stored by `touch_after` or more | touch |
//! | it is the end, and that is not stored yet | touch |
//! | it is earlier by more than `clock_skew`: the clock was ahead | touch |
//! | what is stored has no end at all | touch |
//! | otherwise | nothing |
//!
//! The stores of this crate keep an end that is later than the one of a touch by less than a minute, whatever `clock_skew`
//! is: two requests may come in another order than they were made.
//!
//! So a session ends within `(idle - touch_after, idle]` of its last use, and at its end. No rule moves the creation, the
//! login or the end of a session later: only a login begins another one.

use core::fmt;
use core::time::Duration;

use crate::expiry::{Expires, Expiry, MaxAge};
use crate::limits::Limits;
use crate::ticket::Ticket;
use crate::time::Timestamp;

/// Why a stored session is none any more.
///
/// ```
/// use session_core::Ending;
///
/// assert_eq!(Ending::Idle.to_string(), "the session was not used for too long");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// It has lived as long as a session may.
    Absolute,
    /// It was made or logged into later than any clock can show by now.
    Clock,
    /// It was not used for too long.
    Idle,
    /// It went on under another id.
    Moved,
    /// Its principal was signed out everywhere.
    Revoked,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absolute => "the session was too old",
            Self::Clock => "the session is of a time to come",
            Self::Idle => "the session was not used for too long",
            Self::Moved => "the session went on under another id",
            Self::Revoked => "the user was signed out everywhere",
        })
    }
}

/// What is stored of a session, and what the store says of it.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'a> {
    pub(crate) ticket: Option<&'a Ticket>,
    pub(crate) expires: Expires,
    pub(crate) ttl_left: Option<Duration>,
    /// The epoch of the principal, where epochs are counted.
    pub(crate) epoch: Option<u64>,
}

/// How long a live session lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The end that no use moves.
    pub(crate) end: Timestamp,
    /// Until when the store keeps it as it is; `None`: for ever.
    pub(crate) kept_until: Option<Timestamp>,
}

impl Window {
    /// That of a session which nothing here ends.
    pub(crate) const ENDLESS: Self = Self { end: Timestamp::MAX, kept_until: None };

    /// The window of a session that begins now.
    pub(crate) fn beginning(limits: &Limits, now: Timestamp) -> Self {
        Self { end: now.saturating_add(limits.absolute()), kept_until: None }
    }
}

/// The first table of this file.
pub(crate) fn judge(limits: &Limits, stored: Stored<'_>, clock: Timestamp) -> Result<Window, Ending> {
    let latest = clock.saturating_add(limits.clock_skew());
    let kept_until = kept_until(&stored, clock);
    let Some(ticket) = stored.ticket else {
        let window = Window { end: clock.saturating_add(limits.absolute()), kept_until };
        return if kept_until.is_some_and(|end| end <= clock) { Err(Ending::Idle) } else { Ok(window) };
    };
    let start = ticket.login.unwrap_or(ticket.created);
    let end = ticket.end.min(start.saturating_add(limits.absolute()));
    let now = now(limits, &stored, clock);
    if ticket.created > latest || start > latest {
        Err(Ending::Clock)
    } else if end <= now {
        Err(Ending::Absolute)
    } else if kept_until.is_some_and(|end| end <= now) {
        Err(Ending::Idle)
    } else if ticket.moved {
        Err(Ending::Moved)
    } else if stored.epoch.is_some_and(|epoch| epoch != ticket.epoch) {
        Err(Ending::Revoked)
    } else {
        Ok(Window { end, kept_until })
    }
}

/// The clock, or a stored instant that shows it to be slow.
pub(crate) fn now(limits: &Limits, stored: &Stored<'_>, clock: Timestamp) -> Timestamp {
    let latest = clock.saturating_add(limits.clock_skew());
    let last_use = kept_until(stored, clock).map(|end| end.saturating_add(limits.idle().saturating_neg()));
    let ticket = stored.ticket.map(|ticket| [Some(ticket.created), ticket.login]).unwrap_or_default();
    let known = ticket.into_iter().chain([last_use]).flatten();
    known.filter(|instant| *instant <= latest).fold(clock, Timestamp::max)
}

fn kept_until(stored: &Stored<'_>, clock: Timestamp) -> Option<Timestamp> {
    match (stored.ttl_left, stored.expires) {
        (Some(left), _) => Some(clock.saturating_add(i64::try_from(left.as_millis()).unwrap_or(i64::MAX))),
        (None, Expires::At(end)) => Some(end),
        (None, Expires::Ms(ms)) if ms != 0 => {
            Some(Timestamp::from_unix_ms(ms).unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX }))
        }
        (None, Expires::Absent | Expires::False | Expires::Invalid | Expires::Ms(_) | Expires::Null) => None,
    }
}

/// When a session that is used now ends if it is not used again: never later than its end.
pub(crate) fn expiry(limits: &Limits, end: Timestamp, now: Timestamp) -> Expiry {
    let expires = now.saturating_add(limits.idle()).min(end);
    // An Express peer counts from its own last use by this: clamped as well, though it slides past it with each touch.
    Expiry::from_parts(MaxAge::Ms(expires.ms_since(now)), Expires::At(expires))
}

/// The second table of this file.
pub(crate) fn is_touch_due(limits: &Limits, window: &Window, now: Timestamp) -> bool {
    let wanted = now.saturating_add(limits.idle()).min(window.end);
    window.kept_until.is_none_or(|stored| {
        let gained = wanted.ms_since(stored);
        let enough = if wanted == window.end { 1 } else { limits.touch_after().max(1) };
        gained >= enough || gained < limits.clock_skew().saturating_neg()
    })
}

/// Whether the user logged in less than `max_age` ms ago. A login of a time to come is not fresh.
pub(crate) fn is_fresh(limits: &Limits, ticket: &Ticket, max_age: i64, now: Timestamp) -> bool {
    let since = ticket.login.map(|login| now.ms_since(login));
    !ticket.moved && since.is_some_and(|since| since < max_age && since >= limits.clock_skew().saturating_neg())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits::new(1000, 5000).with_touch_after(200).with_clock_skew(50);

    fn at(ms: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH.saturating_add(ms)
    }

    fn ticket(created: i64, login: Option<i64>, end: i64) -> Ticket {
        Ticket { login: login.map(at), ..Ticket::anonymous(at(created), at(end)) }
    }

    fn judged(ticket: &Ticket, expires: i64, clock: i64) -> Result<Window, Ending> {
        let stored = Stored { ticket: Some(ticket), expires: Expires::At(at(expires)), ttl_left: None, epoch: None };
        judge(&LIMITS, stored, at(clock))
    }

    #[test]
    fn each_row_of_the_table() {
        let live = |end, kept_until| Ok(Window { end: at(end), kept_until: Some(at(kept_until)) });
        assert_eq!(judged(&ticket(0, None, 5000), 1000, 999), live(5000, 1000));
        assert_eq!(judged(&ticket(0, None, 5000), 1000, 1000), Err(Ending::Idle));
        assert_eq!(judged(&ticket(0, None, 5000), 5001, 4999), live(5000, 5001));
        assert_eq!(judged(&ticket(0, None, 5000), 9000, 5000), Err(Ending::Absolute));
        // Limits that were lowered count for sessions that there are; raised ones do not.
        assert_eq!(judged(&ticket(0, None, 9000), 9000, 5000), Err(Ending::Absolute));
        assert_eq!(judged(&ticket(0, None, 3000), 9000, 3000), Err(Ending::Absolute));
        // A login begins another window.
        assert_eq!(judged(&ticket(0, Some(4000), 9000), 5500, 5400), live(9000, 5500));
        assert_eq!(judged(&ticket(51, None, 5000), 1000, 0), Err(Ending::Clock));
        assert_eq!(judged(&ticket(51, Some(0), 5000), 1000, 0), Err(Ending::Clock));
        assert_eq!(judged(&ticket(50, None, 5000), 1000, 0), live(5000, 1000));
        assert_eq!(judged(&ticket(0, Some(451), 5000), 1400, 400), Err(Ending::Clock));
        assert_eq!(judged(&ticket(0, Some(450), 5000), 1400, 400), live(5000, 1400));
        let moved = Ticket { moved: true, ..ticket(0, None, 5000) };
        assert_eq!(judged(&moved, 1000, 500), Err(Ending::Moved));
    }

    #[test]
    fn a_slow_clock_follows_what_is_stored_within_the_skew() {
        let stored = |expires| Stored { ticket: None, expires: Expires::At(at(expires)), ttl_left: None, epoch: None };
        // Last used at 40, 50 and 51 by a clock that is ahead.
        assert_eq!(now(&LIMITS, &stored(1040), at(0)), at(40));
        assert_eq!(now(&LIMITS, &stored(1050), at(0)), at(50));
        assert_eq!(now(&LIMITS, &stored(1051), at(0)), at(0));
        assert_eq!(now(&LIMITS, &stored(1040), at(60)), at(60));
    }

    #[test]
    fn a_count_of_zero_is_no_end_and_one_beyond_all_dates_is_the_last() {
        let ticket = ticket(0, None, 5000);
        let judged = |ms| {
            let stored = Stored { ticket: Some(&ticket), expires: Expires::Ms(ms), ttl_left: None, epoch: None };
            judge(&LIMITS, stored, at(500)).map(|window| window.kept_until)
        };
        assert_eq!((judged(0), judged(501)), (Ok(None), Ok(Some(at(501)))));
        assert_eq!((judged(i64::MAX), judged(i64::MIN)), (Ok(Some(Timestamp::MAX)), Err(Ending::Idle)));
    }

    #[test]
    fn a_store_that_drops_records_by_itself_decides_what_is_idle() {
        let ticket = ticket(0, None, 5000);
        let stored = |left| Stored {
            ticket: Some(&ticket),
            // connect-redis leaves it as it was.
            expires: Expires::At(at(10)),
            ttl_left: Some(Duration::from_millis(left)),
            epoch: None,
        };
        assert_eq!(judge(&LIMITS, stored(1), at(3000)), Ok(Window { end: at(5000), kept_until: Some(at(3001)) }));
        assert_eq!(judge(&LIMITS, stored(0), at(3000)), Err(Ending::Idle));
        assert_eq!(judge(&LIMITS, stored(900), at(5000)), Err(Ending::Absolute));
    }

    #[test]
    fn each_row_of_the_second_table() {
        let due = |kept_until: Option<i64>, end, now| {
            let window = Window { end: at(end), kept_until: kept_until.map(at) };
            is_touch_due(&LIMITS, &window, at(now))
        };
        assert!(due(None, 5000, 100));
        assert!(due(Some(900), 5000, 100) && !due(Some(901), 5000, 100), "from 200 ms on");
        assert!(!due(Some(1150), 5000, 100) && due(Some(1151), 5000, 100), "by a clock that is ahead, 50 ms at most");
        assert!(!due(Some(1100), 1100, 500) && due(Some(1099), 1100, 500), "the last touch before the end");
    }

    #[test]
    fn a_revoked_epoch_ends_a_session_and_any_other_number_does() {
        let ticket = Ticket { epoch: 3, ..ticket(0, Some(0), 5000) };
        let stored = |epoch| Stored {
            ticket: Some(&ticket),
            expires: Expires::At(at(1000)),
            ttl_left: None,
            epoch: Some(epoch),
        };
        assert!(judge(&LIMITS, stored(3), at(1)).is_ok());
        for other in [0, 2, 4] {
            assert_eq!(judge(&LIMITS, stored(other), at(1)), Err(Ending::Revoked));
        }
    }

    #[test]
    fn a_login_of_a_time_to_come_is_not_fresh() {
        let fresh = |login, now| is_fresh(&LIMITS, &ticket(0, Some(login), 5000), 300, at(now));
        assert!(fresh(1000, 1000) && fresh(1000, 1299) && fresh(1050, 1000));
        assert!(!fresh(1000, 1300) && !fresh(1051, 1000));
        assert!(!is_fresh(&LIMITS, &ticket(0, None, 5000), 300, at(0)));
    }
}
