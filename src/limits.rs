//! How long sessions live under the recommended preset.

use core::fmt;

/// A minute in ms.
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long a session lives at most: without being used, and in all. All lengths are in ms.
///
/// The presets carry their source. There are more rules in those documents than these two numbers.
///
/// ```
/// use session_core::{Limits, LimitsError, Policy};
///
/// // Ended after 20 minutes without a request, and 8 hours after the login.
/// const LIMITS: Limits = Limits::new(20 * 60_000, 8 * 60 * 60_000).with_touch_after(2 * 60_000);
/// let policy = Policy::<u32>::recommended().with_limits(LIMITS);
///
/// assert_eq!(LIMITS.check(), Ok(()));
/// assert_eq!(LIMITS.with_touch_after(11 * 60_000).check(), Err(LimitsError::TouchAfter));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    idle: i64,
    absolute: i64,
    touch_after: i64,
    clock_skew: i64,
}

impl Limits {
    /// 15 minutes unused, 8 hours in all.
    ///
    /// OWASP Session Management Cheat Sheet, "Session Expiration":
    ///
    /// > Common idle timeouts ranges are 2-5 minutes for high-value applications and 15-30 minutes for low risk
    /// > applications. […] If the application is intended to be used by an office worker for a full day, an appropriate
    /// > absolute timeout range could be between 4 and 8 hours.
    pub const OWASP: Self = Self::new(15 * MINUTE, 8 * HOUR);

    /// 5 minutes unused, 4 hours in all: the same source, for high-value applications.
    pub const OWASP_HIGH_VALUE: Self = Self::new(5 * MINUTE, 4 * HOUR);

    /// 30 days, used or not.
    ///
    /// NIST SP 800-63B-4 (revision 3 has 30 days too), section 2.1.3:
    ///
    /// > A definite reauthentication overall timeout SHALL be established, which SHOULD be no more than 30 days at AAL1.
    /// > An inactivity timeout MAY be applied but is not required at AAL1.
    pub const NIST_AAL1: Self = Self::new(30 * DAY, 30 * DAY);

    /// An hour unused, 24 hours in all.
    ///
    /// NIST SP 800-63B-4 (revision 3 had 30 minutes and 12 hours), section 2.2.3:
    ///
    /// > […] which SHOULD be no more than 24 hours at AAL2. The inactivity timeout SHOULD be no more than 1 hour.
    pub const NIST_AAL2: Self = Self::new(HOUR, DAY);

    /// 15 minutes unused, 12 hours in all.
    ///
    /// NIST SP 800-63B-4 (revision 3 has the same), section 2.3.3:
    ///
    /// > At AAL3, the overall timeout for reauthentication SHALL be no more than 12 hours. The inactivity timeout SHOULD be
    /// > no more than 15 minutes.
    pub const NIST_AAL3: Self = Self::new(15 * MINUTE, 12 * HOUR);

    /// 10 minutes unused, an hour in all: for [`Policy::device`](crate::Policy::device), on a network where everybody can
    /// listen. It is within OWASP's 15 minutes; the hour is ours.
    pub const DEVICE: Self = Self::new(10 * MINUTE, HOUR);

    /// A session ends when it has not been used for `idle` ms, and `absolute` ms after its login, or after it began if
    /// nobody has logged in.
    ///
    /// A use is noted a minute after the one noted before, and clocks may be wrong by a minute; or both by half of `idle` if
    /// that is shorter.
    #[must_use]
    pub const fn new(idle: i64, absolute: i64) -> Self {
        let half = idle / 2;
        let at_most = if half < MINUTE { half } else { MINUTE };
        Self { idle, absolute, touch_after: at_most, clock_skew: at_most }
    }

    /// Notes a use of a session only when this many ms have passed since the one that was noted before.
    ///
    /// So a session that is used all the time is written once in that time, and one that is not used any more ends by as
    /// much earlier than `idle` at most, and never later.
    #[must_use]
    pub const fn with_touch_after(mut self, ms: i64) -> Self {
        self.touch_after = ms;
        self
    }

    /// By how many ms the clocks of the servers, and one clock before and after it was set, may differ.
    ///
    /// A session that was made or logged into later than this from now has ended.
    #[must_use]
    pub const fn with_clock_skew(mut self, ms: i64) -> Self {
        self.clock_skew = ms;
        self
    }

    /// Whether the numbers fit each other; a manager checks that when it is made.
    ///
    /// # Errors
    ///
    /// [`LimitsError`]
    pub const fn check(&self) -> Result<(), LimitsError> {
        if self.idle <= 0 || self.touch_after < 0 || self.clock_skew < 0 {
            Err(LimitsError::NotPositive)
        } else if self.idle > self.absolute {
            Err(LimitsError::IdleOverAbsolute)
        } else if self.touch_after > self.idle / 2 {
            Err(LimitsError::TouchAfter)
        } else if self.clock_skew > self.idle / 2 {
            Err(LimitsError::ClockSkew)
        } else {
            Ok(())
        }
    }

    /// How long in ms a session lives without being used.
    #[must_use]
    pub const fn idle(&self) -> i64 {
        self.idle
    }

    /// How long in ms a session lives in all.
    #[must_use]
    pub const fn absolute(&self) -> i64 {
        self.absolute
    }

    /// How many ms lie at least between two uses that are noted.
    #[must_use]
    pub const fn touch_after(&self) -> i64 {
        self.touch_after
    }

    /// By how many ms clocks may differ.
    #[must_use]
    pub const fn clock_skew(&self) -> i64 {
        self.clock_skew
    }
}

/// Why [`Limits`] are refused.
///
/// ```
/// use session_core::{Limits, LimitsError};
///
/// assert_eq!(Limits::new(2000, 1000).check(), Err(LimitsError::IdleOverAbsolute));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LimitsError {
    /// Clocks may differ by more than half of the idle limit.
    ClockSkew,
    /// A session may be unused for longer than it may live.
    IdleOverAbsolute,
    /// The idle limit is not above 0, or another one below it.
    NotPositive,
    /// Uses are noted more seldom than every half of the idle limit.
    TouchAfter,
}

impl fmt::Display for LimitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClockSkew => "clocks may differ by more than half of the idle limit",
            Self::IdleOverAbsolute => "the idle limit is longer than the absolute one",
            Self::NotPositive => "a limit is not above zero",
            Self::TouchAfter => "uses are noted more seldom than every half of the idle limit",
        })
    }
}

impl core::error::Error for LimitsError {}
